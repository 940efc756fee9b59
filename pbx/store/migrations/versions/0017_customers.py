"""Customers with their file, states of tasks."""

import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.domain.customers import name_key, tidy
from pbx.domain.records import PhoneSystem
from pbx.domain.searching import search_text
from pbx.store.types import Str

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("customer_id", Str))
    op.add_column("tasks", sa.Column("state", Str, nullable=False, server_default="open"))
    op.create_index("ix_tasks_customer_id", "tasks", ["customer_id"])
    _customers()
    _fill()


def _texts(*names: str) -> Iterator[sa.Column[Any]]:
    for name in names:
        yield sa.Column(name, Str, nullable=False)


def _customers() -> None:
    op.create_table(
        "customers",
        *_texts("id", "name", "name_key", "search", "phone_system"),
        sa.Column("informed_on", sa.Date),
        sa.Column("booked_area", Str),
        sa.Column("rate_cents", sa.Integer),
        *_texts("note"),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("name_key", name="uq_customers_name_key"),
    )
    op.create_table(
        "customer_aliases",
        *_texts("name_key", "customer_id"),
        sa.PrimaryKeyConstraint("name_key", name="pk_customer_aliases"),
    )


def _fill() -> None:
    """A customer for each name that tasks have. Their calls go on: the check is for new ones."""
    conn = op.get_bind()
    tasks = sa.table("tasks", sa.column("customer", Str), sa.column("customer_id", Str))
    names = conn.execute(sa.select(tasks.c.customer).distinct().order_by(tasks.c.customer))
    known: dict[str, str] = {}
    for name in [str(row.customer) for row in names]:
        key = name_key(name)
        if not key:
            continue
        if key not in known:
            known[key] = uuid.uuid4().hex
            _add(known[key], tidy(name), key)
        of_name = sa.update(tasks).where(tasks.c.customer == name)
        conn.execute(of_name.values(customer_id=known[key]))


def _add(customer_id: str, name: str, key: str) -> None:
    columns = ("id", "name", "name_key", "search", "phone_system", "note")
    values = (customer_id, name, key, search_text([name]), PhoneSystem.EARLIER.value, "")
    customers = sa.table("customers", *(sa.column(column, Str) for column in columns))
    op.bulk_insert(customers, [dict(zip(columns, values, strict=True))])


def downgrade() -> None:
    op.drop_table("customer_aliases")
    op.drop_table("customers")
    op.drop_index("ix_tasks_customer_id", "tasks")
    for name in ("customer_id", "state"):
        op.drop_column("tasks", name)
