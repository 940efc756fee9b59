"""What the web needs: services, their health, and a few settings."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from pbx.services.ledger import Ledger
from pbx.settings import Settings
from pbx.store.database import Database
from pbx.web.api import Api, Health
from pbx.wiring.building import Services
from pbx.wiring.rules import HOME_REGION, turn_rules
from pbx.wiring.signing_in import single_sign_on

REMEMBER_SECONDS = 1.0
T = TypeVar("T")


def api_of(settings: Settings, services: Services, database: Database) -> Api:
    return Api(
        accounts=services.accounts,
        board=services.board,
        calls=services.calls,
        desk=services.desk,
        checks=services.checks,
        directory=database.directory,
        greetings=services.greetings,
        outbound=services.outbound,
        overview=services.overview,
        presence=services.presence,
        push=services.push,
        turn=turn_rules(settings),
        voice=services.voice,
        voicemails=services.voicemails,
        inbox=services.inbox,
        work=services.work,
        office=services.office,
        health=Health(
            asterisk=_remembered(services.switch.state),
            database=_remembered(partial(_database_state, database, services.ledger)),
            mail=_remembered(services.voicemails.mail_state),
        ),
        head_office=settings.numbers.head_office,
        head_office_printed=settings.numbers.head_office_printed,
        home_region=HOME_REGION,
        voice_upstream=f"ws://{settings.asterisk.host}:{settings.asterisk.http_port}/ws",
        session_seconds=settings.http.session_hours * 3600,
        secure_cookie=settings.http.address.startswith("https:"),
        company=settings.company.shown,
        single_sign_on=single_sign_on(settings, database),
    )


def _remembered(ask: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
    """The answer for a moment: readiness is open to everybody and must not load what it
    asks about."""
    lock = asyncio.Lock()
    answers: list[tuple[float, T]] = []

    async def remembered() -> T:
        async with lock:
            if not answers or time.monotonic() - answers[-1][0] > REMEMBER_SECONDS:
                answers[:] = [(time.monotonic(), await ask())]
            return answers[-1][1]

    return remembered


async def _database_state(database: Database, ledger: Ledger) -> str:
    state = await database.check()
    if state == "ok" and ledger.waiting:
        return f"{ledger.waiting} ledger entries are not written yet"
    return state
