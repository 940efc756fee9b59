"""What would happen with a call: `routing.plan_inbound` with what is written down and who is
there. The one way to a plan, for live calls and for every simulation."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from pbx.domain import numbers, routing
from pbx.domain.records import Number
from pbx.domain.routing import Action, Book, Caller, Final, Plan, Presence
from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.outside_numbers import OutsideNumbers
from pbx.services.ports import Directory, Switch
from pbx.services.routing_ports import CallerLists, RouteParts, Routes

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RingRules:
    """The part that does not change while the process runs."""

    head_office: str
    head_office_ring: tuple[str, ...]
    """E-mail addresses; unknown ones are left out."""
    home_region: str


class Planner:
    """Args: `secret` keys the hashes of hidden callers (F43), kept in the data folder; `outside`
    knows which numbers outside may be called."""

    def __init__(
        self,
        *,
        directory: Directory,
        routes: Routes,
        callers: CallerLists,
        outside: OutsideNumbers,
        rules: RingRules,
        secret: bytes,
    ) -> None:
        self.rules = rules
        self.outside = outside
        self._directory = directory
        self._routes = routes
        self._callers = callers
        self._secret = secret

    async def plan(self, did: str, caller: Caller, at: datetime, presence: Presence) -> Plan:
        """What happens if `caller` calls `did`, as the trunk sent it, at `at`."""
        e164 = numbers.e164_from_trunk(did, self.rules.home_region) or did
        number = await self._directory.number(e164)
        shared = number is None or number.cooling_at(at) is not None
        start = self.rules.head_office if number is None or shared else number.e164
        book = await self.book(await self._routes.parts(start, at), caller)
        book = replace(book, rules=await self._callers.about(caller))
        return routing.plan_inbound(did=number, caller=caller, at=at, book=book, presence=presence)

    async def book(self, parts: RouteParts, caller: Caller | None = None) -> Book:
        """`parts` with the head office and what policy says now, and without caller lists."""
        head = self.rules.head_office
        steps = (step for own in parts.steps.values() for step in own)
        outside = {step.target for step in steps if step.action is Action.OUTSIDE}
        ring = [
            user.id
            for email in self.rules.head_office_ring
            if (user := await self._directory.user_by_email(email))
        ]
        return Book(
            head_office=await self._directory.number(head) or Number(head, "", head_office=True),
            head_office_ring=tuple(ring),
            numbers=parts.numbers,
            steps=parts.steps,
            groups=parts.groups,
            schedules=parts.schedules,
            absences=parts.absences,
            outside=await self.outside.kept_from(outside, caller),
        )

    def caller(self, number: str | None, asserted: str = "") -> Caller:
        """Who calls, as caller lists know them.

        Args:
            number: what the caller shows, E.164.
            asserted: what the network says of one who shows nothing; only its hash is kept.
        """
        if number:
            return Caller(number)
        known = numbers.e164_from_trunk(asserted, self.rules.home_region) if asserted else None
        return Caller(hidden=routing.hidden_hash(self._secret, known)) if known else Caller()

    async def note(self, call_id: str, caller: Caller, plan: Plan, at: datetime) -> None:
        """Count the entry that was about this caller, and remember a hidden one."""
        if plan.rule is not None:
            await self._callers.hit(plan.rule.id, at)
        if caller.hidden:
            await self._callers.keep_hidden(call_id, caller.hidden, at)


async def asserted_number(switch: Switch, channel: str) -> str:
    """What the network says of a caller who shows nothing; where Asterisk cannot be asked, the
    call is taken without."""
    try:
        return await switch.asserted_number(channel)
    except (SwitchRefused, SwitchUnreachable) as e:
        log.warning("channel %s: who withholds the number is unknown: %s", channel, e.reason)
        return ""


def notes_of(plan: Plan) -> list[tuple[str, str]]:
    """Who rings or does not, and what was passed: user id or nothing, and the reason's id."""
    return [
        *((skipped.user_id, skipped.reason.value) for skipped in plan.skipped),
        *(("", passed.reason.value) for passed in plan.passed),
        *((user, s.reason.value) for s in plan.stages for user in s.user_ids or ("",)),
        *(("", reason.value) for reason in plan.notes),
    ]


def reject_cause(plan: Plan) -> str:
    """Why the call does not go to voicemail, as a cause id; empty: it does."""
    if plan.final is not Final.REJECT:
        return ""
    return "blocked-caller" if routing.Reason.BLOCKED in plan.notes else "route-rejected"


def asleep(plan: Plan) -> tuple[str, ...]:
    """Who would ring, had they a live browser."""
    skipped = plan.skipped
    return tuple(s.user_id for s in skipped if s.reason is routing.Reason.NOT_LIVE)
