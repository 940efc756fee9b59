"""The API over real HTTP, with Asterisk, clock and mail server faked.

`exchange` and `client`: on fakes of the stores, for tests of calls.
`office` and `office_client`: on a real SQLite database, for tests of management.
`office.database` is that database.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from pbx.domain.inventory import Surroundings
from pbx.domain.records import FactorRow
from pbx.domain.rights import Role
from pbx.services.addons import AddonParts
from pbx.services.caller_lists import CallerOffice
from pbx.services.greetings import Greetings
from pbx.services.office import office_of
from pbx.services.overview import Overview
from pbx.services.passwords import PasswordRules
from pbx.services.post import Post, PostRules
from pbx.services.routing import RouteOffice
from pbx.services.sounds import Sounds
from pbx.services.staff import staff_of
from pbx.services.test_calls import TestCalls
from pbx.services.work import WorkService
from pbx.settings import ROOT
from pbx.store import Database
from pbx.web.api import Api, Health
from pbx.web.live import LiveHub
from pbx.web.server import application
from tests.fakes.edges import FakeAudio, FakeHasher
from tests.fakes.greetings import dictations_on, library_on
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.hooks import integration_on
from tests.support.signing_in import TURN, Client

pytest_plugins = ["tests.support.sqlite"]


@pytest.fixture
async def empty_database(
    new_sqlite: Callable[[Path], str], tmp_path: Path
) -> AsyncIterator[Database]:
    database = Database.open(new_sqlite(tmp_path))
    yield database
    await database.close()


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path).open()
    await add_people(made)
    yield made
    await made.close()


@pytest.fixture
async def office(tmp_path: Path, empty_database: Database) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path, database=empty_database).open()
    await add_people(made)
    yield made
    await made.close()


async def add_people(exchange: Exchange) -> None:
    add = exchange.directory.add_user
    await add("boss@example.test", "Boss", Role.MANAGER, "en", "hashed:boss")
    await add("admin@example.test", "Admin", Role.ADMIN, "en", "hashed:admin")
    await add("root@example.test", "Root", Role.SUPERADMIN, "en", "hashed:root")
    await exchange.directory.put_factors(FactorRow(date(2020, 1, 1)))


@pytest.fixture
async def client(
    exchange: Exchange, empty_database: Database, tmp_path: Path
) -> AsyncIterator[Client]:
    async with serving(exchange, empty_database, tmp_path) as made:
        yield made


@pytest.fixture
async def office_client(
    office: Exchange, empty_database: Database, tmp_path: Path
) -> AsyncIterator[Client]:
    async with serving(office, empty_database, tmp_path) as made:
        yield made


@asynccontextmanager
async def serving(exchange: Exchange, database: Database, tmp_path: Path) -> AsyncIterator[Client]:
    async def switch_state() -> dict[str, str]:
        return await exchange.switch.state()

    async def fine() -> str:
        return "ok"

    library = library_on(database, tmp_path / "greetings", exchange.clock)
    exchange.library = library
    post = exchange.post or Post(
        store=database.letters,
        sender=exchange.mailer,
        clock=exchange.clock,
        rules=PostRules("pbx@example.test", (1, 5)),
    )
    greetings = Greetings(tmp_path / "greetings", FakeAudio(), library)
    work = WorkService(
        directory=exchange.directory,
        calls=exchange.calls_log,
        board=exchange.board,
        clock=exchange.clock,
        today=lambda: date(2026, 11, 21),
    )
    integration = integration_on(database, exchange, work)
    exchange.integration = integration
    api = Api(
        accounts=exchange.accounts,
        board=exchange.board,
        calls=exchange.calls,
        desk=exchange.desk,
        checks=exchange.checks,
        directory=exchange.directory,
        greetings=greetings,
        outbound=exchange.outbound,
        overview=Overview(
            board=exchange.board,
            directory=exchange.directory,
            presence=exchange.presence,
            clock=exchange.clock,
        ),
        presence=exchange.presence,
        push=exchange.push,
        turn=TURN,
        voice=exchange.voice,
        voicemails=exchange.voicemail,
        inbox=exchange.inbox,
        work=work,
        office=office_of(
            database,
            company=exchange.company,
            addons=AddonParts(
                exchange.archive,
                TestCalls(
                    store=database.test_calls,
                    caller=exchange.test_caller,
                    directory=database.directory,
                    sounds=Sounds(str(tmp_path / "greetings"), library.playing),
                    prompts=ROOT / "recordings" / "prompts",
                    archive=exchange.archive,
                    clock=exchange.clock,
                ),
            ),
            dictations=dictations_on(exchange, library),
            greetings=library,
            integration=integration,
            links=exchange.links,
            post=post,
            routing=RouteOffice(
                planner=exchange.planner,
                routes=exchange.routes,
                callers=exchange.callers,
                directory=exchange.directory,
                audit=database.audit,
                greetings=greetings,
                post=post,
                clock=exchange.clock,
                presence=exchange.board.presence_now,
                central=True,
            ),
            callers=CallerOffice(
                store=exchange.callers,
                calls=exchange.calls_log,
                clock=exchange.clock,
                home_region="DE",
            ),
            staff=staff_of(
                database,
                post=post,
                clock=exchange.clock,
                hasher=FakeHasher(),
                on_call=lambda user_id: bool(exchange.board.of_user(user_id)),
                rules=PasswordRules(),
                address="https://pbx.example.test",
            ),
            destinations=exchange.destinations,
            requests=exchange.desk.country_requests,
            clock=exchange.clock,
            around=Surroundings(True, False, frozenset({HEAD_OFFICE, ANNAS})),
            home_region="DE",
            notifier=exchange.notifier,
        ),
        health=Health(switch_state, fine, fine),
        head_office=HEAD_OFFICE,
        head_office_printed="+49 221 82829-980",
        home_region="DE",
        voice_upstream="ws://127.0.0.1:1/ws",
        session_seconds=3600,
        secure_cookie=False,
        company=exchange.company,
        single_sign_on=exchange.single_sign_on,
    )
    exchange.addons = api.office.addons
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "index.html").write_text("the web app's page")
    app = application(api, LiveHub(), dist, ROOT / "recordings" / "prompts")
    async with TestClient(TestServer(app)) as made:
        yield made
    await integration.post.close()
    await integration.sender.close()
