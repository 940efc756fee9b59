"""Starting, running and stopping what `pbx.wiring` puts together.

Start-up goes from the inside out (database,
Asterisk, services, web), the end the other way round; each step that was begun is ended.
"""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any

from aiohttp import web

from pbx import audio
from pbx.ari.errors import AriReplaced
from pbx.asterisk.ports import check_ports
from pbx.asterisk.process import AsteriskFailed, AsteriskProcess, pbx_process
from pbx.asterisk.runtime import DEFAULT_CACHE, Runtime, find_or_fetch
from pbx.clock import SystemClock
from pbx.demo.world import Demo
from pbx.domain.audit import SYSTEM
from pbx.errors import SwitchRefused, SwitchUnreachable, Unavailable
from pbx.passwords import Argon2Hasher
from pbx.reference import load_reference
from pbx.seeds import DEMO_ACCOUNTS, DEMO_PASSWORD, seed, seed_demo
from pbx.services.accounts import Accounts
from pbx.services.bounces import Returned
from pbx.services.ports import Directory
from pbx.services.ringing import Planner
from pbx.settings import ROOT, Settings
from pbx.store.database import Database
from pbx.store.migrate import upgrade
from pbx.web.server import application
from pbx.wiring.building import PROMPTS, Services, build, today
from pbx.wiring.destinations import planner_alone
from pbx.wiring.serving import api_of
from pbx.wiring.signing_in import factors_of

log = logging.getLogger(__name__)

DIST = ROOT / "softphone_web" / "dist"
RESYNC_RETRY_SECONDS = 1.0
STOP_SECONDS = 3.0
MIND_SECONDS = 1.0
STUMBLED_SECONDS = 1.0
FIRST_WORD_SECONDS = 3.0
Progress = Callable[[str], None]


class StartFailed(Exception):
    """Why it did not start, in words that say what to do."""


async def _stop_asterisk(process: AsteriskProcess, _: object, error: object, __: object) -> None:
    """Not where another controller took it over: its calls are that one's now."""
    if not isinstance(error, AriReplaced):
        await process.stop()


@contextlib.asynccontextmanager
async def _minded(process: AsteriskProcess) -> AsyncIterator[None]:
    """Start an exchange that died again; its calls are gone, the next ones are not."""

    async def mind() -> None:
        while True:
            await asyncio.sleep(MIND_SECONDS)
            if process.pid is None:
                log.error("Asterisk has ended unexpectedly; starting it again")
                try:
                    await process.start()
                except (AsteriskFailed, OSError):
                    log.exception("Asterisk does not start")

    task = asyncio.create_task(mind(), name="minder")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _stay_in_sync(services: Services) -> None:
    """After each connection to Asterisk, until it worked: resync, then look for recordings."""
    while True:
        await services.connected.wait()
        services.connected.clear()
        try:
            await services.resync.run()
            services.voicemails.rescan()
        except (SwitchUnreachable, SwitchRefused, Unavailable) as e:
            log.warning("resync: %s", e)
            await asyncio.sleep(RESYNC_RETRY_SECONDS)
            services.connected.set()


@contextlib.asynccontextmanager
async def working(services: Services) -> AsyncIterator["asyncio.Future[None]"]:
    """All background work; the future ends with the error that makes going on impossible."""
    loops: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
        "sync": lambda: _stay_in_sync(services),
        "beat": services.board.beat,
        "presence": services.presence.run,
        "ledger": services.ledger.run,
        "delivery": services.voicemails.run_delivery,
        "post": services.office.post.run,
        "scans": services.voicemails.run_scans,
        "routing": services.office.routing.run,
        "caretaker": services.inbox.caretaker.run,
        "greetings": services.office.greetings.run_sweeps,
        "hooks": services.office.integration.post.run,
        "share": services.office.integration.watch.run,
        "planned": services.office.numbers.run,
        "addons": services.office.addons.watch.run,
        "test calls": services.office.going_live.calls.run,
        "uploads": services.office.addons.form.run_sweeps,
    }
    tasks = [asyncio.create_task(services.switch.run(services.checks), name="switch")]
    tasks += [asyncio.create_task(_going_on(name, loop), name=name) for name, loop in loops.items()]
    fatal: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and not fatal.done() and (error := task.exception()):
            fatal.set_exception(error)

    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield fatal
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await services.checks.stop()
        await services.office.dictations.stop()
        await services.board.stop()
        await services.voicemails.stop()
        await services.transcripts.stop()
        await services.push.close()
        await services.push_sender.close()
        await services.office.integration.sender.close()
        await services.ledger.close()
        fatal.cancel()


