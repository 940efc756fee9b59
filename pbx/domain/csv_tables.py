"""Reading a CSV file with a header line, row by row, with what is wrong with each row.

    bytes ── decode ──> text ── CSV ──> (line, {column: cell}) | RowProblem

Several modules say which columns they know and what a row means; this one knows how files
look that people save: delimiters, encodings, quotation marks, harmless formulas.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from pbx.domain import searching
from pbx.domain.contact_files import decode
from pbx.domain.people_files import RowProblem
from pbx.errors import BadRequest, PbxError

MAX_BYTES = 1024 * 1024
MAX_ROWS = 20_000
R = TypeVar("R")


def columns_of(spellings: Mapping[str, str]) -> dict[str, str]:
    """From `{"name": "name kunde customer"}` to the key of each spelling."""
    return {column: key for key, text in spellings.items() for column in text.split()}


def read(
    data: bytes,
    columns: Mapping[str, str],
    needed: Sequence[str],
    row_of: Callable[[int, Mapping[str, str]], R],
) -> tuple[list[R], list[RowProblem]]:
    """The rows of a file as `row_of(line, texts)` makes them, and what is wrong with it.

    Args:
        columns: key by the column's name, in small letters without accents, spaces and marks.
        needed: keys without which there is no such table.
        row_of: raises `BadRequest` where a row cannot be taken over.

    Raises:
        BadRequest: `bad-file`, where there is no such table in it.
    """
    rows: list[R] = []
    problems: list[RowProblem] = []
    header: list[str] | None = None
    line = 0
    try:
        for line, cells in _lines(data):
            if header is None:
                header = _header(cells, columns, needed)
                continue
            if any(cell.strip() for cell in cells[len(header) :]):
                problems.append(_too_long(line, len(cells), len(header)))
                continue
            texts = {key: plain(cell) for key, cell in zip(header, cells, strict=False) if key}
            try:
                rows.append(row_of(line, texts))
            except PbxError as e:
                problems.append(RowProblem(line, e.de, e.en))
            if len(rows) > MAX_ROWS:
                raise too_large()
    except csv.Error:
        problems.append(_unreadable(line + 1))
    if not rows and not problems:
        raise unusable(
            "In der Datei steht nichts. Bitte eine CSV-Datei mit Kopfzeile auswählen.",
            "There is nothing in the file. Please choose a CSV file with a header line.",
        )
    return rows, problems


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line that is not empty."""
    if len(data) > MAX_BYTES:
        raise too_large()
    try:
        text = decode(data)
    except BadRequest as e:
        raise unusable(
            "Das ist keine Textdatei. Bitte als CSV speichern und noch einmal importieren.",
            "This is no text file. Please save it as CSV and import it again.",
        ) from e
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda d: re.sub(r'"[^"]*"', "", first).count(d))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        begin, line = line, reader.line_num + 1
        if any(cell.strip() for cell in cells):
            yield begin, cells


def _header(cells: Sequence[str], columns: Mapping[str, str], needed: Sequence[str]) -> list[str]:
    header = [columns.get(re.sub(r"[^a-z]", "", searching.fold(cell)), "") for cell in cells]
    missing = [key for key in needed if key not in header]
    if missing:
        names = ", ".join(missing)
        raise unusable(
            f"In der Kopfzeile fehlt eine Spalte. Nötig: {names}.",
            f"The header line lacks a column. Needed: {names}.",
        )
    return header


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


def too_large() -> BadRequest:
    return unusable(
        f"Die Datei ist zu groß (mehr als 1 MB oder {MAX_ROWS} Zeilen). Bitte aufteilen.",
        f"The file is too large (more than 1 MB or {MAX_ROWS} rows). Please split it.",
    )


def unusable(de: str, en: str) -> BadRequest:
    return BadRequest("bad-file", de, en)


def _too_long(line: int, cells: int, columns: int) -> RowProblem:
    return RowProblem(
        line,
        f"Die Zeile hat {cells} Felder, die Kopfzeile nur {columns}.",
        f"The row has {cells} fields, the header line only {columns}.",
    )


def _unreadable(line: int) -> RowProblem:
    return RowProblem(
        line,
        "Diese Zeile ist nicht lesbar: Die Anführungszeichen passen nicht.",
        "This row cannot be read: its quotation marks do not match.",
    )
