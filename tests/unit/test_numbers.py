"""Numbers: from typed text and trunk headers to E.164."""

import contextlib
import tomllib
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import numbers
from pbx.domain.emergency import EmergencyNumbers
from pbx.domain.records import NumberType
from pbx.errors import Refused

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "number_cases.toml").read_text(encoding="utf-8")
)["cases"]
PARSE_REFUSALS = {"number-malformed", "number-ambiguous", "number-invalid", "unknown-country"}
INTO_THE_VOID = {"+999 1234567", "+379 06 69812345"}


def case_id(case: dict[str, Any]) -> str:
    words = [ascii(case["raw"]), case.get("country", "DE"), *case.get("unlock", ())]
    return " ".join([*words, *case.get("types", ())])


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_parse(case: dict[str, Any]) -> None:
    """What is no question of policy is decided by the parser alone."""
    raw, country = case["raw"], case.get("country", "DE")
    if case["outcome"] in PARSE_REFUSALS:
        with pytest.raises(Refused) as caught:
            numbers.parse_dialled(raw, country)
        assert caught.value.error_id == case["outcome"]
        return
    if "region" not in case and "e164" not in case:
        return
    dialled = numbers.parse_dialled(raw, country)
    assert dialled.raw == raw
    assert dialled.e164 == case.get("e164", dialled.e164)
    assert dialled.region == case.get("region", dialled.region)
    assert dialled.type == case.get("type", dialled.type)


@pytest.mark.parametrize("raw", sorted(INTO_THE_VOID))
def test_a_calling_code_of_nobody(raw: str) -> None:
    with pytest.raises(Refused) as caught:
        numbers.parse_dialled(raw, "DE")
    assert caught.value.error_id == "country-not-allowed"


def test_result_carries_what_was_typed_and_how_it_is_written() -> None:
    dialled = numbers.parse_dialled("221/82829-980", "DE")
    assert dialled == numbers.Dialled(
        "+4922182829980", "0221 82829980", "DE", NumberType.FIXED, "221/82829-980"
    )


def test_country_may_be_lower_case() -> None:
    assert numbers.parse_dialled("1 5123456", "at").e164 == "+4315123456"


@pytest.mark.parametrize(
    ("raw", "german", "english"),
    [
        ("0221 82829980 x900", "Nebenstelle", "extension"),
        ("0221 82829980,,1", "Nebenstelle", "extension"),
        ("0221 KOELN", "Buchstaben", "letters"),
        ("0221\u200b82829980", "U+200B", "U+200B"),
        ("0221.82829980", "„.“", "„.“"),
        ("++49221", "Pluszeichen", "plus sign"),
        ("491511234567", "mit 0", "with 0"),
    ],
)
def test_refusals_say_what_to_do(raw: str, german: str, english: str) -> None:
    with pytest.raises(Refused) as caught:
        numbers.parse_dialled(raw, "DE")
    assert german in caught.value.text("de")
    assert english in caught.value.text("en")


# ------------------------------------------------------------------ properties

REGIONS = st.sampled_from(["DE", "AT", "CH", "FR", "PL", "IT", "GB", "US"])
TYPED = st.text(alphabet="0123456789 +()-/", max_size=24)


@given(raw=TYPED, country=REGIONS)
def test_only_plus_and_digits_come_out(raw: str, country: str) -> None:
    try:
        dialled = numbers.parse_dialled(raw, country)
    except Refused:
        return
    assert dialled.e164[0] == "+"
    assert dialled.e164[1:].isascii()
    assert dialled.e164[1:].isdigit()
    assert 4 <= len(dialled.e164) <= 16


@given(raw=TYPED, country=REGIONS, other=REGIONS)
def test_parsing_the_result_again_changes_nothing(raw: str, country: str, other: str) -> None:
    try:
        dialled = numbers.parse_dialled(raw, country)
    except Refused:
        return
    again = numbers.parse_dialled(dialled.e164, other)
    assert (again.e164, again.region, again.type) == (dialled.e164, dialled.region, dialled.type)


@given(
    before=TYPED,
    letter=st.characters(categories=["L", "Nl", "No", "Cf", "Mn", "Sc"]),
    after=TYPED,
    country=REGIONS,
)
def test_any_letter_or_odd_character_is_refused(
    before: str, letter: str, after: str, country: str
) -> None:
    with pytest.raises(Refused) as caught:
        numbers.parse_dialled(before + letter + after, country)
    assert caught.value.error_id == "number-malformed"


@given(st.text(max_size=30))
def test_nothing_but_a_refusal_is_raised(raw: str) -> None:
    with contextlib.suppress(Refused):
        assert numbers.parse_dialled(raw, "DE").e164


