"""Every id has words in both languages."""

import pytest

from pbx.domain import ending, texts
from pbx.domain.records import Direction, LedgerKind, NumberType, Outcome, Status, VoicemailState
from pbx.domain.routing import Reason

CAUSES = [
    "hangup-agent",
    "hangup-far",
    "busy",
    "no-answer",
    "rejected",
    "unreachable-number",
    "network-congestion",
    "network-error",
    "agent-never-came",
    "reattach-timeout",
    "cancelled",
    "dial-timeout",
    "limit-duration",
    "switch-restarted",
    "controller-was-away",
    "declined",
    "answered-elsewhere",
    "voicemail-done",
    "voicemail-silence",
    "test-call",
    "caller-gave-up",
    "caller-left-in-greeting",
    "no-one-reachable",
    "blocked-caller",
    "route-rejected",
    "announced",
    "party-left",
    "transferred",
    "transfer-taken-back",
    "colleague-declined",
    "colleague-no-answer",
    "colleague-not-live",
]
NOTES = [
    "held",
    "resumed",
    "joined",
    "split",
    "transfer-begun",
    "transfer-done",
    "transfer-back",
    "transfer-taken-back",
    "handed-over",
    "colleague-rings",
    "came-live",
]


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_words(cause: str) -> None:
    german, english = texts.cause_text(cause, "de"), texts.cause_text(cause, "en")
    assert german != english
    for text in (german, english):
        assert text.endswith(".")
        assert len(text) > 10


@pytest.mark.parametrize("note", NOTES)
def test_every_note_reads_as_a_line_of_its_own(note: str) -> None:
    german = texts.timeline_text(LedgerKind.NOTE, "de", cause=note)
    english = texts.timeline_text(LedgerKind.NOTE, "en", cause=note)
    assert german != english
    assert note not in (german, english)
    assert not german.startswith("Vermerk")


def test_whoever_cannot_be_called_is_described() -> None:
    assert set(texts.PRESENCE) == {*Status, "on_call", "offline"}


def test_causes_made_from_the_network_are_known() -> None:
    for cause in range(128):
        assert ending.of_failed_dial(cause, None)[1] in texts.CAUSES
    for status in range(300, 700):
        assert ending.of_failed_dial(0, status)[1] in texts.CAUSES


def test_unknown_ids_never_fail() -> None:
    assert texts.cause_text("from-the-future", "en").startswith("The call has ended")
    assert texts.cause_text(None, "de").startswith("Der Anruf ist beendet")
    assert texts.routing_text("from-the-future", "de") == "from-the-future"
    assert texts.voicemail_reason_text("from-the-future", "de") == "from-the-future"
    assert texts.voicemail_reason_text("", "de") is None


def test_enums_are_complete() -> None:
    for language in ("de", "en"):
        assert len({texts.outcome_text(o, language) for o in Outcome}) == len(Outcome)
        assert all(texts.voicemail_state_text(s, language) for s in VoicemailState)
        assert all(texts.type_text(t, language) for t in NumberType)
    assert set(texts.ROUTING) == set(Reason)


@pytest.mark.parametrize("kind", LedgerKind)
@pytest.mark.parametrize("direction", [*Direction, None])
@pytest.mark.parametrize("leg", ["agent", "far", None])
def test_every_timeline_entry_has_words(
    kind: LedgerKind, direction: Direction | None, leg: str | None
) -> None:
    german = texts.timeline_text(kind, "de", direction=direction, leg=leg)
    english = texts.timeline_text(kind, "en", direction=direction, leg=leg)
    assert german
    assert english
    assert german != english


def test_timeline_with_a_cause() -> None:
    assert texts.timeline_text(LedgerKind.ENDED, "en", cause="busy").startswith("Ended: Busy.")
    assert "Stille" in texts.timeline_text(LedgerKind.NOTE, "de", cause="silence")
    assert "Browser" in texts.timeline_text(LedgerKind.NOTE, "de", cause="not-live")
    assert texts.timeline_text(LedgerKind.NOTE, "de", cause="x") == "Vermerk: x"
    assert texts.timeline_text(LedgerKind.LEG_GONE, "en", leg="far") == "Far party gone"
