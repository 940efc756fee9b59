"""A CSV from anywhere as lines of cells: any usual encoding and delimiter, quoted or not.

bytes ── contact_files.decode ──> text ── delimiter ──> Line
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

from pbx.domain import searching
from pbx.domain.contact_files import decode
from pbx.errors import BadRequest

DELIMITERS = ";,\t|"
LOOKED_AT = 30
"""Lines by which the delimiter is found; files of carriers may begin with a letterhead."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    """Of the file, from 1; of a row with line breaks the first one."""
    cells: list[str]


def read_lines(data: bytes, most: int, fault: Callable[[str, str], BadRequest]) -> list[Line]:
    """All lines that are not empty, without white space around the cells.

    Args:
        fault: makes the error from its German and English text.

    Raises:
        BadRequest: no text, unreadable quotes, more than `most` lines.
    """
    try:
        text = decode(data)
    except BadRequest as e:
        raise fault(
            "Das ist keine Textdatei. Bitte als CSV speichern und noch einmal wählen.",
            "This is no text file. Please save it as CSV and choose it again.",
        ) from e
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found: list[Line] = []
    line = 1
    try:
        for cells in reader:
            begin, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(found) >= most:
                raise fault(
                    f"Die Datei hat mehr als {most} Zeilen. Bitte auf mehrere verteilen.",
                    f"The file has more than {most} lines. Please split it.",
                )
            found.append(Line(begin, [cell.strip().removeprefix("'") for cell in cells]))
    except csv.Error as e:
        raise fault(
            f"Zeile {line} ist nicht lesbar: dort passen die Anführungszeichen nicht.",
            f"Line {line} cannot be read: its quotation marks do not match.",
        ) from e
    if not found:
        raise fault("Die Datei ist leer.", "The file is empty.")
    return found


def _delimiter(text: str) -> str:
    """The one that cuts most of the first lines into equally many cells, more than one."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def fits(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines if delimiter in line]
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=0)
        return counts.count(usual) if usual else 0, usual

    return max(DELIMITERS, key=fits)


def folded(title: str) -> str:
    """A title as aliases know it: `Preis pro Min. (€)` is `preispromin`."""
    return re.sub(r"[^a-z0-9]", "", searching.fold(title))
