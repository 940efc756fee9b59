"""The fixtures `exchange` and `client`: the API over real HTTP with the services on fakes."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from pbx.domain.records import FactorRow, Role
from pbx.services.greetings import Greetings
from pbx.services.work import WorkService
from pbx.settings import ROOT
from pbx.web.api import Api, Health
from pbx.web.live import LiveHub
from pbx.web.server import application
from tests.fakes.edges import FakeAudio
from tests.support.exchange import HEAD_OFFICE, Exchange
from tests.support.signing_in import TURN, Client


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path).open()
    await made.directory.add_user("boss@example.test", "Boss", Role.MANAGER, "en", "hashed:boss")
    await made.directory.put_factors(FactorRow(date(2020, 1, 1)))
    yield made
    await made.close()


@pytest.fixture
async def client(exchange: Exchange, tmp_path: Path) -> AsyncIterator[Client]:
    async def switch_state() -> dict[str, str]:
        return await exchange.switch.state()

    async def fine() -> str:
        return "ok"

    api = Api(
        accounts=exchange.accounts,
        board=exchange.board,
        calls=exchange.calls,
        desk=exchange.desk,
        checks=exchange.checks,
        directory=exchange.directory,
        greetings=Greetings(tmp_path / "greetings", FakeAudio()),
        outbound=exchange.outbound,
        presence=exchange.presence,
        push=exchange.push,
        turn=TURN,
        voice=exchange.voice,
        voicemails=exchange.voicemail,
        work=WorkService(
            directory=exchange.directory,
            calls=exchange.calls_log,
            board=exchange.board,
            clock=exchange.clock,
            today=lambda: date(2026, 11, 21),
        ),
        health=Health(switch_state, fine, fine),
        head_office=HEAD_OFFICE,
        head_office_printed="+49 221 82829-980",
        home_region="DE",
        voice_upstream="ws://127.0.0.1:1/ws",
        session_seconds=3600,
        secure_cookie=False,
    )
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "index.html").write_text("the web app's page")
    app = application(api, LiveHub(), dist, ROOT / "recordings" / "prompts")
    async with TestClient(TestServer(app)) as made:
        yield made
