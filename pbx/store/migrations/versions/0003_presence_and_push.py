"""What people say of themselves, and the browsers that take a push for them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("status", Str, nullable=False, server_default="available"))
    op.create_table(
        "push_subscriptions",
        _column("endpoint"),
        _column("user_id"),
        _column("p256dh", sa.LargeBinary),
        _column("auth", sa.LargeBinary),
        _column("session"),
        _column("created_at", Utc),
        sa.PrimaryKeyConstraint("endpoint", name="pk_push_subscriptions"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_push_subscriptions_user_id", ondelete="CASCADE"
        ),
    )
    for column in ("user_id", "session"):
        op.create_index(f"ix_push_subscriptions_{column}", "push_subscriptions", [column])


def downgrade() -> None:
    op.drop_table("push_subscriptions")
    op.drop_column("users", "status")


def _column(name: str, kind: Any = Str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)
