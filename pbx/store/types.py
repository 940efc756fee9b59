"""Column types that behave the same on SQLite and on PostgreSQL."""

import enum
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

E = TypeVar("E", bound=enum.StrEnum)

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A row id; SQLite numbers rows by itself only where the type is INTEGER."""


class Str(TypeDecorator[str]):
    """Text, compared and sorted by code point.

    PostgreSQL would sort by the server's locale, whose rules change with the operating
    system and damage indexes; SQLite always sorts by code point. PostgreSQL cannot keep
    U+0000, so it becomes U+FFFD on both.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(Text(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value).replace("\x00", "\ufffd")


class Named(TypeDecorator[E]):
    """A `StrEnum` kept as its value."""

    impl = Str
    cache_ok = True

    def __init__(self, names: type[E]) -> None:
        super().__init__()
        self.names = names

    def process_bind_param(self, value: E | None, dialect: Dialect) -> Any:
        return None if value is None else self.names(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:
        return None if value is None else self.names(value)


class Exact(TypeDecorator[Decimal]):
    """A decimal number kept as its digits: SQLite would make a float of it."""

    impl = Str
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A short list of texts, kept as JSON."""

    impl = Str
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        return json.dumps(list(value or ()), ensure_ascii=False).replace("\x00", "\ufffd")

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        return tuple(json.loads(value)) if value else ()


class NameSet(TypeDecorator[frozenset[E]]):
    """A set of names of one `StrEnum`, kept as JSON; names that are none any more are left out."""

    impl = Str
    cache_ok = True

    def __init__(self, names: type[E]) -> None:
        super().__init__()
        self.names = names

    def process_bind_param(self, value: Iterable[E] | None, dialect: Dialect) -> Any:
        return json.dumps(sorted(self.names(each).value for each in value or ()))

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[E]:
        known = {each.value for each in self.names}
        return frozenset(self.names(each) for each in json.loads(value or "[]") if each in known)


class Utc(TypeDecorator[datetime]):
    """An aware UTC datetime with microseconds; a naive one raises `ValueError`.

    SQLite has no time zone: it keeps UTC as text of fixed width, which sorts by time.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
