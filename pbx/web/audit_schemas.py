"""The audit log's JSON."""

from datetime import datetime
from typing import Any

from msgspec import Struct


class FieldChangeView(Struct):
    """One field in words."""

    name: str
    before: str | None
    """None where it had none before."""
    after: str | None


class KindView(Struct):
    kind: str
    name: str


class ChangeView(Struct):
    """One change; it was written with it, and nobody can edit it."""

    id: str
    at: datetime
    by: str
    """E-mail address, or `system`."""
    by_name: str | None
    action: str
    """What was done, such as `number.assigned`."""
    kind: str
    """The first part of `action`: what was changed."""
    subject: str
    """Which one: a number, an e-mail address, a country's code, an id."""
    before: dict[str, Any] | None
    """Only the fields that changed; None where it is new."""
    after: dict[str, Any] | None
    """None where it is gone."""
    title: str = ""
    """What was done, in the reader's language."""
    subject_name: str = ""
    """Which one, as people know it."""
    fields: list[FieldChangeView] = []
    """`before` and `after` in words."""
