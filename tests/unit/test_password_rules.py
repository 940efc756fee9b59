"""What a password must be like, level by level, and when it is too old."""

from datetime import UTC, datetime, timedelta

import pytest

from pbx.domain.password_rules import LEVELS, Flaw, check, days_left, flaws
from pbx.errors import BadRequest

ANNA = ("Anna-Lena Adler", "a.adler@example.test")

CASES = [
    ("kurz", 1, [Flaw.SHORT, Flaw.PLAIN]),
    ("gelbe tuer", 1, []),
    ("gelbe tuer", 2, [Flaw.SHORT]),
    ("gelbetuerrot", 2, [Flaw.KINDS]),
    ("gelbe tuer rot", 2, []),
    ("gelbetuerroteseltsamermond", 2, []),
    ("gelbe tuer rot", 3, [Flaw.KINDS]),
    ("Gelbe tuer rot", 3, []),
    ("Gelbe tuer rot 1", 4, []),
    ("Gelbe tuer rote", 4, [Flaw.SHORT, Flaw.KINDS]),
    ("gelbe tuer rote seltsamer mond", 4, []),
    ("aaaaaaaaaaaaaa1", 1, [Flaw.PLAIN]),
    ("abababababab", 1, [Flaw.PLAIN]),
    ("qwertzuiop", 1, [Flaw.PLAIN]),
    ("1234567890", 1, [Flaw.PLAIN]),
    ("0987654321", 1, [Flaw.PLAIN]),
    ("3141592653", 1, [Flaw.COMMON]),
    ("Passwort2024!", 2, [Flaw.COMMON]),
    ("P@ssw0rt2024", 2, [Flaw.COMMON]),
    ("sonnenschein1", 2, [Flaw.COMMON]),
    ("telefon-demo", 2, []),
    ("Adler im Flug 7", 2, [Flaw.PERSONAL]),
    ("mit LENA und rad", 2, [Flaw.PERSONAL]),
    ("Ärger mit Öl 7", 2, []),
]


@pytest.mark.parametrize(("password", "level", "expected"), CASES)
def test_flaws(password: str, level: int, expected: list[Flaw]) -> None:
    assert flaws(password, level, ANNA) == expected


@pytest.mark.parametrize("level", LEVELS)
def test_a_refusal_says_what_to_do_in_both_languages(level: int) -> None:
    for password in (
        "x",
        "gelbetuerrotes" + "a" * level,
        "Passwort20242024",
        "aaaaaaaaaaaaaaaaaaaaaa1!A",
    ):
        if not flaws(password, level, ANNA):
            continue
        with pytest.raises(BadRequest) as refused:
            check(password, level, ANNA)
        assert refused.value.error_id == "weak-password"
        assert "{" not in refused.value.de + refused.value.en
        assert refused.value.de != refused.value.en
    check("Gelbe tuer rote seltsamer mond 1", level, ANNA)


def test_age_of_a_password() -> None:
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    changed = now - timedelta(days=80)
    assert days_left(changed, 0, now) is None
    assert days_left(None, 90, now) is None
    assert days_left(changed, 90, now) == 10
    assert days_left(changed, 90, now + timedelta(days=9, hours=1)) == 1
    assert days_left(changed, 90, now + timedelta(days=10)) == 0
    assert days_left(changed, 90, now + timedelta(days=12)) == -2