async def _going_on(name: str, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A loop that stumbles begins again: one bad file must not end everybody's calls."""
    while True:
        try:
            await loop()
        except Exception:
            log.exception("%s stumbled", name)
            await asyncio.sleep(STUMBLED_SECONDS)


async def serve(settings: Settings, *, demo: bool, say: Progress) -> None:
    """Run until SIGINT or SIGTERM.

    Args:
        demo: also start the demo's carrier and mail server, and make its accounts.
        say: told one line for each longer step, and what a person must know.

    Raises:
        StartFailed: with words that say what to do; ConfigError: likewise.
    """
    began = time.monotonic()
    os.umask(0o077)  # numbers, recordings and secrets are nobody else's on this machine
    stop = _stop_signal()
    reference = load_reference(settings)
    audio.ensure_encoder()
    if problems := check_ports(settings, demo=demo):
        raise StartFailed("\n".join(problems))
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.recordings_dir / "greetings" / "ready").mkdir(parents=True, exist_ok=True)
    runtime = await _runtime(settings, say) if settings.asterisk.managed or demo else None
    await upgrade(settings.database_url)
    async with contextlib.AsyncExitStack() as stack:
        database = Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        await seed(database.directory, settings, reference)
        world = Demo(settings, runtime) if demo and runtime else None
        if world:
            await world.start()
            stack.push_async_callback(world.stop)
        if settings.asterisk.managed and runtime:
            process = pbx_process(settings, runtime)
            if await process.start():
                say("Found the exchange of the last run alive; its calls go on.")
            stack.push_async_exit(partial(_stop_asterisk, process))
            await stack.enter_async_context(_minded(process))
        services = build(settings, reference, database)
        if demo:
            await seed_demo(
                database.directory, database.customers, services.accounts, settings, today()
            )
        await services.accounts.factors.seal_all()
        services.presence.restore(await database.directory.users())
        await services.push.restore()
        fatal = await stack.enter_async_context(working(services))
        app = application(
            api_of(settings, services, database),
            services.hub,
            DIST,
            PROMPTS,
            world.routes() if world else (),
        )
        await stack.enter_async_context(_listening(app, settings))
        await _first_word(services)
        _announce(settings, demo, time.monotonic() - began, say)
        await asyncio.wait({fatal, stop}, return_when=asyncio.FIRST_COMPLETED)
        say("Stopping ...")
        if fatal.done():
            fatal.result()
        if settings.asterisk.managed:
            await services.board.end_all()


async def _first_word(services: Services) -> None:
    """Give Asterisk and carrier a moment to find each other, so that the first call works;
    an exchange whose carrier is away starts all the same."""
    deadline = time.monotonic() + FIRST_WORD_SECONDS
    while time.monotonic() < deadline:
        state = await services.switch.state()
        if set(state.values()) == {"ok"}:
            return
        await asyncio.sleep(0.1)


def _stop_signal() -> "asyncio.Future[None]":
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[None] = loop.create_future()

    def stopped() -> None:
        if not stop.done():
            stop.set_result(None)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped)
    return stop


async def _runtime(settings: Settings, say: Progress) -> Runtime:
    return await asyncio.to_thread(find_or_fetch, DEFAULT_CACHE, settings.asterisk.binary, say)


@contextlib.asynccontextmanager
async def _listening(app: web.Application, settings: Settings) -> AsyncIterator[None]:
    runner = web.AppRunner(app, shutdown_timeout=STOP_SECONDS, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.http.host, settings.http.port).start()
        yield
    finally:
        await runner.cleanup()


def _announce(settings: Settings, demo: bool, seconds: float, say: Progress) -> None:
    say(f"Ready after {seconds:.1f} s.")
    say("")
    say(f"  {settings.http.address}")
    if demo:
        say(f"  {settings.http.address}/demo   the outside world: calls in, mailbox")
        say("")
        for account in DEMO_ACCOUNTS:
            say(f"{account.email} {DEMO_PASSWORD}")
        say("")
        say("Ctrl-C stops everything.")


@contextlib.asynccontextmanager
async def planning(settings: Settings) -> AsyncIterator[tuple[Planner, Directory]]:
    """What a live call asks, for the command line, without anything else running."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await upgrade(settings.database_url)
    database = Database.open(settings.database_url)
    try:
        yield planner_alone(settings, database), database.directory
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def accounts(settings: Settings) -> AsyncIterator[tuple[Accounts, Directory]]:
    """Accounts and directory for the command line, without anything else running."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await upgrade(settings.database_url)
    database, clock = Database.open(settings.database_url), SystemClock()
    try:
        yield (
            Accounts(
                directory=database.directory,
                sessions=database.sessions,
                hasher=Argon2Hasher(),
                clock=clock,
                session_hours=settings.http.session_hours,
                factors=factors_of(settings, database, clock),
            ),
            database.directory,
        )
    finally:
        await database.close()


async def take_bounce(settings: Settings, raw: bytes) -> Returned:
    """A mail that came back, for a mail server's pipe; nothing else has to run."""
    await upgrade(settings.database_url)
    database = Database.open(settings.database_url)
    try:
        services = build(settings, load_reference(settings), database)
        taken = await services.inbox.bounces.take(raw, SYSTEM)
        await services.push_sender.close()
        return taken
    finally:
        await database.close()
