"""Test calls as JSON, of numbers and of orders."""

from pbx.domain import numbers
from pbx.domain.going_live_words import why_text
from pbx.domain.test_calls import TestCall
from pbx.web import going_live_schemas as g

HOME = "DE"


def test_call_view(call: TestCall, by: str, path: str, language: str) -> g.TestCallView:
    """`by`: the name of who began it; `path`: of the number or order that it belongs to."""
    return g.TestCallView(
        id=call.id,
        state=call.state.value,
        number=numbers.show(call.did, HOME),
        by=by,
        at=call.at,
        seconds=None if call.duration_ms is None else call.duration_ms / 1000,
        answered=call.answered,
        match_percent=call.match_percent,
        reason=call.reason,
        reason_text=why_text(call.reason, language),
        audio=f"{path}/test-calls/{call.id}/audio" if call.heard else None,
    )
