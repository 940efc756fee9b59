"""One-off amounts that customers are billed, which nobody changes; what a price file replaced."""

import sqlalchemy as sa
from alembic import op

from pbx.store.migrations import append_only
from pbx.store.types import Str, Utc

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "charges",
        sa.Column("id", Str, nullable=False),
        sa.Column("customer_id", Str, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("key", Str, nullable=False),
        sa.Column("title_de", Str, nullable=False),
        sa.Column("title_en", Str, nullable=False),
        sa.Column("amount_cents", sa.Integer, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("by", Str, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charges"),
        sa.UniqueConstraint("key", name="uq_charges_key"),
    )
    op.create_index("ix_charges_day_customer_id", "charges", ["day", "customer_id"])
    op.create_table(
        "price_imports",
        sa.Column("list_id", Str, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("replaced", Str, nullable=False),
        sa.PrimaryKeyConstraint("list_id", name="pk_price_imports"),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["price_lists.id"],
            name="fk_price_imports_list_id_price_lists",
            ondelete="CASCADE",
        ),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in append_only.statements("charges", sqlite=sqlite):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("price_imports")
    op.drop_table("charges")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION charges_append_only")
