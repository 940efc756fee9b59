"""What may be dialled and what is shown, with the tables that the product ships."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import numbers, policy
from pbx.domain.emergency import EmergencyNumbers
from pbx.domain.policy import Callers, Range, Rules
from pbx.domain.records import Area, Country, Number, NumberType, Task, Zone
from pbx.errors import Refused
from pbx.reference import load_countries, load_denied, load_emergency
from pbx.settings import ROOT
from tests.unit.test_numbers import CASES, TYPED, case_id

FIVE = ("DE", "AT", "CH", "FR", "PL")
HEAD_OFFICE = "+4922182829980"
VPA_NUMBER = "+4922182829911"
COUNTRIES, NAMES = load_countries(ROOT / "config" / "countries.toml", FIVE)
RULES = Rules(
    countries=COUNTRIES,
    types=frozenset({NumberType.FIXED, NumberType.MOBILE, NumberType.FIXED_OR_MOBILE}),
    denied=load_denied(ROOT / "config" / "denied.toml"),
    emergency=load_emergency(ROOT / "config" / "emergency.toml"),
    names=NAMES,
)
CALLERS = Callers(head_office=HEAD_OFFICE, verified=(HEAD_OFFICE, VPA_NUMBER))


def rules_with(unlock: list[str], types: list[str]) -> Rules:
    countries = {code: replace(COUNTRIES[code], allowed=True) for code in unlock}
    return replace(
        RULES,
        countries={**COUNTRIES, **countries},
        types=RULES.types | {NumberType(name) for name in types},
    )


def refusal(raw: str, country: str = "DE", rules: Rules = RULES) -> Refused:
    with pytest.raises(Refused) as caught:
        policy.decide(raw, country, rules, CALLERS)
    return caught.value


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_every_case(case: dict[str, Any]) -> None:
    rules = rules_with(case.get("unlock", []), case.get("types", []))
    raw, country = case["raw"], case.get("country", "DE")
    check = policy.examine(raw, country, rules, CALLERS)
    assert (check.refusal.error_id if check.refusal else "ok") == case["outcome"]
    if check.refusal is None:
        assert check.dialled is not None
        assert check.dialled.e164 == case["e164"]
        assert check.caller_id == HEAD_OFFICE
        assert policy.decide(raw, country, rules, CALLERS).dialled == check.dialled
    else:
        assert check.caller_id is None
        assert refusal(raw, country, rules).error_id == case["outcome"]


@pytest.mark.parametrize(
    ("raw", "error_id", "german", "english"),
    [
        ("+34 912345678", "country-not-allowed", "Spanien", "Not unlocked: Spain"),
        ("0900 1234567", "number-type-denied", "Premium", "Premium-rate"),
        ("0137 7 123456", "number-type-denied", "gesperrt", "blocked"),
        ("+881 612345678", "country-not-allowed", "Satelliten", "Satellite"),
        ("112", "emergency-number", "eigenen Telefon", "use your own phone"),
        ("0221 KOELN", "number-malformed", "Buchstaben", "letters"),
        ("0221 82829980 x9", "number-malformed", "Nebenstelle", "extension"),
        ("0221 1", "number-invalid", "Vorwahl", "area code"),
    ],
)
def test_refusals_are_understandable(raw: str, error_id: str, german: str, english: str) -> None:
    error = refusal(raw)
    assert (error.status, error.error_id) == (403, error_id)
    assert german in error.text("de")
    assert english in error.text("en")


def test_a_locked_country_is_named_for_the_client() -> None:
    assert refusal("+34 912345678").extra == {"country": "ES"}
    assert "ES" in policy.country_not_allowed("ES", {}).text("en")


def test_the_numbers_own_country_decides_the_zone() -> None:
    decision = policy.decide("+43 1 5123456", "DE", RULES, CALLERS)
    assert (decision.dialled.region, decision.zone) == ("AT", Zone.EU)
    assert policy.decide("0221 82829980", "DE", RULES, CALLERS).zone is Zone.DE


def test_zone_is_what_management_set() -> None:
    countries = {**COUNTRIES, "AT": Country("AT", Zone.DE, True)}
    decision = policy.decide("+4315123456", "DE", replace(RULES, countries=countries), CALLERS)
    assert decision.zone is Zone.DE


def test_a_switched_off_country_is_refused() -> None:
    countries = {**COUNTRIES, "FR": replace(COUNTRIES["FR"], allowed=False)}
    error = refusal("1 42 68 53 00", "FR", replace(RULES, countries=countries))
    assert error.error_id == "country-not-allowed"


def test_a_country_without_a_record_is_refused() -> None:
    assert refusal("0221 82829980", rules=replace(RULES, countries={})).error_id == (
        "country-not-allowed"
    )


def test_check_outbound_alone_refuses_too() -> None:
    """For numbers that do not come from a keyboard, such as forwarding targets."""
    for raw, error_id in [
        ("+499001234567", "number-type-denied"),
        ("+4932123456789", "number-type-denied"),
        ("+881612345678", "country-not-allowed"),
        ("+34912345678", "country-not-allowed"),
        ("+18769231234", "country-not-allowed"),
    ]:
        with pytest.raises(Refused) as caught:
            policy.check_outbound(
                numbers.parse_dialled(raw, "DE"),
                countries=RULES.countries,
                types=RULES.types,
                denied=RULES.denied,
            )
        assert caught.value.error_id == error_id


def test_preview_shows_the_number_even_where_it_is_refused() -> None:
    check = policy.examine("912 345 678", "ES", RULES, CALLERS)
    assert check.dialled is not None
    assert (check.dialled.e164, check.zone, check.caller_id) == ("+34912345678", Zone.EU, None)
    assert policy.examine("+881 612345678", "DE", RULES, CALLERS).zone is None
    assert policy.examine("abc", "DE", RULES, CALLERS).dialled is None


@given(raw=TYPED, country=st.sampled_from((*FIVE, "ES", "US", "GB")))
def test_whatever_is_accepted_is_allowed(raw: str, country: str) -> None:
    check = policy.examine(raw, country, RULES, CALLERS)
    if check.refusal is not None:
        return
    assert check.dialled is not None
    assert check.dialled.region in FIVE
    assert check.dialled.type in RULES.types
    assert check.dialled.e164[1:].isdigit()
    assert check.caller_id == HEAD_OFFICE
    again = policy.decide(check.dialled.e164, country, RULES, CALLERS)
    assert again.dialled.e164 == check.dialled.e164


@pytest.mark.parametrize("region", FIVE)
def test_a_closed_range_is_closed_however_it_is_written(region: str) -> None:
    code = str(numbers.calling_code(region))
    for denied in RULES.denied.national[region]:
        digits = denied.prefix.ljust(max(denied.min_digits, min(9, denied.max_digits)), "5")
        trunk = "" if region == "PL" else "0"
        for raw in (trunk + digits, "+" + code + digits, "00" + code + trunk + digits):
            assert refusal(raw, region).error_id == "number-type-denied", raw


def test_range_lengths() -> None:
    short = Range("3", "", 0, 4)
    assert short.holds("3639")
    assert not short.holds("322334455")
    assert not Range("9", "", 5).holds("9123")


# ------------------------------------------------------------------ emergency


def test_emergency_passes_to_the_trunk_where_the_site_says_so() -> None:
    rules = replace(RULES, emergency_mode="trunk")
    decision = policy.decide("+49 (0)112", "DE", rules, CALLERS)
    assert decision.dialled.emergency
    assert decision.dialled.e164 == "112"
    assert decision.caller_id == HEAD_OFFICE
    policy.check_outbound(decision.dialled, countries={}, types=frozenset(), denied=RULES.denied)


def test_emergency_comes_before_country_type_and_limit() -> None:
    rules = replace(RULES, countries={}, types=frozenset())
    assert refusal("112", "ES", rules).error_id == "emergency-number"
    policy.check_limit(5, 1, emergency=True)


def test_fire_brigade_or_directory() -> None:
    assert refusal("118", "CH").error_id == "emergency-number"
    assert refusal("11833", "DE").error_id == "number-type-denied"
    assert refusal("118", "DE").error_id == "number-type-denied"


def test_no_list_at_all_still_knows_112() -> None:
    assert EmergencyNumbers().match("112", "DE") == "112"


# ------------------------------------------------------------------ caller ID (D7)

SWISS = "+41446681800"


def caller_id(region: str, **changes: Any) -> str:
    arguments: dict[str, Any] = {
        "region": region,
        "task_number": None,
        "vpa_number": None,
        "head_office": HEAD_OFFICE,
        "verified": (HEAD_OFFICE, VPA_NUMBER, SWISS, "+499001234567"),
        **changes,
    }
    return policy.choose_caller_id(**arguments)


def own(e164: str, shown: bool = True) -> Number:
    return Number(e164=e164, label="x", user_id="u1", show_as_caller_id=shown)


@pytest.mark.parametrize(
    ("region", "task", "vpa", "shown"),
    [
        ("DE", None, None, HEAD_OFFICE),
        ("DE", None, own(VPA_NUMBER), VPA_NUMBER),
        ("DE", None, own(VPA_NUMBER, shown=False), HEAD_OFFICE),
        ("AT", None, own(VPA_NUMBER), VPA_NUMBER),
        ("DE", None, own("+4922112345678"), HEAD_OFFICE),  # not verified
        ("CH", None, own(SWISS), SWISS),
        ("DE", None, own(SWISS), HEAD_OFFICE),  # foreign number, other country
        ("AT", None, own(SWISS), HEAD_OFFICE),
        ("CH", own(SWISS), own(VPA_NUMBER), SWISS),
        ("DE", own(SWISS), own(VPA_NUMBER), VPA_NUMBER),
        ("DE", own(VPA_NUMBER, shown=False), None, HEAD_OFFICE),
        ("DE", None, own("+499001234567"), HEAD_OFFICE),  # verified, but never showable
    ],
)
def test_caller_id(region: str, task: Number | None, vpa: Number | None, shown: str) -> None:
    assert caller_id(region, task_number=task, vpa_number=vpa) == shown


def test_the_decision_carries_the_caller_id() -> None:
    callers = replace(CALLERS, vpa_number=own(VPA_NUMBER))
    assert policy.decide("221 82829980", "DE", RULES, callers).caller_id == VPA_NUMBER


def test_a_head_office_that_is_not_verified_is_a_fault() -> None:
    with pytest.raises(ValueError, match="verified"):
        caller_id("DE", verified=(VPA_NUMBER,))


# ------------------------------------------------------------------ task and limit (D9)

TASK = Task("T1", "Title", "Customer", Area.BACKOFFICE, 60, assignees=("vpa1@example.test",))


def test_a_call_needs_a_task_of_ones_own() -> None:
    assert policy.check_task("T1", TASK, "VPA1@example.test") is TASK
    everybody = replace(TASK, assignees=())
    assert policy.check_task("T1", everybody, "vpa2@example.test") is everybody
    for external_id, task, email, error_id in [
        ("", None, "vpa1@example.test", "no-task"),
        ("  ", TASK, "vpa1@example.test", "no-task"),
        ("T9", None, "vpa1@example.test", "unknown-task"),
        ("T1", TASK, "vpa2@example.test", "task-not-yours"),
    ]:
        with pytest.raises(Refused) as caught:
            policy.check_task(external_id, task, email)
        assert caught.value.error_id == error_id


def test_one_call_at_a_time() -> None:
    policy.check_limit(0, 1)
    with pytest.raises(Refused) as caught:
        policy.check_limit(1, 1)
    assert caught.value.error_id == "limit-reached"
