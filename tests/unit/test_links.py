"""Signed links: only what was signed, only for its purpose, only in time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain.links import Link, read, sign
from pbx.errors import BadRequest

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
LINK = Link("voicemail", "v1", "ü@example.test", NOON + timedelta(days=7))
KEY = b"k" * 32


def refusal(token: str, purpose: str = "voicemail", now: datetime = NOON, key: bytes = KEY) -> str:
    with pytest.raises(BadRequest) as refused:
        read(key, token, purpose, now)
    return refused.value.error_id


def test_it_says_what_was_signed() -> None:
    assert read(KEY, sign(KEY, LINK), "voicemail", NOON) == LINK


def test_it_ends() -> None:
    token = sign(KEY, LINK)
    assert read(KEY, token, "voicemail", LINK.until - timedelta(seconds=1)) == LINK
    assert refusal(token, now=LINK.until) == "link-expired"


def test_it_is_for_one_purpose_and_one_key() -> None:
    token = sign(KEY, LINK)
    assert refusal(token, purpose="country") == "bad-link"
    assert refusal(token, key=b"x" * 32) == "bad-link"


@given(st.integers(0, 200), st.characters(codec="utf-8"))
def test_no_changed_letter_passes(place: int, letter: str) -> None:
    token = sign(KEY, LINK)
    at = place % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    try:
        found = read(KEY, changed, "voicemail", NOON)
    except BadRequest:
        return
    assert found == LINK  # unchanged, or only in bits that base64 does not use


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.é", "=.=", "x" * 5000])
def test_nonsense_is_no_link(token: str) -> None:
    assert refusal(token) == "bad-link"
