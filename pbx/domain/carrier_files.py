"""A carrier's call records as CSV, read by a mapping of columns that is kept for the carrier.

    bytes ── csv_lines ──> lines ── Mapping ──> TheirRecord | RowProblem | left out

Numbers in any usual form, times in any zone, durations in seconds or as h:mm:ss.
"""

import re
from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pbx.domain import numbers
from pbx.domain.csv_lines import Line, RowProblem, anybodys_form, folded, read_lines
from pbx.domain.reconciling import TheirRecord, ms_of
from pbx.domain.tariffs import MOST_MICROS, UNIT
from pbx.errors import BadRequest

FORM = anybodys_form("bad-carrier-file", 24, 200_000)
MOST_PROBLEMS = 200
SAMPLES = 5
LONGEST_CALL_MS = 7 * 24 * 3_600_000

DateOrder = Literal["dmy", "mdy", "ymd"]
Bare = Literal["e164", "local"]
BeginOf = Literal["answered", "offered"]

ALIASES: dict[str, str] = {
    "number": "zielrufnummer rufnummer zielnummer ziel angerufene angerufenenummer angewahlt"
    " gewahltenummer bnummer bnumber called callednumber callee destination destinationnumber"
    " to dst dialed dialednumber number b",
    "begin": "beginn begin start starttime startzeit zeitpunkt datumzeit datumuhrzeit datetime"
    " timestamp calldate calltime answertime answered connecttime datum date anrufbeginn",
    "time": "uhrzeit zeit time starttimeonly",
    "seconds": "dauer duration sekunden seconds sec dauersekunden dauerins dauers billsec"
    " billedseconds billedduration durationsec durationseconds gesprachsdauer abrechnungsdauer",
    "direction": "richtung direction type art calltype",
    "amount": "betrag kosten preis cost costs amount charge price entgelt netto betragnetto eur",
}
INBOUND = frozenset(
    ("in", "inbound", "incoming", "eingehend", "ankommend", "kommend", "terminating", "received")
)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Titles of columns, and what is to be known of their contents; empty: no such column."""

    number: str = ""
    begin: str = ""
    """With the date; the clock may be in `time`."""
    time: str = ""
    seconds: str = ""
    direction: str = ""
    amount: str = ""
    header: bool = True
    """False: columns are called `1`, `2` and so on."""
    zone: str = "Europe/Berlin"
    dates: DateOrder = "dmy"
    country: str = "DE"
    """Whose national numbers are in it."""
    bare: Bare = "e164"
    """What numbers without plus and 0 in front are: `49301234` or `30 1234`."""
    begin_of: BeginOf = "answered"
    """Which moment their time means."""
    billed: bool = False
    """Durations are rounded up to the increments of the price list."""


COLUMN_FIELDS = ("number", "begin", "time", "seconds", "direction", "amount")
NEEDED = ("number", "begin", "seconds")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file before its columns are understood."""

    titles: Sequence[str]
    lines: Sequence[Line]


@dataclass(slots=True)
class Records:
    records: list[TheirRecord] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    faulty: int = 0
    """Rows with a problem; `problems` has the first ones."""
    inbound: int = 0
    """Calls to us, which are left out."""
    silent: int = 0
    """Attempts without talk time, which are left out."""


class _BadCell(Exception):
    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.de, self.en = de, en


def sheet(data: bytes, *, header: bool = True) -> Sheet:
    """Raises `BadRequest` (`bad-carrier-file`)."""
    lines = read_lines(data, FORM)
    width = max(len(line.cells) for line in lines)
    if not header:
        return Sheet([str(n + 1) for n in range(width)], lines)
    # A letterhead has fewer cells than the table below it.
    first = next(n for n, line in enumerate(lines) if len([c for c in line.cells if c]) * 2 > width)
    titles = [cell or str(n + 1) for n, cell in enumerate(lines[first].cells)]
    return Sheet(titles, lines[first + 1 :])


def guess(found: Sheet, header: bool = True) -> Mapping:
    """A mapping by usual titles, and by what the first rows look like."""
    by_name: dict[str, str] = {}
    for title in found.titles:
        by_name.setdefault(re.sub(r"\(.*?\)", "", title) and folded(title), title)
        by_name.setdefault(folded(re.sub(r"[\[(].*?[\])]", "", title)), title)
    columns = {
        column: next((by_name[a] for a in aliases.split() if a in by_name), "")
        for column, aliases in ALIASES.items()
    }
    mapping = Mapping(
        number=columns["number"],
        begin=columns["begin"],
        time=columns["time"],
        seconds=columns["seconds"],
        direction=columns["direction"],
        amount=columns["amount"],
        header=header,
    )
    if columns["number"]:
        index = found.titles.index(columns["number"])
        cells = [
            _compact(line.cells[index]) for line in found.lines[:50] if len(line.cells) > index
        ]
        bare = [cell for cell in cells if not cell.startswith(("+", "0")) and len(cell) > 6]
        if bare and sum(cell.startswith("49") for cell in bare) * 2 < len(bare):
            mapping = replace(mapping, bare="local")
    return mapping


