"""Invitations, resets, password policy."""

import sqlalchemy as sa
from alembic import op

from pbx.domain.people import search_text
from pbx.store.types import Str, Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXTS = ("position", "responsibility", "search")
TIMES = ("invited_at", "left_at", "password_at")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("users", sa.Column(name, Str, nullable=False, server_default=""))
    for name in TIMES:
        op.add_column("users", sa.Column(name, Utc))
    op.create_index("ix_users_search_id", "users", ["search", "id"])
    _fill()
    op.create_table(
        "account_links",
        sa.Column("token_hash", Str, nullable=False),
        sa.Column("user_id", Str, nullable=False),
        sa.Column("kind", Str, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_account_links_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_account_links"),
    )
    op.create_index("ix_account_links_expires_at", "account_links", ["expires_at"])
    op.create_index("ix_account_links_user_id_kind", "account_links", ["user_id", "kind"])


def _fill() -> None:
    """Those there are can be found; their passwords count as new, nobody is sent away."""
    users = sa.table("users", *(sa.column(n, Str) for n in ("id", "name", "email", "search")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(users)).mappings().all():
        found_by = search_text(row["name"], row["email"])
        connection.execute(sa.update(users).where(users.c.id == row["id"]).values(search=found_by))
    op.execute("UPDATE users SET password_at = CURRENT_TIMESTAMP WHERE password_hash <> ''")


def downgrade() -> None:
    op.drop_table("account_links")
    op.drop_index("ix_users_search_id", "users")
    for name in (*TIMES, *TEXTS):
        op.drop_column("users", name)
