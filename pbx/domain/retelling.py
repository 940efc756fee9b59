"""What a call's ledger entries tell beyond the call's record: who had it, where its legs were.

Read when a call is taken over (`pbx.domain.adoption`): Asterisk knows which legs there are, but
neither whose they are nor what people were doing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pbx.domain.messages import Leg, LinkedAs
from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Moment

PARKING = frozenset(
    {"held", "split", "transfer-begun", "transfer-back", "transfer-taken-back", "handed-over"}
)
"""Notes after which the user's leg is out of the bridge, until `resumed`."""
LINKS = {"joined": LinkedAs.GUEST, "transfer-done": LinkedAs.TRANSFER}


@dataclass(frozen=True, slots=True)
class Told:
    """The state of things at the last entry.

    `agents`, `colleagues`: channels that were brought as this leg, oldest first.
    `returns_to`: who gets a handed-over call back, as long as its new user has not come.
    `link`: how the far party was last connected with that of another call.
    `outside`: how many numbers outside were called for it.
    `dictating`: a greeting was being recorded.
    """

    user_id: str | None = None
    task: str | None = None
    colleague_id: str | None = None
    returns_to: str | None = None
    agents: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    parked: bool = False
    far_parked: bool = False
    held_at: Moment | None = None
    transferring: bool = False
    link: LinkedAs | None = None
    outside: int = 0
    dictating: bool = False


def retell(entries: Iterable[LedgerEntry]) -> Told:
    """Of one call, in the order in which they were written."""
    told = Told()
    for entry in entries:
        if entry.kind is LedgerKind.LEG_UP:
            told = _leg_up(told, entry)
        elif entry.kind is LedgerKind.ANSWERED:
            told = replace(told, user_id=entry.user_id or told.user_id)
        elif entry.kind is LedgerKind.NOTE:
            told = _note(told, entry)
    return told


def _leg_up(told: Told, entry: LedgerEntry) -> Told:
    channel = (entry.channel,) if entry.channel else ()
    if entry.leg == Leg.FAR:
        colleague = entry.user_id or told.colleague_id
        return replace(told, colleague_id=colleague, colleagues=(*told.colleagues, *channel))
    return replace(
        told,
        user_id=entry.user_id or told.user_id,
        task=entry.task or told.task,
        returns_to=None,
        agents=(*told.agents, *channel),
    )


def _note(told: Told, entry: LedgerEntry) -> Told:
    internal = entry.direction is Direction.INTERNAL
    match entry.cause:
        case "colleague-rings":
            return replace(told, colleague_id=entry.user_id) if internal else told
        case "held" | "resumed" as cause if internal and entry.user_id == told.colleague_id:
            return replace(told, far_parked=cause == "held")
        case "dictation-begun":
            return replace(told, dictating=True)
        case "outside-rings":
            return replace(told, outside=told.outside + 1)
        case "resumed":
            return replace(told, parked=False, transferring=False)
        case "handed-over":
            told = replace(told, returns_to=told.user_id, user_id=entry.user_id)
        case "transfer-back":
            told = replace(told, returns_to=None, user_id=entry.user_id)
        case "joined" | "transfer-done" as cause:
            return replace(told, link=LINKS[cause], transferring=False)
    if entry.cause not in PARKING:
        return told
    return replace(
        told,
        parked=True,
        held_at=entry.moment,
        transferring=entry.cause == "transfer-begun",
        link=None,
    )
