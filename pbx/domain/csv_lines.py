"""The one reader of CSV files: bytes as numbered lines of cells, whatever program wrote them.

    bytes ── text_of ──> text ── lines_of ──> Line, Line, …

What files of one kind may be, and what is said of one that cannot be used, is its `Form`.
Headers and what rows mean are the matter of `csv_tables` and of each `*_files.py`.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pbx.domain import searching
from pbx.domain.texts import Words
from pbx.errors import BadRequest

LOOKED_AT = 30
"""Lines by which the delimiter of anybody's file is found; it may begin with a letterhead."""


@dataclass(frozen=True, slots=True)
class Form:
    """What files of one kind may be, and what is said of one that cannot be used."""

    error_id: str
    most_bytes: int
    most_rows: int
    large: Words
    many: Words
    empty: Words
    no_text: Words = (
        "Das ist keine Textdatei. Bitte als CSV speichern und noch einmal importieren.",
        "This is no text file. Please save it as CSV and import it again.",
    )

    def unusable(self, de: str, en: str) -> BadRequest:
        return BadRequest(self.error_id, de, en)

    def too_large(self) -> BadRequest:
        return self.unusable(*self.large)

    def too_many(self) -> BadRequest:
        return self.unusable(*self.many)

    def nothing(self) -> BadRequest:
        return self.unusable(*self.empty)


def many_lines(most: int) -> Words:
    """What most kinds of files say of more rows than `most`."""
    return (
        f"Die Datei hat mehr als {most} Zeilen. Bitte auf mehrere verteilen.",
        f"The file has more than {most} lines. Please split it.",
    )


def anybodys_form(error_id: str, megabytes: int, most_rows: int) -> Form:
    """Of files that `read_lines` reads."""
    return Form(
        error_id,
        megabytes * 1024 * 1024,
        most_rows,
        large=(
            f"Die Datei ist zu groß (mehr als {megabytes} MB). Bitte auf mehrere Dateien"
            " verteilen.",
            f"The file is too large (more than {megabytes} MB). Please split it.",
        ),
        many=many_lines(most_rows),
        empty=("Die Datei ist leer.", "The file is empty."),
        no_text=(
            "Das ist keine Textdatei. Bitte als CSV speichern und noch einmal wählen.",
            "This is no text file. Please save it as CSV and choose it again.",
        ),
    )


class BadQuotes(BadRequest):
    """The quotation marks of a line do not match: nothing behind it can be read."""

    def __init__(self, error_id: str, line: int) -> None:
        super().__init__(
            error_id,
            f"Zeile {line} ist nicht lesbar: dort passen die Anführungszeichen nicht.",
            f"Line {line} cannot be read: its quotation marks do not match.",
        )
        self.line = line


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row, or a part of it, cannot be taken over."""

    row: int
    """Line of the file, or number of the vCard; from 1."""
    de: str
    en: str

    def text(self, language: str) -> str:
        return self.de if language.startswith("de") else self.en


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    """Of the file, from 1; of a row with line breaks the first one."""
    cells: list[str]


def text_of(data: bytes, form: Form) -> str:
    """UTF-8, with or without mark, UTF-16 with mark, or else Windows-1252.

    Raises:
        BadRequest: more bytes than `form` has, or no text.
    """
    if len(data) > form.most_bytes:
        raise form.too_large()
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in data and not utf16:
        raise form.unusable(*form.no_text)
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
    return data.decode("utf-16" if utf16 else "cp1252", "replace")


def lines_of(
    text: str, form: Form, *, delimiter: str | None = None, strict: bool = True
) -> Iterator[Line]:
    """All lines that are not empty.

    Args:
        delimiter: None: the one that the first line has most of.
        strict: whether quotation marks within a cell are an error.

    Raises:
        BadQuotes: behind the lines that could be read.
    """
    delimiter = delimiter or _of_header(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    line = 1
    try:
        for cells in reader:
            begin, line = line, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield Line(begin, cells)
    except csv.Error as e:
        raise BadQuotes(form.error_id, line) from e


def read_lines(data: bytes, form: Form) -> list[Line]:
    """The lines of anybody's file with bare cells, wherever its table begins.

    Raises:
        BadRequest: no text, unreadable quotes, nothing in it, or more than `form` has.
    """
    text = text_of(data, form)
    found: list[Line] = []
    for line in lines_of(text, form, delimiter=_of_many(text)):
        if len(found) >= form.most_rows:
            raise form.too_many()
        found.append(Line(line.number, [bare(cell) for cell in line.cells]))
    if not found:
        raise form.nothing()
    return found


def _of_header(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    unquoted = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=unquoted.count)


def _of_many(text: str) -> str:
    """The one that cuts most of the first lines into equally many cells, more than one."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def fits(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines if delimiter in line]
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=0)
        return counts.count(usual) if usual else 0, usual

    return max(";,\t|", key=fits)


def bare(cell: str) -> str:
    """Without white space, and without the mark by which spreadsheets keep a text a text."""
    return cell.strip().removeprefix("'")


def folded(title: str) -> str:
    """A title as columns are looked up by it: `Preis pro Min. (€)` is `preispromin`."""
    return re.sub(r"[^a-z0-9]", "", searching.fold(title))
