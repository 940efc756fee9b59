"""The tables of routing.

    routes                      a number's own steps, as JSON, in order
    schedules, ring_groups      opening hours and groups of people that steps name
    absences                    when people are away
    caller_rules                block, allow and VIP list
    hidden_callers              keyed hashes of callers who withheld their number, by call

Steps name what they need without foreign keys: what is gone is found by the checks, and calls
pass it by.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from pbx.domain.routing import ListKind, Strategy
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Strings, Utc

routes = Table(
    "routes",
    metadata,
    Column("e164", Str, primary_key=True),
    Column("steps", Str, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", Str, primary_key=True),
    Column("name", Str, nullable=False),
    Column("state", Str, nullable=False),
    Column("intervals", Str, nullable=False),
)

ring_groups = Table(
    "ring_groups",
    metadata,
    Column("id", Str, primary_key=True),
    Column("name", Str, nullable=False),
    Column("strategy", Named(Strategy), nullable=False),
    Column("members", Strings, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Str, primary_key=True),
    Column("user_id", Str, ForeignKey("users.id"), nullable=False),
    Column("begins", Utc, nullable=False),
    Column("ends", Utc),
    Column("note", Str, nullable=False),
    Column("deputy_id", Str, nullable=False),
    Column("announcement", Str, nullable=False),
    Index(None, "begins"),
    Index(None, "ends"),
)

caller_rules = Table(
    "caller_rules",
    metadata,
    Column("id", Str, primary_key=True),
    Column("kind", Named(ListKind), nullable=False),
    Column("pattern", Str, nullable=False),
    Column("prefix", Boolean, nullable=False),
    Column("hidden", Str, nullable=False),
    Column("until", Utc),
    Column("note", Str, nullable=False),
    Column("hits", Integer, nullable=False),
    Column("last_hit", Utc),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("kind", "pattern", "prefix", "hidden"),
    Index(None, "pattern"),
    Index(None, "hidden"),
    Index(None, "kind", "at", "id"),
)

hidden_callers = Table(
    "hidden_callers",
    metadata,
    Column("call_id", Str, primary_key=True),
    Column("hidden", Str, nullable=False),
    Column("at", Utc, nullable=False, index=True),
)
