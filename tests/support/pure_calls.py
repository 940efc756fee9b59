"""Calls in a certain state, and what they want done: for tests of the pure call."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import Direction, LedgerKind, Moment

Kind = TypeVar("Kind", bound=m.Command)

EPOCH = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BROWSER, SECOND_BROWSER, FAR = "browser-1", "browser-2", "c1.far"


def at(seconds: float) -> Moment:
    return Moment(EPOCH + timedelta(seconds=seconds), round(seconds * 1000), "boot")


def kinds(commands: list[m.Command]) -> list[str]:
    return [type(command).__name__ for command in commands]


def of(commands: Sequence[m.Command], kind: type[Kind]) -> list[Kind]:
    return [command for command in commands if isinstance(command, kind)]


def written(commands: list[m.Command], kind: LedgerKind) -> m.WriteLedger:
    (entry,) = [c for c in commands if isinstance(c, m.WriteLedger) and c.kind is kind]
    return entry


def outbound() -> Call:
    facts = m.Facts(
        Direction.OUTBOUND, user_id="anna", task="T-1", number="+4930123456", caller_id="+49221"
    )
    return Call("c1", facts)


def inbound(*stages: m.Stage) -> Call:
    return Call("c1", m.Facts(Direction.INBOUND, task="support", number="+43123"), stages=stages)


def dialling() -> Call:
    call = outbound()
    call.handle(m.CallPlaced(at(0)))
    call.handle(m.LegJoined(at(1), m.Leg.AGENT, BROWSER))
    return call


def talking() -> Call:
    call = dialling()
    call.handle(m.LegRang(at(2), m.Leg.FAR, FAR))
    call.handle(m.LegAnswered(at(5), m.Leg.FAR, FAR))
    return call


def held() -> Call:
    call = talking()
    call.handle(m.HoldRequested(at(10), "anna"))
    assert call.state is CallState.HELD
    return call


def internal() -> Call:
    """Anna's call to Ben, with her browser in it: his rings."""
    facts = m.Facts(Direction.INTERNAL, user_id="anna", task="T-1", colleague_id="ben")
    call = Call("c2", facts)
    call.handle(m.CallPlaced(at(0)))
    call.handle(m.LegJoined(at(1), m.Leg.AGENT, "anna-1"))
    assert call.state is CallState.RINGING
    return call


def colleagues_talking() -> Call:
    call = internal()
    call.handle(m.AnswerRequested(at(3), "ben"))
    call.handle(m.LegJoined(at(4), m.Leg.FAR, "ben-1"))
    assert call.state is CallState.TALKING
    return call


def notes(commands: Sequence[m.Command]) -> list[str | None]:
    return [c.cause for c in of(commands, m.WriteLedger) if c.kind is LedgerKind.NOTE]


def told(commands: Sequence[m.Command]) -> dict[str, m.Event]:
    """What is said to other calls, by their ids."""
    return {c.call_id: c.event for c in of(commands, m.TellCall)}
