"""Asterisk's own call records (CDR): the second witness, asked where our ledger saw nothing.

One CSV line a call, as `config/asterisk/cdr_custom.conf` writes it:
uniqueid, linkedid, channel, dstchannel, src, dst, start, answer, end, disposition.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pbx.asterisk.home import Home

COLUMNS = 10
UNIQUEID, DST, END = 0, 5, 8
TAIL_BYTES = 4 * 1024 * 1024
"""A controller is away for minutes, not for months: only the end of the file matters."""


def records_of(home: Home) -> Path:
    """Where the exchange that lives in `home` writes its call records."""
    return home.log / "cdr-custom" / "calls.csv"


def ended_at(file: Path, concerns: Callable[[str, str], bool]) -> datetime | None:
    """The latest end among the records for which `concerns(uniqueid, dst)` is true.

    None where there is no such record, or no file: Asterisk may run elsewhere.
    """
    ends = [
        float(row[END])
        for row in _rows(file)
        if len(row) == COLUMNS and concerns(row[UNIQUEID], row[DST]) and row[END]
    ]
    return datetime.fromtimestamp(max(ends), UTC) if ends else None


def _rows(file: Path) -> Iterator[list[str]]:
    try:
        with file.open("rb") as raw:
            raw.seek(0, 2)
            raw.seek(max(0, raw.tell() - TAIL_BYTES))
            text = raw.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return
    yield from csv.reader(text.splitlines())
