"""Changes in words."""

from datetime import UTC, datetime
from typing import Any

from pbx.domain import audit_words
from pbx.domain.audit import SECRET, Change
from pbx.domain.audit_words import FieldChange

NAMES = {"7f": "Anna"}


def change(
    action: str, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> Change:
    return Change("1", datetime(2026, 11, 27, tzinfo=UTC), "7f", action, "s", before, after)


def told(what: Change, language: str = "de") -> list[FieldChange]:
    return audit_words.fields(what, lambda value: NAMES.get(value, value), language)


def test_titles_are_made_of_what_and_how() -> None:
    assert audit_words.title(change("number.assigned"), "de") == "Rufnummer zugeordnet"
    assert audit_words.title(change("number.assigned"), "en") == "Number assigned"
    assert audit_words.title(change("moon-phase.turned_over"), "de") == "Moon phase turned over"


def test_points_of_a_number_are_told_by_their_names() -> None:
    checked = change("number.checked", None, {"points": ["label", "hours"]})
    assert told(checked) == [
        FieldChange("Punkte", None, "Bezeichnung, Schritte und Öffnungszeiten")
    ]
    assert told(change("number.unchecked", {"point": "label"}), "en") == [
        FieldChange("point", "Label", None)
    ]


def test_fields_say_what_was_and_what_is() -> None:
    assert told(change("number.assigned", {"user_id": None}, {"user_id": "7f"})) == [
        FieldChange("Person", "nichts", "Anna")
    ]
    new = change("person.invited", None, {"active": True, "granted": ["calls", "audit"]})
    assert told(new, "en") == [
        FieldChange("active", None, "yes"),
        FieldChange("rights given", None, "calls, audit"),
    ]
    gone = change("x.removed", {"password": SECRET, "odd_name": 0, "rules": {"text": "a"}})
    assert told(gone) == [
        FieldChange("password", "wird nicht gezeigt", None),
        FieldChange("odd name", "0", None),
        FieldChange("rules", "Text: a", None),
    ]


def test_a_long_value_is_cut() -> None:
    (field,) = told(change("x.added", None, {"text": "a" * 5000}))
    assert field.after is not None
    assert len(field.after) == audit_words.SHORT
