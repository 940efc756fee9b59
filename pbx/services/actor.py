"""One call at work: a queue, a task and the timers around the pure `Call`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import LedgerEntry, LedgerKind
from pbx.errors import PbxError, SwitchRefused, SwitchUnreachable
from pbx.services.ledger import Ledger
from pbx.services.ports import Clock, Switch

log = logging.getLogger(__name__)

QUEUE_EVENTS = 1000

Offerer = Callable[["CallActor", m.Offer | m.StopOffer], Awaitable[None]]
Keeper = Callable[[str], None]
Teller = Callable[["CallActor", m.TellCall], None]
Returner = Callable[["CallActor"], None]
Outside = Callable[["CallActor", m.RingOutside], None]


class CallActor:
    """Runs a `Call`: events in one after the other, commands out in order.

    Args:
        call: the pure call.
        changed: told after each event that changed the state or the ledger.
        offer: rings browsers and stops the ringing.
        keep: takes care of a finished voicemail recording; must return at once.
        tell: takes what this call says to another one; must return at once.
        give_back: sees whether the call's user is free for it; must return at once.
        outside: calls a number outside for this call; must return at once.
    """

    def __init__(
        self,
        call: Call,
        *,
        switch: Switch,
        ledger: Ledger,
        clock: Clock,
        changed: Callable[["CallActor"], Awaitable[None]],
        offer: Offerer,
        keep: Keeper,
        tell: Teller,
        give_back: Returner,
        outside: Outside,
    ) -> None:
        self.call = call
        self.revision = 0
        """How many events it has seen: of two views of it, the larger one is the newer."""
        self.since = clock.now().at
        """Of its state."""
        self._switch = switch
        self._ledger = ledger
        self._clock = clock
        self._changed = changed
        self._offer = offer
        self._keep = keep
        self._tell = tell
        self._give_back = give_back
        self._outside = outside
        self._closed = False
        self._queue: asyncio.Queue[tuple[m.Event, asyncio.Future[None] | None]] = asyncio.Queue(
            QUEUE_EVENTS
        )
        self._timers: dict[m.TimerName, asyncio.TimerHandle] = {}

    def post(self, event: m.Event) -> None:
        """Enqueue; never waits. What is forgotten hears nothing any more.

        Raises:
            asyncio.QueueFull: the call does not keep up: a defect that must be seen.
        """
        if not self._closed:
            self._queue.put_nowait((event, None))

    async def ask(self, event: m.Event) -> None:
        """Enqueue and wait until it has been dealt with."""
        if self._closed:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((event, done))
        await done

    async def run(self, first: list[m.Command]) -> None:
        """Work until the call is finished and has heard what others had to say to it, for
        they wait for its answer; `first` are commands of an adopted call."""
        try:
            if first:
                await self._carry_out(first)
            while not self.call.finished or not self._queue.empty():
                event, done = await self._queue.get()
                try:
                    await self.handle(event)
                except Exception:
                    # One event that went wrong must not leave legs without anybody to end them.
                    log.exception("call=%s %s", self.call.id, type(event).__name__)
                finally:
                    if done and not done.done():
                        done.set_result(None)
        finally:
            self._closed = True
            for timer in self._timers.values():
                timer.cancel()
            while not self._queue.empty():
                _, done = self._queue.get_nowait()
                if done and not done.done():
                    done.set_result(None)

    async def handle(self, event: m.Event) -> None:
        before = self.call.state
        self.revision += 1
        commands = self.call.handle(event)
        after = self.call.state
        level = logging.INFO if after is not before else logging.DEBUG
        name = type(event).__name__
        log.log(level, "call=%s %s -[%s]-> %s", self.call.id, before.name, name, after.name)
        if after is not before:
            self.since = self._clock.now().at
        if commands or after is not before:
            await self._carry_out(commands)

    async def _carry_out(self, commands: list[m.Command]) -> None:
        """In order; only the last words of the ledger are written while the legs are being
        hung up already: a slow disk must not make the call longer than it is billed."""
        last_words: asyncio.Task[None] | None = None
        try:
            for command in commands:
                if isinstance(command, m.WriteLedger) and command.kind is LedgerKind.ENDED:
                    last_words = asyncio.create_task(self._write(command), name="last words")
                else:
                    await self._carry_out_one(command)
        finally:
            if last_words:
                await last_words
        try:
            await self._changed(self)
        except PbxError as e:  # what people see may lag behind; the call must not end of it
            log.warning("call=%s not shown: %s", self.call.id, e)

    async def _carry_out_one(self, command: m.Command) -> None:
        match command:
            case m.WriteLedger():
                await self._write(command)
            case m.StartTimer(name, seconds):
                self._start_timer(name, seconds)
            case m.StopTimer(name):
                if timer := self._timers.pop(name, None):
                    timer.cancel()
            case m.Offer() | m.StopOffer():
                await self._ring(command)
            case m.KeepVoicemail():
                self._keep(self.call.id)
            case m.TellCall():
                self._tell(self, command)
            case m.ReturnToAgent():
                self._give_back(self)
            case m.RingOutside():
                self._outside(self, command)
            case _:
                await self._switch_command(command)

    async def _ring(self, command: m.Offer | m.StopOffer) -> None:
        """Where it cannot ring now (database away), the next target or voicemail takes it."""
        try:
            await self._offer(self, command)
        except PbxError as e:
            log.warning("call=%s cannot ring: %s", self.call.id, e)
            if isinstance(command, m.Offer):
                for user_id in command.user_ids:
                    self.post(m.AgentLost(self._clock.now(), user_id))

    async def _switch_command(self, command: m.Command) -> None:
        try:
            await self._switch.execute(self.call.id, command)
        except (SwitchRefused, SwitchUnreachable) as e:
            refused = isinstance(e, SwitchRefused)
            log.warning("call=%s %s failed: %s", self.call.id, type(command).__name__, e.reason)
            self.post(m.CommandFailed(self._clock.now(), command, refused, e.reason))

    def _start_timer(self, name: m.TimerName, seconds: float) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, self._fire, name)

    def _fire(self, name: m.TimerName) -> None:
        self._timers.pop(name, None)
        self.post(m.TimerFired(self._clock.now(), name))

    async def _write(self, command: m.WriteLedger) -> None:
        if await self._ledger.write(self._entry(command)):
            return
        if command.kind is LedgerKind.OFFERED:
            log.info("call=%s was offered before", self.call.id)

    def _entry(self, command: m.WriteLedger) -> LedgerEntry:
        facts = self.call.facts
        begins = command.kind is LedgerKind.OFFERED
        return LedgerEntry(
            call_id=self.call.id,
            kind=command.kind,
            moment=command.moment,
            direction=facts.direction,
            user_id=command.user_id or facts.user_id or (facts.owner_id if begins else None),
            task=facts.task,
            number=facts.number,
            did=facts.did,
            caller_id=facts.caller_id,
            country=facts.country,
            number_type=facts.number_type,
            zone=facts.zone,
            key=facts.key,
            leg=command.leg.value if command.leg else None,
            channel=command.channel,
            cause=command.cause,
            cause_code=command.cause_code,
            sip_status=command.sip_status,
            outcome=command.outcome,
            talk_ms=command.talk_ms,
            platform_ms=command.platform_ms,
            digits=command.digits,
        )

    @property
    def ended(self) -> bool:
        return self.call.state is CallState.ENDED