def check(mapping: Mapping) -> None:
    """Raises `BadRequest` (`bad-mapping`)."""
    missing = [name for name in NEEDED if not getattr(mapping, name)]
    if missing:
        raise BadRequest(
            "bad-mapping",
            "Bitte sagen, in welchen Spalten Rufnummer, Beginn und Dauer stehen.",
            "Please say which columns have number, begin and duration.",
        )
    try:
        ZoneInfo(mapping.zone)
    except (KeyError, OSError, ValueError) as e:
        raise BadRequest(
            "bad-mapping",
            f"Die Zeitzone {mapping.zone[:40]} gibt es nicht; erwartet wird etwa Europe/Berlin.",
            f"There is no time zone {mapping.zone[:40]}; expected is e.g. Europe/Berlin.",
        ) from e
    if not numbers.calling_code(mapping.country):
        raise BadRequest(
            "bad-mapping",
            f"Das Land {mapping.country[:10]} gibt es nicht.",
            f"There is no country {mapping.country[:10]}.",
        )


def read(data: bytes, mapping: Mapping) -> Records:
    """The records of calls out; a row that cannot be read is a problem, not the end.

    Raises:
        BadRequest: `bad-mapping`, also where a column is not in the file; `bad-carrier-file`.
    """
    check(mapping)
    table = sheet(data, header=mapping.header)
    columns = _columns(table, mapping)
    reader = _Reader(mapping)
    found = Records()
    for line in table.lines:
        cells = {
            name: line.cells[index] if index < len(line.cells) else ""
            for name, index in columns.items()
        }
        try:
            if folded(cells.get("direction", "")) in INBOUND:
                found.inbound += 1
                continue
            record = reader.record(line.number, cells)
        except _BadCell as e:
            found.faulty += 1
            if len(found.problems) < MOST_PROBLEMS:
                found.problems.append(RowProblem(line.number, e.de, e.en))
            continue
        if record.seconds_ms:
            found.records.append(record)
        else:
            found.silent += 1
    if not found.records:
        first = found.problems[0] if found.problems else None
        raise FORM.unusable(
            "In der Datei steht kein Gespräch, das verstanden wird."
            + (f" Zeile {first.row}: {first.de}" if first else ""),
            "There is no call in the file that can be understood."
            + (f" Line {first.row}: {first.en}" if first else ""),
        )
    return found


def _columns(table: Sheet, mapping: Mapping) -> Names[str, int]:
    columns: dict[str, int] = {}
    for name in COLUMN_FIELDS:
        title = getattr(mapping, name)
        if not title:
            continue
        if title not in table.titles:
            raise BadRequest(
                "bad-mapping",
                f"Die Spalte „{title[:60]}“ gibt es in dieser Datei nicht. Bitte neu zuordnen.",
                f'There is no column "{title[:60]}" in this file. Please choose another one.',
            )
        columns[name] = table.titles.index(title)
    return columns


