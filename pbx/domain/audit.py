"""The audit log: every change that management makes, with what was there before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SYSTEM = "system"
"""Who did it, where no person did: a time that came, a rule that applied."""
SECRET = "***"
"""Stands for a value that is nobody's business, such as a password."""
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One change; times are UTC."""

    id: str
    at: datetime
    by: str
    """User id, or `SYSTEM`."""
    action: str
    """`kind.verb`, such as `number.assigned`."""
    subject: str
    """Which one was changed: a number, a code, an id."""
    before: Fields | None
    """The fields that changed, as they were; None where it is new."""
    after: Fields | None
    """As they are now; None where it is gone."""

    @property
    def kind(self) -> str:
        return self.action.partition(".")[0]


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes; None means any. `until` is exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    by: str | None = None
    kind: str | None = None
    subject: str | None = None


def difference(before: Fields | None, after: Fields | None) -> tuple[Fields | None, Fields | None]:
    """Of two states of one thing only the fields that differ; both empty where none does."""
    if before is None or after is None:
        return before, after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {n: before.get(n) for n in names}, {n: after.get(n) for n in names}
