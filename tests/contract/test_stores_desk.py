"""Notes, favourites, requests, quality: one suite on the fakes, SQLite, PostgreSQL."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from pbx.domain.desk import CallNote, CountryRequest, Quality, RequestState, TaskNote
from pbx.domain.records import (
    Area,
    Country,
    Direction,
    LedgerKind,
    OutboxMail,
    OutboxState,
    Outcome,
    Task,
    User,
    Voicemail,
    VoicemailState,
    Zone,
)
from pbx.errors import NotFound
from pbx.services.ports import CallFilter
from tests.support.records import Stores, at, contact, entry, offered, person

pytest_plugins = ["tests.support.stores"]


# ------------------------------------------------------------------ notes


async def test_each_has_an_own_note_on_a_call(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    put, notes = stores.desk.notes.put_call_note, stores.desk.notes.call_notes
    await put(anna.id, "c1", CallNote("erst", at(1)))
    await put(anna.id, "c1", CallNote("Rückruf", at(2)))
    await put(anna.id, "c2", CallNote("x", at(3)))
    await put(ben.id, "c1", CallNote("Bens", at(4)))
    found = await notes(anna.id, ["c1", "c2", "c3"])
    assert found == {"c1": CallNote("Rückruf", at(2)), "c2": CallNote("x", at(3))}
    await put(anna.id, "c1", CallNote("", at(5)))
    assert await notes(anna.id, ["c1"]) == {}
    assert await notes(ben.id, ["c1"]) == {"c1": CallNote("Bens", at(4))}


async def test_a_tasks_note_is_shared_and_tells_who_wrote_it(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await stores.directory.put_task(Task("T-1", "t", "", Area.SALES, 0))
    assert await stores.desk.notes.task_note("T-1") is None
    await stores.desk.notes.put_task_note("T-1", TaskNote("alt", anna.id, at(1)))
    await stores.desk.notes.put_task_note("T-1", TaskNote("neu", ben.id, at(2)))
    assert await stores.desk.notes.task_note("T-1") == TaskNote("neu", ben.id, at(2))
    await stores.desk.notes.put_task_note("T-1", TaskNote("", ben.id, at(3)))
    assert await stores.desk.notes.task_note("T-1") is None


async def test_favourites_first_then_the_last_used_then_the_rest(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    shelf = stores.desk.shelf
    for name in "ABCDE":
        task = Task(f"T-{name}", f"Äufgabe {name}", "K", Area.SALES, 0)
        await stores.directory.put_task(task)
    await stores.directory.put_task(Task("T-F", "Fremd", "", Area.SALES, 0, assignees=(ben.email,)))
    for call, task_id, second in (("c1", "T-C", 1), ("c2", "T-B", 9), ("c3", "T-C", 5)):
        await stores.calls.append(offered(call, second, user_id=anna.id, task=task_id))
    await stores.calls.append(offered("c4", 50, user_id=ben.id, task="T-A"))
    await shelf.mark(anna.id, "T-E")
    await shelf.mark(anna.id, "T-E")
    await shelf.mark(ben.id, "T-A")
    found = await shelf.tasks(anna.id, "", anna.email)
    assert [one.task.external_id for one in found] == ["T-E", "T-B", "T-C", "T-A", "T-D"]
    assert [one.favourite for one in found] == [True, False, False, False, False]
    assert [one.last_used_at for one in found] == [None, at(9), at(5), None, None]
    assert len(await shelf.tasks(anna.id, "", None)) == 6
    assert [one.task.external_id for one in await shelf.tasks(anna.id, "AUFGABE", None, 1)] == [
        "T-E"
    ]
    await shelf.unmark(anna.id, "T-E")
    await shelf.unmark(anna.id, "T-E")
    found = await shelf.tasks(anna.id, "", anna.email)
    assert [one.task.external_id for one in found] == ["T-B", "T-C", "T-A", "T-D", "T-E"]


# ------------------------------------------------------------------ countries asked for


def asked(request_id: str, by: User, country: str, second: float = 0) -> CountryRequest:
    return CountryRequest(request_id, country, "T-1", f"wegen {request_id}", by.id, at(second))


async def locked(stores: Stores, *codes: str) -> None:
    for code in codes:
        await stores.directory.put_country(Country(code, Zone.EU, False), "seed", at(0))


async def test_asking_again_changes_the_open_request(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await locked(stores, "ES", "PT")
    ask = stores.desk.country_requests.ask
    first = await ask(asked("r1", anna, "ES", 1))
    again = await ask(asked("r2", anna, "ES", 2))
    assert (again.id, again.reason, again.created_at) == ("r1", "wegen r2", first.created_at)
    assert (await ask(asked("r3", anna, "PT", 3))).id == "r3"
    assert (await ask(asked("r4", ben, "ES", 4))).id == "r4"
    with pytest.raises(NotFound) as refused:
        await ask(asked("r5", anna, "XX"))
    assert refused.value.error_id == "unknown-country"
    several = [ask(asked(f"s{i}", ben, "PT", i)) for i in range(8)]
    assert len({request.id for request in await asyncio.gather(*several)}) == 1


async def test_requests_are_listed_newest_first(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await locked(stores, "ES", "PT", "FR")
    store = stores.desk.country_requests
    for i, code in enumerate(("ES", "PT", "FR")):
        await store.ask(asked(f"a{i}", anna, code, i))
    await store.ask(asked("b", ben, "ES", 9))
    assert await store.refuse("a1", "nein", "boss", at(20)) is True

    async def ids(user_id: str | None, open_only: bool) -> list[str]:
        return [r.id for r in (await store.find(user_id, open_only, None, 10))[0]]

    assert await ids(None, False) == ["b", "a2", "a1", "a0"]
    assert await ids(anna.id, False) == ["a2", "a1", "a0"]
    assert await ids(anna.id, True) == ["a2", "a0"]
    page, cursor = await store.find(None, False, None, 3)
    rest, end = await store.find(None, False, cursor, 3)
    assert ([r.id for r in page], [r.id for r in rest], end) == (["b", "a2", "a1"], ["a0"], None)


async def test_approving_allows_the_country_and_answers_all_who_asked(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await locked(stores, "ES", "PT")
    store = stores.desk.country_requests
    await store.ask(asked("a", anna, "ES", 1))
    await store.ask(asked("b", ben, "ES", 2))
    await store.ask(asked("c", anna, "PT", 3))
    approved = await store.approve("b", "gern", "boss", at(10))
    assert [(r.id, r.state, r.answer, r.decided_by, r.decided_at) for r in approved] == [
        ("a", RequestState.APPROVED, "gern", "boss", at(10)),
        ("b", RequestState.APPROVED, "gern", "boss", at(10)),
    ]
    assert await stores.directory.country("ES") == Country("ES", Zone.EU, True)
    assert await stores.directory.country("PT") == Country("PT", Zone.EU, False)
    assert await store.get("a") == approved[0]
    for twice in (store.approve("a", "x", "boss", at(11)), store.approve("?", "", "b", at(1))):
        assert list(await twice) == []
    assert await store.refuse("a", "doch nicht", "boss", at(12)) is False
    assert await store.get("a") == approved[0]


async def test_of_two_answers_at_once_one_counts(stores: Stores) -> None:
    anna = await person(stores, "anna")
    await locked(stores, "ES")
    store = stores.desk.country_requests
    await store.ask(asked("a", anna, "ES"))
    refused, approved = await asyncio.gather(
        store.refuse("a", "nein", "b1", at(1)), store.approve("a", "ja", "b2", at(1))
    )
    found = await store.get("a")
    country = await stores.directory.country("ES")
    assert found is not None
    assert country is not None
    assert refused == (found.state is RequestState.REFUSED)
    assert bool(approved) == (found.state is RequestState.APPROVED) == country.allowed


# ------------------------------------------------------------------ quality


async def test_the_last_report_of_each_person_on_a_call_counts(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    store = stores.desk.quality
    full = Quality(
        *("c1", anna.id, at(1), 60.5, 4.1, 3.2, 7.25),
        rtt_ms=31.5,
        loss_percent=0.25,
        relay=True,
        network="wifi",
        microphone="Headset Ü",
        silent_seconds=1.5,
        rejoins=2,
    )
    await store.put(replace(full, mos=2))
    await store.put(full)
    await store.put(Quality("c1", ben.id, at(1), 5, 3.5, 3, 1))
    await store.put(Quality("c0", anna.id, at(-50), 5, 4.4, 4.4, 0))
    assert await store.mos(["c1", "c2"]) == {("c1", anna.id): 4.1, ("c1", ben.id): 3.5}
    assert await store.mos([]) == {}
    assert list(await store.since(anna.id, at(1))) == [full]
    assert [q.call_id for q in await store.since(anna.id, at(-50))] == ["c0", "c1"]


# ------------------------------------------------------------------ calls and messages


async def test_who_took_part_finds_the_call(stores: Stores) -> None:
    log = stores.calls
    await log.append(offered("c1", 0))
    await log.append(entry("c1", LedgerKind.LEG_UP, 1, leg="agent", user_id="anna"))
    await log.append(entry("c1", LedgerKind.LEG_UP, 2, leg="far"))
    await log.append(entry("c1", LedgerKind.LEG_UP, 3, leg="agent", user_id="bert"))
    await log.append(entry("c1", LedgerKind.NOTE, 4, user_id="carl", cause="declined"))
    await log.append(entry("c1", LedgerKind.ENDED, 9, user_id="bert"))
    await log.append(offered("c2", 20, user_id="bert"))

    async def of(user_id: str) -> list[str]:
        return [c.id for c in (await log.find(CallFilter(user_id=user_id), None, 10))[0]]

    assert (await of("anna"), await of("bert"), await of("carl")) == (["c1"], ["c2", "c1"], [])
    assert await log.participants(["c1", "c2"]) == {"c1": {"anna", "bert"}}
    parts = [await log.took_part(user, "c1") for user in ("anna", "bert", "carl", "")]
    assert parts == [True, True, False, False]


async def test_calls_between_colleagues_fit_the_ledger(stores: Stores) -> None:
    await stores.calls.append(offered("c1", direction=Direction.INTERNAL))
    rings = entry("c1", LedgerKind.NOTE, 1, user_id="bert", cause="colleague-rings")
    await stores.calls.append(rings)
    await stores.calls.append(offered("c2", 5, direction=Direction.INBOUND))
    await stores.calls.append(entry("c2", LedgerKind.ENDED, 6, outcome=Outcome.MISSED))
    await stores.calls.append(offered("c3", 7))
    await stores.calls.append(entry("c3", LedgerKind.ENDED, 8, outcome=Outcome.BUSY))

    async def found(which: CallFilter) -> list[str]:
        return [c.id for c in (await stores.calls.find(which, None, 10))[0]]

    call = await stores.calls.get("c1")
    assert call is not None
    assert call.direction is Direction.INTERNAL
    assert await found(CallFilter(direction=Direction.INTERNAL)) == ["c1"]
    assert await found(CallFilter(user_id="bert")) == ["c1"]
    assert await found(CallFilter(direction=Direction.INBOUND)) == ["c2"]
    assert await found(CallFilter(outcomes=(Outcome.MISSED,))) == ["c2"]
    assert await found(CallFilter(outcomes=(Outcome.MISSED, Outcome.BUSY))) == ["c3", "c2"]


async def test_calls_are_found_by_what_their_reader_knows(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await stores.directory.put_task(Task("T-9", "Büroumzug", "Möller GmbH", Area.SALES, 0))
    log = stores.calls
    await log.append(offered("c1", 1, user_id=anna.id, task="T-9", number="+4930123456"))
    await log.append(offered("c2", 2, user_id=ben.id, task=None, number="+4940777777"))
    await log.append(offered("c3", 3, user_id=ben.id, task=None, number=None))
    await stores.desk.contacts.add(contact("1", anna, "Jörg Beck", "+4940777777"))
    await stores.desk.notes.put_call_note(anna.id, "c3", CallNote("Rückruf: Angebot", at(4)))

    async def found(query: str, reader: User = anna, **more: str) -> list[str]:
        which = CallFilter(query=query, reader_id=reader.id, **more)  # type: ignore[arg-type]
        return [c.id for c in (await log.find(which, None, 10))[0]]

    assert await found("buroumzug") == await found("t-9") == await found("MOELLER") == ["c1"]
    assert await found("030 123") == await found("+49 30") == await found("123456") == ["c1"]
    assert await found("jorg beck") == ["c2"]
    assert await found("rueckruf") == await found("angebot ruckruf") == ["c3"]
    assert await found("jorg", reader=ben) == await found("rückruf", reader=ben) == []
    assert await found("4", user_id=anna.id) == ["c1"]
    assert await found("100% _") == []
    page, cursor = await log.find(CallFilter(query="+49", reader_id=anna.id), None, 1)
    rest, _ = await log.find(CallFilter(query="+49", reader_id=anna.id), cursor, 5)
    assert [c.id for c in (*page, *rest)] == ["c2", "c1"]


async def test_who_may_hear_a_message(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    store = stores.voicemails
    assert await store.add(heard("m1", 1), None)
    assert await store.add(heard("m2", 2), None, anna.id)
    assert await store.add(heard("m3", 3, ben.id), None, ben.id)
    assert not await store.add(heard("m3", 3, anna.id), None, anna.id)

    assert await store.add(heard("m0", 0), None, "somebody unknown")

    async def ids(reader_id: str | None) -> list[str]:
        return [v.id for v in (await store.find(None, 10, reader_id))[0]]

    assert (await ids(None), await ids(anna.id)) == (["m3", "m2", "m1", "m0"], ["m2"])
    await store.add_mail(mail("m1"), anna.id)
    await store.add_mail(mail("m1"), ben.id)
    await store.add_mail(mail("m2"), None)
    assert (await ids(anna.id), await ids(ben.id)) == (["m2", "m1"], ["m3", "m1"])
    assert set(await store.readers("m1")) == {anna.id, ben.id}
    assert set(await store.readers("none")) == set()
    page, cursor = await store.find(None, 1, anna.id)
    rest, end = await store.find(cursor, 1, anna.id)
    assert ([v.id for v in (*page, *rest)], end) == (["m2", "m1"], None)


def heard(message_id: str, second: float, user_id: str | None = None) -> Voicemail:
    state = VoicemailState.WAITING
    where = (f"call-{message_id}", "+491", "Zentrale", None, at(second))
    return Voicemail(message_id, *where, 5000, 4000, state, "", "w.wav", "w.mp3", user_id)


def mail(message_id: str) -> OutboxMail:
    mail_id = uuid4().hex
    state = OutboxState.WAITING
    to = (f"<{mail_id}>", ("x@example.test",), "boss")
    return OutboxMail(mail_id, message_id, *to, "", state, 0, at(9), "", at(9))


async def test_titles_of_several_tasks_at_once(stores: Stores) -> None:
    for name in ("a", "b", "c"):
        await stores.directory.put_task(Task(name, f"Titel {name}", "", Area.SALES, 0))
    titles = await stores.directory.task_titles({"a", "c", "none"})
    assert titles == {"a": "Titel a", "c": "Titel c"}
    assert await stores.directory.task_titles(set()) == {}
