"""The post: letters are durable before anybody is told of them, and tried until accepted."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from pbx.domain import voicemail
from pbx.domain.letters import Letter
from pbx.domain.records import OutboxState
from pbx.errors import Unavailable
from pbx.services.message_ports import Delivery
from pbx.services.ports import Clock

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""Other processes write letters too: the command line, for mails that came back."""
AWAY_SECONDS = 5.0


class LetterStore(Protocol):
    async def add(self, letter: Letter) -> None: ...

    async def put_result(self, letter: Letter) -> None:
        """Write state, attempts, next attempt and reply; one that was accepted stays so, and
        one that came back too."""
        ...

    async def bounced(
        self, message_ids: Sequence[str], words: str, *, by: str, at: datetime
    ) -> Letter | None:
        """The letter with one of these Message-IDs came back, audited; None where there is no
        such letter, or it is known to have come back."""
        ...

    async def about(self, reference: str) -> Sequence[Letter]:
        """Newest first."""
        ...

    async def by_message_id(self, message_id: str) -> Letter | None: ...

    async def due(self, now: datetime, limit: int = 10) -> Sequence[Letter]:
        """Those that wait and whose next attempt is not later than `now`, longest due first."""
        ...

    async def next_due(self) -> datetime | None: ...


class LetterSender(Protocol):
    async def send_letter(self, letter: Letter) -> Delivery:
        """Never raises for what a mail server or network may do; that is in the result."""
        ...


Undelivered = Callable[[Letter, Sequence[str], str], Awaitable[None]]
"""A letter, whom it did not reach, and why."""


async def _nobody(letter: Letter, to: Sequence[str], words: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class PostRules:
    sender: str
    retry_minutes: tuple[int, ...]


class Post:
    def __init__(
        self, *, store: LetterStore, sender: LetterSender, clock: Clock, rules: PostRules
    ) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._rules = rules
        self.on_undelivered: Undelivered = _nobody
        """Told of every letter that did not arrive; set by the wiring. Must not raise."""
        self._wake = asyncio.Event()
        self._unwritten: dict[str, tuple[Letter, Sequence[str]]] = {}
        """What became of letters where the database could not be told yet."""

    async def write(
        self, kind: str, to: Sequence[str], subject: str, text: str, *, reference: str = ""
    ) -> Letter:
        """Send a letter; it is kept when this returns, and goes out by itself.

        Raises:
            ValueError: nobody to send it to; Unavailable: it cannot be kept now.
        """
        letter = self.letter(kind, to, subject, text, reference=reference)
        await self._store.add(letter)
        self.wake()
        return letter

    def letter(
        self,
        kind: str,
        to: Sequence[str],
        subject: str,
        text: str,
        *,
        reference: str = "",
        cc: Sequence[str] = (),
    ) -> Letter:
        """A letter for a store that keeps it in the transaction of what it tells about; call
        `wake` afterwards.

        Raises:
            ValueError: nobody to send it to.
        """
        if not to:
            raise ValueError(f"a letter to nobody: {subject}")
        now = self._clock.now().at
        letter_id = uuid.uuid4().hex
        return Letter(
            id=letter_id,
            kind=kind,
            recipients=tuple(to),
            subject=subject,
            text=text,
            reference=reference,
            message_id=voicemail.message_id(letter_id, self._rules.sender),
            state=OutboxState.WAITING,
            attempts=0,
            next_attempt_at=now,
            smtp_reply="",
            created_at=now,
            cc=tuple(cc),
        )

    def wake(self) -> None:
        """A store has kept letters: send them now."""
        self._wake.set()

    async def about(self, reference: str) -> Sequence[Letter]:
        """All letters with this reference, newest first, with what became of them."""
        return await self._store.about(reference)

    async def bounced(
        self, message_ids: Sequence[str], to: Sequence[str], words: str, *, by: str
    ) -> bool:
        """A letter with one of these Message-IDs came back from the addresses `to`; False where
        we know of none, or know that it came back."""
        at = self._clock.now().at
        letter = await self._store.bounced(message_ids, words, by=by, at=at)
        if letter is None:
            return False
        log.warning("letter %s %s came back: %s", letter.kind, letter.id, words)
        await self.on_undelivered(letter, to or letter.recipients, words)
        return True

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.deliver()
                due = await self._store.next_due()
            except Unavailable as e:
                log.error("post: %s", e)
                due = self._clock.now().at + timedelta(seconds=AWAY_SECONDS)
            seconds = (due - self._clock.now().at).total_seconds() if due else IDLE_SECONDS
            try:
                async with asyncio.timeout(max(0.05, min(seconds, IDLE_SECONDS))):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def deliver(self) -> None:
        """Try every letter that is due once."""
        for letter in await self._store.due(self._clock.now().at):
            done, missed = self._unwritten.get(letter.id) or await self._try(letter)
            self._unwritten[letter.id] = done, missed
            await self._store.put_result(done)
            del self._unwritten[letter.id]
            if missed:
                await self.on_undelivered(done, missed, done.smtp_reply)

    async def _try(self, letter: Letter) -> tuple[Letter, Sequence[str]]:
        """What became of it, and whom it will not reach any more."""
        delivery = await self._sender.send_letter(letter)
        attempts = letter.attempts + 1
        log.info("letter %s %s: %s", letter.kind, letter.id, delivery.reply)
        now = self._clock.now().at
        tried = replace(letter, attempts=attempts, smtp_reply=delivery.reply, next_attempt_at=now)
        if delivery.accepted:
            return replace(tried, state=OutboxState.ACCEPTED), delivery.left_out
        waits = self._rules.retry_minutes
        if delivery.permanent:
            return replace(tried, state=OutboxState.BOUNCED), letter.recipients
        if attempts > len(waits):
            return replace(tried, state=OutboxState.FAILED), letter.recipients
        return replace(tried, next_attempt_at=now + timedelta(minutes=waits[attempts - 1])), ()
