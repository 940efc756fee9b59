"""The tables of webhooks; see `tables` for the others.

hook_events ─< hook_deliveries >─ hook_endpoints     an event on its way to an endpoint
hook_deliveries ─< hook_attempts                     every try, with what was answered
share_limits                                         shares over the limit that were told of
message_templates                                    texts that are not the shipped ones
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, text

from pbx.domain.hooks import DeliveryState, HookKind
from pbx.store.tables import metadata
from pbx.store.types import BigId, Named, NameSet, Str, Utc

hook_endpoints = Table(
    "hook_endpoints",
    metadata,
    Column("id", Str, primary_key=True),
    Column("url", Str, nullable=False),
    Column("kinds", NameSet(HookKind), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("note", Str, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("old_secret", LargeBinary),
    Column("old_until", Utc),
    Column("created_at", Utc, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Utc),
    Column("alarmed_at", Utc),
    Column("last_success_at", Utc),
    Column("gone_at", Utc),
)

hook_events = Table(
    "hook_events",
    metadata,
    Column("id", Str, primary_key=True),
    Column("kind", Named(HookKind), nullable=False),
    Column("subject", Str, nullable=False),
    Column("body", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "at", "id"),
)


def _belongs(column: str, to: str) -> Column[str]:
    return Column(column, Str, ForeignKey(to, ondelete="CASCADE"), nullable=False)


hook_deliveries = Table(
    "hook_deliveries",
    metadata,
    Column("id", Str, primary_key=True),
    _belongs("event_id", "hook_events.id"),
    _belongs("endpoint_id", "hook_endpoints.id"),
    Column("state", Named(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("settled_at", Utc),
    Index("uq_hook_deliveries_event_id_endpoint_id", "event_id", "endpoint_id", unique=True),
    Index(None, "endpoint_id", "created_at"),
    Index(None, "created_at", "id"),
    Index(
        "ix_hook_deliveries_waiting",
        "next_attempt_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

hook_attempts = Table(
    "hook_attempts",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    _belongs("delivery_id", "hook_deliveries.id"),
    Column("at", Utc, nullable=False),
    Column("status", Integer),
    Column("ms", Integer, nullable=False),
    Column("error", Str, nullable=False),
    Column("reply", Str, nullable=False),
    Index(None, "delivery_id", "id"),
)

share_limits = Table(
    "share_limits",
    metadata,
    Column("task", Str, primary_key=True),
    Column("work_seconds", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
)

message_templates = Table(
    "message_templates",
    metadata,
    Column("name", Str, primary_key=True),
    Column("language", Str, primary_key=True),
    Column("text", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", Str, nullable=False),
)
