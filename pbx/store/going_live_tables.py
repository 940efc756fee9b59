"""What was looked at before a number went live, and the test calls of numbers and orders.

numbers ─< number_checks        a point that somebody has confirmed
        ── number_lives         all points were done; without a time: before there was this list
        ─< test_calls >─ addon_orders
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, text

from pbx.domain.going_live import Point
from pbx.domain.test_calls import TestState
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Utc

RUNNING = text("state = 'running'")

number_checks = Table(
    "number_checks",
    metadata,
    Column("e164", Str, ForeignKey("numbers.e164"), primary_key=True),
    Column("point", Named(Point), primary_key=True),
    Column("seen", Str, nullable=False),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
)

number_lives = Table(
    "number_lives",
    metadata,
    Column("e164", Str, ForeignKey("numbers.e164"), primary_key=True),
    Column("since", Utc),
    Column("by", Str, nullable=False),
)

test_calls = Table(
    "test_calls",
    metadata,
    Column("id", Str, primary_key=True),
    Column("order_id", Str),
    Column("did", Str, nullable=False),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Column("state", Named(TestState), nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("duration_ms", Integer),
    Column("match_percent", Integer),
    Column("reason", Str, nullable=False),
    Column("heard", Boolean, nullable=False),
    Index(None, "order_id", "at"),
    Index(None, "did", "at"),
    Index(
        "uq_test_calls_running",
        "did",
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    ),
)
