"""Keys that callers press are kept in the call's record, those of our own people never are."""

from pbx.domain import messages as m
from pbx.domain.call.digits import MOST, PAUSE_SECONDS
from pbx.domain.records import LedgerKind
from pbx.domain.texts import timeline_text
from tests.support.pure_calls import at, colleagues_talking, inbound, of, talking


def noted(commands: list[m.Command]) -> list[str | None]:
    return [c.digits for c in of(commands, m.WriteLedger) if c.cause == "digits"]


def pressed(second: float, digit: str, leg: m.Leg = m.Leg.FAR) -> m.DigitPressed:
    return m.DigitPressed(at(second), leg, digit)


def test_after_a_pause_what_was_typed_is_one_line() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    for second, digit in enumerate("12#"):
        commands = call.handle(pressed(second, digit))
        assert commands == [m.StartTimer(m.TimerName.DIGITS, PAUSE_SECONDS)]
    assert noted(call.handle(m.TimerFired(at(9), m.TimerName.DIGITS))) == ["12#"]
    assert call.handle(m.TimerFired(at(9), m.TimerName.DIGITS)) == []
    call.handle(pressed(10, "7"))
    ended = call.handle(m.LegGone(at(11), m.Leg.FAR, "in-1", 16))
    assert noted(ended) == ["7"], "nothing is lost at the end"
    assert call.handle(pressed(12, "8")) == []
    text = timeline_text(LedgerKind.NOTE, "de", cause="digits", digits="12#")
    assert text == "Der Anrufer hat getippt: 12#"


def test_a_line_has_an_end() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    lines = [line for n in range(2 * MOST) for line in noted(call.handle(pressed(n, "5")))]
    assert lines == ["5" * MOST] * 2


def test_what_our_own_people_type_is_never_kept() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    assert call.handle(pressed(1, "1", m.Leg.AGENT)) == []
    for other in (talking(), colleagues_talking()):
        assert other.handle(pressed(20, "1")) + other.handle(pressed(21, "2", m.Leg.AGENT)) == []
        ended = other.handle(m.HangUpRequested(at(30), "anna"))
        assert noted(ended) == []
