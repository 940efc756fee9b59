"""What a customer is billed for a month: tasks, seconds, factors, budget, amounts. Pure.

    TaskMonth (what was metered and worked) ── line_of ──> Line ─┐
    Charge (billed once, on a day) ────────────> ChargeLine ──────┴─> Statement, totals

Whole milliseconds, minutes, thousandths and cents only. The factor is the one that was frozen on
the task when it was booked (D3), and covers all its work (D1): the exact budget is work time
times factor, the booked one is rounded up to five minutes, and the amount follows from that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pbx.domain import cents, metering
from pbx.domain.charges import ChargeLine
from pbx.domain.months import Month
from pbx.domain.records import Area, FactorRow, Zone
from pbx.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class TaskMonth:
    """What the ledger and the work times say about one task and one month."""

    task: str
    """Empty: calls on no task."""
    title: str = ""
    customer_id: str | None = None
    area: Area = Area.BACKOFFICE
    own: bool = False
    factors: FactorRow | None = None
    """As frozen on the task; None: it was booked before there were any."""
    calls: int = 0
    talk_ms: int = 0
    platform_ms: int = 0
    by_zone_ms: Mapping[Zone, int] = field(default_factory=dict)
    work_minutes: int = 0

    @property
    def included_ms(self) -> int:
        """A quarter of the work time: 15 minutes an hour (D2)."""
        return self.work_minutes * 15_000

    @property
    def over(self) -> bool:
        return self.talk_ms > self.included_ms

    @property
    def billed(self) -> bool:
        """Whether a customer is billed for it."""
        return self.customer_id is not None and not self.own


@dataclass(frozen=True, slots=True)
class Line:
    """One task on a statement."""

    task: str
    title: str
    area: Area
    factor: int
    """Thousandths."""
    calls: int
    talk_ms: int
    platform_ms: int
    de_ms: int
    eu_ms: int
    included_ms: int
    over: bool
    work_minutes: int
    exact_thousandths: int
    """Thousandths of a minute: work time times factor, not rounded."""
    booked_minutes: int
    amount_cents: int | None
    """None: no rate is known."""


@dataclass(frozen=True, slots=True)
class PayLine:
    """What a VPA worked on a task in a month, and with which factor it is paid (D3)."""

    user_id: str
    task: str
    title: str
    area: Area
    work_minutes: int
    factor: int
    """Thousandths."""

    @property
    def paid_thousandths(self) -> int:
        """Thousandths of a minute: work time times factor, not rounded."""
        return self.work_minutes * self.factor


@dataclass(frozen=True, slots=True)
class Totals:
    tasks: int = 0
    calls: int = 0
    talk_ms: int = 0
    platform_ms: int = 0
    included_ms: int = 0
    work_minutes: int = 0
    booked_minutes: int = 0
    charges_cents: int = 0
    amount_cents: int | None = None
    """Charges included; None: there are none, and no rate is known."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One customer's month: a draft, or as it became final."""

    customer_id: str
    customer: str
    month: Month
    rate_cents: int | None
    lines: Sequence[Line]
    charges: Sequence[ChargeLine] = ()

    @property
    def totals(self) -> Totals:
        return totals(self.lines, self.charges)


def line_of(month: TaskMonth, factors: FactorRow, rate_cents: int | None) -> Line:
    """The line of a task. `factors`: valid for it; `rate_cents`: for an hour of budget."""
    factor = metering.factors(month.area, factors).customer
    budget = metering.to_budget(month.work_minutes, factor)
    amount = None
    if rate_cents is not None:
        amount = cents.rounded(Fraction(budget.booked_minutes * rate_cents, 60))
    return Line(
        task=month.task,
        title=month.title,
        area=month.area,
        factor=factor,
        calls=month.calls,
        talk_ms=month.talk_ms,
        platform_ms=month.platform_ms,
        de_ms=month.by_zone_ms.get(Zone.DE, 0),
        eu_ms=month.by_zone_ms.get(Zone.EU, 0),
        included_ms=month.included_ms,
        over=month.over,
        work_minutes=month.work_minutes,
        exact_thousandths=month.work_minutes * factor,
        booked_minutes=budget.booked_minutes,
        amount_cents=amount,
    )


