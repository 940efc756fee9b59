"""Who may change whose account, and files of people."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import people_files
from pbx.domain.people import (
    Account,
    Wish,
    check_change,
    check_superadmins,
    may_change,
)
from pbx.domain.records import User
from pbx.domain.rights import Right, Role, rights_of
from pbx.errors import BadRequest, Conflict, Refused


def _account(role: Role, name: str = "", **more: object) -> Account:
    name = name or role.value
    return Account(replace(User(name, f"{name}@example.test", name, role), **more))  # type: ignore[arg-type]


ROOT, ADMIN = _account(Role.SUPERADMIN), _account(Role.ADMIN)
BOSS, VPA = _account(Role.MANAGER), _account(Role.VPA)
STAFF = _account(Role.MANAGER, "staff", granted=frozenset({Right.PEOPLE}))
"""A manager who was given the right to manage people."""

REFUSED = [
    (BOSS, VPA, Wish(name="New"), "not-allowed"),
    (VPA, VPA, Wish(role=Role.ADMIN), "not-allowed"),
    (ADMIN, ROOT, Wish(name="New"), "role-above-yours"),
    (ADMIN, ROOT, Wish(email="mine@example.test"), "role-above-yours"),
    (ADMIN, ROOT, Wish(role=Role.VPA), "role-above-yours"),
    (ADMIN, VPA, Wish(role=Role.SUPERADMIN), "role-above-yours"),
    (ADMIN, ADMIN, Wish(role=Role.SUPERADMIN), "role-above-yours"),
    (ADMIN, ADMIN, Wish(role=Role.MANAGER), "not-yourself"),
    (STAFF, ADMIN, Wish(email="mine@example.test"), "role-above-yours"),
    (STAFF, STAFF, Wish(granted=frozenset()), "not-yourself"),
    (ROOT, ROOT, Wish(role=Role.ADMIN), "not-yourself"),
]


@pytest.mark.parametrize(("by", "whom", "wish", "error_id"), REFUSED)
def test_refused(by: Account, whom: Account, wish: Wish, error_id: str) -> None:
    with pytest.raises(Refused) as refused:
        check_change(by.user, whom, wish.applied(whom))
    assert refused.value.error_id == error_id
    if error_id != "not-yourself":
        assert not (may_change(by.user, whom.user) and wish.role is None)


ALLOWED = [
    (ADMIN, VPA, Wish(role=Role.ADMIN)),
    (ADMIN, BOSS, Wish(denied=frozenset({Right.NUMBERS}))),
    (ADMIN, ADMIN, Wish(name="Other name")),
    (ROOT, VPA, Wish(role=Role.SUPERADMIN)),
    (STAFF, VPA, Wish(granted=frozenset({Right.NUMBERS}))),
]


@pytest.mark.parametrize(("by", "whom", "wish"), ALLOWED)
def test_allowed(by: Account, whom: Account, wish: Wish) -> None:
    check_change(by.user, whom, wish.applied(whom))
    assert may_change(by.user, whom.user)


def test_nobody_gives_a_right_that_they_do_not_have() -> None:
    few = _account(
        Role.MANAGER, "few", granted=frozenset({Right.PEOPLE}), denied=frozenset({Right.AUDIT})
    )
    with pytest.raises(Refused) as refused:
        check_change(few.user, VPA, Wish(granted=frozenset({Right.AUDIT})).applied(VPA))
    assert refused.value.error_id == "right-not-yours"
    with pytest.raises(Refused):
        check_change(few.user, None, Wish(role=Role.MANAGER).applied(VPA))


def test_what_a_role_has_anyway_is_not_kept_twice_and_admins_lack_nothing() -> None:
    wish = Wish(role=Role.ADMIN, granted=frozenset({Right.AUDIT}), denied=frozenset({Right.CALLS}))
    admin = wish.applied(VPA).user
    assert (admin.granted, admin.denied) == (frozenset(), frozenset())
    vpa = Wish(denied=frozenset({Right.CALLS})).applied(VPA).user
    assert vpa.denied == frozenset()
    boss = Wish(denied=frozenset({Right.CALLS, Right.PEOPLE})).applied(BOSS).user
    assert boss.denied == {Right.CALLS}


def test_one_superadmin_who_can_sign_in_remains() -> None:
    demoted = Wish(role=Role.ADMIN).applied(ROOT)
    gone = replace(ROOT, user=replace(ROOT.user, active=False))
    waiting = replace(_account(Role.SUPERADMIN, "new"), invited_at=object())  # type: ignore[arg-type]
    for after in (demoted, gone):
        for others in ([], [gone], [waiting], [ADMIN]):
            with pytest.raises(Conflict) as refused:
                check_superadmins(ROOT, after, others)
            assert refused.value.error_id == "last-superadmin"
        check_superadmins(ROOT, after, [_account(Role.SUPERADMIN, "second")])
    check_superadmins(ROOT, ROOT, [])
    check_superadmins(waiting, replace(waiting, user=demoted.user), [])


@given(
    by=st.sampled_from([ROOT, ADMIN, BOSS, STAFF, VPA]),
    whom=st.sampled_from([None, ROOT, ADMIN, BOSS, STAFF, VPA]),
    role=st.sampled_from(Role),
    granted=st.frozensets(st.sampled_from(Right)),
    denied=st.frozensets(st.sampled_from(Right)),
)
def test_nobody_makes_anybody_more_than_they_are(
    by: Account,
    whom: Account | None,
    role: Role,
    granted: frozenset[Right],
    denied: frozenset[Right],
) -> None:
    after = Wish(role=role, granted=granted, denied=denied).applied(
        whom or _account(Role.VPA, "new")
    )
    try:
        check_change(by.user, whom, after)
    except Refused:
        return
    had = rights_of(whom.user) if whom else frozenset()
    assert rights_of(after.user) - had <= rights_of(by.user)
    assert after.user.role is not Role.SUPERADMIN or by is ROOT
    assert whom is not ROOT or by is ROOT
    assert Right.PEOPLE in rights_of(by.user)


# ------------------------------------------------------------------ files


def _rows(text: str) -> list[tuple[str, str | None, Role | None]]:
    rows, problems = people_files.read(text.encode())
    assert problems == []
    return [(row.email, row.wish.name, row.wish.role) for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "E-Mail;Name;Rolle\na@x.test;Adler, Anna;Manager\n",
        "email,first name,last name,role\r\na@x.test,Anna,Adler,manager\r\n",
        "\ufeffRolle\tMailadresse\tVorname\tNachname\nManagement\ta@x.test\tAnna\tAdler\n",
        'email,name,role\n"a@x.test","Anna  Adler",MANAGER\n\n',
    ],
)
def test_names_and_columns_as_programs_write_them(text: str) -> None:
    assert _rows(text) == [("a@x.test", "Anna Adler", Role.MANAGER)]


def test_what_is_wrong_is_said_row_by_row() -> None:
    text = (
        "email,name,role,language\n"
        "a@x.test,Anna,vpa,de\n"
        "no address,Ben,vpa,de\n"
        "c@x.test,,vpa,de\n"
        "d@x.test,Dora,king,de\n"
        "e@x.test,Emil,vpa,fr\n"
        "A@X.test,Anna again,vpa,de\n"
        "f@x.test,Fritz,vpa,de,more\n"
        'g@x.test,"Gina,vpa\n'
    )
    rows, problems = people_files.read(text.encode())
    assert [row.line for row in rows] == [2]
    assert [problem.row for problem in problems] == [3, 4, 5, 6, 7, 8, 9]
    assert all(problem.de and problem.en and problem.de != problem.en for problem in problems)
    assert "2" in problems[4].en


@pytest.mark.parametrize("data", [b"", b"name,role\nAnna,vpa\n", b"\x00\x01", b"email,name\n"])
def test_a_file_without_people(data: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        people_files.read(data)
    assert refused.value.error_id == "bad-people-file"


@given(
    st.text(min_size=1, max_size=40).map(people_files.in_order).filter(bool),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40).map(
        lambda t: " ".join(t.split())
    ),
    st.booleans(),
    st.booleans(),
)
def test_what_is_written_is_read_again(name: str, position: str, german: bool, last: bool) -> None:
    account = Wish(name=name, position=position).applied(VPA)
    ((row,), problems) = people_files.read(
        people_files.write([account], german=german, last_first=last)
    )
    assert problems == []
    assert row.wish.applied(account) == account


def test_a_spreadsheet_takes_nothing_for_a_formula() -> None:
    account = Wish(name="=cmd|' /C calc'!A0", position="+49 221").applied(VPA)
    text = people_files.write([account]).decode("utf-8-sig")
    assert "'=cmd" in text
    assert ",+49 221," in text
