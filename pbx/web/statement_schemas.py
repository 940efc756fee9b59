"""The JSON of factors, the factor guard, and statements: money as decimal strings in EUR, factors
as decimal strings, times in whole milliseconds and minutes."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import AreaName, ExternalId, Language, Request

FactorText = Annotated[str, Meta(max_length=6, examples=["1.2"])]
MonthText = Annotated[str, Meta(max_length=10, examples=["2026-11"])]
Reason = Annotated[str, Meta(max_length=1000)]


class FactorSet(Struct, forbid_unknown_fields=True, kw_only=True):
    """Customer's factor: base of the work plus surcharge of the zone; VPA's: pay of the work."""

    valid_from: date
    base_backoffice: FactorText
    base_sales: FactorText
    surcharge_de: FactorText
    surcharge_eu: FactorText
    pay_backoffice: FactorText
    pay_sales: FactorText


class AreaFactors(Struct):
    area: AreaName
    customer: str
    pay: str


class FactorsView(FactorSet, kw_only=True):
    state: Literal["past", "current", "planned"]
    tasks: int
    """That were booked with it; with one it is never changed."""
    areas: list[AreaFactors]


class FindingView(Struct):
    """A month of a task whose calls do not fit the booked factor."""

    task: str
    title: str
    customer_id: str | None
    customer: str
    month: str
    mismatch: Literal["zone", "share"]
    """`zone`: booked for Germany, another country was called; `share`: more than the included
    quarter was telephoned."""
    booked_area: AreaName
    booked_factor: str
    right_area: AreaName
    right_factor: str
    calls: int
    talk_ms: int
    wrong_ms: int
    """Talked to the wrong zone, or beyond the quarter."""
    work_minutes: int
    risk: str | None
    """What the customer would be billed too little; None: no rate is known."""
    state: Literal["open", "informed", "accepted"]
    reason: str
    closed_by: str | None
    closed_at: datetime | None


class FindingPage(Struct):
    items: list[FindingView]
    open: int
    """Of all pages, as the next one."""
    risk: str | None
    next: str | None = None


class FindingClose(Request):
    task: ExternalId
    month: MonthText
    right_area: AreaName
    """As it was shown: whoever saw something else is refused."""
    how: Literal["corrected", "informed", "accepted"]
    """`corrected`: the task gets the right area; `informed`: the customer knows the factor, their
    file says so; `accepted`: the company bears it, needs a reason."""
    reason: Reason = ""
    tell: Literal["customer", "de", "en"] | None = None
    """With `corrected` and `informed`: also send the customer the text about the right area;
    `customer`: in their own language, else in that of who asks."""


class LineView(Struct):
    """One task on a statement."""

    task: str
    title: str
    area: AreaName
    factor: str
    calls: int
    talk_ms: int
    platform_ms: int
    de_ms: int
    eu_ms: int
    included_ms: int
    """A quarter of the work time."""
    over: bool
    work_minutes: int
    exact_minutes: str
    """Work time times factor."""
    booked_minutes: int
    """Rounded up to five minutes."""
    booked: str
    """The same as hours and minutes."""
    amount: str | None


class ChargeView(Struct):
    """An amount that is billed once, such as the set-up of an add-on."""

    day: date
    key: str
    """What is charged; never twice."""
    title: str
    amount: str
    """Negative: a credit."""


class ChargePost(Request):
    customer: ExternalId
    """Id of the customer."""
    day: date
    """Decides the month."""
    amount: Annotated[str, Meta(max_length=20, examples=["49.90"])]
    """In EUR; negative: a credit."""
    title: Annotated[str, Meta(max_length=400)] = ""
    title_en: Annotated[str, Meta(max_length=400)] = ""
    """One of both titles is enough."""
    key: Annotated[str, Meta(max_length=100)] = ""
    """The same key is never charged twice; empty: each time is a new one."""


class TotalsView(Struct):
    tasks: int
    calls: int
    talk_ms: int
    platform_ms: int
    included_ms: int
    work_minutes: int
    booked_minutes: int
    booked: str
    charges: str
    amount: str | None
    """With the charges."""


class DocumentRef(Struct):
    """A final statement."""

    id: str
    number: str
    amount: str | None
    at: datetime
    corrects: str | None
    corrected_by: str | None


class StatementRow(Struct):
    """One customer's month as it stands now."""

    id: str
    customer_id: str
    customer: str
    month: str
    state: Literal["draft", "final", "changed"]
    """`changed`: something is different since it became final."""
    totals: TotalsView
    open_findings: int
    open_calls: int
    documents: list[DocumentRef]
    """Newest first."""


class StatementPage(Struct):
    items: list[StatementRow]
    total: TotalsView
    """Of all pages."""
    rest: TotalsView
    """What no customer is billed for."""
    next: str | None = None


class StatementView(Struct):
    id: str
    number: str | None
    """None: a draft."""
    state: Literal["draft", "final", "corrected"]
    """`corrected`: another document has taken its place."""
    customer_id: str
    customer: str
    address: list[str]
    """Lines below the customer's name on paper; a final statement keeps them."""
    language: Language | None
    """Of its paper; None: the customer has none, so that of who asks."""
    month: str
    rate_per_hour: str | None
    lines: list[LineView]
    charges: list[ChargeView]
    totals: TotalsView
    open_findings: int
    open_calls: int
    corrects: str | None
    corrects_number: str | None
    before: str | None
    """What the corrected one came to."""
    difference: str | None
    corrected_by: str | None
    reason: str
    by: str | None
    at: datetime | None


class StatementPost(Request):
    customer: ExternalId
    """Id of the customer."""
    month: MonthText


class MonthPost(Request):
    month: MonthText


class CorrectionPost(Request):
    reason: Reason


class FinalisedView(Struct):
    customer_id: str
    customer: str
    id: str | None
    number: str | None
    error_id: str | None
    """Why it is not final."""
    detail: str | None


class MonthProgress(Struct):
    running: bool
    done: int
    total: int
    """Statements; 0: it is still being worked out."""


class StatementCall(Struct):
    """A call behind a line; the number is masked."""

    id: str
    offered_at: datetime
    direction: Literal["outbound", "inbound", "internal"]
    user_name: str
    number: str | None
    country: str | None
    zone: Literal["DE", "EU"] | None
    talk_ms: int
    platform_ms: int


class PayLineView(Struct):
    """What a VPA worked on a task, and how it is paid."""

    user: str
    """E-mail address; empty where the account is gone."""
    name: str
    task: str
    title: str
    area: AreaName
    work_minutes: int
    factor: str
    paid_minutes: str
    """Work time times factor, exact."""


class PayPerson(Struct):
    """What all of a person's lines come to."""

    user: str
    name: str
    tasks: int
    work_minutes: int
    paid_minutes: str


class PayPage(Struct):
    items: list[PayLineView]
    people: list[PayPerson]
    """By name."""
    next: str | None = None
