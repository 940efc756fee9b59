"""Webhooks with their outbox, limits that were told of, texts for customers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.store.types import BigId, Str, Utc

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _endpoints()
    _deliveries()
    op.create_table(
        "share_limits",
        _column("task", Str),
        _column("work_seconds", sa.Integer),
        _column("at", Utc),
        sa.PrimaryKeyConstraint("task", "work_seconds", name="pk_share_limits"),
    )
    op.create_table(
        "message_templates",
        *(_column(name, Str) for name in ("name", "language", "text")),
        _column("at", Utc),
        _column("by", Str),
        sa.PrimaryKeyConstraint("name", "language", name="pk_message_templates"),
    )


def _column(name: str, type_: Any) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False)


def _endpoints() -> None:
    op.create_table(
        "hook_endpoints",
        *(_column(name, Str) for name in ("id", "url", "kinds")),
        _column("active", sa.Boolean),
        _column("note", Str),
        _column("secret", sa.LargeBinary),
        sa.Column("old_secret", sa.LargeBinary),
        sa.Column("old_until", Utc),
        _column("created_at", Utc),
        _column("failures", sa.Integer),
        sa.Column("failing_since", Utc),
        sa.Column("alarmed_at", Utc),
        sa.Column("last_success_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_hook_endpoints"),
    )
    op.create_table(
        "hook_events",
        *(_column(name, Str) for name in ("id", "kind", "subject", "body")),
        _column("at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_hook_events"),
    )
    op.create_index("ix_hook_events_at_id", "hook_events", ["at", "id"])


def _deliveries() -> None:
    name = "hook_deliveries"
    op.create_table(
        name,
        *(_column(each, Str) for each in ("id", "event_id", "endpoint_id", "state")),
        _column("attempts", sa.Integer),
        _column("next_attempt_at", Utc),
        _column("created_at", Utc),
        sa.Column("settled_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_hook_deliveries"),
        _refers(name, "event_id", "hook_events.id"),
        _refers(name, "endpoint_id", "hook_endpoints.id"),
    )
    op.create_index(
        "uq_hook_deliveries_event_id_endpoint_id", name, ["event_id", "endpoint_id"], unique=True
    )
    op.create_index(
        "ix_hook_deliveries_endpoint_id_created_at", name, ["endpoint_id", "created_at"]
    )
    op.create_index("ix_hook_deliveries_created_at_id", name, ["created_at", "id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_hook_deliveries_waiting",
        name,
        ["next_attempt_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "hook_attempts",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        _column("delivery_id", Str),
        _column("at", Utc),
        sa.Column("status", sa.Integer),
        _column("ms", sa.Integer),
        _column("error", Str),
        _column("reply", Str),
        sa.PrimaryKeyConstraint("id", name="pk_hook_attempts"),
        _refers("hook_attempts", "delivery_id", "hook_deliveries.id"),
    )
    op.create_index("ix_hook_attempts_delivery_id_id", "hook_attempts", ["delivery_id", "id"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete="CASCADE")


TABLES = (
    "message_templates",
    "share_limits",
    "hook_attempts",
    "hook_deliveries",
    "hook_events",
    "hook_endpoints",
)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
