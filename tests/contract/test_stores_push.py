"""Statuses and push subscriptions: one suite on the fake, on SQLite and on PostgreSQL."""

from dataclasses import replace

import pytest

from pbx.domain.records import PushSubscription, Status, User
from pbx.domain.rights import Role
from pbx.errors import NotFound
from tests.support.records import Stores, at

pytest_plugins = ["tests.support.stores"]


async def person(stores: Stores, name: str) -> User:
    return await stores.directory.add_user(f"{name}@example.test", name, Role.VPA, "de", "hash")


def subscription(user: User, name: str, seconds: float = 0) -> PushSubscription:
    return PushSubscription(
        f"https://push.example.test/{name}",
        user.id,
        b"\x04" + bytes(range(64)),
        bytes(16),
        f"session of {name}",
        at(seconds),
    )


async def test_a_status_is_kept(stores: Stores) -> None:
    anna = await person(stores, "anna")
    assert anna.status is Status.AVAILABLE
    await stores.directory.set_status(anna.id, Status.AWAY)
    assert await stores.directory.user(anna.id) == replace(anna, status=Status.AWAY)
    assert [u.status for u in await stores.directory.users()] == [Status.AWAY]
    with pytest.raises(NotFound):
        await stores.directory.set_status("nobody", Status.AWAY)


async def test_subscriptions_newest_first(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    old, new = subscription(anna, "old"), subscription(anna, "new", 5)
    for each in (old, new, subscription(ben, "bens")):
        await stores.push.put(each, 8)
    assert list(await stores.push.of_user(anna.id)) == [new, old]
    assert set(await stores.push.users()) == {anna.id, ben.id}
    assert list(await stores.push.of_user("nobody")) == []


async def test_an_endpoint_has_one_user_the_last_one(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await stores.push.put(subscription(anna, "shared"), 8)
    await stores.push.put(subscription(ben, "shared", 1), 8)
    assert list(await stores.push.users()) == [ben.id]
    assert list(await stores.push.of_user(ben.id)) == [subscription(ben, "shared", 1)]


async def test_only_so_many_are_kept(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await stores.push.put(subscription(ben, "bens"), 2)
    for n in range(4):
        await stores.push.put(subscription(anna, str(n), n), 2)
    assert [s.endpoint[-1] for s in await stores.push.of_user(anna.id)] == ["3", "2"]
    assert len(await stores.push.of_user(ben.id)) == 1


async def test_forgetting(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    for name in ("one", "two", "three"):
        await stores.push.put(subscription(anna, name), 8)
    one, two, three = (f"https://push.example.test/{name}" for name in ("one", "two", "three"))
    await stores.push.remove(one, ben.id)
    assert len(await stores.push.of_user(anna.id)) == 3
    await stores.push.remove(one, anna.id)
    await stores.push.remove(two)
    await stores.push.remove("https://push.example.test/none")
    assert [s.endpoint for s in await stores.push.of_user(anna.id)] == [three]
    await stores.push.remove_session("session of three")
    assert list(await stores.push.users()) == []
