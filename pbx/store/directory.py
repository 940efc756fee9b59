"""The directory: people, tasks, numbers, countries and factors as one store."""

from collections.abc import Callable
from datetime import date

from pbx.store.engine import Engine
from pbx.store.numbers import Numbers
from pbx.store.people import People
from pbx.store.tasks import Tasks, today_in_berlin


class SqlDirectory(People, Tasks, Numbers):
    """`Directory` on SQLite or PostgreSQL.

    Args:
        engine: the database.
        today: the company's day, which decides the factors that a new task freezes.
    """

    def __init__(self, engine: Engine, today: Callable[[], date] = today_in_berlin) -> None:
        Tasks.__init__(self, engine, today)
