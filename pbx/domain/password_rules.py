"""What a password must be like, in four levels (F62), and when it is too old (F61).

The page says while somebody types what is still missing; this is the authority. Length
counts most: a long one may be of small letters only.
"""

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pbx.domain import searching
from pbx.errors import BadRequest

LEAST_DIFFERENT = 5
"""Different characters in any password."""
LONGEST = 1000
NOTICE_DAYS = 7
"""So long before its end a password's age is told."""
LEAST_PERSONAL = 4
"""Parts of names shorter than that may stand in a password."""


class Flaw(enum.StrEnum):
    SHORT = "short"
    KINDS = "kinds"
    """Too few kinds of characters for its length."""
    PLAIN = "plain"
    """Hardly any different characters, or a row of keys."""
    COMMON = "common"
    PERSONAL = "personal"
    """Contains a part of the own name or address."""


@dataclass(frozen=True, slots=True)
class Level:
    least: int
    """Characters."""
    kinds: int
    """Of capitals, small letters, digits and signs, so many must occur…"""
    free_from: int
    """…unless it has so many characters."""


LEVELS = {1: Level(10, 1, 10), 2: Level(12, 2, 20), 3: Level(14, 3, 24), 4: Level(16, 4, 30)}
_WORDS_TRIED_FIRST = """
    password passwort kennwort geheim geheimnis hallo willkommen welcome letmein iloveyou
    ichliebedich schatz sonnenschein sunshine princess football fussball baseball superman
    batman dragon master monkey michael daniel admin administrator administration login
    telefon vermittlung zentrale softphone buero office sommer winter herbst fruehling
    schalke bayern berlin hamburg koeln muenchen deutschland passwortpasswort
    passwordpassword changeme bitteaendern test testtest internet computer
"""
COMMON = frozenset(_WORDS_TRIED_FIRST.split())
"""Words that are tried first; digits, signs and repetitions around them change nothing."""
ROWS = ("1234567890", "qwertzuiop", "qwertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm",
        "abcdefghijklmnopqrstuvwxyz")  # fmt: skip


def flaws(password: str, level: int, about: tuple[str, ...] = ()) -> list[Flaw]:
    """What is wrong with a password, in the order in which it is told; empty: nothing.

    Args:
        level: 1 to 4.
        about: name and address of whose password it is.
    """
    rule = LEVELS[level]
    found = []
    if len(password) < rule.least:
        found.append(Flaw.SHORT)
    if len(password) < rule.free_from and kinds(password) < rule.kinds:
        found.append(Flaw.KINDS)
    row = _is_row(password.casefold())
    if len(set(password)) < LEAST_DIFFERENT or row:
        found.append(Flaw.PLAIN)
    if _cores(password) & COMMON or (password.isdigit() and not row):
        found.append(Flaw.COMMON)
    if any(part in searching.fold(password) for part in _parts(about)):
        found.append(Flaw.PERSONAL)
    return found


def kinds(password: str) -> int:
    return sum(
        any(map(test, password))
        for test in (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
    )


def _cores(password: str) -> set[str]:
    """The letters alone, as a dictionary has them: `P@ssw0rt2024!` is `passwort`."""
    bare = re.sub(r"[^a-z@$]+$", "", searching.fold(password))
    spoken = bare.translate(str.maketrans("@013457$!", "aoleastsi"))
    return {re.sub(r"[^a-z]+", "", text) for text in (bare, spoken)}


def _is_row(text: str) -> bool:
    """Whether it is nothing but keys beside each other, forwards or back."""
    bare = re.sub(r"[^a-z0-9]", "", text)
    return len(bare) > 3 and any(bare in (row * 3) or bare in (row[::-1] * 3) for row in ROWS)


def _parts(about: tuple[str, ...]) -> set[str]:
    words = (word for text in about for word in re.split(r"[^a-z]+", searching.fold(text)))
    return {word for word in words if len(word) >= LEAST_PERSONAL}


def check(password: str, level: int, about: tuple[str, ...] = ()) -> None:
    """Raises `BadRequest` (`weak-password`), saying what to do."""
    found = flaws(password, level, about)
    if not found:
        return
    rule = LEVELS[level]
    de, en = _WORDS[found[0]]
    raise BadRequest(
        "weak-password",
        de.format(least=rule.least, kinds=rule.kinds, free=rule.free_from),
        en.format(least=rule.least, kinds=rule.kinds, free=rule.free_from),
    )


_WORDS = {
    Flaw.SHORT: (
        "Das Passwort ist zu kurz: Es braucht mindestens {least} Zeichen. Gut sind mehrere Wörter"
        " hintereinander.",
        "The password is too short: it needs at least {least} characters. Several words in a row"
        " are good.",
    ),
    Flaw.KINDS: (
        "Bitte mischen: {kinds} von Großbuchstaben, Kleinbuchstaben, Ziffern und Zeichen – oder"
        " mindestens {free} Zeichen lang.",
        "Please mix: {kinds} of capitals, small letters, digits and signs – or at least {free}"
        " characters.",
    ),
    Flaw.PLAIN: (
        "Das Passwort ist zu einfach gebaut. Bitte keine Wiederholungen und keine Tastenreihen.",
        "The password is too simple. Please no repetitions and no rows of keys.",
    ),
    Flaw.COMMON: (
        "Dieses Passwort wird als eines der ersten geraten. Bitte ein anderes wählen.",
        "This password is one of the first to be guessed. Please choose another one.",
    ),
    Flaw.PERSONAL: (
        "Bitte den eigenen Namen und die eigene Adresse nicht im Passwort verwenden.",
        "Please do not use your own name or address in the password.",
    ),
}


def days_left(changed_at: datetime | None, days: int, now: datetime) -> int | None:
    """Whole days until the password has to be changed; 0 or less: now.

    None where there is no such rule (`days` is 0), or no password of ours.
    """
    if days == 0 or changed_at is None:
        return None
    left = changed_at + timedelta(days=days) - now
    return -(-left // timedelta(days=1))
