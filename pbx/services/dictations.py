"""Recording greetings by telephone: a code from the page, entered while a greeting plays.

Whoever enters it takes the leg away from the exchange: it belongs to the dictation until it is
hung up, and the call there only waits for that end. After a lost connection to Asterisk nothing
is a dictation any more, and such calls end; what was being recorded then ends up as a message.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pbx.domain import messages as m
from pbx.domain.dictation import Dictation, Keep, Kept, Step, Wanted
from pbx.domain.greetings import Source
from pbx.domain.records import Moment, User
from pbx.errors import PbxError, SwitchRefused, SwitchUnreachable, Unavailable
from pbx.services.greeting_library import GreetingLibrary, Take, named
from pbx.services.ports import Clock, Switch, SwitchListener
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(minutes=10)
CODE_DIGITS = 6
MOST_DIGITS = 18
"""Of one call: whoever guesses has to call again and again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be recorded: a new greeting `name`, or a version of the one with `greeting_id`."""

    user: User
    name: str
    greeting_id: str | None
    valid_from: datetime | None


@dataclass(frozen=True, slots=True)
class Code:
    digits: str
    expires_at: datetime
    wish: Wish


@dataclass
class _Running:
    dictation: Dictation
    wish: Wish
    events: "asyncio.Queue[m.Event]" = field(default_factory=asyncio.Queue)


class Dictations:
    """`ports.SwitchListener`: takes calls in which a code is entered, hands all others on.

    Args:
        listening: the channel of a call whose caller hears a greeting just now, else None.
    """

    def __init__(
        self,
        *,
        switch: Switch,
        library: GreetingLibrary,
        clock: Clock,
        then: SwitchListener,
        listening: Callable[[str], str | None],
    ) -> None:
        self._switch = switch
        self._library = library
        self._clock = clock
        self._then = then
        self._listening = listening
        self._codes: dict[str, Code] = {}
        self._typed: dict[str, str] = {}
        self._running: dict[str, _Running] = {}
        self._tasks = TaskOwner("dictations")

    async def open(
        self, user: User, name: str, greeting_id: str | None, valid_from: datetime | None
    ) -> Code:
        """A code for one recording; a person's last one is the only one that is good.

        Raises:
            BadRequest: `no-greeting-name`; NotFound: `unknown-greeting`.
        """
        if greeting_id is None:
            name = named(name)
        else:
            await self._library.entry(greeting_id)
        now = self._library.now()
        self._codes = {
            digits: code
            for digits, code in self._codes.items()
            if code.expires_at > now and code.wish.user.id != user.id
        }
        digits = ""
        while not digits or digits in self._codes:
            digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        code = Code(digits, now + GOOD_FOR, Wish(user, name, greeting_id, valid_from))
        self._codes[digits] = code
        return code

    async def stop(self) -> None:
        await self._tasks.close()

    # -------------------------------------------------------------- reports of the switch

    def event(self, call_id: str, event: m.Event) -> None:
        if running := self._running.get(call_id):
            running.events.put_nowait(event)
            if isinstance(event, m.LegGone):
                self._then.event(call_id, event)
            return
        if isinstance(event, m.DigitPressed):
            self._then.event(call_id, event)
            self._digit(call_id, event)
            return
        if isinstance(event, m.LegGone):
            self._typed.pop(call_id, None)
        self._then.event(call_id, event)

    def _digit(self, call_id: str, event: m.DigitPressed) -> None:
        channel = self._listening(call_id) if self._codes else None
        if channel is None:
            self._typed.pop(call_id, None)
            return
        typed = self._typed[call_id] = self._typed.get(call_id, "") + event.digit
        code = self._codes.get(typed[-CODE_DIGITS:])
        if code is None or len(typed) > MOST_DIGITS or code.expires_at <= event.at.at:
            return
        del self._codes[code.digits]
        self._typed.pop(call_id)
        self._begin(call_id, channel, code.wish, event.at)

    def _begin(self, call_id: str, channel: str, wish: Wish, at: Moment) -> None:
        log.info("call=%s records a greeting", call_id)
        running = _Running(Dictation(channel, self._library.rules.max_seconds), wish)
        self._running[call_id] = running
        self._then.event(call_id, m.DictationBegun(at))
        self._tasks.start(self._run(call_id, running), call_id)

    def call_arrived(self, call_id: str, channel: str, did: str, caller: str, at: Moment) -> None:
        self._then.call_arrived(call_id, channel, did, caller, at)

    def agent_joined(self, call_id: str, endpoint: str, channel: str, at: Moment) -> None:
        self._then.agent_joined(call_id, endpoint, channel, at)

    def connected(self) -> None:
        for call_id in self._running:
            self._then.event(call_id, m.HangUpRequested(self._clock.now(), ""))
        self._running.clear()
        self._typed.clear()
        self._then.connected()

    # -------------------------------------------------------------- at work

    async def _run(self, call_id: str, running: _Running) -> None:
        dictation = running.dictation
        try:
            await self._carry_out(call_id, running, dictation.begin())
            while dictation.step is not Step.OVER and self._running.get(call_id) is running:
                event = await running.events.get()
                before = dictation.step
                wanted = dictation.handle(event)
                log.info(
                    "call=%s dictation %s -[%s]-> %s",
                    call_id,
                    before.name,
                    type(event).__name__,
                    dictation.step.name,
                )
                await self._carry_out(call_id, running, wanted)
        finally:
            if self._running.get(call_id) is running:
                del self._running[call_id]

    async def _carry_out(self, call_id: str, running: _Running, wanted: list[Wanted]) -> None:
        for each in wanted:
            if isinstance(each, Keep):
                running.events.put_nowait(
                    Kept(self._clock.now(), await self._keep(call_id, running))
                )
                continue
            try:
                await self._switch.execute(call_id, each)
            except (SwitchRefused, SwitchUnreachable) as e:
                refused = isinstance(e, SwitchRefused)
                failed = m.CommandFailed(self._clock.now(), each, refused, e.reason)
                running.events.put_nowait(failed)

    async def _keep(self, call_id: str, running: _Running) -> str:
        """The file that plays what was recorded; empty where it could not be kept."""
        wish = running.wish
        try:
            data = await self._switch.fetch_recording(call_id)
            take = Take(data, Source.TELEPHONE, "", wish.valid_from)
            if wish.greeting_id is None:
                entry = await self._library.add(wish.user, wish.name, take)
            else:
                entry = await self._library.add_version(wish.user, wish.greeting_id, take)
        except PbxError as e:
            log.warning("call=%s dictation cannot be kept: %s", call_id, e)
            if not isinstance(e, Unavailable):  # else it will be found, and be a message
                await self._drop(call_id)
            return ""
        await self._drop(call_id)
        return str(self._library.path(entry.versions[0].id))

    async def _drop(self, call_id: str) -> None:
        try:
            await self._switch.drop_recording(call_id)
        except (SwitchRefused, SwitchUnreachable) as e:
            log.warning("call=%s recording stays in Asterisk: %s", call_id, e.reason)
