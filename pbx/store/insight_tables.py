"""Tables of looking back: sums of calls, and the searches that people saved.

ledger ─> calls ─> call_sums             the days' sums; a projection, like the calls
users ─< saved_searches                  each person's own
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table

from pbx.domain.records import Direction
from pbx.domain.statistics import Dimension
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Utc

call_sums = Table(
    "call_sums",
    metadata,
    Column("dimension", Named(Dimension), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("value", Str, primary_key=True),
    Column("direction", Named(Direction), primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("talk_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Str, primary_key=True),
    Column("search", Str, nullable=False),
    Column("saved_at", Utc, nullable=False),
)
