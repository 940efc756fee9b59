"""Sessions, tokens, second factors: one suite on the fakes, on SQLite and on PostgreSQL."""

import asyncio

import pytest

from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.rights import Role
from pbx.domain.sign_in import ApiToken, Scope, SecondFactor, Session
from pbx.store import Database
from tests.support.records import Stores, at, person, token_user, user_of

pytest_plugins = ["tests.support.stores"]

# ------------------------------------------------------------------ sessions


async def test_a_session_is_its_users_until_it_expires(stores: Stores) -> None:
    anna = await stores.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "h")
    await stores.sessions.open(Session("hash-1", anna.id, at(60)))
    await stores.sessions.open(Session("hash-2", anna.id, at(90)))
    assert await user_of(stores.sessions, "hash-1", at(59)) == anna
    assert await user_of(stores.sessions, "hash-1", at(60)) is None
    assert await user_of(stores.sessions, "hash-3", at(0)) is None
    assert await stores.sessions.remove_expired(at(60)) == 1
    assert await user_of(stores.sessions, "hash-1", at(0)) is None
    assert await user_of(stores.sessions, "hash-2", at(0)) == anna


async def test_all_sessions_of_a_user_end_at_once(stores: Stores) -> None:
    add = stores.directory.add_user
    anna = await add("anna@example.test", "Anna", Role.VPA, "de", "h")
    ben = await add("ben@example.test", "Ben", Role.VPA, "de", "h")
    for name, user in (("a-1", anna), ("a-2", anna), ("b-1", ben)):
        await stores.sessions.open(Session(name, user.id, at(3600)))
    await stores.sessions.close_all(anna.id)
    found = [await user_of(stores.sessions, name, at(0)) for name in ("a-1", "a-2", "b-1")]
    assert found == [None, None, ben]


async def test_a_closed_session_is_nobodys(stores: Stores) -> None:
    anna = await stores.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "h")
    await stores.sessions.open(Session("hash-1", anna.id, at(60)))
    await stores.sessions.close("hash-1")
    await stores.sessions.close("hash-1")
    assert await user_of(stores.sessions, "hash-1", at(0)) is None


async def test_a_token_acts_for_its_user(stores: Stores) -> None:
    app = await stores.directory.add_user("app@example.test", "App", Role.ADMIN, "en", "h")
    await stores.sessions.add_api_token(ApiToken("hash-1", app.id, "task app"), SYSTEM, at(0))
    await stores.sessions.add_api_token(
        ApiToken("hash-1", app.id, "task app, renamed"), SYSTEM, at(0)
    )
    assert await token_user(stores.sessions, "hash-1") == app
    assert await token_user(stores.sessions, "hash-2") is None
    assert await user_of(stores.sessions, "hash-1", at(0)) is None


