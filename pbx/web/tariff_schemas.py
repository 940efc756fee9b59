"""The JSON of price lists, prices and what calls cost. Amounts are decimals as text."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import Request

MoneyText = Annotated[str, Meta(max_length=20, examples=["0.0123"])]
Seconds = Annotated[int, Meta(ge=1, le=3600)]
CostKey = Literal[
    "day",
    "month",
    "person",
    "task",
    "customer",
    "cost_centre",
    "country",
    "type",
    "number",
    "price_list",
]


class PriceListView(Struct):
    id: str
    name: str
    trunk: str
    """Whose calls it prices; empty: those of trunks without a list of their own."""
    currency: str
    euro: str
    """What one unit of the currency is worth in EUR; limits count in EUR."""
    destinations: int
    newest: date | None
    """From when the newest prices hold."""


class PriceListPut(Request):
    name: Annotated[str, Meta(max_length=100)]
    trunk: Annotated[str, Meta(max_length=100)] = ""
    currency: Annotated[str, Meta(max_length=3)] = "EUR"
    euro: MoneyText | None = None


class RateView(Struct):
    valid_from: date
    per_minute: str | None
    """None: no price any more from that day on."""
    connection: str
    """For an answered call, however short."""
    first: int
    """Seconds that are billed at least ..."""
    next: int
    """... and in which steps after that."""
    label: str


class DestinationView(Struct):
    destination: str
    """A prefix `+4915`, or `DE`, `DE:mobile`, `:mobile`; empty: everything."""
    country: str
    """Name of the country, where there is one."""
    now: RateView | None
    coming: list[RateView]


class RatePut(Request):
    """What holds from a day on, for calls that are answered then or later."""

    destination: Annotated[str, Meta(max_length=40)]
    valid_from: date
    per_minute: MoneyText | None
    connection: MoneyText = "0"
    first: Seconds = 1
    next: Seconds = 1
    label: Annotated[str, Meta(max_length=100)] = ""


class RateDone(Struct):
    destination: str
    rate: RateView
    before: RateView | None
    """What was there for the same day, to take it back."""


class PriceChange(Struct):
    kind: Literal["added", "changed", "gone"]
    destination: str
    label: str
    before: RateView | None
    after: RateView | None


class PriceProblem(Struct):
    row: int
    problem: str


class PriceImport(Struct):
    dry_run: bool
    valid_from: date
    added: int
    changed: int
    gone: int
    unchanged: int
    changes: list[PriceChange]
    """The first 500."""
    errors: list[PriceProblem]
    """With any of them nothing is taken over."""
    revision: int | None = None
    """Takes it back, as long as nothing else is changed; null: nothing was taken over."""


class ImportUndo(Request):
    revision: int
    """As the import told it."""


class PriceFound(Struct):
    """What a call to a number costs."""

    number: str
    """E.164."""
    destination: str | None
    """None: no price list has a price for it."""
    price_list: str = ""
    currency: str = ""
    rate: RateView | None = None


class Amount(Struct):
    currency: str
    amount: str
    """Exact, to a ten-thousandth of a cent."""


class CostSumsView(Struct):
    key: str
    name: str
    calls: int
    talk_seconds: float
    billed_seconds: int
    unpriced: int
    """Calls for which there is no price: they are in no amount."""
    amounts: list[Amount]


class CostsView(Struct):
    total: CostSumsView
    items: list[CostSumsView]


class CallCost(Struct):
    call_id: str
    at: datetime
    number: str
    user: str
    task: str
    talk_seconds: float
    billed_seconds: int | None
    destination: str | None
    """Which price counted; None: there is none."""
    price_list: str
    amount: str | None
    currency: str
