"""The inbox of a team: claims, links, retention."""

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXTS = ("task", "transcript")
NAMES = ("claimed_by", "done_by")
TIMES = ("claimed_at", "done_at", "reminded_at", "removed_at")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("voicemails", sa.Column(name, Str, nullable=False, server_default=""))
    for name in NAMES:
        op.add_column("voicemails", sa.Column(name, Str))
    for name in TIMES:
        op.add_column("voicemails", sa.Column(name, Utc))
    for name, usual in (("kind", "message"), ("in_reply_to", ""), ("task", "")):
        op.add_column("outbox", sa.Column(name, Str, nullable=False, server_default=usual))
    op.execute("UPDATE outbox SET kind = 'forward' WHERE forwarded_by IS NOT NULL")
    # Nobody is reminded of what is old; only what comes from now on.
    op.execute("UPDATE voicemails SET reminded_at = recorded_at")


def downgrade() -> None:
    for name in ("task", "in_reply_to", "kind"):
        op.drop_column("outbox", name)
    for name in (*TIMES, *NAMES, *TEXTS):
        op.drop_column("voicemails", name)
