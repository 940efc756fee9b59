"""Our numbers as a CSV file: written for spreadsheets, read back from them.

    bytes ── csv_lines ──> Line ── header ──> {column: cell} ──> FileRow | RowProblem

Columns that a file does not have stay as they are; a file with any problem is not taken over.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pbx.domain import numbers
from pbx.domain.csv_lines import Form, RowProblem, bare, folded, lines_of, many_lines, text_of
from pbx.domain.csv_tables import columns_of, under_header
from pbx.domain.inventory import MAX_COOL_DOWN_DAYS
from pbx.domain.records import CoolDown, Number, NumberState
from pbx.errors import BadRequest, PbxError

FORM = Form(
    "bad-number-file",
    1024 * 1024,
    5000,
    large=(
        "Die Datei ist zu groß (mehr als 1 MB). Bitte auf mehrere Dateien verteilen.",
        "The file is too large (more than 1 MB). Please split it.",
    ),
    many=many_lines(5000),
    empty=(
        "In der Datei steht keine Nummer unter der Kopfzeile.",
        "There is no number below the file's header line.",
    ),
)
HEAD_OFFICE = "head-office"
"""Stands in `assigned_to` for the head office; empty is nobody."""
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

COLUMNS = columns_of(
    {
        "number": "number e164 nummer rufnummer telefonnummer",
        "label": "label name bezeichnung",
        "assigned_to": "assignedto user zugeteiltan zugeteilt person",
        "state": "state zustand status",
        "ring_seconds": "ringseconds klingelsekunden klingeldauer",
        "language": "language sprache",
        "recipients": "recipients to empfaenger empfanger",
        "cc": "cc kopie",
        "show_as_caller_id": "showascallerid anzeigen absendernummer",
        "street": "street strasse",
        "postcode": "postcode plz postleitzahl zip",
        "city": "city ort stadt",
        "address_country": "addresscountry country land",
        "trunk": "trunk",
        "cool_down_days": "cooldowndays schonfristtage",
        "cool_down": "cooldown schonfrist",
        "groups": "groups gruppen gruppe",
    }
)
ORDER = tuple(dict.fromkeys(COLUMNS.values()))


@dataclass(frozen=True, slots=True)
class FileRow:
    row: int
    """Line of the file, from 1."""
    number: Number
    given: frozenset[str]
    """Names of the settings that the file has."""
    assigned_to: str | None
    """E-mail address, `HEAD_OFFICE`, empty: nobody; None: the file does not say."""
    groups: tuple[str, ...] | None


# ------------------------------------------------------------------ writing


def write(found: Iterable[tuple[Number, str, Sequence[str]]], delimiter: str = ",") -> str:
    """The file; each number with `assigned_to` and the names of its groups."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(ORDER)
    for number, assigned_to, groups in found:
        values: dict[str, Any] = {
            **asdict(number),
            "number": number.e164,
            "assigned_to": assigned_to,
            "groups": groups,
        }
        writer.writerow([_cell(values[column]) for column in ORDER])
    return text.getvalue()


def _cell(value: object) -> str:
    """A spreadsheet would run a text that begins like a formula; a number's plus it may lose."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "; ".join(value) if isinstance(value, tuple | list) else str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


# ------------------------------------------------------------------ reading


def read(data: bytes, country: str) -> tuple[list[FileRow], list[RowProblem]]:
    """The rows of a file; `country`: whose national numbers may be in it.

    Raises:
        BadRequest: `bad-number-file`, where nothing of it can be used.
    """
    rows: list[FileRow] = []
    problems: list[RowProblem] = []
    lines: dict[str, int] = {}
    for line, cells in _lines(data):
        try:
            row = _row(line, cells, country)
        except PbxError as e:
            problems.append(RowProblem(line, e.de, e.en))
            continue
        first = lines.setdefault(row.number.e164, line)
        if first != line:
            problems.append(
                RowProblem(
                    line,
                    f"{row.number.e164} steht schon in Zeile {first}.",
                    f"{row.number.e164} is in line {first} already.",
                )
            )
        rows.append(row)
    if not rows and not problems:
        raise FORM.nothing()
    return rows, problems


def _lines(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its cells by column."""
    lines = under_header(lines_of(text_of(data, FORM), FORM), _header)
    for count, (header, line) in enumerate(lines, 1):
        if count > FORM.most_rows:
            raise FORM.too_many()
        pairs = zip(header, line.cells, strict=False)
        yield line.number, {name: bare(cell) for name, cell in pairs if name}


