"""Add-ons with their prices, links, orders; hand-overs of tasks; copies of letters."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.store.types import BigId, Str, Strings, Utc

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PRICES = (
    "extension",
    "mailbox",
    "own_number",
    "country_number",
    "supplied",
    "vpa",
    "professional",
)


def upgrade() -> None:
    op.add_column("letters", sa.Column("cc", Strings))
    _catalogue()
    _orders()
    _beside_orders()
    _handovers()


def _texts(*names: str, nullable: bool = False) -> Iterator[sa.Column[Any]]:
    for name in names:
        yield sa.Column(name, Str, nullable=nullable)


def _catalogue() -> None:
    op.create_table(
        "addon_prices",
        sa.Column("valid_from", sa.Date, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in PRICES),
        sa.PrimaryKeyConstraint("valid_from", name="pk_addon_prices"),
    )
    op.create_table(
        "addon_links",
        *_texts("id", "customer_id", "email", "language", "created_by"),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("until", Utc, nullable=False),
        sa.Column("revoked_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_addon_links"),
    )
    op.create_index(
        "ix_addon_links_customer_id_created_at", "addon_links", ["customer_id", "created_at"]
    )
    op.create_table(
        "addon_uploads",
        *_texts("id", "customer_id"),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("order_id", Str),
        sa.PrimaryKeyConstraint("id", name="pk_addon_uploads"),
    )
    op.create_index("ix_addon_uploads_customer_id_at", "addon_uploads", ["customer_id", "at"])


def _orders() -> None:
    op.create_table(
        "addon_orders",
        sa.Column("number", BigId, autoincrement=True, nullable=False),
        *_texts("id", "kind", "state", "customer_id", "customer", "option", "greeting", "items"),
        sa.Column("prices_from", sa.Date),
        *_texts("key"),
        sa.Column("booked_at", Utc, nullable=False),
        *_texts("booked_by", "contact", "email", "language", "greeting_text"),
        *_texts("upload_id", "own_number", "country", nullable=True),
        sa.Column("wished_on", sa.Date),
        *_texts("note"),
        *_texts("task", "user_id", "did", "greeting_id", "owner_id", nullable=True),
        sa.Column("due_on", sa.Date),
        sa.Column("activate_at", Utc),
        *_texts("activate_by"),
        *(
            sa.Column(name, Utc)
            for name in (
                "activated_at",
                "answered_at",
                "reminded_at",
                "escalated_at",
                "closed_at",
            )
        ),
        *_texts("reason"),
        sa.Column("next_step", Str),
        *_texts("search"),
        sa.PrimaryKeyConstraint("number", name="pk_addon_orders"),
        sa.UniqueConstraint("id", name="uq_addon_orders_id"),
        sa.UniqueConstraint("customer_id", "key", name="uq_addon_orders_customer_id_key"),
    )
    op.create_index("ix_addon_orders_booked_at_id", "addon_orders", ["booked_at", "id"])
    still = sa.text("state = 'open'")
    op.create_index(
        "ix_addon_orders_open",
        "addon_orders",
        ["booked_at"],
        sqlite_where=still,
        postgresql_where=still,
    )


def _beside_orders() -> None:
    op.create_table(
        "addon_steps",
        *_texts("order_id", "step"),
        sa.Column("position", sa.Integer, nullable=False),
        *_texts("state"),
        sa.Column("owner_id", Str),
        sa.Column("due_on", sa.Date),
        *_texts("by"),
        sa.Column("at", Utc),
        *_texts("reason"),
        sa.PrimaryKeyConstraint("order_id", "step", name="pk_addon_steps"),
    )
    op.create_table(
        "addon_comments",
        *_texts("id", "order_id", "by"),
        sa.Column("at", Utc, nullable=False),
        *_texts("text"),
        sa.PrimaryKeyConstraint("id", name="pk_addon_comments"),
    )
    op.create_index("ix_addon_comments_order_id_at", "addon_comments", ["order_id", "at"])
    op.create_table(
        "addon_test_calls",
        *_texts("id", "order_id", "did", "by"),
        sa.Column("at", Utc, nullable=False),
        *_texts("state"),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("match_percent", sa.Integer),
        *_texts("reason"),
        sa.Column("heard", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_addon_test_calls"),
    )
    op.create_index("ix_addon_test_calls_order_id_at", "addon_test_calls", ["order_id", "at"])


def _handovers() -> None:
    op.create_table(
        "task_handovers",
        *_texts("id", "task", "email", "email_key", "by"),
        sa.Column("at", Utc, nullable=False),
        sa.Column("confirmed_by", Str),
        sa.Column("confirmed_at", Utc),
        *(
            sa.Column(name, sa.Boolean, nullable=False)
            for name in ("right_factor", "informed", "specialist")
        ),
        *_texts("facts"),
        sa.PrimaryKeyConstraint("id", name="pk_task_handovers"),
    )
    op.create_index("ix_task_handovers_task_email_key", "task_handovers", ["task", "email_key"])
    still = sa.text("confirmed_at IS NULL")
    op.create_index(
        "ix_task_handovers_open",
        "task_handovers",
        ["at"],
        sqlite_where=still,
        postgresql_where=still,
    )


def downgrade() -> None:
    for table in (
        "task_handovers",
        "addon_test_calls",
        "addon_comments",
        "addon_steps",
        "addon_orders",
        "addon_uploads",
        "addon_links",
        "addon_prices",
    ):
        op.drop_table(table)
    op.drop_column("letters", "cc")
