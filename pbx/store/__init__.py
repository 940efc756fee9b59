"""The stores on SQLite or PostgreSQL: `migrate(url)`, then `Database.open(url)`."""

from pbx.store.database import Database
from pbx.store.engine import DatabaseAway
from pbx.store.migrate import migrate, upgrade

__all__ = ["Database", "DatabaseAway", "migrate", "upgrade"]
