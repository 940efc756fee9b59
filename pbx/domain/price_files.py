"""A carrier's price list as CSV.

    bytes ── csv_lines ──> lines ── header, rows ──> Rate | RowProblem

Columns are found by their titles, German or English, wherever the header stands in the
first lines. A file with any problem is not taken over.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from pbx.domain import numbers
from pbx.domain.csv_lines import (
    LOOKED_AT,
    Line,
    RowProblem,
    anybodys_form,
    folded,
    read_lines,
)
from pbx.domain.csv_tables import columns_of
from pbx.domain.tariffs import (
    MOST_INCREMENT,
    MOST_MICROS,
    PREFIX,
    UNIT,
    Increments,
    Rate,
    amount,
)

FORM = anybodys_form("bad-price-file", 8, 60_000)
MOST_PROBLEMS = 200
LONGEST_LABEL = 100
LONGEST_RANGE = 1_000

COLUMNS = columns_of(
    {
        "prefix": "prefix prafix praefix vorwahl vorwahlen rufnummer rufnummernpraefix dialcode"
        " dialcodes dialingcode code codes areacode areacodes breakout zielvorwahl",
        "country_code": "countrycode landesvorwahl landervorwahl laendervorwahl cc",
        "label": "label ziel destination name bezeichnung beschreibung description zielname"
        " destinationname zone land country",
        "per_minute": "preis price rate tarif minutenpreis preisprominute preisjeminute"
        " preispromin preismin eurmin eurprominute euromin ratepermin rateperminute permin"
        " perminute pricepermin priceperminute costpermin minuteprice ctmin centmin"
        " centprominute preisinct preisincent ctprominute usdmin",
        "connection": "verbindungsentgelt verbindungsgebuhr verbindungsgebuehr verbindung"
        " connection connectionfee connectfee setupfee setup aufbau einmalig perconnection"
        " percall projeanruf proanruf",
        "increments": "takt taktung abrechnungstakt increment increments billingincrement"
        " billing interval pulse",
        "first": "first firstincrement ersttakt erstertakt initial initialincrement mintime"
        " minimum minimumseconds firstinterval interval1",
        "following": "next nextincrement folgetakt additional additionalincrement following"
        " subsequent nextinterval intervaln interval2",
        "currency": "currency wahrung waehrung",
    }
)
CENTS = re.compile(r"\b(ct|cents?)\b", re.IGNORECASE)
PRICE = re.compile(
    r"([0-9]{1,9}(?:[.,][0-9]{1,9})?)\s*(€|eur|euro|\$|usd|ct|cent|chf|£|gbp)?", re.I
)
ORDER = ("prefix", "label", "per_minute", "connection", "first", "next", "valid_from")


class _BadRow(Exception):
    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.de, self.en = de, en


@dataclass(frozen=True, slots=True)
class _Header:
    columns: dict[str, int]
    cents: frozenset[str]
    """Columns whose titles say that they are in cents."""


def read(
    data: bytes, valid_from: date, country: str, currency: str
) -> tuple[list[Rate], list[RowProblem]]:
    """The rates of a file; `country`: whose area codes may begin with 0.

    Raises:
        BadRequest: `bad-price-file`, where nothing of it can be used.
    """
    lines = read_lines(data, FORM)
    header, rows = _header(lines)
    code = str(numbers.calling_code(country))
    found: dict[str, tuple[int, Rate]] = {}
    problems: list[RowProblem] = []
    for line in rows:
        try:
            for rate in _rates(header, line, valid_from, code, currency):
                first, known = found.setdefault(rate.destination, (line.number, rate))
                if known.price != rate.price:
                    raise _BadRow(
                        f"{rate.destination} steht schon mit anderem Preis in Zeile {first}.",
                        f"{rate.destination} has another price in line {first} already.",
                    )
        except _BadRow as e:
            problems.append(RowProblem(line.number, e.de, e.en))
    if not found and not problems:
        raise FORM.unusable(
            "In der Datei steht kein Preis unter der Kopfzeile.",
            "There is no price below the file's header line.",
        )
    return [rate for _, rate in found.values()], problems[:MOST_PROBLEMS]


def _header(lines: Sequence[Line]) -> tuple[_Header, Sequence[Line]]:
    for index, line in enumerate(lines[:LOOKED_AT]):
        columns: dict[str, int] = {}
        for position, title in enumerate(line.cells):
            name = _column(title)
            if name:
                columns.setdefault(name, position)
        if {"prefix", "per_minute"} <= columns.keys():
            cents = {n for n, i in columns.items() if CENTS.search(line.cells[i])}
            return _Header(columns, frozenset(cents)), lines[index + 1 :]
    titles = ", ".join(lines[0].cells)[:120]
    raise FORM.unusable(
        "In der Kopfzeile fehlt die Spalte „Vorwahl“ (oder „Prefix“) oder „Preis“. Gefunden: "
        f"{titles}",
        f'The header line has no column "prefix" or no column "price". Found: {titles}',
    )


def _column(title: str) -> str | None:
    """By its whole title, else without what stands in brackets or behind a unit."""
    bare = re.sub(r"[\[(].*?[\])]", "", title)
    for text in (
        title,
        bare,
        re.sub(r"\b(eur|euro|usd|ct|cent|in|sec|s|sek)\b", "", bare, flags=re.I),
    ):
        if name := COLUMNS.get(folded(text)):
            return name
    return None


def _rates(
    header: _Header, line: Line, valid_from: date, code: str, currency: str
) -> Iterable[Rate]:
    """Raises `_BadRow`."""

    def cell(name: str) -> str:
        position = header.columns.get(name)
        return line.cells[position] if position is not None and position < len(line.cells) else ""

    if (said := cell("currency").upper()) and said != currency:
        raise _BadRow(
            f"Währung {said[:10]}, die Preisliste hat {currency}.",
            f"Currency {said[:10]}, but the price list is in {currency}.",
        )
    per_minute = _money(cell("per_minute"), cents="per_minute" in header.cents)
    if per_minute is None:
        raise _BadRow("Der Preis fehlt.", "The price is missing.")
    rate = Rate(
        "",
        valid_from,
        per_minute,
        _money(cell("connection"), cents="connection" in header.cents) or 0,
        _increments(cell("increments"), cell("first"), cell("following")),
        cell("label")[:LONGEST_LABEL],
    )
    for prefix in _prefixes(cell("prefix"), cell("country_code"), code):
        yield replace(rate, destination=prefix)


def _money(cell: str, *, cents: bool) -> int | None:
    """Micros; None for an empty cell."""
    if not cell:
        return None
    found = PRICE.fullmatch(cell)
    try:
        value = Decimal(found[1].replace(",", ".")) if found else None
    except InvalidOperation:
        value = None
    if found is None or value is None:
        raise _BadRow(
            f"„{cell[:40]}“ ist kein Preis; erwartet wird etwa 0,0123.",
            f'"{cell[:40]}" is no price; expected is something like 0.0123.',
        )
    in_cents = cents or (found[2] or "").casefold() in ("ct", "cent")
    exact = value * UNIT / (100 if in_cents else 1)
    if exact != exact.to_integral_value() or exact > MOST_MICROS:
        raise _BadRow(
            f"„{cell[:40]}“: höchstens 1000 und nicht feiner als ein zehntausendstel Cent.",
            f'"{cell[:40]}": 1000 at most, and not finer than a ten-thousandth of a cent.',
        )
    return int(exact)


def _increments(both: str, first: str, following: str) -> Increments:
    """`60/60`, `60/1`, one number for both, or two columns; nothing: to the second."""
    parts = re.split(r"[/:+-]", both) if both else [first, following]
    texts = [
        re.sub(r"\s*(s|sec|sek|sekunden|seconds)\.?$", "", p.strip(), flags=re.I) for p in parts
    ]
    if len(texts) == 1:
        texts *= 2
    numbers_ = [
        int(t) if re.fullmatch(r"[0-9]{1,5}", t, re.ASCII) else (1 if not t else 0) for t in texts
    ]
    if len(numbers_) != 2 or not all(1 <= n <= MOST_INCREMENT for n in numbers_):
        shown = both or f"{first}/{following}"
        raise _BadRow(
            f"„{shown[:40]}“ ist kein Takt; erwartet wird etwa 60/60 oder 1/1.",
            f'"{shown[:40]}" is no increment; expected is something like 60/60 or 1/1.',
        )
    return Increments(*numbers_)


def _prefixes(cell: str, country_code: str, code: str) -> list[str]:
    """One, several with commas, or ranges `49160-49163`."""
    lead = re.sub(r"[^0-9]", "", country_code).removeprefix("00")
    found: list[str] = []
    for part in re.split(r"[,;|\n]", cell):
        low, dash, high = (re.sub(r"[ ()/.]", "", p) for p in part.partition("-"))
        if low:
            found += _range(low, high) if dash else [low]
    if not found and lead:
        found = [""]
    prefixes = [_prefix(each, lead, code) for each in found]
    if not prefixes or not all(PREFIX.fullmatch(prefix) for prefix in prefixes):
        raise _BadRow(
            f"„{cell[:40]}“ ist keine Vorwahl; erwartet wird etwa 49151 oder +49 151.",
            f'"{cell[:40]}" is no prefix; expected is something like 49151 or +49 151.',
        )
    return prefixes


def _range(low: str, high: str) -> list[str]:
    """Both ends must have equally many digits; a shorter end replaces the last digits."""
    high = low[: len(low) - len(high)] + high if len(high) < len(low) else high
    if not (low + high).isdecimal() or len(low) != len(high):
        return ["?"]
    if not 0 <= int(high) - int(low) < LONGEST_RANGE:
        return ["?"]
    return [str(n).zfill(len(low)) for n in range(int(low), int(high) + 1)]


def _prefix(text: str, lead: str, code: str) -> str:
    if lead:
        return f"+{lead}{text.lstrip('0')}"
    if text.startswith("+"):
        return text
    if text.startswith("00"):
        return "+" + text[2:]
    return f"+{code}{text[1:]}" if text.startswith("0") else "+" + text


# ------------------------------------------------------------------ writing


def write(rates: Iterable[Rate], delimiter: str = ",") -> str:
    """A file that `read` takes again; only prefixes have a place in it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(ORDER)
    comma = delimiter == ";"
    for rate in rates:
        if not rate.destination.startswith("+") or rate.per_minute is None:
            continue
        prices = [amount(value) for value in (rate.per_minute, rate.connection)]
        label = "'" + rate.label if rate.label[:1] in ("=", "+", "-", "@") else rate.label
        writer.writerow(
            [
                rate.destination[1:],
                label,
                *(price.replace(".", ",") if comma else price for price in prices),
                *rate.increments,
                rate.valid_from.isoformat(),
            ]
        )
    return text.getvalue()