async def test_sessions_are_seen_last_used_first(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    first = Session("hash-1", anna.id, at(600), at(0), at(0), "Firefox", proven=True)
    second = Session("hash-2", anna.id, at(600), at(1), at(1), "Chromium")
    for each in (first, second, Session("hash-3", anna.id, at(5)), Session("b", ben.id, at(600))):
        await stores.sessions.open(each)
    assert list(await stores.sessions.of_user(anna.id, at(10))) == [second, first]
    await stores.sessions.touch("hash-1", at(20))
    found = await stores.sessions.of_user(anna.id, at(30))
    assert [(s.token_hash, s.used_at) for s in found] == [("hash-1", at(20)), ("hash-2", at(1))]


async def test_all_sessions_but_one_end_and_are_named(stores: Stores) -> None:
    anna = await person(stores, "anna")
    for name in ("a", "b", "c"):
        await stores.sessions.open(Session(name, anna.id, at(60)))
    ended = await stores.sessions.close_all(anna.id, but="b", by="somebody", at=at(1))
    assert sorted(ended) == ["a", "c"]
    assert [s.token_hash for s in await stores.sessions.of_user(anna.id, at(0))] == ["b"]


async def test_only_one_session_is_proven(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    for name, user in (("a", anna), ("b", anna), ("c", ben)):
        await stores.sessions.open(Session(name, user.id, at(60), proven=True))
    await stores.sessions.prove(anna.id, "b")
    found = [await stores.sessions.find(name, at(0)) for name in ("a", "b", "c")]
    assert [f[1].proven for f in found if f] == [False, True, True]
    await stores.sessions.prove(anna.id, "")
    found = [await stores.sessions.find(name, at(0)) for name in ("a", "b", "c")]
    assert [f[1].proven for f in found if f] == [False, False, True]


# ------------------------------------------------------------------ tokens


async def test_a_token_knows_its_scopes_and_its_end(stores: Stores) -> None:
    anna = await person(stores, "anna")
    scopes = frozenset({Scope.OWN_READ, Scope.TASKS_WRITE})
    token = ApiToken("hash-1", anna.id, "app", scopes, at(0), at(60))
    await stores.sessions.add_api_token(token, SYSTEM, at(0))
    await stores.sessions.add_api_token(ApiToken("hash-2", anna.id, "all"), SYSTEM, at(0))
    assert await stores.sessions.find_api_token("hash-1", at(59)) == (anna, token)
    assert await stores.sessions.find_api_token("hash-1", at(60)) is None
    await stores.sessions.touch("hash-1", at(30))
    found = await stores.sessions.api_tokens_of(anna.id)
    assert [(t.name, t.scopes, t.used_at) for t in found] == [
        ("all", None, None),
        ("app", scopes, at(30)),
    ]
    await stores.sessions.remove_api_token(token, SYSTEM, at(1))
    assert await token_user(stores.sessions, "hash-1") is None
    assert await token_user(stores.sessions, "hash-2") == anna


# ------------------------------------------------------------------ second factors


async def test_a_second_factor_counts_once_it_is_confirmed(stores: Stores) -> None:
    anna = await person(stores, "anna")
    assert await stores.factors.get(anna.id) is None
    assert await stores.factors.begin(anna.id, b"first")
    assert await stores.factors.begin(anna.id, b"second")
    assert await stores.factors.get(anna.id) == SecondFactor(b"second")
    confirmed = [stores.factors.confirm(anna, 7, [f"h{n}", "x"], at(0)) for n in range(3)]
    assert sorted(await asyncio.gather(*confirmed)) == [False, False, True]
    assert await stores.factors.get(anna.id) == SecondFactor(b"second", 7, at(0), 2)
    assert not await stores.factors.begin(anna.id, b"third")


async def test_each_code_is_used_once_be_it_at_the_same_time(stores: Stores) -> None:
    anna = await person(stores, "anna")
    await stores.factors.begin(anna.id, b"secret")
    await stores.factors.confirm(anna, 7, ["one", "two"], at(0))
    used = await asyncio.gather(*(stores.factors.use_step(anna.id, 8) for _ in range(5)))
    assert used.count(True) == 1
    assert not await stores.factors.use_step(anna.id, 7)
    used = await asyncio.gather(*(stores.factors.use_recovery_code(anna.id, "one") for _ in "123"))
    assert used.count(True) == 1
    await stores.factors.put_recovery_codes(anna, ["three"], at(1))
    assert not await stores.factors.use_recovery_code(anna.id, "two")
    assert await stores.factors.remove(anna, SYSTEM, at(2))
    assert not await stores.factors.remove(anna, SYSTEM, at(2))
    assert not await stores.factors.use_recovery_code(anna.id, "three")


# ------------------------------------------------------------------ databases only


async def test_what_happened_is_noted(database: Database) -> None:
    add = database.directory.add_user
    anna = await add("anna@example.test", "Anna", Role.VPA, "de", "h")
    session = Session("hash", anna.id, at(60), at(0), at(0), "Firefox")
    await database.sessions.open(session)
    await database.sessions.close_for(session, "boss", at(1))
    await database.sessions.open(session)
    await database.sessions.close_all(anna.id, by="boss", at=at(2))
    token = ApiToken("t", anna.id, "app", frozenset({Scope.OWN_READ}))
    await database.sessions.add_api_token(token, anna.id, at(3))
    await database.sessions.remove_api_token(token, "boss", at(4))
    await database.second_factors.begin(anna.id, b"secret")
    await database.second_factors.confirm(anna, 1, ["code"], at(5))
    await database.second_factors.remove(anna, "boss", at(6))
    changes, _ = await database.audit.find(ChangeFilter(), None, 20)
    assert [(c.action, c.by) for c in reversed(changes)] == [
        ("session.ended", "boss"),
        ("session.ended", "boss"),
        ("api-token.added", anna.id),
        ("api-token.revoked", "boss"),
        ("second-factor.on", anna.id),
        ("second-factor.off", "boss"),
    ]
    assert {c.subject for c in changes} == {anna.email}
    assert "secret" not in str(changes)


@pytest.mark.parametrize("taken", ["subject", "user"])
async def test_a_company_account_is_one_account(database: Database, taken: str) -> None:
    add = database.directory.add_user
    anna = await add("anna@example.test", "Anna", Role.VPA, "de", "h")
    ben = await add("ben@example.test", "Ben", Role.VPA, "de", "h")
    links = database.single_sign_ons
    assert await links.user_of("https://id.test", "4711") is None
    assert await links.link("https://id.test", "4711", anna, at(0))
    assert await links.user_of("https://id.test", "4711") == anna
    assert await links.user_of("https://other.test", "4711") is None
    subject, user = ("4711", ben) if taken == "subject" else ("4712", anna)
    assert not await links.link("https://id.test", subject, user, at(0))
    assert await links.link("https://other.test", subject, user, at(0))
    (change, *_), _ = await database.audit.find(ChangeFilter(), None, 20)
    assert change.action == "single-sign-on.linked"
