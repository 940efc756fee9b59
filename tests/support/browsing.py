"""Fixtures for tests in a browser: one running stack and one Chromium for all that kill nothing.

`tests/conftest.py` makes them known.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.support.api import MANAGER, VPA1, Api, eventually
from tests.support.browser import MICROPHONE_HERTZ, Softphone, VoicePage, chromium
from tests.support.stack import ROOT, Stack

RESULT = pytest.StashKey[pytest.TestReport]()

OpenPhone = Callable[..., Awaitable[Softphone]]
OpenVoice = Callable[..., Awaitable[VoicePage]]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[RESULT] = report
    return report


def failed(request: pytest.FixtureRequest) -> bool:
    report = request.node.stash.get(RESULT, None)
    return report is not None and report.failed


@pytest.fixture(scope="session")
def web_app() -> None:
    built = ROOT / "softphone_web" / "dist" / "index.html"
    assert built.is_file(), "the web app is not built: `make web`"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, web_app: None) -> Iterator[Stack]:
    """The whole product, as `make run` starts it."""
    stack = Stack(tmp_path_factory.mktemp("stack"))
    try:
        yield stack.start()
    finally:
        stack.stop()
    assert stack.leftovers() == []


@pytest.fixture
def own_stack(
    tmp_path: Path, web_app: None, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Stack]]:
    """Stacks that a test may kill; `own_stack(ring_seconds=..., PBX_...=...)` starts one;
    `module=` for another program than `pbx`."""
    stacks: list[Stack] = []

    def start(ring_seconds: int = 5, module: str = "pbx", **environment: str) -> Stack:
        stack = Stack(tmp_path / f"stack{len(stacks)}", ring_seconds, environment, module)
        stacks.append(stack)
        return stack.start()

    yield start
    for stack in stacks:
        if failed(request):
            print(stack.tail(150))
        _end(stack)


def _end(stack: Stack) -> None:
    """Also what a killed controller left: a new one adopts it and takes it along."""
    if stack.process is not None and stack.process.poll() is not None and stack.leftovers():
        stack.start()
    stack.stop()
    assert stack.leftovers() == []


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with chromium(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


OpenBrowser = Callable[[float], Awaitable[Browser]]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser_saying(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OpenBrowser]:
    """`await browser_saying(620)`: the browser whose microphone says 620 Hz; one a tone."""
    folder = tmp_path_factory.mktemp("browsers")
    known = {float(MICROPHONE_HERTZ): browser}
    async with AsyncExitStack() as opened:

        async def saying(hertz: float) -> Browser:
            if hertz not in known:
                known[hertz] = await opened.enter_async_context(chromium(folder, hertz))
            return known[hertz]

        yield saying


@pytest_asyncio.fixture(loop_scope="session")
async def manager(stack: Stack) -> AsyncIterator[Api]:
    """The API as the manager sees it; no call outlives the test."""
    async with Api(stack.url, MANAGER) as api:
        yield api

        async def nobody_calls() -> bool:
            left = await api.calls(open="1")
            for call in left:
                # Where it has ended just now this is refused.
                await api.post(f"/api/v1/calls/{call['id']}/hangup")
            return not left

        await eventually(nobody_calls, 20, "the end of all calls")


@pytest_asyncio.fixture(loop_scope="session")
async def anna(stack: Stack) -> AsyncIterator[Api]:
    """The API as a VPA sees it, who is available."""
    async with Api(stack.url, VPA1) as api:
        if (await api.get("/api/v1/session"))["status"] != "available":
            (await api.put("/api/v1/session/status", {"status": "available"})).ok()
        yield api


OpenOffice = Callable[[str], Awaitable[Api]]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def onlooker() -> AsyncIterator[OpenOffice]:
    """`await onlooker(url)`: who sees everybody's presence there, signed in once."""
    known: dict[str, Api] = {}
    async with AsyncExitStack() as opened:

        async def at(url: str) -> Api:
            if url not in known or (await known[url].ask("GET", "/api/v1/session")).status == 401:
                known[url] = await opened.enter_async_context(Api(url, MANAGER))
            return known[url]

        yield at


async def is_ringable(phone: Softphone, onlooker: Api) -> None:
    """Whatever the tests before left: its person is available, and the server knows that the
    page can take calls; the page is connected a moment before that."""
    request = phone.context.request
    if (await (await request.get("/api/v1/session")).json())["status"] != "available":
        answer = await request.put("/api/v1/session/status", data={"status": "available"})
        assert answer.status == 200, await answer.text()

    async def live() -> bool:
        users = (await onlooker.get("/api/v1/users"))["items"]
        return any(user["live"] for user in users if user["email"] == phone.email)

    await eventually(live, 15, f"a page of {phone.email} that the server lets ring")


@pytest_asyncio.fixture(loop_scope="session")
async def open_phone(
    browser_saying: OpenBrowser,
    onlooker: OpenOffice,
    stack: Stack,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> AsyncIterator[OpenPhone]:
    """`await open_phone(email)`: a softphone, signed in, that rings when it is called; `url=`
    for another stack's, `hertz=` for another microphone."""
    phones: list[Softphone] = []

    async def open_one(
        email: str, *, url: str = stack.url, script: str = "", hertz: float = MICROPHONE_HERTZ
    ) -> Softphone:
        phone = await Softphone.open(await browser_saying(hertz), url, email, script)
        phones.append(phone)
        await is_ringable(phone, await onlooker(url))
        return phone

    yield open_one
    for n, phone in enumerate(phones):
        if failed(request):
            await _keep_picture(phone.page, tmp_path / f"page{n}.png")
            print(f"--- console of page {n} ({phone.email})", *phone.console[-40:], sep="\n")
            print("SIP of page", n, *(f"{m.at:.2f} {m.method}" for m in phone.sip[-60:]))
        await phone.close()
    if failed(request):
        print("--- the stack's log", stack.tail(80), sep="\n")


async def _keep_picture(page: Page, file: Path) -> None:
    if page.is_closed():
        return
    await page.screenshot(path=str(file))
    print(f"screenshot: {file}")


@pytest_asyncio.fixture(loop_scope="session")
async def open_voice(browser: Browser, stack: Stack) -> AsyncIterator[OpenVoice]:
    """`await open_voice(email)`: legs without the softphone around them."""
    pages: list[VoicePage] = []

    async def open_one(email: str, *, url: str = stack.url) -> VoicePage:
        page = await VoicePage.open(browser, url, email)
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        await page.close()
