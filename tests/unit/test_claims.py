"""Who takes care of a message, decided without anything around it."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from pbx.domain import claims
from pbx.domain.claims import Care, Taken
from pbx.domain.records import Voicemail, VoicemailState
from pbx.domain.voicemail import Retention, Room, Storage, crossed, kept_until
from pbx.errors import Conflict
from tests.contract.test_stores_voicemail import message, silent
from tests.support.records import at


def with_care(care: Care, state: VoicemailState = VoicemailState.ACCEPTED) -> Voicemail:
    return message(1, state=state, **asdict(care))


def test_the_first_one_has_it_and_the_second_hears_who() -> None:
    mine = claims.claim(message(1), "anna", at(5))
    assert mine == Care("anna", at(5))
    assert claims.claim(with_care(mine), "anna", at(9)) == mine
    with pytest.raises(Taken) as told:
        claims.claim(with_care(mine), "ben", at(9))
    assert (told.value.holder, told.value.since) == ("anna", at(5))
    for refused in (claims.give_back, claims.reopen):
        with pytest.raises(Taken):
            refused(with_care(mine), "ben")
    with pytest.raises(Taken):
        claims.done(with_care(mine), "ben", at(9))
    assert claims.give_back(with_care(mine), "anna") == Care()


def test_done_keeps_who_had_it() -> None:
    mine = Care("anna", at(5))
    done = claims.done(with_care(mine), "anna", at(9))
    assert done == Care("anna", at(5), "anna", at(9))
    assert claims.done(with_care(done), "ben", at(11)) == done, "it is done already"
    assert claims.reopen(with_care(done), "anna") == mine
    boss = claims.done(with_care(mine), "boss", at(9), anyway=True)
    assert boss == Care("anna", at(5), "boss", at(9))
    at_once = claims.done(message(1), "anna", at(7))
    assert at_once == Care("anna", at(7), "anna", at(7))
    assert claims.reopen(with_care(at_once), "anna") == Care(), "the way back leads all the way"


def test_nobody_takes_what_is_no_message() -> None:
    with pytest.raises(Conflict) as refused:
        claims.claim(silent(1), "anna", at(1))
    assert refused.value.error_id == "no-message"


def test_what_nobody_has_received_or_taken_is_never_deleted() -> None:
    rules = Retention(1, 1, 1)
    for state in (VoicemailState.WAITING, VoicemailState.FAILED, VoicemailState.BOUNCED):
        assert kept_until(message(1, state=state), rules) is None
    taken = with_care(Care("anna", at(50)), VoicemailState.BOUNCED)
    assert kept_until(taken, rules) == at(50) + timedelta(days=1)
    assert kept_until(replace(taken, removed_at=at(99)), rules) is None
    assert kept_until(taken, Retention(accepted_days=0)) is None


@pytest.mark.parametrize(
    ("used", "quota", "free", "percent", "room"),
    [
        (0, 100, 1000, 0, Room.ENOUGH),
        (79, 100, 1000, 79, Room.ENOUGH),
        (80, 100, 1000, 80, Room.WARNING),
        (95, 100, 1000, 95, Room.CRITICAL),
        (250, 100, 1000, 250, Room.CRITICAL),
        (90, 1000, 10, 90, Room.WARNING),
        (0, 100, 0, 100, Room.CRITICAL),
    ],
)
def test_how_full_it_is(used: int, quota: int, free: int, percent: int, room: Room) -> None:
    storage = Storage(used, quota, free)
    assert (storage.percent, storage.room) == (percent, room)


def test_only_a_turn_for_the_worse_is_told() -> None:
    assert crossed(Room.ENOUGH, Room.WARNING)
    assert crossed(Room.WARNING, Room.CRITICAL)
    assert not crossed(Room.CRITICAL, Room.WARNING)
    assert not crossed(Room.WARNING, Room.WARNING)
