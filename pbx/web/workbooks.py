"""XLSX files row by row: the library writes all around the rows, the rows are written here.

The library takes about ten calls a cell; a hundred thousand rows then keep a processor busy for
half a minute. A row is only text between two tags (ECMA-376, part 1, 18.3.1.73), so only the
sheet's empty frame with its styles is left to the library.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter

BERLIN = ZoneInfo("Europe/Berlin")
SHEET = "xl/worksheets/sheet1.xml"
LONGEST_TEXT = 32_767
"""Excel's own limit for a cell."""
EPOCH = date(1899, 12, 30)
_DAY_SECONDS = 86_400
_ESCAPES = {
    **{code: None for code in range(32) if chr(code) not in "\t\n\r"},
    0xFFFE: None,
    0xFFFF: None,
    **{ord(c): f"&{name};" for c, name in (("&", "amp"), ("<", "lt"), (">", "gt"))},
}
_SAMPLE = re.compile(r'<row r="2".*?</row>', re.DOTALL)


class Workbook:
    """One sheet. Its rows are kept in `rows`, so that memory does not grow with their number."""

    def __init__(self, rows: IO[bytes], head: Sequence[str], widths: Sequence[int]) -> None:
        self._frame, sheet = _frame(head, widths)
        sample = _SAMPLE.search(sheet)
        assert sample is not None
        day, time = re.findall(r's="(\d+)"', sample[0])
        self._head, self._tail = sheet[: sample.start()], sheet[sample.end() :]
        self._day, self._time = f'" s="{day}"><v>', f'" s="{time}"><v>'
        self._columns = [_letters(column) for column in range(len(head))]
        self._next = 2
        self._rows = rows

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Texts, numbers, days, times (aware); None is empty."""
        written = []
        for row in rows:
            number = self._next
            written.append(f'<row r="{number}">')
            for column, value in zip(self._columns, row, strict=False):
                if value is not None:
                    written.append(f'<c r="{column}{number}{self._cell(value)}</c>')
            written.append("</row>")
            self._next += 1
        self._rows.write("".join(written).encode())

    def _cell(self, value: Any) -> str:
        if isinstance(value, str):
            text = value[:LONGEST_TEXT].translate(_ESCAPES)
            return f'" t="inlineStr"><is><t xml:space="preserve">{text}</t></is>'
        if isinstance(value, Decimal):
            return f'"><v>{value:f}</v>'
        if isinstance(value, datetime):
            local = value.astimezone(BERLIN)
            seconds = local.hour * 3600 + local.minute * 60 + local.second
            day = (local.date() - EPOCH).days
            return f"{self._time}{day + seconds / _DAY_SECONDS:.13g}</v>"
        if isinstance(value, date):
            return f"{self._day}{(value - EPOCH).days}</v>"
        return f'"><v>{value}</v>'

    def save(self, file: IO[bytes]) -> None:
        """Write it to `file`."""
        with (
            zipfile.ZipFile(self._frame) as frame,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        ):
            for name in frame.namelist():
                if name != SHEET:
                    book.writestr(name, frame.read(name))
            # More than two gigabytes are no sheet that Excel opens.
            with book.open(SHEET, "w") as sheet:
                sheet.write(self._dimensioned().encode())
                self._rows.seek(0)
                while chunk := self._rows.read(1 << 20):
                    sheet.write(chunk)
                sheet.write(self._tail.encode())

    def _dimensioned(self) -> str:
        used = f'<dimension ref="A1:{self._columns[-1]}{self._next - 1}"/>'
        return re.sub(r"<dimension [^>]*/>", used, self._head)


def _frame(head: Sequence[str], widths: Sequence[int]) -> tuple[io.BytesIO, str]:
    """A workbook with the head and one row that shows how a day and a time are styled."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 0, len(head) - 1)
    sheet.write_row(0, 0, head, book.add_format({"bold": True}))
    for column, shown in enumerate(("dd.mm.yyyy", "dd.mm.yyyy hh:mm:ss")):
        sheet.write_datetime(1, column, EPOCH, book.add_format({"num_format": shown}))
    book.close()
    with zipfile.ZipFile(file) as made:
        return file, made.read(SHEET).decode()


def _letters(column: int) -> str:
    """0 is `A`, 27 is `AB`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
