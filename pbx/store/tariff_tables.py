"""The tables of what calls cost; see `tables` for the others.

price_lists ─< rates                     prices by destination, each valid from a day
price_lists ── price_imports             what the newest file replaced, to take it back

Money is whole micros. A rate whose price is empty says that there is none any more.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table

from pbx.store.tables import metadata
from pbx.store.types import Str, Utc

price_lists = Table(
    "price_lists",
    metadata,
    Column("id", Str, primary_key=True),
    Column("name", Str, nullable=False),
    Column("trunk", Str, nullable=False),
    Column("currency", Str, nullable=False),
    Column("euro", BigInteger, nullable=False),
    # Grows with every change of its rates: who keeps them in memory looks at it.
    Column("revision", Integer, nullable=False),
    Column("removed_at", Utc),
)

rates = Table(
    "rates",
    metadata,
    Column("list_id", Str, ForeignKey("price_lists.id", ondelete="CASCADE"), primary_key=True),
    Column("destination", Str, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("per_minute", BigInteger),
    Column("connection", BigInteger, nullable=False),
    Column("first", Integer, nullable=False),
    Column("following", Integer, nullable=False),
    Column("label", Str, nullable=False),
    Column("search", Str, nullable=False),
    Index(None, "list_id", "search"),
)

price_imports = Table(
    "price_imports",
    metadata,
    Column("list_id", Str, ForeignKey("price_lists.id", ondelete="CASCADE"), primary_key=True),
    # Of the list, when the file was in: with a newer one it cannot be taken back any more.
    Column("revision", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    # JSON: the destinations that it wrote, and the rows that were there before for that day.
    Column("replaced", Str, nullable=False),
)
