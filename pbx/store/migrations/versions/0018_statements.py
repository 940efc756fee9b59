"""What was said to wrong factors, and final statements: rows that nobody changes."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.store.migrations import append_only
from pbx.store.types import BigId, Str, Utc

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

APPEND_ONLY = ("guard_closings", "statements")


def upgrade() -> None:
    _guard()
    _statements()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        for statement in append_only.statements(table, sqlite=sqlite):
            op.execute(statement)


def _texts(*names: str) -> Iterator[sa.Column[Any]]:
    for name in names:
        yield sa.Column(name, Str, nullable=False)


def _guard() -> None:
    op.create_table(
        "guard_closings",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        *_texts("task", "month", "right_area", "how", "reason"),
        sa.Column("risk_cents", sa.Integer),
        *_texts("by"),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_guard_closings"),
    )
    op.create_index("ix_guard_closings_month_task", "guard_closings", ["month", "task"])


def _statements() -> None:
    op.create_table(
        "statements",
        *_texts("id", "number"),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        *_texts("customer_id", "customer", "month"),
        sa.Column("corrects", Str),
        *_texts("reason", "document", "by"),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sa.UniqueConstraint("number", name="uq_statements_number"),
        sa.UniqueConstraint("corrects", name="uq_statements_corrects"),
    )
    first = sa.text("corrects IS NULL")
    op.create_index("uq_statements_year_sequence", "statements", ["year", "sequence"], unique=True)
    op.create_index(
        "uq_statements_first",
        "statements",
        ["customer_id", "month"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    op.create_index("ix_statements_month_customer_id", "statements", ["month", "customer_id"])


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
        if op.get_bind().dialect.name != "sqlite":
            op.execute(f"DROP FUNCTION {table}_append_only")
