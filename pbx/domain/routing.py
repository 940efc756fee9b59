"""Who rings when somebody calls one of our numbers, and why.

One pure function serves live calls, `pbx simulate` and the preview in management, so
that what was shown is what happens. Whoever is not reachable is left out at once, with
a reason, instead of ringing into the void (D13).
"""

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pbx.domain.records import Number

MOST_CALLS = 2
"""That one person may have at the same time: one to talk, one that waits."""


class Reason(enum.StrEnum):
    """Why somebody rings, is skipped, or nobody rings; words in `pbx.domain.texts`."""

    ASSIGNED = "assigned"
    RING_LIST = "ring-list"
    NOT_LIVE = "not-live"
    STATUS = "status"
    ON_A_CALL = "on-a-call"
    WAITING = "waiting"
    UNASSIGNED = "unassigned"
    EMPTY_RING_LIST = "empty-ring-list"
    UNKNOWN_DID = "unknown-did"


@dataclass(frozen=True, slots=True)
class RingTarget:
    user_id: str
    seconds: int
    """How long this one rings before the next target is tried."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Skipped:
    user_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens with a call: the targets ring one after the other, then voicemail takes it."""

    number: Number
    """Ours whose label, greeting, language and recipients apply."""
    targets: tuple[RingTarget, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Reason, ...]
    """What holds for the whole call: `unknown-did`, `unassigned`, `empty-ring-list`."""

    @property
    def voicemail_at_once(self) -> bool:
        return not self.targets

    @property
    def longest_wait_seconds(self) -> int:
        """Until voicemail takes the call, if nobody answers."""
        return sum(target.seconds for target in self.targets)


def plan_inbound(
    *,
    did: Number | None,
    head_office: Number,
    head_office_ring: tuple[str, ...],
    live: Collection[str],
    unavailable: Collection[str] = (),
    calls: Mapping[str, int] | None = None,
) -> Plan:
    """Plan a call that arrives for `did`.

    Args:
        did: our number that was called; None where the trunk sent one that we do not know,
            which is then treated like the head office.
        head_office: the shared number.
        head_office_ring: user ids that the head office rings, in this order; may be empty.
        live: user ids with a browser that has just proved itself alive.
        unavailable: user ids that do not want to be rung now, by their own status.
        calls: how many calls a user has, by user id. With one, a further call waits there
            after everybody who is free; with more, it does not ring there.
    """
    calls = calls or {}
    number = head_office if did is None else did
    notes = [Reason.UNKNOWN_DID] if did is None else []
    wanted: list[tuple[str, Reason]] = []
    if number.user_id is not None:
        wanted.append((number.user_id, Reason.ASSIGNED))
    if number.head_office or did is None:
        wanted += [(user, Reason.RING_LIST) for user in head_office_ring]
        if not wanted:
            notes.append(Reason.EMPTY_RING_LIST)
    elif not wanted:
        notes.append(Reason.UNASSIGNED)
    targets: list[RingTarget] = []
    waiting: list[RingTarget] = []
    skipped: list[Skipped] = []
    for user, reason in _first_mentions(wanted):
        if user not in live:
            skipped.append(Skipped(user, Reason.NOT_LIVE))
        elif user in unavailable:
            skipped.append(Skipped(user, Reason.STATUS))
        elif calls.get(user, 0) >= MOST_CALLS:
            skipped.append(Skipped(user, Reason.ON_A_CALL))
        elif calls.get(user, 0):
            waiting.append(RingTarget(user, number.ring_seconds, Reason.WAITING))
        else:
            targets.append(RingTarget(user, number.ring_seconds, reason))
    return Plan(number, (*targets, *waiting), tuple(skipped), tuple(notes))


def _first_mentions(wanted: Iterable[tuple[str, Reason]]) -> Iterable[tuple[str, Reason]]:
    seen: set[str] = set()
    for user, reason in wanted:
        if user not in seen:
            seen.add(user)
            yield user, reason
