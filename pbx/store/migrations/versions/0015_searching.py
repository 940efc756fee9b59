"""Whose calls somebody took part in is found in an index alone."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_call_participants_user_id", "call_participants")
    op.create_index(
        "ix_call_participants_user_id_call_id", "call_participants", ["user_id", "call_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_call_participants_user_id_call_id", "call_participants")
    op.create_index("ix_call_participants_user_id", "call_participants", ["user_id"])
