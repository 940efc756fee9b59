"""The table of one-off amounts; see `billing_tables` for what they are billed with.

customers ─< charges                     append-only; refers to nothing: money must be written down
"""

from sqlalchemy import Column, Date, Index, Integer, Table

from pbx.store.tables import metadata
from pbx.store.types import Str, Utc

charges = Table(
    "charges",
    metadata,
    Column("id", Str, primary_key=True),
    Column("customer_id", Str, nullable=False),
    Column("day", Date, nullable=False),
    Column("key", Str, nullable=False, unique=True),
    Column("title_de", Str, nullable=False),
    Column("title_en", Str, nullable=False),
    Column("amount_cents", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("by", Str, nullable=False),
    Index(None, "day", "customer_id"),
)
