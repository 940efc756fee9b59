"""What depends on a person, and what becomes of it when they leave.

With a successor everything goes to that person, in the same place; without one it is removed, so
that no call waits for somebody who never answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pbx.domain.people import Account
from pbx.domain.records import User
from pbx.domain.routing import Absence, Action, Group, Step


@dataclass(frozen=True, slots=True)
class Belongings:
    """What depends on somebody; numbers in E.164."""

    numbers: tuple[str, ...] = ()
    """That are theirs."""
    recipients_of: tuple[str, ...] = ()
    """Whose messages are mailed to them, as recipient or copy."""
    steps_of: tuple[str, ...] = ()
    """With a step that rings them, or that waits for their absence."""
    planned: tuple[str, ...] = ()
    """That will be theirs at a planned time."""
    groups: tuple[str, ...] = ()
    """Names of groups that ring them."""
    absences: int = 0
    """Of their own that are not over."""
    deputy_for: tuple[str, ...] = ()
    """Names of those whose deputy they are or will be."""
    messages: int = 0
    """That only they have in their list; management has all."""


@dataclass(frozen=True, slots=True)
class Left:
    """What became of what somebody had."""

    account: Account
    successor: User | None
    had: Belongings
    """Now the successor's, or nobody's."""
    sessions: tuple[str, ...]
    tokens: tuple[str, ...]
    """Hashes of those that ended."""
    browsers: int
    """That took pushes."""


def concerns(step: Step, user_id: str) -> bool:
    return user_id == step.absent_id or (step.action is Action.PERSON and step.target == user_id)


def steps_without(
    steps: Sequence[Step], user_id: str, successor_id: str | None
) -> tuple[Step, ...]:
    """The successor rings instead; what waits for an absence that never comes is left out."""
    kept = []
    for step in steps:
        if step.absent_id == user_id:
            continue
        if concerns(step, user_id):
            if successor_id is None:
                continue
            step = replace(step, target=successor_id)
        kept.append(step)
    return tuple(kept)


def group_without(group: Group, user_id: str, successor_id: str | None) -> Group:
    """The successor takes the place, unless they have one already."""
    instead = successor_id if successor_id not in group.members else None
    members = (instead if each == user_id else each for each in group.members)
    return replace(group, members=tuple(each for each in members if each is not None))


def absence_without(absence: Absence, user_id: str, successor_id: str | None) -> Absence | None:
    """None: it is over with the person. Nobody becomes their own deputy."""
    if absence.user_id == user_id:
        return None
    if absence.deputy_id != user_id:
        return absence
    deputy = successor_id if successor_id != absence.user_id else None
    return replace(absence, deputy_id=deputy or "")
