"""One-time codes."""

from datetime import UTC, datetime

import pytest

from pbx.domain import totp

RFC_SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 21, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    step = totp.step_of(datetime.fromtimestamp(seconds, UTC))
    assert totp.code_of(RFC_SECRET, step, digits=8) == code
    assert totp.code_of(RFC_SECRET, step) == code[2:]


@pytest.mark.parametrize(("off", "counts"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_one_step_before_and_after_counts(off: int, counts: int) -> None:
    step = totp.step_of(NOW) + off
    found = totp.matching_step(RFC_SECRET, totp.code_of(RFC_SECRET, step), NOW, after=0)
    assert found == (step if counts else None)


def test_a_code_that_was_used_counts_no_more() -> None:
    step = totp.step_of(NOW)
    code = totp.code_of(RFC_SECRET, step)
    assert totp.matching_step(RFC_SECRET, code, NOW, after=step - 1) == step
    assert totp.matching_step(RFC_SECRET, code, NOW, after=step) is None
    assert totp.matching_step(RFC_SECRET, "²³", NOW, after=0) is None


def test_what_an_app_reads() -> None:
    assert totp.as_text(RFC_SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.as_text(b"1") == "GE"
    assert totp.as_uri(b"1", "änne+x@example.test", "Vermittlung") == (
        "otpauth://totp/Vermittlung:%C3%A4nne%2Bx%40example.test?secret=GE&issuer=Vermittlung"
    )
