"""Customers' language and postal address; endpoints of webhooks that said they are gone.

Final statements keep who writes to whom in the JSON of their rows, from now on: rows that were
final before stay as they are, nobody can know what stood on their paper.
"""

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ADDRESS = ("address_extra", "street", "postcode", "city", "country")


def upgrade() -> None:
    op.add_column("customers", sa.Column("language", Str))
    for name in ADDRESS:
        op.add_column("customers", sa.Column(name, Str, nullable=False, server_default=""))
    op.add_column("hook_endpoints", sa.Column("gone_at", Utc))


def downgrade() -> None:
    op.drop_column("hook_endpoints", "gone_at")
    for name in ("language", *ADDRESS):
        op.drop_column("customers", name)
