"""The tables of carriers' call records against ours; see `tables` for the others.

carriers ─< reconciliations ─< reconciliation_findings     files, each with what differs

Findings refer to no call: what was found stays as it was found.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table

from pbx.domain.reconciling import Kind
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Utc

carriers = Table(
    "carriers",
    metadata,
    Column("id", Str, primary_key=True),
    Column("name", Str, nullable=False),
    Column("trunk", Str, nullable=False),
    # JSON: how its files are read.
    Column("mapping", Str, nullable=False),
    Column("removed_at", Utc),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", Str, primary_key=True),
    Column("carrier_id", Str, ForeignKey("carriers.id"), nullable=False, index=True),
    Column("file", Str, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("at", Utc, nullable=False, index=True),
    Column("by", Str, nullable=False),
    # JSON: the figures of the whole file.
    Column("summary", Str, nullable=False),
    Column("removed_at", Utc),
)

reconciliation_findings = Table(
    "reconciliation_findings",
    metadata,
    Column(
        "reconciliation_id",
        Str,
        ForeignKey("reconciliations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Named(Kind), nullable=False),
    Column("call_id", Str),
    Column("task", Str),
    Column("our_number", Str),
    Column("our_begin", Utc),
    Column("our_ms", BigInteger),
    Column("our_micros", BigInteger),
    Column("row", Integer),
    Column("their_number", Str),
    Column("their_begin", Utc),
    Column("their_ms", BigInteger),
    Column("their_micros", BigInteger),
    Column("seconds", Integer, nullable=False),
    Index(None, "reconciliation_id", "kind", "position"),
)
