"""Second factors, single sign-on, sessions seen, scopes of tokens."""

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = {
    "sessions": ("opened_at", "used_at", "agent", "proven"),
    "api_tokens": ("scopes", "created_at", "expires_at", "used_at"),
}


def _user(table: str) -> list[sa.Column[str] | sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"
    )
    return [sa.Column("user_id", Str, nullable=False), key]


def upgrade() -> None:
    for name in ("opened_at", "used_at"):
        op.add_column("sessions", sa.Column(name, Utc))
    op.add_column("sessions", sa.Column("agent", Str, nullable=False, server_default=""))
    no = sa.Column("proven", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("sessions", no)
    op.add_column("api_tokens", sa.Column("scopes", Str))
    for name in ("created_at", "expires_at", "used_at"):
        op.add_column("api_tokens", sa.Column(name, Utc))
    for table in NEW:
        op.create_index(f"ix_{table}_user_id", table, ["user_id"])
    op.create_table(
        "second_factors",
        *_user("second_factors"),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("since", Utc),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        *_user("recovery_codes"),
        sa.Column("code_hash", Str, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "single_sign_ons",
        sa.Column("issuer", Str, nullable=False),
        sa.Column("subject", Str, nullable=False),
        *_user("single_sign_ons"),
        sa.Column("linked_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_single_sign_ons"),
    )
    op.create_index("ix_single_sign_ons_user_id", "single_sign_ons", ["user_id"])


def downgrade() -> None:
    for table in ("single_sign_ons", "recovery_codes", "second_factors"):
        op.drop_table(table)
    for table, columns in NEW.items():
        op.drop_index(f"ix_{table}_user_id", table)
        for column in columns:
            op.drop_column(table, column)