class _Reader:
    """Reads cells; numbers and days are understood once each."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._zone = ZoneInfo(mapping.zone)
        self._numbers: dict[str, str] = {}

    def record(self, row: int, cells: Names[str, str]) -> TheirRecord:
        """Raises `_BadCell`."""
        begins, step = self._begins(" ".join(filter(None, (cells["begin"], cells.get("time", "")))))
        return TheirRecord(
            row,
            self._number(cells["number"]),
            begins,
            duration_ms(cells["seconds"]),
            step,
            _amount(cells.get("amount", "")),
        )

    def _number(self, cell: str) -> str:
        found = self._numbers.get(cell)
        if found is None:
            found = self._numbers[cell] = _e164(cell, self._mapping)
        return found

    def _begins(self, cell: str) -> tuple[tuple[int, ...], int]:
        """Milliseconds since 1970, and how exact they are."""
        found = _EPOCH.fullmatch(cell)
        if found:
            ms = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")[:3] or 0)
            return (ms,), 1 if found[2] else 1000
        at, step = _local(cell, self._mapping.dates)
        if at.tzinfo is not None:
            return (ms_of(at.astimezone(UTC)),), step
        both = {ms_of(at.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)) for fold in (0, 1)}
        return tuple(sorted(both)), step


_EPOCH = re.compile(r"([0-9]{9,10})(?:[.,]([0-9]{1,6}))?", re.ASCII)
_DAY = re.compile(
    r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})[,T ]*"
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?(?:\s*Uhr)?"
    r"\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)


def _local(cell: str, dates: DateOrder) -> tuple[datetime, int]:
    """A time with its zone, or without one; and its step in milliseconds."""
    found = _DAY.fullmatch(cell.strip())
    try:
        if found is None:
            raise ValueError(cell)
        a, b, c = int(found[1]), int(found[2]), int(found[3])
        order: DateOrder = "ymd" if len(found[1]) == 4 else dates
        year, month, day = {"dmy": (c, b, a), "mdy": (c, a, b), "ymd": (a, b, c)}[order]
        hour = int(found[4])
        if found[8]:
            hour = hour % 12 + (12 if found[8][0] in "Pp" else 0)
        at = datetime(
            year + 2000 if year < 100 else year,
            month,
            day,
            hour,
            int(found[5]),
            int(found[6] or 0),
            int((found[7] or "0").ljust(6, "0")[:6]),
        )
    except ValueError as e:
        raise _BadCell(
            f"„{cell[:40]}“ ist kein Zeitpunkt; erwartet wird etwa 27.11.2026 18:14:30.",
            f'"{cell[:40]}" is no date with a time; expected is e.g. 2026-11-27 18:14:30.',
        ) from e
    step = 1 if found[7] else 1000 if found[6] else 60_000
    return _zoned(at, found[9]), step


def _zoned(at: datetime, offset: str | None) -> datetime:
    if offset is None:
        return at
    if offset in ("Z", "UTC"):
        return at.replace(tzinfo=UTC)
    sign = -1 if offset[0] == "-" else 1
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return at.replace(tzinfo=UTC) - timedelta(minutes=sign * minutes)


_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,4}):([0-9]{2})(?:[.,]([0-9]{1,6}))?", re.ASCII)
_PLAIN = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,6}))?\s*(?:s|sec|sek|sekunden|seconds)?\.?", re.A)


def duration_ms(cell: str) -> int:
    """`61`, `61,5 s`, `1:01`, `0:01:01`; raises `_BadCell`."""
    text = cell.strip()
    if (found := _CLOCK.fullmatch(text)) is not None:
        seconds = (int(found[1] or 0) * 60 + int(found[2])) * 60 + int(found[3])
        fraction = found[4]
    elif (found := _PLAIN.fullmatch(text)) is not None:
        seconds, fraction = int(found[1]), found[2]
    else:
        raise _BadCell(
            f"„{text[:40]}“ ist keine Dauer; erwartet wird etwa 61 oder 0:01:01.",
            f'"{text[:40]}" is no duration; expected is e.g. 61 or 0:01:01.',
        )
    ms = seconds * 1000 + int((fraction or "").ljust(3, "0")[:3])
    if ms > LONGEST_CALL_MS:
        raise _BadCell(
            f"{text[:40]}: länger als eine Woche kann kein Gespräch sein.",
            f"{text[:40]}: no call can be longer than a week.",
        )
    return ms


def _compact(cell: str) -> str:
    text = re.sub(r"^(?:sips?|tel):", "", cell.strip(), flags=re.IGNORECASE).split("@")[0]
    return re.sub(r"[ ()/.\-]", "", text)


def _e164(cell: str, mapping: Mapping) -> str:
    """Short numbers and such that are assigned to nobody stay as they are, in digits."""
    text = _compact(cell)
    if not re.fullmatch(r"\+?[0-9]{2,20}", text, re.ASCII):
        raise _BadCell(
            f"„{cell[:40]}“ ist keine Rufnummer.", f'"{cell[:40]}" is no telephone number.'
        )
    if text.startswith("00"):
        text = "+" + text[2:]
    elif mapping.bare == "e164" and not text.startswith(("+", "0")) and len(text) > 6:
        text = "+" + text
    if text.startswith("+"):
        return text
    if text.startswith("0") or (mapping.bare == "local" and len(text) > 6):
        return numbers.e164_from_trunk(text, mapping.country) or text
    return text


def _amount(cell: str) -> int | None:
    """Micros; None where there is none, or it is not understood."""
    found = re.fullmatch(r"\s*([0-9]{1,7})(?:[.,]([0-9]{1,9}))?\s*(?:€|EUR|Euro)?\s*", cell)
    if not found:
        return None
    micros = int((Decimal(f"{found[1]}.{found[2] or 0}") * UNIT).to_integral_value())
    return micros if micros <= MOST_MICROS * 10 else None
