"""Where calls to a number go: steps, opening hours, absences, caller lists."""

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, Str, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "routes", *_texts("e164", "steps"), sa.PrimaryKeyConstraint("e164", name="pk_routes")
    )
    op.create_table(
        "schedules",
        *_texts("id", "name", "state", "intervals"),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_table(
        "ring_groups",
        *_texts("id", "name", "strategy", "members"),
        sa.PrimaryKeyConstraint("id", name="pk_ring_groups"),
    )
    op.create_table(
        "absences",
        *_texts("id", "user_id"),
        sa.Column("begins", Utc, nullable=False),
        sa.Column("ends", Utc),
        *_texts("note", "deputy_id", "announcement"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_absences_user_id"),
    )
    for name in ("begins", "ends"):
        op.create_index(f"ix_absences_{name}", "absences", [name])
    _callers()


def _callers() -> None:
    op.create_table(
        "caller_rules",
        *_texts("id", "kind", "pattern"),
        sa.Column("prefix", sa.Boolean, nullable=False),
        *_texts("hidden"),
        sa.Column("until", Utc),
        *_texts("note"),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("last_hit", Utc),
        *_texts("by"),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_caller_rules"),
        sa.UniqueConstraint(
            "kind",
            "pattern",
            "prefix",
            "hidden",
            name="uq_caller_rules_kind_pattern_prefix_hidden",
        ),
    )
    for columns in (["pattern"], ["hidden"], ["kind", "at", "id"]):
        op.create_index(f"ix_caller_rules_{'_'.join(columns)}", "caller_rules", columns)
    op.create_table(
        "hidden_callers",
        *_texts("call_id", "hidden"),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_hidden_callers"),
    )
    op.create_index("ix_hidden_callers_at", "hidden_callers", ["at"])


def downgrade() -> None:
    for name in (
        "hidden_callers",
        "caller_rules",
        "absences",
        "ring_groups",
        "schedules",
        "routes",
    ):
        op.drop_table(name)
