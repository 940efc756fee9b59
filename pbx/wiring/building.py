"""All services with their adapters; nothing of it runs yet."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from pbx import audio, mail
from pbx.archive import RecordingArchive
from pbx.ari.client import AriClient
from pbx.asterisk.config import ari_password, browser_endpoint
from pbx.asterisk.home import pbx_home
from pbx.asterisk.witness import ended_at, records_of
from pbx.clock import SystemClock
from pbx.greeting_audio import GreetingFiles
from pbx.kept import kept_secret
from pbx.passwords import Argon2Hasher
from pbx.push import WebPushSender, kept_key
from pbx.reference import Reference
from pbx.services.accounts import Accounts
from pbx.services.addons import AddonParts
from pbx.services.alarms import LetterAlarms, of_letters
from pbx.services.caller_lists import CallerOffice
from pbx.services.calls import CallService
from pbx.services.caretaker import Caretaker
from pbx.services.check_calls import CheckCalls
from pbx.services.desk import Desk, desk_of
from pbx.services.dictations import Dictations
from pbx.services.greeting_library import GreetingLibrary, GreetingRules
from pbx.services.greetings import Greetings
from pbx.services.inbox import Inbox, inbox_of
from pbx.services.inside_calls import InsideCalls
from pbx.services.ledger import Ledger
from pbx.services.links import Links
from pbx.services.office import Office, office_of
from pbx.services.outbound import Outbound
from pbx.services.outside import OutsideCalls
from pbx.services.overview import Overview
from pbx.services.ports import Clock, Directory
from pbx.services.post import Post, PostRules
from pbx.services.presence import Presence
from pbx.services.push import PushService
from pbx.services.resync import Resync
from pbx.services.routing import RouteOffice
from pbx.services.sounds import Sounds
from pbx.services.staff import staff_of
from pbx.services.switchboard import Switchboard
from pbx.services.test_calls import TestCalls
from pbx.services.transcripts import Transcripts
from pbx.services.voice import VoiceAccounts
from pbx.services.voicemail import VoicemailService
from pbx.services.work import WorkService
from pbx.settings import ROOT, Settings
from pbx.speaking import EspeakVoice
from pbx.store.database import Database
from pbx.switch import AsteriskSwitch
from pbx.transcription import HttpTranscriber
from pbx.web.live import LiveHub
from pbx.wiring.destinations import destinations_by, planner_of
from pbx.wiring.hooks import integration
from pbx.wiring.rules import (
    HOME_REGION,
    call_rules,
    password_rules,
    push_rules,
    surroundings,
    voicemail_rules,
)
from pbx.wiring.signing_in import factors_of

PROMPTS = ROOT / "recordings" / "prompts"
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
    inbox: Inbox
    transcripts: Transcripts
    work: WorkService
    office: Office
    accounts: Accounts
    greetings: Greetings
    outbound: Outbound
    overview: Overview
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
    sound = audio.FileAudio()
    mailer = mail.SmtpMailer(
        settings.smtp, settings.voicemail.language, name_of=partial(_name_of, database.directory)
    )
    library = _library(settings, database, clock)
    post = Post(
        store=database.letters,
        sender=mailer,
        clock=clock,
        rules=PostRules(settings.smtp.sender, settings.smtp.retry_minutes),
    )
    greetings = Greetings(settings.recordings_dir / "greetings", sound, library)
    links = Links(
        secret=kept_secret(settings.data / "links.key"), address=settings.http.address, clock=clock
    )
    alarms = LetterAlarms(directory=database.directory, post=post)
    post.on_undelivered = of_letters(alarms, links)
    archive = RecordingArchive(settings.recordings_dir)
    transcripts = Transcripts(
        transcriber=_transcriber(settings),
        store=database.voicemails,
        archive=archive,
        notifier=hub,
        clock=clock,
        wait_seconds=settings.transcription.wait_seconds,
    )
    voicemails = VoicemailService(
        switch=switch,
        calls=database.calls,
        directory=database.directory,
        store=database.voicemails,
        archive=archive,
        audio=sound,
        mailer=mailer,
        notifier=hub,
        clock=clock,
        links=links,
        alarms=alarms,
        transcripts=transcripts,
        rules=voicemail_rules(settings),
    )
    transcripts.on_text = voicemails.wake
    caretaker = Caretaker(
        mailing=voicemails,
        transcripts=transcripts,
        directory=database.directory,
        store=database.voicemails,
        archive=archive,
        notifier=hub,
        clock=clock,
        links=links,
        alarms=alarms,
        absences=database.routes,
    )
    destinations = destinations_by(
        settings, reference, database, post, clock, links.url("/manage/limits")
    )
    planner = planner_of(settings, database, destinations.outbound)
    board = Switchboard(
        switch=switch,
        calls=database.calls,
        ledger=ledger,
        directory=database.directory,
        presence=presence,
        voice=voice,
        planner=planner,
        notifier=hub,
        clock=clock,
        rules=call_rules(settings),
        keep_voicemail=voicemails.keep,
        library_greeting=library.playing,
        on_connected=connected.set,
    )
    board.outside = OutsideCalls(
        board=board,
        directory=database.directory,
        numbers=planner.outside,
        destinations=destinations,
        clock=clock,
    ).ring
    presence.on_lost = board.user_unreachable
    presence.on_found = board.user_reachable
    presence.on_call = lambda user_id: bool(board.of_user(user_id))
    dictations = Dictations(
        switch=switch, library=library, clock=clock, then=board, listening=board.listener
    )
    inside = InsideCalls(
        switch=switch, clock=clock, caller_id=settings.numbers.head_office, then=dictations
    )
    tests = TestCalls(
        store=database.test_calls,
        caller=inside,
        directory=database.directory,
        sounds=Sounds(str(settings.recordings_dir / "greetings"), library.playing),
        prompts=PROMPTS,
        archive=archive,
        clock=clock,
    )
    hasher = Argon2Hasher()
    push_sender = WebPushSender(
        kept_key(settings.data / "push.key"),
        settings.push.contact or f"mailto:{settings.smtp.sender}",
    )
    work = WorkService(
        directory=database.directory,
        calls=database.calls,
        board=board,
        clock=clock,
        today=today,
    )
    desk = desk_of(database, board=board, notifier=hub, clock=clock, home_region=HOME_REGION)
    return Services(
        hub=hub,
        switch=switch,
        board=board,
        calls=CallService(
            board=board,
            switch=switch,
            calls=database.calls,
            directory=database.directory,
            outbound=destinations.outbound,
            guard=destinations.guard,
            clock=clock,
        ),
        checks=CheckCalls(switch=switch, voice=voice, clock=clock, then=inside),
        desk=desk,
        presence=presence,
        push=PushService(
            store=database.push,
            sender=push_sender,
            directory=database.directory,
            clock=clock,
            rules=push_rules(settings),
        ),
        push_sender=push_sender,
        voice=voice,
        voicemails=voicemails,
        work=work,
        office=office_of(
            database,
            company=settings.company.shown,
            addons=AddonParts(archive, tests),
            dictations=dictations,
            greetings=library,
            integration=integration(
                settings,
                database,
                board=board,
                notifier=hub,
                work=work,
                alarms=alarms,
                links=links,
                clock=clock,
            ),
            links=links,
            post=post,
            routing=RouteOffice(
                planner=planner,
                routes=database.routes,
                callers=database.callers,
                directory=database.directory,
                audit=database.audit,
                greetings=greetings,
                post=post,
                clock=clock,
                presence=board.presence_now,
                central=bool(settings.voicemail.recipients),
            ),
            callers=CallerOffice(
                store=database.callers,
                calls=database.calls,
                clock=clock,
                home_region=HOME_REGION,
            ),
            staff=staff_of(
                database,
                post=post,
                clock=clock,
                hasher=hasher,
                on_call=lambda user_id: bool(board.of_user(user_id)),
                rules=password_rules(settings),
                address=settings.http.address,
            ),
            destinations=destinations,
            requests=desk.country_requests,
            clock=clock,
            around=surroundings(settings),
            notifier=hub,
            home_region=HOME_REGION,
        ),
        inbox=inbox_of(
            voicemails,
            caretaker,
            store=database.voicemails,
            directory=database.directory,
            notifier=hub,
            clock=clock,
            links=links,
            letters=post,
        ),
        transcripts=transcripts,
        accounts=Accounts(
            directory=database.directory,
            sessions=database.sessions,
            hasher=hasher,
            clock=clock,
            session_hours=settings.http.session_hours,
            factors=factors_of(settings, database, clock),
        ),
        greetings=greetings,
        outbound=destinations.outbound,
        overview=Overview(
            board=board, directory=database.directory, presence=presence, clock=clock
        ),
        ledger=ledger,
        resync=Resync(
            board=board,
            switch=switch,
            calls=database.calls,
            voice=voice,
            guard=destinations.guard,
            clock=clock,
        ),
        connected=connected,
    )


def _library(settings: Settings, database: Database, clock: Clock) -> GreetingLibrary:
    rules = settings.greetings
    return GreetingLibrary(
        store=database.greetings,
        sound=GreetingFiles(rules.max_seconds),
        voice=EspeakVoice(),
        folder=settings.recordings_dir / "greetings",
        prompts=PROMPTS,
        clock=clock,
        rules=GreetingRules(
            max_bytes=rules.max_megabytes * 1_000_000,
            max_seconds=rules.max_seconds,
            keep_removed_days=rules.keep_removed_days,
        ),
    )


async def _name_of(directory: Directory, user_id: str) -> str:
    user = await directory.user(user_id)
    return user.name if user else ""


def today() -> date:
    """The business's date."""
    return datetime.now(BERLIN).date()


def _transcriber(settings: Settings) -> HttpTranscriber | None:
    wanted = settings.transcription
    if not wanted.url:
        return None
    return HttpTranscriber(
        url=wanted.url,
        key=wanted.key,
        model=wanted.model,
        language=wanted.language,
        timeout_seconds=wanted.timeout_seconds,
    )
