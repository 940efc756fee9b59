"""Which page a path opens."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pbx.web.pages import FOREVER, routes


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "app"),
        ("/manage/addons", "app"),
        ("/books", "app"),
        ("/book/a.b-c", "form"),
        ("/book/a.b-c/orders", "form"),
        ("/book.html", "form"),
    ],
)
async def test_a_customers_link_opens_a_page_of_its_own(
    tmp_path: Path, path: str, page: str
) -> None:
    for name, text in (("index.html", "app"), ("book.html", "form")):
        (tmp_path / name).write_text(text)
    app = web.Application()
    app.add_routes(routes(tmp_path, tmp_path))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(path)
        assert (answer.status, await answer.text()) == (200, page)
        assert answer.headers["Cache-Control"] != FOREVER