def totals(lines: Iterable[Line], charges: Iterable[ChargeLine] = ()) -> Totals:
    all_lines = list(lines)
    once = [charge.amount_cents for charge in charges]
    amounts = [line.amount_cents for line in all_lines if line.amount_cents is not None] + once
    return Totals(
        tasks=len(all_lines),
        calls=sum(line.calls for line in all_lines),
        talk_ms=sum(line.talk_ms for line in all_lines),
        platform_ms=sum(line.platform_ms for line in all_lines),
        included_ms=sum(line.included_ms for line in all_lines),
        work_minutes=sum(line.work_minutes for line in all_lines),
        booked_minutes=sum(line.booked_minutes for line in all_lines),
        charges_cents=sum(once),
        amount_cents=sum(amounts) if amounts else None,
    )


def metered(months: Sequence[TaskMonth]) -> Totals:
    """What was metered for nobody: seconds and work time, no budget."""
    return Totals(
        tasks=sum(1 for month in months if month.task),
        calls=sum(month.calls for month in months),
        talk_ms=sum(month.talk_ms for month in months),
        platform_ms=sum(month.platform_ms for month in months),
        included_ms=sum(month.included_ms for month in months),
        work_minutes=sum(month.work_minutes for month in months),
    )


def statement_number(year: int, sequence: int) -> str:
    """`2026-0042`."""
    return f"{year:04}-{sequence:04}"


def refused_open(findings: int, calls: int) -> Conflict | None:
    """Why a month cannot become final yet, if so."""
    if findings:
        return Conflict(
            "guard-open",
            f"Der Faktorwächter hat hier noch {findings} offene Fälle. Bitte erst korrigieren, den "
            "Kunden informieren oder mit einem Grund hinnehmen.",
            f"The factor guard has {findings} open cases here. Please correct them, inform the "
            "customer, or accept them with a reason first.",
        )
    if calls:
        return Conflict(
            "calls-open",
            f"{calls} Anrufe aus diesem Monat laufen noch. Bitte warten, bis sie beendet sind.",
            f"{calls} calls of this month are still under way. Please wait for their end.",
        )
    return None


def exists(number: str) -> Conflict:
    return Conflict(
        "statement-exists",
        f"Die Abrechnung {number} ist schon endgültig. Eine Korrektur braucht einen Grund und wird "
        "ein neues Dokument.",
        f"Statement {number} is final already. A correction needs a reason and becomes a new "
        "document.",
    )


def unchanged(number: str) -> Conflict:
    return Conflict(
        "nothing-to-correct",
        f"Seit der Abrechnung {number} hat sich nichts geändert.",
        f"Nothing has changed since statement {number}.",
    )


def nothing_to_bill() -> Conflict:
    return Conflict(
        "nothing-to-bill",
        "Für diesen Kunden gibt es in diesem Monat nichts abzurechnen.",
        "There is nothing to bill to this customer in this month.",
    )


def month_not_over(month: Month) -> Conflict:
    return Conflict(
        "month-not-over",
        f"Der Monat {month} ist noch nicht zu Ende. Bis dahin gibt es nur einen Entwurf.",
        f"The month {month} is not over yet. Until then there is only a draft.",
    )


def under_way(month: Month) -> Conflict:
    return Conflict(
        "month-under-way",
        f"Der Monat {month} wird gerade abgeschlossen. Bitte warten, bis das fertig ist.",
        f"The month {month} is being made final just now. Please wait for its end.",
    )


def unknown_statement() -> NotFound:
    return NotFound(
        "unknown-statement",
        "Diese Abrechnung gibt es nicht. Bitte die Liste neu laden.",
        "There is no such statement. Please reload the list.",
    )
