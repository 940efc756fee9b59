"""Unlocks, limits and the brake: one suite on the fakes, SQLite, PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pbx.domain.brake import Lock, Pattern
from pbx.domain.desk import CountryRequest, RequestState
from pbx.domain.limits import Limit
from pbx.domain.records import Country, LedgerKind, Zone
from pbx.domain.unlocks import Unlock
from pbx.errors import NotFound
from pbx.services.country_ports import EVERYBODY, Refusals, UnlockFilter
from tests.support.records import Stores, at, entry, offered, person

pytest_plugins = ["tests.support.stores"]

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def unlock(stores: Stores, name: str, second: float = 0, **more: object) -> Unlock:
    if await stores.directory.country("ES") is None:
        await stores.directory.put_country(Country("ES", Zone.EU, False), "seed", at(0))
    made = replace(Unlock(name, "ES", at(second), "boss", at(second)), **more)  # type: ignore[arg-type]
    await stores.desk.unlocks.add(made)
    return made


# ------------------------------------------------------------------ unlocks


async def test_unlocks_are_kept_revoked_and_restored(stores: Stores) -> None:
    anna = await person(stores, "anna")
    store = stores.desk.unlocks
    made = await unlock(
        stores, "u1", user_id=anna.id, task="T-1", until=at(99), cap_minutes=5, note="n"
    )
    found = await store.get("u1", at(1))
    assert found is not None
    assert (found.unlock, found.used_ms) == (made, 0)
    assert await store.get("x", at(1)) is None
    assert await store.revoke("u1", "boss", at(2))
    assert not await store.revoke("u1", "boss", at(3))
    assert not await store.revoke("x", "boss", at(3))
    found = await store.get("u1", at(4))
    assert found is not None
    assert (found.unlock.revoked_at, found.unlock.revoked_by) == (at(2), "boss")
    assert not await store.standing(at(4))
    assert await store.restore("u1", "boss", at(5))
    assert not await store.restore("u1", "boss", at(5))
    assert [used.unlock for used in await store.standing(at(6))] == [made]
    with pytest.raises(NotFound):
        await store.add(replace(made, id="u2", country="XX"))


async def test_unlocks_are_listed_newest_first(stores: Stores) -> None:
    await stores.directory.put_country(Country("PT", Zone.EU, False), "seed", at(0))
    for i in range(3):
        await unlock(stores, f"u{i}", i)
    await unlock(stores, "over", 3, until=at(10))
    await unlock(stores, "pt", 4, country="PT")
    store = stores.desk.unlocks
    await store.revoke("u0", "boss", at(5))
    ids, cursor = [], None
    while True:
        found, cursor = await store.find(UnlockFilter(), at(20), cursor, 2)
        ids += [used.unlock.id for used in found]
        if cursor is None:
            break
    assert ids == ["pt", "over", "u2", "u1", "u0"]
    current, _ = await store.find(UnlockFilter("ES", at(20)), at(20), None, 9)
    assert [used.unlock.id for used in current] == ["u2", "u1"]


async def test_what_ended_long_ago_stands_no_more(stores: Stores) -> None:
    await unlock(stores, "u", until=at(10))
    store = stores.desk.unlocks
    assert len(await store.standing(at(10) + timedelta(days=13))) == 1
    assert not await store.standing(at(10) + timedelta(days=14))


async def test_talk_under_an_unlock_counts_also_while_it_goes_on(stores: Stores) -> None:
    await unlock(stores, "u")
    await unlock(stores, "other")
    store = stores.desk.unlocks
    for call_id, name in (("c1", "u"), ("c1", "other"), ("c2", "u"), ("c3", "u"), ("c4", "other")):
        await store.use(call_id, name)
    for call_id in ("c1", "c2", "c3", "c4"):
        await stores.calls.append(offered(call_id, 1))
    for call_id in ("c1", "c2", "c4"):
        await stores.calls.append(entry(call_id, LedgerKind.ANSWERED, 2))
    await stores.calls.append(entry("c1", LedgerKind.ENDED, 12, talk_ms=10_000))
    spent = {used.unlock.id: used.used_ms for used in await store.standing(at(30))}
    assert spent == {"u": 38_000, "other": 28_000}


async def test_refused_calls_are_counted_by_person_country_and_day(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    store = stores.desk.unlocks
    monday, friday = date(2026, 11, 23), date(2026, 11, 27)
    await asyncio.gather(*(store.count_refusal(anna.id, "ES", friday) for _ in range(5)))
    await store.count_refusal(anna.id, "ES", monday)
    await store.count_refusal(ben.id, "PT", monday)
    assert list(await store.refusals(monday)) == [
        Refusals("ES", anna.id, 6, friday),
        Refusals("PT", ben.id, 1, monday),
    ]
    assert list(await store.refusals(friday)) == [Refusals("ES", anna.id, 5, friday)]


async def test_an_unlock_answers_the_requests_that_it_fits(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    made = await unlock(stores, "first")
    store = stores.desk.country_requests
    wishes = (("a", "T-1", anna), ("b", "T-1", ben), ("c", "T-2", await person(stores, "cleo")))
    for i, (name, task, who) in enumerate(wishes):
        await store.ask(CountryRequest(name, "ES", task, "weil", who.id, at(i)))
    for_task = replace(made, id="u", task="T-1", request_id="a")
    approved = await store.approve("a", "ja", "boss", at(5), for_task)
    assert [(r.id, r.state, r.answer) for r in approved] == [
        ("a", RequestState.APPROVED, "ja"),
        ("b", RequestState.APPROVED, "ja"),
    ]
    country = await stores.directory.country("ES")
    assert country is not None
    assert not country.allowed, "an unlock leaves the country locked for all others"
    assert not await store.approve("a", "", "boss", at(6), replace(for_task, id="again"))
    granted = await stores.desk.unlocks.of_requests(["a", "b", "c"], at(6))
    assert {name: used.unlock for name, used in granted.items()} == {"a": for_task}
    assert await stores.desk.unlocks.get("again", at(6)) is None


# ------------------------------------------------------------------ limits


async def test_limits_of_everybody_and_of_one(stores: Stores) -> None:
    store = stores.desk.limits
    defaults = {Limit.CALLS_PER_DAY: Decimal(100), Limit.COST_PER_DAY: Decimal("12.345")}
    own = {Limit.CALLS_PER_DAY: None}
    assert await store.limits_of("anna") == ({}, {})
    await store.put_limits(EVERYBODY, defaults, "boss", at(1))
    await store.put_limits("anna", own, "boss", at(2))
    assert await store.limits_of("anna") == (defaults, own)
    assert await store.limits_of("ben") == (defaults, {})
    assert await store.limits() == {EVERYBODY: defaults, "anna": own}
    await store.put_limits("anna", {}, "boss", at(3))
    assert await store.limits() == {EVERYBODY: defaults}


async def test_settings_are_kept_as_they_were_given(stores: Stores) -> None:
    store = stores.desk.limits
    assert await store.setting("number_types") is None
    for value in (["fixed"], ["fixed", "voip"], {"mode": "lock", "rules": []}):
        await store.put_setting("number_types", value, "boss", at(1))
        assert await store.setting("number_types") == value


# ------------------------------------------------------------------ the brake


async def test_one_lock_a_person_until_it_is_released(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    store = stores.desk.limits
    first = Lock("l1", anna.id, at(1), Pattern.SEQUENCE, 10, 60, "+4930")
    assert await store.last_lock(anna.id) is None
    assert await store.lock(first)
    assert not await store.lock(replace(first, id="l2", at=at(2)))
    assert await store.lock(Lock("l3", ben.id, at(3), Pattern.NEW, 30, 30))
    assert [lock.id for lock in await store.locked()] == ["l3", "l1"]
    assert await store.last_lock(anna.id) == first
    released = await store.release("l1", "boss", at(4))
    assert released == replace(first, released_at=at(4), released_by="boss")
    assert await store.release("l1", "boss", at(5)) is None
    assert await store.last_lock(anna.id) == released
    assert [lock.id for lock in await store.locked()] == ["l3"]
    assert await store.lock(replace(first, id="l4", at=at(6)))
    last = await store.last_lock(anna.id)
    assert last is not None
    assert last.id == "l4"


async def test_numbers_that_were_called_before(stores: Stores) -> None:
    for call_id, second, number in (("a", 1, "+491"), ("b", 5, "+492"), ("c", 9, "+493")):
        await stores.calls.append(offered(call_id, second, number=number))
    wanted = {"+491", "+492", "+493", "+494", *(f"+1{n:05}" for n in range(1200))}
    assert await stores.desk.limits.known_numbers(wanted, at(5)) == {"+491"}
    assert await stores.desk.limits.known_numbers(wanted, at(10)) == {"+491", "+492", "+493"}
    assert await stores.desk.limits.known_numbers([], at(10)) == set()
