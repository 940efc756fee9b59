"""The wiring: which adapters, services and settings belong together.

With `pbx.app`, which runs the result, the only importer of everything.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from pbx import audio, mail
from pbx.archive import RecordingArchive
from pbx.ari.client import AriClient
from pbx.asterisk.config import ari_password, browser_endpoint
from pbx.asterisk.home import pbx_home
from pbx.asterisk.witness import ended_at, records_of
from pbx.clock import SystemClock
from pbx.domain.messages import CallLimits, VoicemailPlan
from pbx.domain.turn import TurnRules
from pbx.kept import kept_secret
from pbx.passwords import Argon2Hasher
from pbx.push import WebPushSender, kept_key
from pbx.reference import Reference
from pbx.services.accounts import Accounts
from pbx.services.calls import CallService
from pbx.services.check_calls import CheckCalls
from pbx.services.desk import Desk, desk_of
from pbx.services.greetings import Greetings
from pbx.services.ledger import Ledger
from pbx.services.links import Links
from pbx.services.office import Office, office_of
from pbx.services.outbound import Outbound, OutboundRules
from pbx.services.ports import Directory
from pbx.services.post import Post, PostRules
from pbx.services.presence import Presence
from pbx.services.push import PushRules, PushService
from pbx.services.resync import Resync
from pbx.services.switchboard import CallRules, Switchboard
from pbx.services.voice import VoiceAccounts
from pbx.services.voicemail import VoicemailRules, VoicemailService
from pbx.services.work import WorkService
from pbx.settings import ROOT, Settings
from pbx.store.database import Database
from pbx.switch import AsteriskSwitch
from pbx.web.api import Api, Health
from pbx.web.live import LiveHub

PROMPTS = ROOT / "recordings" / "prompts"
HOME_REGION = "DE"
REMEMBER_SECONDS = 1.0
T = TypeVar("T")
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Services:
    """What is wired together."""

    hub: LiveHub
    switch: AsteriskSwitch
    board: Switchboard
    calls: CallService
    desk: Desk
    checks: CheckCalls
    presence: Presence
    push: PushService
    push_sender: WebPushSender
    voice: VoiceAccounts
    voicemails: VoicemailService
    work: WorkService
    office: Office
    accounts: Accounts
    greetings: Greetings
    outbound: Outbound
    ledger: Ledger
    resync: Resync
    connected: asyncio.Event


def build(settings: Settings, reference: Reference, database: Database) -> Services:
    """Wire adapters and services; nothing runs yet."""
    clock = SystemClock()
    hub = LiveHub()
    connected = asyncio.Event()
    a = settings.asterisk
    switch = AsteriskSwitch(
        partial(
            AriClient,
            a.host,
            a.http_port,
            a.app,
            a.username,
            ari_password(settings),
            request_timeout=a.request_timeout_seconds,
            ping_seconds=a.ping_seconds,
        ),
        a.app,
        clock,
        PROMPTS,
        browser_endpoint(settings),
        partial(ended_at, records_of(pbx_home(settings))),
    )
    presence = Presence(clock, settings.limits.heartbeat_seconds, hub.presence_changed)
    voice = VoiceAccounts(switch)
    ledger = Ledger(database.calls, clock)
    outbound = Outbound(database.directory, _outbound_rules(settings, reference))
    sound = audio.FileAudio()
    mailer = mail.SmtpMailer(
        settings.smtp, settings.voicemail.language, name_of=partial(_name_of, database.directory)
    )
    voicemails = VoicemailService(
        switch=switch,
        calls=database.calls,
        directory=database.directory,
        store=database.voicemails,
        archive=RecordingArchive(settings.recordings_dir),
        audio=sound,
        mailer=mailer,
        notifier=hub,
        clock=clock,
        rules=_voicemail_rules(settings),
    )
    post = Post(
        store=database.letters,
        sender=mailer,
        clock=clock,
        rules=PostRules(settings.smtp.sender, settings.smtp.retry_minutes),
    )
    board = Switchboard(
        switch=switch,
        calls=database.calls,
        ledger=ledger,
        directory=database.directory,
        presence=presence,
        voice=voice,
        notifier=hub,
        clock=clock,
        rules=_call_rules(settings),
        keep_voicemail=voicemails.keep,
        on_connected=connected.set,
    )
    presence.on_lost = board.user_unreachable
    presence.on_found = board.user_reachable
    presence.on_call = lambda user_id: bool(board.of_user(user_id))
    push_sender = WebPushSender(
        kept_key(settings.data / "push.key"),
        settings.push.contact or f"mailto:{settings.smtp.sender}",
    )
    return Services(
        hub=hub,
        switch=switch,
        board=board,
        calls=CallService(
            board=board,
            switch=switch,
            calls=database.calls,
            directory=database.directory,
            outbound=outbound,
            clock=clock,
        ),
        checks=CheckCalls(switch=switch, voice=voice, clock=clock, then=board),
        desk=desk_of(database, board=board, notifier=hub, clock=clock, home_region=HOME_REGION),
        presence=presence,
        push=PushService(
            store=database.push,
            sender=push_sender,
            directory=database.directory,
            clock=clock,
            rules=_push_rules(settings),
        ),
        push_sender=push_sender,
        voice=voice,
        voicemails=voicemails,
        work=WorkService(
            directory=database.directory,
            calls=database.calls,
            board=board,
            clock=clock,
            today=today,
        ),
        office=office_of(
            database,
            links=Links(
                secret=kept_secret(settings.data / "links.key"),
                address=settings.http.address,
                clock=clock,
            ),
            post=post,
        ),
        accounts=Accounts(
            directory=database.directory,
            sessions=database.sessions,
            hasher=Argon2Hasher(),
            clock=clock,
            session_hours=settings.http.session_hours,
        ),
        greetings=Greetings(settings.recordings_dir / "greetings", sound),
        outbound=outbound,
        ledger=ledger,
        resync=Resync(board=board, switch=switch, calls=database.calls, voice=voice, clock=clock),
        connected=connected,
    )


async def _name_of(directory: Directory, user_id: str) -> str:
    user = await directory.user(user_id)
    return user.name if user else ""


def today() -> date:
    """The business's date."""
    return datetime.now(BERLIN).date()


