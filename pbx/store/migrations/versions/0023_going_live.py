"""What is looked at before a number goes live; test calls belong to numbers."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

RESULT = "answered, duration_ms, match_percent"
KEPT = f'id, order_id, did, "by", at, state, {RESULT}, reason, heard'


def upgrade() -> None:
    _checks()
    _test_calls("test_calls", orders_only=False)
    op.create_index("ix_test_calls_did_at", "test_calls", ["did", "at"])
    running = sa.text("state = 'running'")
    op.create_index(
        "uq_test_calls_running",
        "test_calls",
        ["did"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    # None runs: whoever made it was stopped for this.
    ended = (
        "CASE state WHEN 'running' THEN 'failed' ELSE state END, "
        f"{RESULT}, CASE state WHEN 'running' THEN 'interrupted' ELSE reason END"
    )
    op.execute(
        f'INSERT INTO test_calls ({KEPT}) SELECT id, order_id, did, "by", at, {ended}, heard'
        " FROM addon_test_calls"
    )
    op.drop_table("addon_test_calls")


def _texts(*names: str, nullable: bool = False) -> Iterator[sa.Column[Any]]:
    for name in names:
        yield sa.Column(name, Str, nullable=nullable)


def _checks() -> None:
    op.create_table(
        "number_checks",
        *_texts("e164", "point", "seen", "by"),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("e164", "point", name="pk_number_checks"),
        sa.ForeignKeyConstraint(["e164"], ["numbers.e164"], name="fk_number_checks_e164"),
    )
    op.create_table(
        "number_lives",
        *_texts("e164"),
        sa.Column("since", Utc),
        *_texts("by"),
        sa.PrimaryKeyConstraint("e164", name="pk_number_lives"),
        sa.ForeignKeyConstraint(["e164"], ["numbers.e164"], name="fk_number_lives_e164"),
    )
    op.execute("INSERT INTO number_lives (e164, \"by\") SELECT e164, 'system' FROM numbers")


def _test_calls(name: str, *, orders_only: bool) -> None:
    op.create_table(
        name,
        *_texts("id"),
        *_texts("order_id", nullable=not orders_only),
        *_texts("did", "by"),
        sa.Column("at", Utc, nullable=False),
        *_texts("state"),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("match_percent", sa.Integer),
        *_texts("reason"),
        sa.Column("heard", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_order_id_at", name, ["order_id", "at"])


def downgrade() -> None:
    _test_calls("addon_test_calls", orders_only=True)
    op.execute(
        f"INSERT INTO addon_test_calls ({KEPT}) SELECT {KEPT} FROM test_calls"
        " WHERE order_id IS NOT NULL"
    )
    for table in ("test_calls", "number_lives", "number_checks"):
        op.drop_table(table)
