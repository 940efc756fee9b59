"""The call log: one suite on the fakes, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from pbx.domain.records import (
    CallRecord,
    Direction,
    LedgerKind,
    NumberType,
    Outcome,
    TaskSeconds,
    Zone,
)
from pbx.errors import BadRequest
from pbx.services.ports import CallFilter
from tests.support.records import Stores, at, entry, moment, offered

pytest_plugins = ["tests.support.stores"]

ANY = CallFilter()

# ------------------------------------------------------------------ the ledger


async def test_an_entry_comes_back_as_it_was_written(stores: Stores) -> None:
    full = offered(
        "c1",
        number="+493012345678",
        did="+4922182829980",
        caller_id="+4922182829980",
        country="DE",
        number_type=NumberType.FIXED,
        zone=Zone.DE,
        key="k1",
        leg="far",
        channel="c1.far",
        cause="why",
        cause_code=16,
        sip_status=200,
        outcome=Outcome.ANSWERED,
        talk_ms=1,
        platform_ms=2,
        digits="12#",
    )
    bare = entry("c1", LedgerKind.NOTE, 1.5)
    assert await stores.calls.append(full) is True
    assert await stores.calls.append(bare) is True
    assert list(await stores.calls.entries("c1")) == [full, bare]
    assert list(await stores.calls.entries("c2")) == []


async def test_times_come_back_in_utc_with_microseconds(stores: Stores) -> None:
    berlin = timezone(timedelta(hours=1))
    local = replace(moment(3), at=at(3).astimezone(berlin))
    await stores.calls.append(replace(offered("c1"), moment=local))
    call = await stores.calls.get("c1")
    assert call is not None
    assert call.offered.at == at(3)
    assert call.offered.at.utcoffset() == timedelta(0)
    assert call.offered.at.microsecond == 123456


async def test_the_call_follows_its_entries(stores: Stores) -> None:
    log = stores.calls
    await log.append(offered("c1", 0, number="+493012345678", zone=Zone.DE, key="k1"))
    await log.append(entry("c1", LedgerKind.LEG_UP, 1, leg="agent", channel="c1.agent"))
    await log.append(entry("c1", LedgerKind.RINGING, 2, leg="far", channel="c1.far"))
    await log.append(entry("c1", LedgerKind.ANSWERED, 5, leg="far", channel="c1.far"))
    await log.append(entry("c1", LedgerKind.LEG_GONE, 6, leg="agent", channel="c1.agent"))
    await log.append(
        entry(
            "c1",
            LedgerKind.ENDED,
            65.25,
            outcome=Outcome.ANSWERED,
            cause="hangup-far",
            cause_code=16,
            sip_status=200,
            talk_ms=60_250,
            platform_ms=7,
        )
    )
    assert await log.get("c1") == CallRecord(
        id="c1",
        direction=Direction.OUTBOUND,
        offered=moment(0),
        user_id="anna",
        task="T1",
        number="+493012345678",
        zone=Zone.DE,
        key="k1",
        far_channel="c1.far",
        ringing=moment(2),
        answered=moment(5),
        ended=moment(65.25),
        outcome=Outcome.ANSWERED,
        cause="hangup-far",
        cause_code=16,
        sip_status=200,
        talk_ms=60_250,
        platform_ms=7,
    )


async def test_who_answers_an_inbound_call_becomes_its_user(stores: Stores) -> None:
    log = stores.calls
    arrived = offered("c1", direction=Direction.INBOUND, user_id=None, task=None)
    await log.append(replace(arrived, number="+4366412345", leg="far", channel="c1.far"))
    await log.append(entry("c1", LedgerKind.ANSWERED, 4, user_id="bert", task="T2"))
    call = await log.get("c1")
    assert call is not None
    assert (call.user_id, call.task, call.number) == ("bert", "T2", "+4366412345")
    assert call.far_channel == "c1.far"


@pytest.mark.parametrize(
    "kind", [LedgerKind.OFFERED, LedgerKind.RINGING, LedgerKind.ANSWERED, LedgerKind.ENDED]
)
async def test_a_one_time_entry_counts_once(stores: Stores, kind: LedgerKind) -> None:
    log = stores.calls
    if kind is not LedgerKind.OFFERED:
        await log.append(offered("c1"))
    first = entry("c1", kind, 1, direction=Direction.OUTBOUND, talk_ms=1000, cause="first")
    assert await log.append(first) is True
    before = await log.get("c1")
    again = entry("c1", kind, 9, direction=Direction.INBOUND, talk_ms=9000, cause="second")
    assert await log.append(again) is False
    assert await log.get("c1") == before
    assert [e for e in await log.entries("c1") if e.kind is kind] == [first]


async def test_legs_come_and_go_any_number_of_times(stores: Stores) -> None:
    await stores.calls.append(offered("c1"))
    for second in range(3):
        assert await stores.calls.append(entry("c1", LedgerKind.LEG_UP, second, leg="agent"))
        assert await stores.calls.append(entry("c1", LedgerKind.LEG_GONE, second, leg="agent"))
    assert len(await stores.calls.entries("c1")) == 7


async def test_an_entry_before_its_call_is_not_lost(stores: Stores) -> None:
    log = stores.calls
    assert await log.append(entry("c1", LedgerKind.ENDED, 9, talk_ms=10, cause="early"))
    assert await log.get("c1") is None
    await log.append(offered("c1"))
    call = await log.get("c1")
    assert call is not None
    assert (call.ended, call.talk_ms, call.cause) == (moment(9), 10, "early")


async def test_a_call_offered_without_a_direction_is_refused(stores: Stores) -> None:
    with pytest.raises(ValueError, match="c1"):
        await stores.calls.append(offered("c1", direction=None))
    assert list(await stores.calls.entries("c1")) == []


# ------------------------------------------------------------------ dial once (N14)


async def test_the_same_key_places_one_call(stores: Stores) -> None:
    log = stores.calls
    assert await log.append(offered("c1", key="k")) is True
    assert await log.append(offered("c2", key="k")) is False
    assert await log.get("c2") is None
    assert list(await log.entries("c2")) == []
    found = await log.by_key("anna", "k")
    assert found is not None
    assert found.id == "c1"


async def test_a_key_is_a_users_own(stores: Stores) -> None:
    log = stores.calls
    assert await log.append(offered("c1", key="k"))
    assert await log.append(offered("c2", key="k", user_id="bert"))
    assert await log.append(offered("c3"))
    assert await log.append(offered("c4"))
    assert await log.by_key("anna", "other") is None
    assert await log.by_key("carl", "k") is None
    found = await log.by_key("bert", "k")
    assert found is not None
    assert found.id == "c2"


async def test_the_key_stays_with_who_placed_the_call(stores: Stores) -> None:
    await stores.calls.append(offered("c1", key="k"))
    await stores.calls.append(entry("c1", LedgerKind.ANSWERED, 1, user_id="bert"))
    found = await stores.calls.by_key("anna", "k")
    assert found is not None
    assert (found.id, found.user_id) == ("c1", "bert")


async def test_twenty_at_once_with_one_key_place_one_call(stores: Stores) -> None:
    wishes = [offered(f"c{i}", i / 100, key="k") for i in range(20)]
    results = await asyncio.gather(*map(stores.calls.append, wishes))
    assert results.count(True) == 1
    calls, _ = await stores.calls.find(ANY, None, 50)
    assert [c.id for c in calls] == [f"c{results.index(True)}"]


async def test_entries_written_at_once_are_all_in_the_call(stores: Stores) -> None:
    await stores.calls.append(offered("c1"))
    kinds = [LedgerKind.RINGING, LedgerKind.ANSWERED, LedgerKind.ENDED]
    legs = [entry("c1", LedgerKind.LEG_UP, 4, leg="far", channel="far-1")] * 5
    ends = [entry("c1", kind, i, talk_ms=5) for i, kind in enumerate(kinds)] * 2
    results = await asyncio.gather(*map(stores.calls.append, [*legs, *ends]))
    assert results.count(True) == 8
    call = await stores.calls.get("c1")
    assert call is not None
    assert (call.ringing, call.answered, call.ended) == (moment(0), moment(1), moment(2))
    assert (call.far_channel, call.talk_ms) == ("far-1", 5)


# ------------------------------------------------------------------ lists


async def test_pages_are_newest_first_and_complete(stores: Stores) -> None:
    for i in range(7):
        await stores.calls.append(offered(f"c{i}", i // 2))  # pairs share their time
    seen, cursor = [], None
    for _ in range(10):
        page, cursor = await stores.calls.find(ANY, cursor, 2)
        seen.append([c.id for c in page])
        if cursor is None:
            break
    assert seen == [["c6", "c5"], ["c4", "c3"], ["c2", "c1"], ["c0"]]


async def test_a_call_that_comes_in_meanwhile_does_not_shift_the_pages(stores: Stores) -> None:
    for i in range(4):
        await stores.calls.append(offered(f"c{i}", i))
    _, cursor = await stores.calls.find(ANY, None, 2)
    await stores.calls.append(offered("new", 9))
    page, cursor = await stores.calls.find(ANY, cursor, 2)
    assert ([c.id for c in page], cursor) == (["c1", "c0"], None)


async def test_no_call_is_one_empty_page(stores: Stores) -> None:
    assert await stores.calls.find(ANY, None, 10) == ([], None)


@pytest.mark.parametrize(
    "cursor", ["", "x", "////", "ä", "MjAyNi0xMS0yMQ", "bm90IGEgdGltZSBjMQ", "8J-Yg2", "\x00"]
)
async def test_a_foreign_cursor_is_refused(stores: Stores, cursor: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await stores.calls.find(ANY, cursor, 10)
    assert refused.value.error_id == "bad-cursor"


async def test_calls_are_found_by_what_is_asked(stores: Stores) -> None:
    log = stores.calls
    await log.append(offered("c0", 0, number="+431"))
    await log.append(offered("c1", 10, user_id="bert", task="T2"))
    await log.append(offered("c2", 20))
    await log.append(entry("c2", LedgerKind.ENDED, 25))

    async def found(which: CallFilter) -> list[str]:
        return [c.id for c in (await log.find(which, None, 10))[0]]

    assert await found(ANY) == ["c2", "c1", "c0"]
    assert await found(CallFilter(since=at(10))) == ["c2", "c1"]
    assert await found(CallFilter(until=at(10))) == ["c0"]
    assert await found(CallFilter(since=at(1), until=at(20))) == ["c1"]
    assert await found(CallFilter(user_id="bert")) == ["c1"]
    assert await found(CallFilter(task="T1")) == ["c2", "c0"]
    assert await found(CallFilter(number="+431")) == ["c0"]
    assert await found(CallFilter(open_only=True)) == ["c1", "c0"]
    assert await found(CallFilter(user_id="anna", open_only=True)) == ["c0"]


async def test_seconds_are_summed_by_task_and_zone(stores: Stores) -> None:
    rows = [
        ("c0", "T1", Zone.DE, 1000, 10),
        ("c1", "T1", Zone.DE, 500, 0),
        ("c2", "T1", Zone.EU, 7, 0),
        ("c3", "T1", None, 3, 0),
        ("c4", "T2", Zone.DE, 0, 99),
        ("c5", None, Zone.DE, 8, 8),
    ]
    for i, (call, task, zone, talk, platform) in enumerate(rows):
        await stores.calls.append(offered(call, i * 10, task=task, zone=zone))
        ended = entry(call, LedgerKind.ENDED, i * 10 + 5, talk_ms=talk, platform_ms=platform)
        await stores.calls.append(ended)
    await stores.calls.append(offered("open", 100, zone=Zone.DE))

    first = TaskSeconds("T1", 4, 1510, 10, {Zone.DE: 1500, Zone.EU: 7})
    second = TaskSeconds("T2", 1, 0, 99, {})
    assert list(await stores.calls.task_seconds(None)) == [first, second]
    assert list(await stores.calls.task_seconds("T2")) == [second]
    assert list(await stores.calls.task_seconds("T3")) == []
    since = await stores.calls.task_seconds("T1", since=at(10), until=at(20))
    assert list(since) == [TaskSeconds("T1", 1, 500, 0, {Zone.DE: 500})]
    for sums in await stores.calls.task_seconds(None):
        assert (type(sums.talk_ms), type(sums.platform_ms)) == (int, int)


# ------------------------------------------------------------------ beats


async def test_the_last_beat_of_each_call_is_kept(stores: Stores) -> None:
    await stores.calls.beat([], moment(0))
    await stores.calls.beat(["c1", "c2", "c1"], moment(1))
    await stores.calls.beat(["c2"], moment(2))
    assert await stores.calls.last_beat("c1") == moment(1)
    assert await stores.calls.last_beat("c2") == moment(2)
    assert await stores.calls.last_beat("c3") is None
    assert list(await stores.calls.entries("c1")) == []
