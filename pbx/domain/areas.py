"""Which place an area code belongs to, and whether an address lies there (F65).

`areas.txt` has a line for each area of Germany, Austria and Switzerland: the digits after the `+`,
its place in German, and its other names. The names are those of libphonenumber's geocoder, which
itself takes 100 MB for the whole world; a test compares them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pbx.domain.searching import fold

FILE = Path(__file__).with_name("areas.txt")
_LEAST, _LONGER = 3, 8
"""Digits of a prefix; fewer than the second."""
_PARTICLES = frozenset(
    ["a", "am", "an", "auf", "b", "bei", "d", "der", "den", "dem", "i", "im", "in", "ob"]
)
_WRITTEN_OUT = re.compile("([aou])e")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    """As people dial it: `0221`."""
    place: str
    """In German."""
    names: tuple[str, ...]
    """All names of all places that it has: `Mannheim` and `Ludwigshafen` share one."""


def area_of(e164: str) -> Area | None:
    """None: of this number it cannot be said."""
    digits, table = e164.removeprefix("+"), _table()
    prefixes = (digits[:length] for length in range(_LEAST, _LONGER))
    found = next((each for each in prefixes if each in table), None)
    return None if found is None else _area(found)


@lru_cache(maxsize=10_000)
def _area(prefix: str) -> Area:
    table = _table()
    inside = (names for each, names in table.items() if each.startswith(prefix))
    every = tuple(dict.fromkeys(name for names in inside for name in names))
    return Area("0" + prefix[2:], table[prefix][0], every)


@lru_cache(maxsize=20_000)
def area_elsewhere(e164: str, town: str) -> Area | None:
    """The area of a number whose address names a town that has another area of its own.

    None where it fits, and where it cannot be said: towns without an area of their own share their
    neighbour's. A district (`Köln-Porz`) and what is left out or shortened (`Frankfurt a. M.`)
    make no difference.
    """
    area, asked = area_of(e164), _words(town)
    if area is None or not asked:
        return None
    if any(_same(asked, _words(name)) for name in area.names):
        return None
    known = _known(e164[1:3])
    return area if asked in known or _words(town.partition("-")[0]) in known else None


def _same(one: Words, other: Words) -> bool:
    """The shorter name begins the longer one; further words may be shortened."""
    if one[0] != other[0]:
        return False
    pairs = zip(one[1:], other[1:], strict=False)
    return all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def _words(name: str) -> Words:
    """What tells places apart: `Sankt Pölten` is `St. Poelten`."""
    words = re.findall(r"\w+", _WRITTEN_OUT.sub(r"\1", fold(name)))
    told = tuple("st" if word == "sankt" else word for word in words if word not in _PARTICLES)
    return told or tuple(words)


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    """Names by prefix; read when the first number is looked at."""
    lines = (line.split(" ", 1) for line in FILE.read_text(encoding="utf-8").splitlines())
    return {prefix: _names(names) for prefix, names in lines}


def _names(written: str) -> tuple[str, ...]:
    """Of `Yverdon/Aigle` both, and the whole, which is one name in `Schwedt/Oder`."""
    names = written.split("|")
    apart = [part.strip() for name in names for part in re.split("[/,]", name)]
    return tuple(dict.fromkeys([*names, *apart]))


@lru_cache(maxsize=3)
def _known(country: str) -> frozenset[Words]:
    every = (names for prefix, names in _table().items() if prefix.startswith(country))
    return frozenset(_words(name) for names in every for name in names)
