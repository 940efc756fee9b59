"""The services wired with fakes: an exchange without Asterisk, for unit tests."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from pbx.archive import RecordingArchive
from pbx.domain import messages as m
from pbx.domain.audit import SYSTEM
from pbx.domain.company import Company
from pbx.domain.records import Area, Country, Number, PhoneSystem, Task, User, Zone
from pbx.domain.rights import Role
from pbx.domain.sign_in import FactorRule
from pbx.domain.voicemail import Retention
from pbx.reference import load_reference
from pbx.sealing import AesSeal
from pbx.services.accounts import Accounts
from pbx.services.addons import Addons
from pbx.services.alarms import of_letters
from pbx.services.calls import CallService, PlaceRequest
from pbx.services.caretaker import Caretaker
from pbx.services.check_calls import CheckCalls
from pbx.services.desk import DeskStores, desk_of
from pbx.services.destinations import destinations_of
from pbx.services.dictations import Dictations
from pbx.services.greeting_library import GreetingLibrary
from pbx.services.guard import GuardRules
from pbx.services.inbox import inbox_of
from pbx.services.integration import Integration
from pbx.services.ledger import Ledger
from pbx.services.links import Links
from pbx.services.mailing import VoicemailRules
from pbx.services.outbound import OutboundRules
from pbx.services.outside import OutsideCalls
from pbx.services.outside_numbers import OutsideNumbers
from pbx.services.ports import CallView, LiveChannel
from pbx.services.post import Post, PostRules
from pbx.services.presence import Presence
from pbx.services.push import PushRules, PushService, PushStore
from pbx.services.resync import Resync
from pbx.services.ringing import Planner, RingRules
from pbx.services.second_factor import SecondFactorService
from pbx.services.sign_in_ports import SecondFactors, Sessions
from pbx.services.single_sign_on import SingleSignOn
from pbx.services.switchboard import CallRules, Switchboard
from pbx.services.transcripts import Transcripts
from pbx.services.voice import VoiceAccounts
from pbx.services.voicemail import VoicemailService
from pbx.settings import ROOT
from pbx.settings_file import load
from pbx.store import Database
from tests.fakes.addons import FakeTestCaller
from tests.fakes.countries import FakeLetters
from tests.fakes.desk import FakeDesk
from tests.fakes.edges import (
    FakeAlarms,
    FakeAudio,
    FakeClock,
    FakeHasher,
    FakeMailer,
    FakeNotifier,
    FakePushSender,
    FakeSwitch,
    FakeTranscriber,
    settle,
)
from tests.fakes.messages import FakeVoicemailStore
from tests.fakes.routing import FakeCallerLists, FakeRoutes
from tests.fakes.sign_in import FakeSecondFactors, FakeSessions
from tests.fakes.stores import (
    FakeCallLog,
    FakeDirectory,
    FakePushStore,
)

HEAD_OFFICE = "+4922182829980"
ANNAS = "+4922182829981"
SECRET = "a session's secret"


async def answer_checks(database: Database) -> None:
    """The new-customer check of all customers, so that calls can be placed on their tasks."""
    told = {"phone_system": PhoneSystem.OURS, "informed_on": date(2026, 11, 1)}
    for customer in await database.customers.all():
        await database.customers.change(customer.id, told, SYSTEM, datetime.now(UTC))


class Exchange:
    """Everything that `pbx.app.build` wires, on fakes; `anna` and `ben` are VPAs."""

    def __init__(
        self,
        folder: Path,
        after: "Exchange | None" = None,
        switch: FakeSwitch | None = None,
        database: Database | None = None,
        transcriber: FakeTranscriber | None = None,
    ) -> None:
        """`after`: the one whose Asterisk and database this one finds; `database`: a real one
        in the place of all fakes of stores."""
        self.clock = FakeClock()
        self.switch = after.switch if after else switch or FakeSwitch()
        # Typed as the fakes, which tests look into: those on a database ask it instead.
        self.calls_log: FakeCallLog = after.calls_log if after else FakeCallLog()
        self.directory: FakeDirectory = after.directory if after else FakeDirectory()
        self.sessions: Sessions = FakeSessions(self.directory)
        self.second_factors: SecondFactors = FakeSecondFactors()
        self.messages: FakeVoicemailStore = after.messages if after else FakeVoicemailStore()
        self.push_store: PushStore = FakePushStore()
        self.desk_stores: DeskStores = FakeDesk(self.calls_log, self.directory)
        self.database = database
        if database is not None:
            self.calls_log = cast(FakeCallLog, database.calls)
            self.directory = cast(FakeDirectory, database.directory)
            self.sessions, self.push_store = database.sessions, database.push
            self.messages = cast(FakeVoicemailStore, database.voicemails)
            self.desk_stores, self.second_factors = database, database.second_factors
        self.company = Company()
        self.mailer = FakeMailer()
        self.notifier = FakeNotifier()
        self.test_caller = FakeTestCaller()
        self.addons: Addons | None = None
        """Those of the API, where one is served."""
        self.connected = 0
        self.library: GreetingLibrary | None = None
        self.dictations: Dictations | None = None
        self.integration: Integration | None = None
        self.voice = VoiceAccounts(self.switch)
        self.presence = Presence(self.clock, 8, self.notifier.presence_changed)
        self.ledger = Ledger(self.calls_log, self.clock)
        self.routes: FakeRoutes = FakeRoutes(self.directory)
        self.callers: FakeCallerLists = FakeCallerLists()
        if database is not None:
            self.routes = cast(FakeRoutes, database.routes)
            self.callers = cast(FakeCallerLists, database.callers)
        self.ring_rules = RingRules(HEAD_OFFICE, (), "DE")
        self.letters = FakeLetters()
        self.destinations = destinations_of(
            self.desk_stores,
            letters=self.letters,
            clock=self.clock,
            rules=self._outbound_rules(),
            guard=GuardRules(),
            page="https://pbx.example.test/manage/limits",
        )
        self.outbound = self.destinations.outbound
        self.planner = self._planner()
        self.links = Links(secret=b"k" * 32, address="https://pbx.example.test", clock=self.clock)
        self.alarms = FakeAlarms()
        self.post = database and self._post(database)
        self.archive = RecordingArchive(folder)
        self.transcriber = transcriber
        self.voicemail = self._voicemail()
        self.caretaker = self._caretaker()
        self.inbox = inbox_of(
            self.voicemail,
            self.caretaker,
            store=self.messages,
            directory=self.directory,
            notifier=self.notifier,
            clock=self.clock,
            links=self.links,
            letters=self.post or self.letters,
        )
        self.board = self._board()
        self.checks = CheckCalls(
            switch=self.switch, voice=self.voice, clock=self.clock, then=self.board
        )
        self.presence.on_lost = self.board.user_unreachable
        self.presence.on_found = self.board.user_reachable
        self.presence.on_call = lambda user_id: bool(self.board.of_user(user_id))
        self.push_sender = FakePushSender()
        self.push = PushService(
            store=self.push_store,
            sender=self.push_sender,
            directory=self.directory,
            clock=self.clock,
            rules=PushRules(("push.example.test",)),
        )
        self.calls = CallService(
            board=self.board,
            switch=self.switch,
            calls=self.calls_log,
            directory=self.directory,
            outbound=self.outbound,
            guard=self.destinations.guard,
            clock=self.clock,
        )
        self.board.outside = OutsideCalls(
            board=self.board,
            directory=self.directory,
            numbers=self.planner.outside,
            destinations=self.destinations,
            clock=self.clock,
        ).ring
        self.resync = Resync(
            board=self.board,
            switch=self.switch,
            calls=self.calls_log,
            voice=self.voice,
            guard=self.destinations.guard,
            clock=self.clock,
        )
        self.desk = desk_of(
            self.desk_stores,
            board=self.board,
            notifier=self.notifier,
            clock=self.clock,
            home_region="DE",
        )
        self.accounts = Accounts(
            directory=self.directory,
            sessions=self.sessions,
            hasher=FakeHasher(),
            clock=self.clock,
            session_hours=12,
            factors=SecondFactorService(
                self.second_factors, self.clock, FactorRule.OPTIONAL, AesSeal(b"f" * 32)
            ),
        )
        self.single_sign_on: SingleSignOn | None = None

    async def library_greeting(self, greeting_id: str) -> Path | None:
        """Of the library that a test gave to the exchange."""
        return await self.library.playing(greeting_id) if self.library else None

    def _post(self, database: Database) -> Post:
        rules = PostRules("pbx@example.test", (1, 5))
        post = Post(store=database.letters, sender=self.mailer, clock=self.clock, rules=rules)
        post.on_undelivered = of_letters(self.alarms, self.links)
        return post

    def _voicemail(self) -> VoicemailService:
        self.transcripts = Transcripts(
            transcriber=self.transcriber,
            store=self.messages,
            archive=self.archive,
            notifier=self.notifier,
            clock=self.clock,
            wait_seconds=20,
        )
        made = VoicemailService(
            switch=self.switch,
            calls=self.calls_log,
            directory=self.directory,
            store=self.messages,
            archive=self.archive,
            audio=FakeAudio(),
            mailer=self.mailer,
            notifier=self.notifier,
            clock=self.clock,
            links=self.links,
            alarms=self.alarms,
            transcripts=self.transcripts,
            rules=VoicemailRules(
                head_office=HEAD_OFFICE,
                recipients=("central@example.test",),
                sender="pbx@example.test",
                min_speech_ms=1000,
                retry_minutes=(1, 5, 30, 120),
                retention=Retention(7, 30, 90),
                remind_hours=4,
                quota_bytes=1_000_000,
            ),
        )
        self.transcripts.on_text = made.wake
        return made

    def _caretaker(self) -> Caretaker:
        return Caretaker(
            mailing=self.voicemail,
            transcripts=self.transcripts,
            directory=self.directory,
            store=self.messages,
            archive=self.archive,
            notifier=self.notifier,
            clock=self.clock,
            links=self.links,
            alarms=self.alarms,
            absences=self.routes,
        )

    def _planner(self) -> Planner:
        return Planner(
            directory=self.directory,
            routes=self.routes,
            callers=self.callers,
            outside=OutsideNumbers(
                directory=self.directory, outbound=self.outbound, home_region="DE"
            ),
            rules=self.ring_rules,
            secret=b"a secret for hidden callers",
        )

    def _board(self) -> Switchboard:
        def connected() -> None:
            self.connected += 1

        return Switchboard(
            switch=self.switch,
            calls=self.calls_log,
            ledger=self.ledger,
            directory=self.directory,
            presence=self.presence,
            voice=self.voice,
            planner=self.planner,
            notifier=self.notifier,
            clock=self.clock,
            rules=CallRules(
                home_region="DE",
                inbound_task="support",
                limits=m.CallLimits(),
                voicemail=m.VoicemailPlan(),
                greetings="/greetings",
            ),
            keep_voicemail=self.voicemail.keep,
            library_greeting=self.library_greeting,
            on_connected=connected,
        )

    def _outbound_rules(self) -> OutboundRules:
        reference = load_reference(load(ROOT / "config" / "pbx.toml", environ={}))
        return OutboundRules(
            head_office=HEAD_OFFICE,
            verified=(HEAD_OFFICE, ANNAS),
            types=reference.types,
            denied=reference.denied,
            emergency=reference.emergency,
            emergency_mode="refuse",
            names=reference.names,
        )

    async def open(self) -> "Exchange":
        """People, tasks, numbers, countries; connected and in sync."""
        add = self.directory.add_user
        self.anna = await add("anna@example.test", "Anna", Role.VPA, "de", "hashed:secret word")
        self.ben = await add("ben@example.test", "Ben", Role.VPA, "en", "hashed:other word")
        await self.directory.put_task(Task("T-1", "Termine", "Kunde", Area.BACKOFFICE, 60))
        if self.database is not None:
            await answer_checks(self.database)
        await self.directory.put_task(Task("support", "Support", "", Area.BACKOFFICE, 0, own=True))
        for code in ("DE", "AT", "ES"):
            zone = Zone.DE if code == "DE" else Zone.EU
            country = Country(code, zone, code != "ES")
            await self.directory.put_country(country, "test", self.clock.now().at)
        head_office = Number(HEAD_OFFICE, "Zentrale", head_office=True)
        for number in (head_office, Number(ANNAS, "Anna", user_id=self.anna.id)):
            await self.directory.put_number(number, "test", self.clock.now().at)
        await self.resync.run()
        return self

    async def close(self) -> None:
        await self.checks.stop()
        await self.board.stop()
        await self.voicemail.stop()
        await self.transcripts.stop()
        await self.push.close()

    # ------------------------------------------------------------ what people and Asterisk do

    async def place(
        self, user: User, number: str = "30 1234567", *, key: str = "", task: str = "T-1"
    ) -> tuple[CallView, bool]:
        return await self.calls.place(user, PlaceRequest(number, "DE", task, key))

    async def browser_joins(self, user: User, call_id: str, channel: str = "browser-1") -> None:
        """The user's browser sends its INVITE for this call."""
        account = await self.voice.ensure(user.id, SECRET + user.id)
        self.switch.legs[channel] = self.leg(channel, call_id, "agent", account.username)
        self.checks.agent_joined(call_id, account.username, channel, self.clock.now())
        await settle()

    async def far_answers(self, call_id: str) -> None:
        self.board.event(call_id, m.LegAnswered(self.clock.now(), m.Leg.FAR, f"{call_id}.far"))
        await settle()

    async def far_hangs_up(self, call_id: str, channel: str = "", cause: int = 16) -> None:
        gone = channel or f"{call_id}.far"
        self.switch.legs.pop(gone, None)
        self.board.event(call_id, m.LegGone(self.clock.now(), m.Leg.FAR, gone, cause))
        await settle()

    async def caller_calls(self, did: str, call_id: str = "in1", caller: str = "+436641") -> str:
        """The network offers a call; its channel."""
        channel = f"net-{call_id}"
        self.switch.legs[channel] = self.leg(channel, call_id, "far", "trunk")
        self.board.call_arrived(call_id, channel, did, caller, self.clock.now())
        await settle()
        return channel

    async def talking(self, user: User) -> str:
        """An outbound call in conversation; its id."""
        view, _ = await self.place(user)
        await self.browser_joins(user, view.record.id)
        await self.far_answers(view.record.id)
        return view.record.id

    @staticmethod
    def leg(channel: str, call_id: str, role: str, endpoint: str) -> LiveChannel:
        return LiveChannel(channel, call_id, role, endpoint, role == "agent", False)
