"""Block, allow and VIP list: putting callers on them, from a number or from a call (F42, F43)."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime

from pbx.domain import numbers
from pbx.domain.records import User
from pbx.domain.routing import SHORTEST_PREFIX, CallerRule, ListKind
from pbx.errors import BadRequest, NotFound
from pbx.services.ports import CallLog, Clock
from pbx.services.routing_ports import CallerLists

MAX_NOTE = 500
_DIGITS = re.compile(r"\+[1-9][0-9]*")


class CallerOffice:
    def __init__(
        self, *, store: CallerLists, calls: CallLog, clock: Clock, home_region: str
    ) -> None:
        self._store = store
        self._calls = calls
        self._clock = clock
        self._home_region = home_region

    async def add_number(
        self, kind: ListKind, number: str, until: datetime | None, note: str, by: User
    ) -> CallerRule:
        """Put a number on a list, or all that begin with it, where it ends with `*`.

        Raises:
            BadRequest: `bad-caller-number`, `bad-until`.
        """
        prefix = number.strip().endswith("*")
        pattern = self._beginning(number) if prefix else self._number(number)
        return await self._put(kind, until, note, by, pattern=pattern, prefix=prefix)

    async def add_caller_of(
        self, kind: ListKind, call_id: str, until: datetime | None, note: str, by: User
    ) -> CallerRule:
        """Put the other party of a call on a list, also one who withheld the number.

        Raises:
            NotFound: `unknown-call`; BadRequest: `caller-unknown`, `bad-until`.
        """
        call = await self._calls.get(call_id)
        if call is None:
            raise NotFound("unknown-call", "Diesen Anruf gibt es nicht.", "There is no such call.")
        if call.number:
            return await self._put(kind, until, note, by, pattern=call.number)
        hidden = await self._store.hidden_of(call_id)
        if hidden is None:
            raise BadRequest(
                "caller-unknown",
                "Der Anrufer hat seine Nummer unterdrückt, und das Netz hat sie nicht mitgeteilt: "
                "er lässt sich nicht auf eine Liste setzen.",
                "The caller withheld the number, and the network did not pass it: they cannot be "
                "put on a list.",
            )
        return await self._put(kind, until, note, by, hidden=hidden)

    async def find(
        self, kind: ListKind, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallerRule], str | None]:
        """Newest first."""
        return await self._store.find(kind, cursor, limit)

    async def remove(self, rule_id: str, by: User) -> None:
        """Raises `NotFound`: `unknown-caller-rule`."""
        await self._store.remove(rule_id, by=by.id, at=self._clock.now().at)

    async def _put(
        self,
        kind: ListKind,
        until: datetime | None,
        note: str,
        by: User,
        *,
        pattern: str = "",
        prefix: bool = False,
        hidden: str = "",
    ) -> CallerRule:
        now = self._clock.now().at
        if until is not None and until <= now:
            raise BadRequest(
                "bad-until",
                "Das Ende liegt in der Vergangenheit. Bitte einen späteren Tag wählen.",
                "The end is in the past. Please choose a later day.",
            )
        text = note.strip()[:MAX_NOTE]
        rule = CallerRule(uuid.uuid4().hex, kind, pattern, prefix, hidden, until, text)
        return await self._store.put(rule, by=by.id, at=now)

    def _number(self, text: str) -> str:
        found = numbers.e164_from_trunk(re.sub(r"[\s()/-]", "", text), self._home_region)
        if found is None or not _DIGITS.fullmatch(found):
            raise _bad_number()
        return found

    def _beginning(self, text: str) -> str:
        digits = re.sub(r"[\s()/*-]", "", text)
        if digits.startswith("00"):
            digits = "+" + digits[2:]
        elif digits.startswith("0"):
            digits = f"+{numbers.calling_code(self._home_region)}{digits[1:]}"
        if not _DIGITS.fullmatch(digits) or not SHORTEST_PREFIX <= len(digits) <= 16:
            raise _bad_number()
        return digits


def _bad_number() -> BadRequest:
    return BadRequest(
        "bad-caller-number",
        "Bitte eine ganze Rufnummer angeben, oder ihren Anfang mit Ländervorwahl und * am Ende, "
        "zum Beispiel +49900*.",
        "Please give a whole number, or its beginning with the country's code and * at the end, "
        "for example +49900*.",
    )
