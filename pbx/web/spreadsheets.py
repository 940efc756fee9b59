"""Tables as files: CSV by RFC 4180 or as a German Excel reads it, and XLSX."""

import asyncio
import csv
import io
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from aiohttp import web

from pbx.errors import BadRequest
from pbx.web.workbooks import BERLIN, Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV is written; a German Excel reads 22.065 as twenty-two thousand."""

    delimiter: str
    decimal: str
    mark: bytes
    """Lets Excel see that it is UTF-8."""
    local_times: bool = False
    """Berlin's time as people write it, instead of UTC in ISO 8601."""


DIALECTS = {"": Dialect(",", ".", b""), "excel-de": Dialect(";", ",", b"\xef\xbb\xbf", True)}


def dialect_of(request: web.Request) -> Dialect:
    """Raises `BadRequest`: `bad-format`."""
    dialect = DIALECTS.get(request.query.get("format", ""))
    if dialect is None:
        raise BadRequest("bad-format", "format: excel-de oder keines.", "format: excel-de or none.")
    return dialect


def cell(text: str) -> str:
    """A spreadsheet would run a text that begins like a formula; a number is none."""
    if re.fullmatch(r"\+[0-9]+", text):
        return text
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def csv_text(rows: Iterable[Sequence[Any]], dialect: Dialect) -> bytes:
    """Lines of CSV. Texts, whole numbers, days, times (aware), seconds as floats, anything exact as
    Decimal; None is empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerows([_written(value, dialect) for value in row] for row in rows)
    return text.getvalue().encode()


def _written(value: Any, dialect: Dialect) -> Any:
    if isinstance(value, datetime):
        local = value.astimezone(BERLIN)
        return f"{local:%d.%m.%Y %H:%M:%S}" if dialect.local_times else value.isoformat()
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}" if dialect.local_times else value.isoformat()
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", dialect.decimal)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", dialect.decimal)
    return cell(value) if isinstance(value, str) else value


def attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


async def send_csv(
    request: web.Request,
    name: str,
    dialect: Dialect,
    head: Sequence[str],
    pages: AsyncIterator[Sequence[Sequence[Any]]],
) -> web.StreamResponse:
    """Sends each page as soon as it is there."""
    response = web.StreamResponse(headers=attachment(name))
    response.content_type, response.charset = "text/csv", "utf-8"
    await response.prepare(request)
    await response.write(dialect.mark + csv_text([head], dialect))
    async for page in pages:
        await response.write(await asyncio.to_thread(csv_text, page, dialect))
    await response.write_eof()
    return response


async def send_xlsx(
    request: web.Request,
    name: str,
    head: Sequence[str],
    widths: Sequence[int],
    pages: AsyncIterator[Sequence[Sequence[Any]]],
) -> web.StreamResponse:
    """Writes it to a file first, row by row, so that memory does not grow with its length."""
    with tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as file:
        book = Workbook(rows, head, widths)
        async for page in pages:
            await asyncio.to_thread(book.add, page)
        await asyncio.to_thread(book.save, file)
        response = web.StreamResponse(headers=attachment(name))
        response.content_type = XLSX
        response.content_length = file.tell()
        await response.prepare(request)
        file.seek(0)
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            await response.write(chunk)
        await response.write_eof()
        return response
