"""Sums of calls by day, wide indexes for searching, saved searches."""

import sqlalchemy as sa
from alembic import op

from pbx.domain.statistics import slot
from pbx.store.types import Str, Utc

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FILTERED = ("direction", "outcome", "user_id", "task", "country", "number_type", "did", "caller_id")
BATCH = 5_000
VALUES = {
    "hour": "substr('0' || hour, length('0' || hour) - 1)",
    "person": "coalesce(user_id, '')",
    "task": "coalesce(task, '')",
    "country": "coalesce(country, '')",
    "type": "coalesce(number_type, '')",
    "number": "coalesce(did, caller_id, '')",
    "outcome": "coalesce(outcome, '')",
}
SUM_UP = """
INSERT INTO call_sums (dimension, day, value, direction, calls, answered, missed, talk_ms)
SELECT '{dimension}', day, {value} AS the_value, direction, count(*),
    sum(CASE WHEN outcome = 'answered' THEN 1 ELSE 0 END),
    sum(CASE WHEN direction = 'inbound' AND outcome IN ('missed', 'voicemail')
        THEN 1 ELSE 0 END),
    sum(talk_ms)
FROM calls WHERE ended_at IS NOT NULL GROUP BY day, the_value, direction
"""


def upgrade() -> None:
    for name in ("day", "hour"):
        op.add_column("calls", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    _fill()
    op.drop_index("ix_calls_offered_at_id", "calls")
    op.create_index("ix_calls_search", "calls", ["offered_at", "id", *FILTERED, "number"])
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "ix_calls_sums",
        "calls",
        ["day", "hour", *FILTERED, "talk_ms"],
        sqlite_where=ended,
        postgresql_where=ended,
    )
    op.create_table(
        "call_sums",
        *(sa.Column(n, Str, nullable=False) for n in ("dimension", "value", "direction")),
        *(sa.Column(n, sa.Integer, nullable=False) for n in ("day", "calls", "answered", "missed")),
        sa.Column("talk_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("dimension", "day", "value", "direction", name="pk_call_sums"),
        sqlite_with_rowid=False,
    )
    for dimension, value in VALUES.items():
        op.execute(SUM_UP.format(dimension=dimension, value=value))
    op.create_table(
        "saved_searches",
        sa.Column("user_id", Str, nullable=False),
        sa.Column("name", Str, nullable=False),
        sa.Column("search", Str, nullable=False),
        sa.Column("saved_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "name", name="pk_saved_searches"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_saved_searches_user_id", ondelete="CASCADE"
        ),
    )


def _fill() -> None:
    """Day and hour of the calls that there are: a few thousand at a time, by their ids."""
    conn = op.get_bind()
    calls = sa.table(
        "calls",
        sa.column("id", Str),
        sa.column("offered_at", Utc),
        sa.column("day", sa.Integer),
        sa.column("hour", sa.Integer),
    )
    put = (
        sa.update(calls)
        .where(calls.c.id == sa.bindparam("call"))
        .values(day=sa.bindparam("new_day"), hour=sa.bindparam("new_hour"))
    )
    query = sa.select(calls.c.id, calls.c.offered_at).order_by(calls.c.id).limit(BATCH)
    last = ""
    while rows := conn.execute(query.where(calls.c.id > last)).all():
        slots = [(row.id, *slot(row.offered_at)) for row in rows]
        conn.execute(put, [{"call": c, "new_day": d, "new_hour": h} for c, d, h in slots])
        last = rows[-1].id


def downgrade() -> None:
    op.drop_table("saved_searches")
    op.drop_table("call_sums")
    op.drop_index("ix_calls_sums", "calls")
    op.drop_index("ix_calls_search", "calls")
    op.create_index("ix_calls_offered_at_id", "calls", ["offered_at", "id"])
    for name in ("day", "hour"):
        op.drop_column("calls", name)
