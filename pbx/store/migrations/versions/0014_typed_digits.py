"""What callers typed, in the ledger."""

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger", sa.Column("digits", Str))