@pytest.mark.parametrize("region", ["DE", "AT", "CH", "FR", "PL"])
@pytest.mark.parametrize(
    "kind", [phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE]
)
def test_every_way_of_writing_a_number_gives_the_same(region: str, kind: int) -> None:
    example = phonenumbers.example_number_for_type(region, kind)
    assert example is not None
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    significant = phonenumbers.national_significant_number(example)
    code = str(example.country_code)
    for raw in (
        significant,
        "0" + significant,
        "(0)" + significant,
        "+" + code + " " + significant,
        "00" + code + "/" + significant,
        f"+{code} (0) {significant}" if region != "PL" else "+" + code + significant,
    ):
        assert numbers.parse_dialled(raw, region).e164 == e164, raw


# ------------------------------------------------------------------ emergency numbers

EMERGENCY = EmergencyNumbers({"CH": frozenset({"117", "118"}), "FR": frozenset({"15"})})


@pytest.mark.parametrize(
    ("raw", "country", "found"),
    [
        ("112", "DE", "112"),
        ("110", "DE", "110"),  # not listed here: libphonenumber's own table
        ("112", "", "112"),
        ("+41118", "DE", "118"),
        ("0041 (0) 118", "DE", "118"),
        ("41 118", "CH", "118"),
        ("41 118", "DE", None),
        ("33 15", "FR", None),  # 3315 could be a service number
        ("+33 15", "FR", "15"),
        ("11833", "CH", None),
        ("11012345", "DE", None),
        ("112 112", "DE", None),
        ("0", "DE", None),
        ("", "DE", None),
        ("1l2", "DE", None),
        ("112,5", "DE", None),
        ("١١٢", "DE", "112"),
    ],
)
def test_emergency_numbers_match_as_a_whole(raw: str, country: str, found: str | None) -> None:
    assert EMERGENCY.match(raw, country) == found


@given(raw=st.text(max_size=30), country=st.sampled_from(["DE", "CH", "XX", ""]))
def test_emergency_match_gives_digits_or_nothing(raw: str, country: str) -> None:
    found = EMERGENCY.match(raw, country)
    assert found is None or (found.isascii() and found.isdigit())


# ------------------------------------------------------------------ trunk and display


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("+4922182829980", "+4922182829980"),
        ("004922182829980", "+4922182829980"),
        ("4922182829980", "+4922182829980"),
        ("022182829980", "+4922182829980"),
        ("22182829980", "+4922182829980"),
        ("sip:+4922182829980@carrier.example.test;user=phone", "+4922182829980"),
        ("tel:+49-221-82829980", "+4922182829980"),
        ("<sip:022182829980@carrier.example.test>", "+4922182829980"),
        ("+34912345678", "+34912345678"),
        ("0034912345678", "+34912345678"),
        ("+4915112345678", "+4915112345678"),
        ("4915112345678", "+4915112345678"),
        ("anonymous", None),
        ("Anonymous", None),
        ("unavailable", None),
        ("", None),
        (None, None),
        ("sip:anonymous@anonymous.invalid", None),
        ("12", None),
        ("alice", None),
        ("+999123456", None),
    ],
)
def test_numbers_from_the_trunk(raw: str | None, e164: str | None) -> None:
    assert numbers.e164_from_trunk(raw, "DE") == e164


@given(st.text(max_size=40))
def test_trunk_numbers_never_raise(raw: str) -> None:
    result = numbers.e164_from_trunk(raw, "DE")
    assert result is None or (result[0] == "+" and result[1:].isdigit())


@pytest.mark.parametrize(
    ("e164", "region", "shown"),
    [
        ("+4922182829980", "DE", "0221 82829980"),
        ("+4922182829980", "AT", "+49 221 82829980"),
        ("+33142685300", "FR", "01 42 68 53 00"),
        ("112", "DE", "112"),
        ("", "DE", ""),
        ("+999123", "DE", "+999123"),
    ],
)
def test_show(e164: str, region: str, shown: str) -> None:
    assert numbers.show(e164, region) == shown


def test_facts_about_a_number() -> None:
    assert numbers.region_of("+441534123456") == "JE"
    assert numbers.region_of("112") is None
    assert numbers.type_of("+4915112345678") is NumberType.MOBILE
    assert numbers.type_of("112") is NumberType.UNKNOWN
    assert numbers.calling_code("CH") == 41
    assert numbers.calling_code("XX") == 0


def test_logs_see_no_full_number() -> None:
    assert numbers.masked("+4922182829980") == "+49221******80"
    assert numbers.masked("112") == "112"
    assert numbers.masked(None) == "-"


def test_no_number_is_longer_than_e164_allows() -> None:
    with pytest.raises(Refused) as refused:
        numbers.parse_dialled("20100000000000", "DE")
    assert refused.value.error_id == "number-invalid"
