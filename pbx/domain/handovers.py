"""A task that is handed to another VPA, and the checklist of who receives it (F18).

Wrong factors are made at hand-overs: so, where the company wants it, nobody telephones on a
task that they were handed before they have confirmed that its factor is right and that the
customer knows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pbx.errors import BadRequest, Conflict, NotFound, Refused

SETTING = "handover_check"
"""True: hand-overs are to be confirmed."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One task for one person who receives it."""

    id: str
    task: str
    email: str
    """Of who receives it, as the task names them."""
    by: str
    """Who handed it over: user id, or `system`."""
    at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    right_factor: bool = False
    informed: bool = False
    specialist: bool = False
    """A case for the sales specialist, with `facts` for them."""
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    right_factor: bool
    informed: bool
    specialist: bool = False
    facts: str = ""


def receivers(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Who is new among the assignees of a task that somebody had before."""
    known = {email.casefold() for email in before}
    return [email for email in after if known and email.casefold() not in known]


def confirmed(handover: Handover, said: Checklist, by: str, at: datetime) -> Handover:
    """Raises `Conflict` (`handover-confirmed`), `BadRequest` (`checklist-incomplete`)."""
    if handover.confirmed_at is not None:
        raise Conflict(
            "handover-confirmed",
            "Diese Übergabe ist schon bestätigt.",
            "This hand-over is confirmed already.",
        )
    facts = said.facts.strip()
    if not (said.right_factor and said.informed) or (said.specialist and not facts):
        raise BadRequest(
            "checklist-incomplete",
            "Bitte erst klären: Stimmt der Faktor, und weiß der Kunde davon? Ist es ein Fall für "
            "den Vertrieb, gehören die Fakten dazu.",
            "Please settle first: is the factor right, and does the customer know it? If it is a "
            "case for sales, the facts belong to it.",
        )
    return replace(
        handover,
        confirmed_by=by,
        confirmed_at=at,
        right_factor=True,
        informed=True,
        specialist=said.specialist,
        facts=facts,
    )


def still_open(task: str) -> Refused:
    """What is said to who wants to call on a task that was handed to them."""
    return Refused(
        "handover-open",
        "Diese Aufgabe wurde Ihnen übergeben. Bitte vor dem ersten Anruf die Übergabe bestätigen: "
        "Stimmt der Faktor, und weiß der Kunde davon?",
        "This task was handed to you. Please confirm the hand-over before the first call: is the "
        "factor right, and does the customer know it?",
        task=task,
    )


def unknown_handover() -> NotFound:
    return NotFound(
        "unknown-handover",
        "Diese Übergabe gibt es nicht. Bitte die Liste neu laden.",
        "There is no such hand-over. Please reload the list.",
    )


def not_yours() -> Refused:
    return Refused(
        "handover-not-yours",
        "Diese Übergabe bestätigt, wer die Aufgabe bekommt, oder das Management.",
        "A hand-over is confirmed by who receives the task, or by the management.",
    )
