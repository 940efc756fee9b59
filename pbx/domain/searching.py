"""Finding people and calls by what somebody types: accents, capitals and spelling aside.

Both databases compare these folded texts byte by byte, so they find the same.
"""

import re
import unicodedata
from collections.abc import Iterable

from pbx.domain import numbers

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not decompose."""
_NUMBER = re.compile(r"\+?[0-9 ()/.\-]*[0-9][0-9 ()/.\-]*")
MOST_FOLDS = 4
"""A letter may become another one that folds again (`ẞ`, Cherokee); none does so for long."""
MOST_TERMS = 10
"""Of one query: each of them costs the database a walk through what can be found."""
LEAST_DIGITS = 3
"""Shorter ones are also looked for as text only."""


def fold(text: str) -> str:
    """`text` without capitals, accents and doubled spaces: `Müller-Straße` → `muller-strasse`."""
    for _ in range(MOST_FOLDS):
        before, text = text, _folded(text)
        if text == before:
            break
    return text


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c)).translate(_STROKES)
    return " ".join(bare.split())


def search_text(texts: Iterable[str], number: str = "") -> str:
    """What `terms` of a query are looked for in.

    Names are in it as `fold` has them and with umlauts written out, so that `Mueller`
    finds `Müller`; `number` (E.164) in international and in national form.
    """
    lines: dict[str, None] = {}
    for text in texts:
        lines[fold(text)] = None
        lines[fold(text.casefold().translate(_UMLAUTS))] = None
    if number:
        lines[number] = None
        lines[re.sub(r"[^0-9]", "", numbers.show(number, numbers.region_of(number) or ""))] = None
    return "\n".join(line for line in lines if line)


def terms(query: str) -> list[str]:
    """The parts of a query, each of which must be found; a telephone number is one part."""
    text = query.strip()
    if _NUMBER.fullmatch(text) and sum(c.isdigit() for c in text) >= LEAST_DIGITS:
        compact = re.sub(r"[ ()/.\-]", "", text)
        return ["+" + compact[2:] if compact.startswith("00") else compact]
    return list(dict.fromkeys(fold(text).split()))[:MOST_TERMS]


def number_part(term: str) -> str | None:
    """What of an E.164 number `term` is, or None: `030123` is written `…30123` there."""
    bare = term.lstrip("+").lstrip("0")
    return bare if bare.isascii() and bare.isdigit() else None
