"""The JSON of carriers, their files, and what a comparison with our calls found."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import Request

Title = Annotated[str, Meta(max_length=200)]
FindingKind = Literal[
    "only_ours",
    "only_theirs",
    "seconds",
    "twice",
    "not_answered",
    "begin",
    "number",
    "amount",
]


class ColumnMapping(Struct, forbid_unknown_fields=True, frozen=True):
    """Titles of the file's columns; empty: it has no such column."""

    number: Title = ""
    """The called number."""
    begin: Title = ""
    """Date and time, or the date with the time in `time`."""
    time: Title = ""
    seconds: Title = ""
    """Seconds or h:mm:ss."""
    direction: Title = ""
    """Rows that say inbound, eingehend and the like are left out."""
    amount: Title = ""
    """In EUR; compared with our price list."""
    header: bool = True
    """False: columns are called 1, 2 and so on."""
    zone: Annotated[str, Meta(max_length=60)] = "Europe/Berlin"
    """Of times that name none."""
    dates: Literal["dmy", "mdy", "ymd"] = "dmy"
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] = "DE"
    """Whose national numbers are in it."""
    bare: Literal["e164", "local"] = "e164"
    """What numbers without + and 0 in front are: 49301234 or 301234."""
    begin_of: Literal["answered", "offered"] = "answered"
    """Which moment their time means."""
    billed: bool = False
    """Durations are rounded up to the increments of the price list: so are ours then."""


class CarrierView(Struct):
    id: str
    name: str
    trunk: str
    """Whose calls it bills; empty: all."""
    mapping: ColumnMapping


class CarrierPut(Request):
    name: Annotated[str, Meta(max_length=100)]
    trunk: Annotated[str, Meta(max_length=100)] = ""
    mapping: ColumnMapping = ColumnMapping()


class CarrierFile(Struct):
    """A file before it is compared."""

    columns: list[str]
    samples: list[list[str]]
    """The first rows."""
    rows: int
    mapping: ColumnMapping
    """The kept one where it fits this file, otherwise a guess by the titles."""


class FileProblem(Struct):
    row: int
    problem: str


class KindCount(Struct):
    kind: FindingKind
    count: int


class TaskDifference(Struct):
    task: str
    """Empty: calls without one."""
    seconds: int
    """Theirs less ours."""


class ReconciliationView(Struct):
    id: str
    carrier: str
    carrier_id: str
    file: str
    since: date
    until: date
    """The last day, inclusive."""
    at: datetime
    by: str
    records: int
    """Of theirs within the period."""
    calls: int
    """Of ours, answered, within the period."""
    matched: int
    our_seconds: float
    their_seconds: float
    clock_seconds: float
    """How much later their clock is."""
    findings: int
    kinds: list[KindCount]
    faulty: int
    """Rows that could not be read; `problems` has the first ones."""
    inbound: int
    """Calls to us, left out."""
    silent: int
    """Attempts without talk time, left out."""
    outside: int
    """Records of other days, left out."""
    problems: list[FileProblem]
    tasks: list[TaskDifference]
    """Those whose calls differ; all others are billed as they were talked."""
    zone_hint_hours: int
    """So many hours their times would have to be moved to fit; 0: they do."""


class CarrierFindingView(Struct):
    """What differs; the side that has none is null."""

    position: int
    kind: FindingKind
    call_id: str | None
    task: str | None
    our_number: str | None
    our_begin: datetime | None
    our_seconds: float | None
    our_amount: str | None
    row: int | None
    """Line of the carrier's file."""
    their_number: str | None
    their_begin: datetime | None
    their_seconds: float | None
    their_amount: str | None
    seconds: int
    """Theirs less ours; of `begin`: how much later theirs begins."""
