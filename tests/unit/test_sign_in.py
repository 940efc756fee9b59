"""What a token may do, who must have a second factor, who may touch whose account."""

import pytest

from pbx.domain.records import User
from pbx.domain.rights import EVERYTHING, Right, Role, rights_of
from pbx.domain.sign_in import OWN, FactorRule, Scope, beyond, covers, narrowed
from pbx.services.single_sign_on import Begun, own_page


def person(role: Role) -> User:
    return User("u", "u@example.test", "U", role, "en")


def test_there_is_a_scope_for_each_area() -> None:
    areas = [OWN, *(right.value for right in Right)]
    assert {scope.value for scope in Scope} == {
        f"{a}:{k}" for a in areas for k in ("read", "write")
    }


def test_who_may_write_may_read_and_not_the_other_way_round() -> None:
    reads, writes = frozenset({Scope.TASKS_READ}), frozenset({Scope.TASKS_WRITE})
    assert covers(reads, "tasks", write=False)
    assert not covers(reads, "tasks", write=True)
    assert covers(writes, "tasks", write=False)
    assert covers(writes, "tasks", write=True)
    assert not covers(writes, "numbers", write=False)
    assert covers(None, "numbers", write=True)


def test_a_token_never_has_more_rights_than_its_owner() -> None:
    scopes = frozenset({Scope.TASKS_READ, Scope.NUMBERS_WRITE})
    admin, vpa = person(Role.ADMIN), person(Role.VPA)
    assert rights_of(narrowed(admin, scopes, write=False)) == {Right.TASKS, Right.NUMBERS}
    assert rights_of(narrowed(admin, scopes, write=True)) == {Right.NUMBERS}
    assert rights_of(narrowed(admin, None, write=True)) == EVERYTHING
    assert rights_of(narrowed(vpa, scopes, write=False)) == set()
    assert beyond(vpa, scopes | {Scope.OWN_WRITE}) == [Scope.NUMBERS_WRITE, Scope.TASKS_READ]
    assert beyond(admin, scopes) == []


def test_who_must_have_a_second_factor() -> None:
    demanded = {rule: [r for r in Role if rule.demands(person(r))] for rule in FactorRule}
    assert demanded == {
        FactorRule.OPTIONAL: [],
        FactorRule.ADMINS: [Role.ADMIN, Role.SUPERADMIN],
        FactorRule.ALL: list(Role),
    }


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/call?to=+4930", "/call?to=+4930"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/call\r\nSet-Cookie: x", "/"),
        ("/api/v1/session", "/"),
        ("", "/"),
    ],
)
def test_a_sign_in_leads_to_our_own_pages_only(asked: str, led: str) -> None:
    assert own_page(asked) == led
    begun = Begun("state", "nonce", "verifier", asked)
    assert Begun.of_text(begun.as_text()) == Begun("state", "nonce", "verifier", led)


@pytest.mark.parametrize("text", ["", "a.b.c", "a..c.ZA", "a.b.c.\xff", "a.b.c.d.e", "a.b.c._w"])
def test_a_cookie_that_is_none_of_ours(text: str) -> None:
    assert Begun.of_text(text) is None
