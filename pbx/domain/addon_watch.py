"""Orders that nobody answers: a reminder, then an escalation (F26).

Silence is counted in whole days from the last answer, or from the day on which the order is due
where somebody has set a later one: an order that waits for a carrier is nobody's silence.
"""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pbx.domain.addon_orders import Order, State
from pbx.domain.message_templates import Language
from pbx.domain.routing.hours import STATES, holiday_on
from pbx.errors import BadRequest

BERLIN = ZoneInfo("Europe/Berlin")
WEEKEND = 5
PLACEHOLDERS = (
    "customer",
    "order",
    "option",
    "price",
    "days",
    "owner",
    "booked",
    "step",
    "link",
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

SHIPPED: dict[Language, tuple[str, str]] = {
    "de": (
        "Zusatz {order} für {customer}: seit {days} Tagen keine Antwort",
        "Guten Tag,\n\n"
        "die Bestellung {order} ({option}) von {customer} vom {booked} hat seit {days} Tagen "
        "keine Antwort der IT.\nOffener Schritt: {step}. Zuständig: {owner}.\n\n{link}\n",
    ),
    "en": (
        "Add-on {order} for {customer}: no answer for {days} days",
        "Hello,\n\n"
        "order {order} ({option}) of {customer}, booked on {booked}, has had no answer from IT "
        "for {days} days.\nOpen step: {step}. Owner: {owner}.\n\n{link}\n",
    ),
}
"""Subject and text of the escalation, as they come with the program."""


class Calendar(enum.StrEnum):
    CALENDAR = "calendar"
    WORKING = "working"
    """Monday to Friday without public holidays."""


class Due(enum.Enum):
    REMINDER = "reminder"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class WatchRules:
    reminder_days: int = 2
    escalation_days: int = 3
    calendar: Calendar = Calendar.WORKING
    state: str = "NW"
    """Federal state of the holidays; empty: none."""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    language: Language = "de"
    """Of the escalation."""
    subject: str = SHIPPED["de"][0]
    text: str = SHIPPED["de"][1]
    owner_backoffice: str | None = None
    owner_sales: str | None = None
    link_days: int = 90


def checked(rules: WatchRules) -> WatchRules:
    """The rules as they are kept: shipped words in the language that was chosen.

    Raises `BadRequest`: `bad-days`, `bad-state`, `unknown-placeholder`, `bad-recipient`.
    """
    if not 0 < rules.reminder_days < rules.escalation_days:
        raise BadRequest(
            "bad-days",
            "Die Eskalation muss nach der Erinnerung kommen.",
            "The escalation has to come after the reminder.",
        )
    if rules.state and rules.state not in STATES:
        raise BadRequest(
            "bad-state",
            f"„{rules.state}“ ist kein Bundesland. Bitte zum Beispiel NW angeben.",
            f'"{rules.state}" is no federal state. Please give NW, for example.',
        )
    for text in (rules.subject, rules.text):
        for name in _PLACEHOLDER.findall(text):
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
                raise BadRequest(
                    "unknown-placeholder",
                    f"Den Platzhalter {{{name}}} gibt es nicht. Es gibt {known}.",
                    f"There is no placeholder {{{name}}}. There are {known}.",
                )
    return _worded(rules)


def _worded(rules: WatchRules) -> WatchRules:
    subject, text = SHIPPED[rules.language]
    if any(rules.subject == shipped for shipped, _ in SHIPPED.values()):
        rules = replace(rules, subject=subject)
    if any(rules.text.strip() == shipped.strip() for _, shipped in SHIPPED.values()):
        rules = replace(rules, text=text)
    return rules


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled, in one pass: no value is read as a template."""
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def quiet_since(order: Order) -> datetime | None:
    """Since when nobody of ours has answered; None: nothing is waited for."""
    if order.state is not State.OPEN:
        return None
    since = order.answered_at or order.booked_at
    waits = order.due_on
    if order.activate_at is not None and order.activated_at is None:
        waits = max(waits or order.activate_at.date(), order.activate_at.astimezone(BERLIN).date())
    if waits is None:
        return since
    return max(since, datetime.combine(waits, time(), BERLIN).astimezone(since.tzinfo))


def due_at(since: datetime, days: int, rules: WatchRules) -> datetime:
    """When `days` days of silence are over: at the same time of the clock on the wall.

    Of working days those count that follow the day of `since`; what begins on a day off begins
    with the end of it.
    """
    local = since.astimezone(BERLIN)
    if rules.calendar is Calendar.CALENDAR:
        return (local + timedelta(days=days)).astimezone(since.tzinfo)
    day, left = local.date(), days
    if _off(local, rules.state):
        # A Saturday's booking waits from Monday's first minute: Monday is its day zero.
        local = local.replace(hour=0, minute=0, second=0, microsecond=0)
        while _off(local, rules.state):
            local += timedelta(days=1)
        day = local.date()
    while left:
        day += timedelta(days=1)
        if not _off(datetime.combine(day, time(), BERLIN), rules.state):
            left -= 1
    return datetime.combine(day, local.timetz().replace(tzinfo=None), BERLIN).astimezone(
        since.tzinfo
    )


def _off(local: datetime, state: str) -> bool:
    return local.weekday() >= WEEKEND or holiday_on(local.date(), state) is not None


def due_now(order: Order, rules: WatchRules, now: datetime) -> Due | None:
    """What is to be sent at `now`: each once in one silence, never the milder one afterwards."""
    since = quiet_since(order)
    if since is None or order.escalated_at is not None:
        return None
    if due_at(since, rules.escalation_days, rules) <= now:
        return Due.ESCALATION
    if order.reminded_at is None and due_at(since, rules.reminder_days, rules) <= now:
        return Due.REMINDER
    return None


def marked(order: Order, due: Due, at: datetime) -> Order:
    if due is Due.ESCALATION:
        return replace(order, escalated_at=at, reminded_at=order.reminded_at or at)
    return replace(order, reminded_at=at)