def _outbound_rules(settings: Settings, reference: Reference) -> OutboundRules:
    return OutboundRules(
        head_office=settings.numbers.head_office,
        verified=settings.trunk.verified_numbers,
        types=reference.types,
        denied=reference.denied,
        emergency=reference.emergency,
        emergency_mode=settings.emergency.mode,
        names=reference.names,
    )


def _call_rules(settings: Settings) -> CallRules:
    limits, vm = settings.limits, settings.voicemail
    return CallRules(
        head_office=settings.numbers.head_office,
        head_office_ring=settings.numbers.head_office_ring,
        home_region=HOME_REGION,
        inbound_task=settings.numbers.inbound_task,
        calls_per_user=limits.calls_per_user,
        limits=CallLimits(
            reattach_seconds=limits.reattach_seconds,
            dial_seconds=limits.dial_seconds,
            max_call_seconds=limits.max_call_seconds,
        ),
        voicemail=VoicemailPlan(
            max_seconds=vm.max_seconds,
            start_silence_seconds=vm.start_silence_seconds,
            end_silence_seconds=vm.end_silence_seconds,
        ),
        greetings=str(settings.recordings_dir / "greetings"),
    )


def _push_rules(settings: Settings) -> PushRules:
    return PushRules(
        allowed_hosts=settings.push.allowed_hosts,
        loopback=settings.push.allow_loopback,
        ttl_seconds=settings.numbers.ring_seconds,
    )


def _turn_rules(settings: Settings) -> TurnRules:
    turn = settings.turn
    return TurnRules(turn.stun_urls, turn.urls, turn.secret, turn.ttl_seconds)


def _voicemail_rules(settings: Settings) -> VoicemailRules:
    vm = settings.voicemail
    return VoicemailRules(
        head_office=settings.numbers.head_office,
        recipients=vm.recipients,
        sender=settings.smtp.sender,
        min_speech_ms=vm.min_speech_ms,
        keep_silent_days=vm.keep_silent_days,
        retry_minutes=settings.smtp.retry_minutes,
    )


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
        presence=services.presence,
        push=services.push,
        turn=_turn_rules(settings),
        voice=services.voice,
        voicemails=services.voicemails,
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
