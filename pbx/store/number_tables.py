"""The tables around our numbers; `numbers` itself and `number_assignments` are in `tables`.

number_groups ─< number_group_members >─ numbers     groups, any number of them a number
numbers ─< planned_changes                           who will have a number, and from when
users ─< number_requests                             who asks for a number of their own
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, text

from pbx.domain.desk import RequestState
from pbx.domain.inventory import PlannedState
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Utc

OPEN = text("state = 'open'")
PLANNED = text("state = 'planned'")

number_groups = Table(
    "number_groups",
    metadata,
    Column("id", Str, primary_key=True),
    Column("name", Str, nullable=False),
    Column("name_key", Str, nullable=False, unique=True),
)

number_group_members = Table(
    "number_group_members",
    metadata,
    Column("group_id", Str, ForeignKey("number_groups.id", ondelete="CASCADE"), primary_key=True),
    Column("e164", Str, ForeignKey("numbers.e164"), primary_key=True, index=True),
)

planned_changes = Table(
    "planned_changes",
    metadata,
    Column("id", Str, primary_key=True),
    Column("e164", Str, ForeignKey("numbers.e164"), nullable=False, index=True),
    Column("user_id", Str, ForeignKey("users.id")),
    Column("head_office", Boolean, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("by", Str, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("state", Named(PlannedState), nullable=False),
    Column("settled_at", Utc),
    Index(
        "ix_planned_changes_waiting",
        "due_at",
        "id",
        sqlite_where=PLANNED,
        postgresql_where=PLANNED,
    ),
)

number_requests = Table(
    "number_requests",
    metadata,
    Column("id", Str, primary_key=True),
    Column("user_id", Str, ForeignKey("users.id"), nullable=False),
    Column("reason", Str, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("state", Named(RequestState), nullable=False),
    Column("answer", Str, nullable=False),
    Column("e164", Str),
    Column("decided_at", Utc),
    Column("decided_by", Str),
    Index("ix_number_requests_created_at_id", "created_at", "id"),
    Index(
        "uq_number_requests_open",
        "user_id",
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    ),
)