def _header(cells: Sequence[str]) -> Sequence[str | None]:
    header = [COLUMNS.get(folded(cell)) for cell in cells]
    if "number" not in header:
        raise FORM.unusable(
            "In der Kopfzeile fehlt die Spalte „number“ (oder „Nummer“).",
            'The header line has no column "number".',
        )
    return header


def _row(line: int, cells: dict[str, str], country: str) -> FileRow:
    """Raises `PbxError` in words for the person who made the file."""
    e164 = numbers.parse_dialled(cells.get("number", ""), country).e164
    groups = cells.pop("groups", None)
    assigned_to = cells.pop("assigned_to", None)
    settings: dict[str, Any] = {}
    for column, cell in cells.items():
        if column != "number":
            settings[column] = READERS.get(column, _text)(column, cell)
    if not settings.get("label", "x"):
        settings["label"] = e164
    label = settings.pop("label", None)
    given = frozenset(settings) | ({"label"} if label is not None else set())
    return FileRow(
        line,
        Number(e164, label or e164, **settings),
        given,
        None if assigned_to is None else assigned_to.casefold(),
        None if groups is None else tuple(part for part in _parts(groups) if part),
    )


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,\n]", cell) if part.strip()]


def _text(column: str, cell: str) -> str:
    if len(cell) > 100:
        raise _bad(column, cell, "höchstens 100 Zeichen", "at most 100 characters")
    return cell


def _whole(least: int, most: int, default: int) -> Callable[[str, str], int]:
    def read_whole(column: str, cell: str) -> int:
        if not cell:
            return default
        if not re.fullmatch(r"[0-9]{1,4}", cell, re.ASCII) or not least <= int(cell) <= most:
            raise _bad(column, cell, f"{least} bis {most}", f"{least} to {most}")
        return int(cell)

    return read_whole


def _choice(*allowed: str) -> Callable[[str, str], str]:
    def read_choice(column: str, cell: str) -> str:
        value = cell.casefold() or allowed[0]
        if value not in allowed:
            names = ", ".join(allowed)
            raise _bad(column, cell, f"eines von {names}", f"one of {names}")
        return value

    return read_choice


def _addresses(column: str, cell: str) -> tuple[str, ...]:
    found = tuple(part for part in re.split(r"[;,\s]+", cell) if part)
    for address in found:
        if not ADDRESS.fullmatch(address) or len(address) > 254:
            raise _bad(column, address, "E-Mail-Adressen", "e-mail addresses")
    return found


def _switch(column: str, cell: str) -> bool:
    value = cell.casefold()
    if value in ("yes", "ja", "true", "wahr", "1", "x"):
        return True
    if value in ("", "no", "nein", "false", "falsch", "0"):
        return False
    raise _bad(column, cell, "yes oder no", "yes or no")


def _country(column: str, cell: str) -> str:
    code = cell.upper()
    if code and not numbers.calling_code(code):
        raise _bad(column, cell, "ein Land wie DE", "a country such as DE")
    return code


READERS: dict[str, Callable[[str, str], Any]] = {
    "ring_seconds": _whole(3, 120, 20),
    "cool_down_days": _whole(0, MAX_COOL_DOWN_DAYS, 0),
    "language": _choice("de", "en"),
    "state": lambda column, cell: NumberState(
        _choice(NumberState.OURS, *(s for s in NumberState if s is not NumberState.OURS))(
            column, cell
        )
    ),
    "cool_down": lambda column, cell: CoolDown(_choice(*CoolDown)(column, cell)),
    "recipients": _addresses,
    "cc": _addresses,
    "show_as_caller_id": _switch,
    "address_country": _country,
}


def _bad(column: str, cell: str, de: str, en: str) -> BadRequest:
    shown = cell[:40]
    return BadRequest(
        "bad-cell",
        f"Spalte {column}: „{shown}“ geht nicht, erlaubt ist: {de}.",
        f'Column {column}: "{shown}" is not possible, allowed is: {en}.',
    )
