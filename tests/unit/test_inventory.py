"""Whose a number is, its cool-down, and what is missing on it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pbx.domain.inventory import (
    NOBODY,
    Caution,
    Owner,
    Surroundings,
    cautions_of,
    given,
    owner_of,
    settings_of,
    with_settings,
)
from pbx.domain.records import CoolDown, Number, NumberState
from pbx.domain.texts import CAUTIONS, caution_text

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ANNA, BEN = Owner("anna"), Owner("ben")
PLACE = {"street": "Domkloster 4", "postcode": "50667", "city": "Köln", "address_country": "DE"}
NUMBER = Number("+4922182829983", "Frei", recipients=("a@example.test",), **PLACE)  # type: ignore[arg-type]
AROUND = Surroundings(True, True, frozenset({NUMBER.e164}))


def test_a_number_in_new_hands_cools_down() -> None:
    annas = replace(NUMBER, user_id="anna", cool_down_days=3, cool_down=CoolDown.VOICEMAIL)
    bens = given(annas, BEN, NOON)
    assert (owner_of(bens), bens.cool_until) == (BEN, NOON + timedelta(days=3))
    assert bens.cooling_at(NOON + timedelta(days=2)) is CoolDown.VOICEMAIL
    assert bens.cooling_at(NOON + timedelta(days=3)) is None
    assert replace(bens, cool_down=CoolDown.RING).cooling_at(NOON) is None


def test_a_number_that_nobody_had_needs_none() -> None:
    assert given(replace(NUMBER, cool_down_days=3), ANNA, NOON).cool_until is None
    assert given(replace(NUMBER, user_id="anna"), BEN, NOON).cool_until is None


def test_a_cool_down_goes_on_when_a_freed_number_finds_somebody() -> None:
    freed = given(replace(NUMBER, user_id="anna", cool_down_days=3), NOBODY, NOON)
    later = given(freed, BEN, NOON + timedelta(days=1))
    assert later.cool_until == freed.cool_until == NOON + timedelta(days=3)


@pytest.mark.parametrize(
    ("number", "around", "cautions"),
    [
        (replace(NUMBER, user_id="anna"), AROUND, ()),
        (replace(NUMBER, at_head_office=True), AROUND, ()),
        (NUMBER, AROUND, (Caution.NOBODY_RINGS,)),
        (
            replace(NUMBER, at_head_office=True),
            replace(AROUND, head_office_rings=False),
            (Caution.NOBODY_RINGS,),
        ),
        (
            replace(NUMBER, user_id="anna", recipients=()),
            replace(AROUND, central_mailbox=False),
            (Caution.NO_RECIPIENTS,),
        ),
        (replace(NUMBER, user_id="anna", city=""), AROUND, (Caution.NO_ADDRESS,)),
        (Number("+491511234567", "Mobil", user_id="anna"), AROUND, ()),
        (
            replace(NUMBER, user_id="anna", address_country="AT"),
            AROUND,
            (Caution.ADDRESS_COUNTRY,),
        ),
        (replace(NUMBER, user_id="anna", city="Berlin"), AROUND, (Caution.ADDRESS_PLACE,)),
        (
            replace(NUMBER, user_id="anna", show_as_caller_id=True),
            replace(AROUND, verified=frozenset()),
            (Caution.NOT_VERIFIED,),
        ),
    ],
)
def test_what_is_missing(
    number: Number, around: Surroundings, cautions: tuple[Caution, ...]
) -> None:
    assert cautions_of(number, around) == cautions


def test_a_number_with_a_route_of_its_own_needs_no_owner() -> None:
    assert cautions_of(NUMBER, AROUND, routed=True) == ()


def test_every_caution_has_its_words() -> None:
    assert set(CAUTIONS) == set(Caution)
    for caution in Caution:
        assert caution_text(caution, NUMBER, "de") != caution_text(caution, NUMBER, "en")
    told = caution_text(Caution.ADDRESS_PLACE, replace(NUMBER, city="Berlin"), "en")
    assert told == "0221 is Köln, the address says Berlin."


def test_settings_come_back_from_what_the_audit_log_keeps() -> None:
    number = replace(NUMBER, state=NumberState.PORTING, cool_down=CoolDown.VOICEMAIL, cc=("c@x",))
    kept = json.loads(json.dumps(settings_of(number, ["B", "A"])))
    assert kept["groups"] == ["A", "B"]
    assert with_settings(Number(number.e164, "other", user_id="ben"), kept) == replace(
        number, user_id="ben"
    )
