"""Unlocks for a person, a task, a time; limits of people, prices, the brake."""

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PRICES = (
    ("", "", "0.50"),
    ("DE", "", "0.02"),
    ("DE", "mobile", "0.10"),
    *((country, "", "0.03") for country in ("AT", "CH", "FR", "PL")),
    *((country, "mobile", "0.20") for country in ("AT", "CH", "FR", "PL")),
)
"""EUR a minute to begin with: management writes its carrier's prices in their place."""


def upgrade() -> None:
    _unlocks()
    _limits()
    _locks()


def _unlocks() -> None:
    op.create_table(
        "unlocks",
        sa.Column("id", Str, nullable=False),
        sa.Column("country", Str, nullable=False),
        sa.Column("user_id", Str),
        sa.Column("task", Str),
        sa.Column("since", Utc, nullable=False),
        sa.Column("until", Utc),
        sa.Column("cap_minutes", sa.Integer),
        sa.Column("note", Str, nullable=False),
        sa.Column("request_id", Str),
        sa.Column("by", Str, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("revoked_at", Utc),
        sa.Column("revoked_by", Str),
        sa.PrimaryKeyConstraint("id", name="pk_unlocks"),
        sa.ForeignKeyConstraint(
            ["country"], ["countries.code"], name="fk_unlocks_country", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_unlocks_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_unlocks_at_id", "unlocks", ["at", "id"])
    op.create_index("ix_unlocks_request_id", "unlocks", ["request_id"])
    op.create_table(
        "unlock_calls",
        sa.Column("call_id", Str, nullable=False),
        sa.Column("unlock_id", Str, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_unlock_calls"),
        sa.ForeignKeyConstraint(
            ["unlock_id"], ["unlocks.id"], name="fk_unlock_calls_unlock_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_unlock_calls_unlock_id", "unlock_calls", ["unlock_id"])
    op.create_table(
        "refused_calls",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("country", Str, nullable=False),
        sa.Column("user_id", Str, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "country", "user_id", name="pk_refused_calls"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_refused_calls_user_id", ondelete="CASCADE"
        ),
    )


def _limits() -> None:
    op.create_table(
        "limits",
        sa.Column("scope", Str, nullable=False),
        sa.Column("limit", Str, nullable=False),
        sa.Column("value", Str),
        sa.PrimaryKeyConstraint("scope", "limit", name="pk_limits"),
    )
    prices = op.create_table(
        "prices",
        sa.Column("country", Str, nullable=False),
        sa.Column("type", Str, nullable=False),
        sa.Column("per_minute", Str, nullable=False),
        sa.PrimaryKeyConstraint("country", "type", name="pk_prices"),
    )
    rows = [{"country": c, "type": t, "per_minute": p} for c, t, p in PRICES]
    op.bulk_insert(prices, rows)
    op.create_table(
        "policy_settings",
        sa.Column("name", Str, nullable=False),
        sa.Column("value", Str, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_policy_settings"),
    )


def _locks() -> None:
    op.create_table(
        "outbound_locks",
        sa.Column("id", Str, nullable=False),
        sa.Column("user_id", Str, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("pattern", Str, nullable=False),
        sa.Column("numbers", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("about", Str, nullable=False),
        sa.Column("released_at", Utc),
        sa.Column("released_by", Str),
        sa.PrimaryKeyConstraint("id", name="pk_outbound_locks"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_outbound_locks_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_outbound_locks_user_id_at", "outbound_locks", ["user_id", "at"])
    locked = sa.text("released_at IS NULL")
    op.create_index(
        "uq_outbound_locks_locked",
        "outbound_locks",
        ["user_id"],
        unique=True,
        sqlite_where=locked,
        postgresql_where=locked,
    )


def downgrade() -> None:
    for name in (
        "outbound_locks",
        "policy_settings",
        "prices",
        "limits",
        "refused_calls",
        "unlock_calls",
        "unlocks",
    ):
        op.drop_table(name)
