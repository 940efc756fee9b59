"""CSV files with a header line: reading them row by row, with what is wrong with each, and
writing them.

    bytes ── csv_lines ──> Line ── header ──> (line, {column: cell}) ──> row | RowProblem

Several modules say which columns they know and what a row means; this one knows header lines
and harmless formulas.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from pbx.domain.csv_lines import BadQuotes, Form, Line, RowProblem, folded, lines_of, text_of
from pbx.domain.texts import Words
from pbx.errors import BadRequest, PbxError

MAX_BYTES = 1024 * 1024
MAX_ROWS = 20_000
_MUCH: Words = (
    f"Die Datei ist zu groß (mehr als 1 MB oder {MAX_ROWS} Zeilen). Bitte aufteilen.",
    f"The file is too large (more than 1 MB or {MAX_ROWS} rows). Please split it.",
)
FORM = Form(
    "bad-file",
    MAX_BYTES,
    MAX_ROWS,
    large=_MUCH,
    many=_MUCH,
    empty=(
        "In der Datei steht nichts. Bitte eine CSV-Datei mit Kopfzeile auswählen.",
        "There is nothing in the file. Please choose a CSV file with a header line.",
    ),
)
R = TypeVar("R")
H = TypeVar("H")
Rows = tuple[list[R], list[RowProblem]]
"""What could be read, and what is wrong with the rest."""


def columns_of(spellings: Mapping[str, str]) -> dict[str, str]:
    """From `{"name": "name kunde customer"}` to the key of each spelling."""
    return {column: key for key, text in spellings.items() for column in text.split()}


def under_header(
    lines: Iterable[Line], header_of: Callable[[Sequence[str]], Sequence[H]]
) -> Iterator[tuple[Sequence[H], Line]]:
    """Each line below the first one, beside what `header_of` makes of that."""
    header: Sequence[H] | None = None
    for line in lines:
        if header is None:
            header = header_of(line.cells)
        else:
            yield header, line


def read(
    data: bytes,
    columns: Mapping[str, str],
    needed: Sequence[str],
    row_of: Callable[[int, Mapping[str, str]], R],
) -> Rows[R]:
    """The rows of a file as `row_of(line, texts)` makes them, and what is wrong with it.

    Args:
        columns: key by the column's name, in small letters without accents, spaces and marks.
        needed: keys without which there is no such table; `texts` always has them.
        row_of: raises `BadRequest` where a row cannot be taken over.

    Raises:
        BadRequest: `bad-file`, where there is no such table in it.
    """

    def header_of(cells: Sequence[str]) -> Sequence[str]:
        header = keys_of(cells, columns)
        missing = [key for key in needed if key not in header]
        if missing:
            names = ", ".join(missing)
            raise FORM.unusable(
                f"In der Kopfzeile fehlt eine Spalte. Nötig: {names}.",
                f"The header line lacks a column. Needed: {names}.",
            )
        return header

    none = dict.fromkeys(needed, "")
    return read_rows(data, FORM, header_of, lambda line, texts: row_of(line, {**none, **texts}))


def read_rows(
    data: bytes,
    form: Form,
    header_of: Callable[[Sequence[str]], Sequence[str]],
    row_of: Callable[[int, Mapping[str, str]], R],
) -> Rows[R]:
    """As `read`, for a table of another form; `header_of`: keys of the header's cells.

    Raises:
        BadRequest: of `form`, where there is no such table in it.
    """
    rows: list[R] = []
    problems: list[RowProblem] = []
    try:
        for header, line in under_header(lines_of(text_of(data, form), form), header_of):
            try:
                rows.append(row_of(line.number, _texts(header, line.cells)))
            except PbxError as e:
                problems.append(RowProblem(line.number, e.de, e.en))
            if len(rows) > form.most_rows:
                raise form.too_many()
    except BadQuotes as e:
        problems.append(_unreadable(e.line))
    if not rows and not problems:
        raise form.nothing()
    return rows, problems


def keys_of(cells: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """The keys of a header's cells, empty for unknown ones; `E-Mail 1` is `E-Mail`."""
    return [columns.get(re.sub(r"[0-9]", "", folded(cell)), "") for cell in cells]


def _texts(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise BadRequest(
            "row-too-long",
            f"Die Zeile hat {len(cells)} Felder, die Kopfzeile nur {len(header)}.",
            f"The row has {len(cells)} fields, the header line only {len(header)}.",
        )
    return {key: plain(cell) for key, cell in zip(header, cells, strict=False) if key}


def plain(cell: str) -> str:
    """Without what `harmless` put before it."""
    text = " ".join(cell.split())
    return text[1:] if re.match(r"'+[=@+-]", text) else text


def harmless(cell: str) -> str:
    """A spreadsheet must not take what somebody wrote for a formula."""
    return f"'{cell}" if re.match(r"'*[=@]|'+[+-]|[+-](?![0-9 ]+$)", cell) else cell


def write(header: Sequence[str], rows: Iterable[Sequence[str]], *, german: bool) -> bytes:
    """The file that `read` understands; `german`: as a German Excel opens it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def day_of(text: str) -> date:
    """`2026-11-21` or `21.11.2026`; raises `BadRequest` (`bad-day`)."""
    german = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text, re.ASCII)
    try:
        if german:
            day, month, year = map(int, german.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError as e:
        raise BadRequest(
            "bad-day",
            f"„{text[:40]}“ ist kein Tag. Bitte als 21.11.2026 oder 2026-11-21 angeben.",
            f'"{text[:40]}" is no day. Please give it as 2026-11-21.',
        ) from e


def _unreadable(line: int) -> RowProblem:
    return RowProblem(
        line,
        "Diese Zeile ist nicht lesbar: Die Anführungszeichen passen nicht.",
        "This row cannot be read: its quotation marks do not match.",
    )
