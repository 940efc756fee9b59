"""Accounts on SQLite and PostgreSQL: what holds even where two change something at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pbx.domain.account_links import LinkKind
from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.desk import CountryRequest, RequestState
from pbx.domain.inventory import NumberRequest, Owner, PlannedChange, PlannedState
from pbx.domain.leaving import Belongings
from pbx.domain.people import Account, AccountFilter, AccountState, Wish
from pbx.domain.people_files import read
from pbx.domain.records import Country, Number, PushSubscription, User, Zone
from pbx.domain.rights import Right, Role
from pbx.domain.routing import Absence, Action, Group, Step
from pbx.domain.sign_in import Session
from pbx.errors import Conflict, NotFound, PbxError, Refused
from pbx.store import Database

pytest_plugins = ["tests.support.stores"]

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


async def _add(database: Database, name: str, role: Role = Role.VPA) -> User:
    email = f"{name.lower()}@example.test"
    return await database.directory.add_user(email, name, role, "de", "hash")


async def _invite(database: Database, by: User, name: str, token: str) -> Account:
    blank = Account(User(name, f"{name}@example.test", name, Role.VPA), invited_at=NOW)
    return await database.accounts.invite(blank, token, LATER, by.id, NOW)


@pytest.mark.parametrize("how", ["demote", "leave", "import"])
async def test_of_two_who_remove_each_other_one_superadmin_stays(
    database: Database, how: str
) -> None:
    first = await _add(database, "First", Role.SUPERADMIN)
    second = await _add(database, "Second", Role.SUPERADMIN)

    async def remove(whom: User, by: User) -> None:
        if how == "demote":
            await database.accounts.change(whom.id, Wish(role=Role.ADMIN), by.id, NOW)
        elif how == "leave":
            await database.leaving.leave(whom.id, None, by.id, NOW)
        else:
            rows, _ = read(f"email,name,role\n{whom.email},{whom.name},admin\n".encode())
            *_, problems = await database.account_imports.merge(rows, by.id, NOW, dry_run=False)
            if problems:
                raise Refused("refused", problems[0].de, problems[0].en)

    done = await asyncio.gather(
        remove(second, first), remove(first, second), return_exceptions=True
    )
    refused = [each for each in done if isinstance(each, PbxError)]
    assert len(refused) == 1, done
    people = [await database.directory.user(user.id) for user in (first, second)]
    left = [user for user in people if user and user.active and user.role is Role.SUPERADMIN]
    assert len(left) == 1


async def test_the_command_line_keeps_a_superadmin_as_well(database: Database) -> None:
    root = await _add(database, "Root", Role.SUPERADMIN)
    for ending in (
        database.accounts.change(root.id, Wish(role=Role.VPA), SYSTEM, NOW),
        database.leaving.leave(root.id, None, SYSTEM, NOW),
    ):
        with pytest.raises(Conflict) as refused:
            await ending
        assert refused.value.error_id == "last-superadmin"
    assert (await database.audit.find(ChangeFilter(), None, 10))[0] == []


async def test_what_an_admin_may_not_do_leaves_nothing_behind(database: Database) -> None:
    root = await _add(database, "Root", Role.SUPERADMIN)
    admin = await _add(database, "Admin", Role.ADMIN)
    king = Account(User("k", "k@example.test", "K", Role.SUPERADMIN), invited_at=NOW)
    for forbidden in (
        database.accounts.change(root.id, Wish(email="mine@example.test"), admin.id, NOW),
        database.accounts.invite(king, "h", LATER, admin.id, NOW),
        database.accounts.may_reset(root.id, admin.id),
        database.leaving.leave(root.id, None, admin.id, NOW),
    ):
        with pytest.raises(Refused):
            await forbidden
    assert await database.directory.user(root.id) == root
    assert await database.directory.user_by_email("k@example.test") is None
    assert (await database.audit.find(ChangeFilter(), None, 10))[0] == []


async def test_a_link_is_used_once_however_many_try(database: Database) -> None:
    admin = await _add(database, "Admin", Role.ADMIN)
    anna = (await _invite(database, admin, "anna", "token")).user
    assert not await database.directory.password_hash(anna.id)
    tries = [database.account_links.use("token", f"hash {i}", NOW) for i in range(5)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert len([each for each in done if not isinstance(each, BaseException)]) == 1
    assert all(isinstance(e, NotFound) for e in done if isinstance(e, BaseException))
    account = await database.accounts.get(anna.id)
    assert account is not None
    assert (account.state, account.user.password_at) == (AccountState.ACTIVE, NOW)
    actions = [c.action for c in (await database.audit.find(ChangeFilter(), None, 10))[0]]
    assert actions == ["person.joined", "person.invited"]


async def test_a_link_ends_by_time_by_a_newer_one_and_by_another_address(
    database: Database,
) -> None:
    admin = await _add(database, "Admin", Role.ADMIN)
    links = database.account_links
    anna = (await _invite(database, admin, "anna", "first")).user
    assert await links.find("first", LATER - timedelta(seconds=1)) is not None
    assert await links.find("first", LATER) is None
    with pytest.raises(NotFound):
        await links.use("first", "hash", LATER)
    await database.accounts.invited_again(anna.id, "second", LATER, admin.id, NOW)
    assert await links.find("first", NOW) is None
    await links.renew(anna.id, LinkKind.RESET, "reset", NOW, LATER)
    assert await links.find("second", NOW) is not None, "links of another kind stay"
    wish = Wish(email="other@example.test")
    await database.accounts.change(anna.id, wish, admin.id, NOW)
    for token in ("second", "reset"):
        assert await links.find(token, NOW) is None


async def test_a_reset_ends_every_session(database: Database) -> None:
    anna = await _add(database, "Anna")
    await database.sessions.open(Session("session", anna.id, LATER))
    await database.account_links.renew(anna.id, LinkKind.RESET, "reset", NOW, LATER)
    await database.account_links.use("reset", "new hash", NOW)
    assert await database.sessions.find("session", NOW) is None
    assert await database.directory.password_hash(anna.id) == "new hash"


async def test_changing_the_own_password_leaves_this_session(database: Database) -> None:
    anna = await _add(database, "Anna")
    for session in ("this", "other"):
        await database.sessions.open(Session(session, anna.id, LATER))
    await database.account_links.change(anna, "new hash", "this", NOW)
    assert await database.sessions.find("this", NOW) is not None
    assert await database.sessions.find("other", NOW) is None


async def test_leaving_hands_everything_over_and_tells_one_story(database: Database) -> None:
    admin = await _add(database, "Admin", Role.ADMIN)
    anna, ben = await _add(database, "Anna"), await _add(database, "Ben")
    for e164, recipients in (("+4922111", (anna.email, "x@example.test")), ("+4922112", ())):
        await database.directory.put_number(
            Number(e164, "Ours", recipients=recipients), SYSTEM, NOW
        )
    await database.directory.assign("+4922111", anna.id, admin.id, NOW)
    await database.sessions.open(Session("session", anna.id, LATER))
    push = PushSubscription("https://push.test/1", anna.id, b"p", b"a", "session", NOW)
    await database.push.put(push, 8)

    left = await database.leaving.leave(anna.id, ben.id, admin.id, NOW)
    assert (left.had.numbers, left.had.recipients_of) == (("+4922111",), ("+4922111",))
    assert (left.sessions, left.browsers) == (("session",), 1)
    number = await database.directory.number("+4922111")
    assert number is not None
    assert (number.user_id, number.recipients) == (ben.id, ("x@example.test", ben.email))
    assert await database.sessions.find("session", NOW) is None
    assert await database.push.users() == []
    (story,) = (await database.audit.find(ChangeFilter(kind="person"), None, 10))[0]
    assert (story.action, story.subject, story.by) == ("person.left", anna.email, admin.id)
    assert story.before is not None
    assert story.after is not None
    assert story.before["numbers"] == ["+4922111"]
    assert (story.after["successor"], story.after["sessions_ended"]) == (ben.email, 1)
    with pytest.raises(Conflict):
        await database.leaving.leave(anna.id, None, admin.id, NOW)

    back = await database.leaving.come_back(anna.id, admin.id, NOW)
    assert (back.state, back.numbers) == (AccountState.ACTIVE, ())
    number = await database.directory.number("+4922111")
    assert number is not None
    assert number.user_id == ben.id, "it does not jump back by itself"


@pytest.mark.parametrize("handed", [True, False])
async def test_leaving_touches_routes_groups_absences_and_plans(
    database: Database, handed: bool
) -> None:
    """What is shown beforehand is what is handed over or removed, all of it audited."""
    admin = await _add(database, "Admin", Role.ADMIN)
    anna, ben, cora = [await _add(database, name) for name in ("Anna", "Ben", "Cora")]
    a, b = "+4922111", "+4922112"
    await database.directory.put_number(Number(a, "A", cc=(anna.email,)), SYSTEM, NOW)
    await database.directory.put_number(Number(b, "B"), SYSTEM, NOW)
    routes, voicemail = database.routes, Step(Action.VOICEMAIL)
    steps = (
        Step(Action.PERSON, anna.id, seconds=7),
        Step(Action.GROUP, "team", absent_id=anna.id),
        Step(Action.PERSON, cora.id),
        voicemail,
    )
    await routes.put_steps(a, steps, by=admin.id, at=NOW)
    await routes.put_steps(b, (Step(Action.PERSON, anna.id),), by=admin.id, at=NOW)
    team = Group("team", "Team", members=(cora.id, anna.id))
    for group in (team, Group("pair", "Pair", members=(ben.id, anna.id))):
        await routes.put_group(group, by=admin.id, at=NOW)
    for absence in (
        Absence("own", anna.id, LATER),
        Absence("coras", cora.id, NOW, deputy_id=anna.id),
        Absence("bens", ben.id, NOW, deputy_id=anna.id),
    ):
        await routes.put_absence(absence, by=admin.id, at=NOW)
    plan = PlannedChange("p", b, Owner(anna.id), LATER, admin.id, NOW)
    await database.planned_changes.add(plan)

    shown = await database.leaving.belongings(anna.id, NOW)
    assert shown == Belongings((), (a,), (a, b), (b,), ("Pair", "Team"), 1, ("Ben", "Cora"))
    left = await database.leaving.leave(anna.id, ben.id if handed else None, admin.id, NOW)
    assert left.had == shown
    assert await database.leaving.belongings(anna.id, NOW) == Belongings()

    instead = (ben.id,) if handed else ()
    rings = tuple(replace(steps[0], target=each) for each in instead)
    assert await routes.steps(a) == (*rings, steps[2], voicemail)
    assert [step.target for step in await routes.steps(b)] == [*instead]
    pair, team = await routes.groups()
    assert (pair.members, team.members) == ((ben.id,), (cora.id, *instead))
    deputies = {each.user_id: each.deputy_id for each in await routes.absences(NOW)}
    assert deputies == {ben.id: "", cora.id: ben.id if handed else ""}
    number = await database.directory.number(a)
    assert number is not None
    assert number.cc == ((ben.email,) if handed else ())
    (planned,) = await database.planned_changes.find(False, 9)
    state = PlannedState.PLANNED if handed else PlannedState.CANCELLED
    assert (planned.owner.user_id, planned.state) == (ben.id if handed else anna.id, state)
    changes, _ = await database.audit.find(ChangeFilter(by=admin.id), None, 10)
    assert sorted(change.action for change in changes) == sorted(
        [
            *("person.left", "number.changed", "route.changed", "route.changed"),
            *("group.changed", "group.changed"),
            *("absence.removed", "absence.changed", "absence.changed"),
            "number.replanned" if handed else "number.unplanned",
        ]
    )


async def test_leaving_without_a_successor_frees_the_numbers(database: Database) -> None:
    admin, anna = await _add(database, "Admin", Role.ADMIN), await _add(database, "Anna")
    await database.directory.put_number(
        Number("+4922111", "Ours", recipients=(anna.email,)), SYSTEM, NOW
    )
    await database.directory.assign("+4922111", anna.id, admin.id, NOW)
    await database.directory.put_country(Country("ES", Zone.EU, False), SYSTEM, NOW)
    for user in (anna, admin):
        asked = CountryRequest(f"es-{user.name}", "ES", "support", "hotel", user.id, NOW)
        await database.country_requests.ask(asked)
        await database.number_requests.ask(NumberRequest(f"no-{user.name}", user.id, "sales", NOW))
    for wrong in (anna.id, "nobody"):
        with pytest.raises(PbxError):
            await database.leaving.leave(anna.id, wrong, admin.id, NOW)
    await database.leaving.leave(anna.id, None, admin.id, NOW)
    number = await database.directory.number("+4922111")
    assert number is not None
    assert (number.user_id, number.recipients) == (None, ())
    for requests in (database.country_requests, database.number_requests):
        still_open, _ = await requests.find(None, True, None, 9)
        assert [request.user_id for request in still_open] == [admin.id]
        (hers,), _ = await requests.find(anna.id, False, None, 9)
        assert (hers.state, hers.decided_by) == (RequestState.REFUSED, admin.id)
    changes, _ = await database.audit.find(ChangeFilter(by=admin.id), None, 10)
    told = {(change.action, change.subject) for change in changes}
    assert {("country-request.refused", "es-Anna"), ("number-request.refused", "no-Anna")} <= told


async def test_finding_people_page_by_page(database: Database) -> None:
    admin = await _add(database, "Admin", Role.ADMIN)
    for name in ("Zoë", "Ärmel", "Müller", "Anders"):
        await _add(database, name)
    await _invite(database, admin, "berta", "token")
    seen: list[str] = []
    cursor = None
    while True:
        page, cursor = await database.accounts.find(AccountFilter(), cursor, 2)
        seen += [account.user.name for account in page]
        if cursor is None:
            break
    assert seen == ["Admin", "Anders", "Ärmel", "berta", "Müller", "Zoë"]

    async def names(**which: object) -> list[str]:
        found, _ = await database.accounts.find(AccountFilter(**which), None, 10)  # type: ignore[arg-type]
        return [account.user.name for account in found]

    assert await names(query="mueller example") == ["Müller"]
    assert await names(query="zoe") == ["Zoë"]
    assert await names(query="%") == []
    assert await names(role=Role.ADMIN) == ["Admin"]
    assert await names(state=AccountState.INVITED) == ["berta"]
    assert await names(ids=frozenset({admin.id})) == ["Admin"]
    assert await names(ids=frozenset()) == []
    await database.accounts.change(admin.id, Wish(position="Leitung"), SYSTEM, NOW)
    assert await names(query="leitung") == ["Admin"]


FILE = (
    b"email,name,role,position\nanna@example.test,Anna Adler,manager,Team\nnew@example.test,N,,\n"
)


async def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    admin, anna = await _add(database, "Admin", Role.ADMIN), await _add(database, "Anna")
    rows, _ = read(FILE)
    merge = database.account_imports.merge
    created, updated, unchanged, problems = await merge(rows, admin.id, NOW, dry_run=True)
    assert ([a.user.email for a in created], len(updated)) == (["new@example.test"], 1)
    assert (unchanged, list(problems)) == (0, [])
    assert await database.directory.user(anna.id) == anna, "a dry run writes nothing"
    await merge(rows, admin.id, NOW, dry_run=False)
    changed = await database.directory.user(anna.id)
    assert changed is not None
    assert (changed.name, changed.role) == ("Anna Adler", Role.MANAGER)
    audited = (await database.audit.find(ChangeFilter(), None, 10))[0]
    created, updated, unchanged, problems = await merge(rows, admin.id, LATER, dry_run=False)
    assert (list(created), list(updated), unchanged, list(problems)) == ([], [], 2, [])
    assert (await database.audit.find(ChangeFilter(), None, 10))[0] == audited


async def test_one_row_that_may_not_be_keeps_all_others_out(database: Database) -> None:
    admin = await _add(database, "Admin", Role.ADMIN)
    rows, _ = read(FILE + b"king@example.test,King,superadmin,\n")
    created, _, _, problems = await database.account_imports.merge(
        rows, admin.id, NOW, dry_run=False
    )
    assert len(created) == 2
    assert [problem.row for problem in problems] == [4]
    assert [user.email for user in await database.directory.users()] == ["admin@example.test"]


async def test_an_address_is_taken_in_any_spelling(database: Database) -> None:
    admin, anna = await _add(database, "Admin", Role.ADMIN), await _add(database, "Anna")
    for attempt in (
        _invite(database, admin, "ANNA", "token"),
        database.accounts.change(admin.id, Wish(email="Anna@Example.test"), admin.id, NOW),
    ):
        with pytest.raises(Conflict) as refused:
            await attempt
        assert refused.value.error_id == "email-taken"
    wish = Wish(granted=frozenset({Right.CALLS}), email="Anna@Example.test")
    changed = await database.accounts.change(anna.id, wish, admin.id, NOW)
    assert changed.user.granted == {Right.CALLS}
