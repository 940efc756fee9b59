"""Accounts, for those who manage people."""

import asyncio
from typing import TypeVar

from aiohttp import web
from msgspec import UNSET

from pbx.domain import people_files
from pbx.domain.leaving import Belongings
from pbx.domain.letters import Letter
from pbx.domain.people import Account, AccountFilter, AccountState, Wish, may_change
from pbx.domain.records import OutboxState, Status, User
from pbx.domain.rights import Right, Role, rights_of
from pbx.errors import BadRequest
from pbx.web import people_schemas as p
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.live import HUB

E = TypeVar("E", Role, AccountState)
MAIL_STATES: dict[OutboxState, p.MailStateName] = {
    OutboxState.WAITING: "waiting",
    OutboxState.ACCEPTED: "accepted",
    OutboxState.FAILED: "failed",
    OutboxState.BOUNCED: "bounced",
}


@handles("list_users")
async def list_users(api: Api, request: web.Request) -> web.StreamResponse:
    live = api.presence.live_users()
    return answer(
        s.Page(
            [
                s.UserView(
                    u.id,
                    u.email,
                    u.name,
                    u.role.value,
                    u.id in live,
                    render.presence(api.presence.of(u.id)),
                )
                for u in await api.directory.users()
                if u.active
            ]
        )
    )


@handles("list_people")
async def list_people(api: Api, request: web.Request) -> web.StreamResponse:
    query = request.query
    which = AccountFilter(
        query=query.get("query", "")[:200],
        role=_one_of(Role, query.get("role", "")),
        state=_one_of(AccountState, query.get("state", "")),
        ids=api.presence.live_users() if query.get("reachable") == "1" else None,
    )
    found, following = await api.office.staff.people.find(which, *paging(request))
    views = [await _view(api, account, user_of(request)) for account in found]
    return answer(s.Page(views, following))


def _one_of(names: type[E], word: str) -> E | None:
    """Raises `BadRequest` (`bad-filter`)."""
    if not word:
        return None
    try:
        return names(word)
    except ValueError as e:
        known = ", ".join(names)
        raise BadRequest(
            "bad-filter",
            f"„{word[:40]}“ gibt es nicht. Möglich: {known}.",
            f'There is no "{word[:40]}". Possible: {known}.',
        ) from e


@handles("get_person")
async def get_person(api: Api, request: web.Request) -> web.StreamResponse:
    account = await api.office.staff.people.get(request.match_info["id"])
    return await _answer(api, request, account)


@handles("invite_person")
async def invite_person(api: Api, request: web.Request) -> web.StreamResponse:
    post = await body(request, p.PersonPost)
    wish = Wish(
        email=post.email,
        name=post.name,
        role=Role(post.role),
        language=post.language,
        position=post.position,
        responsibility=post.responsibility,
        granted=frozenset(map(Right, post.granted)),
    )
    account = await api.office.staff.people.invite(user_of(request), wish)
    return await _answer(api, request, account, 201)


@handles("invite_again")
async def invite_again(api: Api, request: web.Request) -> web.StreamResponse:
    account = await api.office.staff.people.invite_again(user_of(request), request.match_info["id"])
    return await _answer(api, request, account)


@handles("change_person")
async def change_person(api: Api, request: web.Request) -> web.StreamResponse:
    patch = await body(request, p.PersonPatch)
    wish = Wish(
        email=patch.email or None,
        name=patch.name or None,
        role=Role(patch.role) if patch.role else None,
        language=patch.language or None,
        position=None if patch.position is UNSET else patch.position,
        responsibility=None if patch.responsibility is UNSET else patch.responsibility,
        granted=None if patch.granted is UNSET else frozenset(map(Right, patch.granted)),
        denied=None if patch.denied is UNSET else frozenset(map(Right, patch.denied)),
    )
    before, after = await api.office.staff.people.change(
        user_of(request), request.match_info["id"], wish
    )
    if before.user != after.user:
        request.app[HUB].user_changed(after.user)
    return await _answer(api, request, after)


@handles("reset_person")
async def reset_person(api: Api, request: web.Request) -> web.StreamResponse:
    account = await api.office.staff.people.reset(user_of(request), request.match_info["id"])
    return await _answer(api, request, account)


@handles("belongings")
async def belongings(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(_belongings(await api.office.staff.people.belongings(request.match_info["id"])))


def _belongings(found: Belongings) -> p.BelongingsView:
    return p.BelongingsView(
        numbers=list(found.numbers),
        recipients_of=list(found.recipients_of),
        steps_of=list(found.steps_of),
        planned=list(found.planned),
        groups=list(found.groups),
        absences=found.absences,
        deputy_for=list(found.deputy_for),
        messages=found.messages,
    )


@handles("leave")
async def leave(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, p.Leave)
    user_id = request.match_info["id"]
    left = await api.office.staff.people.leave(user_of(request), user_id, wish.successor)
    # No call rings there any more; one that is under way goes on.
    api.presence.set_status(user_id, Status.OFF)
    await api.push.restore()
    await api.office.staff.partings.begin(left)
    return answer(
        p.LeftView(
            person=await _view(api, left.account, user_of(request)),
            successor=left.successor.name if left.successor else None,
            had=_belongings(left.had),
            sessions=len(left.sessions),
            tokens=len(left.tokens),
            talking=bool(api.board.of_user(user_id)),
        )
    )


@handles("come_back")
async def come_back(api: Api, request: web.Request) -> web.StreamResponse:
    account = await api.office.staff.people.come_back(user_of(request), request.match_info["id"])
    api.presence.set_status(account.user.id, Status.AVAILABLE)
    return await _answer(api, request, account)


@handles("import_people")
async def import_people(api: Api, request: web.Request) -> web.StreamResponse:
    dry_run = request.query.get("dry_run") == "1"
    try:
        data = await request.read()
    except web.HTTPRequestEntityTooLarge as e:
        raise people_files.FORM.too_large() from e
    done = await api.office.staff.people.import_file(
        user_of(request), data, dry_run=dry_run, invite=request.query.get("invite") != "0"
    )
    language = language_of(request)
    errors = [p.PeopleRowError(problem.row, problem.text(language)) for problem in done.problems]
    return answer(p.PeopleImport(dry_run, done.created, done.updated, done.unchanged, errors))


@handles("export_people")
async def export_people(api: Api, request: web.Request) -> web.StreamResponse:
    accounts = await api.office.staff.people.export()
    data = await asyncio.to_thread(
        people_files.write,
        accounts,
        last_first=request.query.get("names") == "last-first",
        german=request.query.get("format") == "excel-de",
    )
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return web.Response(body=data, content_type="text/csv", charset="utf-8", headers=headers)


@handles("seats")
async def seats(api: Api, request: web.Request) -> web.StreamResponse:
    now, found = await api.office.staff.people.seats()
    return answer(p.Seats(now, [p.SeatPeak(peak.at, peak.seats, peak.added) for peak in found]))


# ------------------------------------------------------------------ JSON


async def _answer(
    api: Api, request: web.Request, account: Account, status: int = 200
) -> web.StreamResponse:
    return answer(await _view(api, account, user_of(request), full=True), status)


async def _view(api: Api, account: Account, asker: User, *, full: bool = False) -> p.Person:
    """`full`: also the second factor, and the mail of somebody who has come already."""
    user = account.user
    asked = full or account.state is AccountState.INVITED
    factor = await api.accounts.factors.of(user.id) if full else None
    letter = await api.office.staff.people.mail_of(account) if asked else None
    return p.Person(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role.value,
        language="de" if user.language == "de" else "en",
        position=account.position,
        responsibility=account.responsibility,
        state=account.state.value,
        live=api.presence.live(user.id),
        presence=render.presence(api.presence.of(user.id)),
        granted=render.rights(user.granted),
        denied=render.rights(user.denied),
        rights=render.rights(rights_of(user)),
        numbers=list(account.numbers),
        invited_at=account.invited_at,
        link_until=account.link_until,
        left_at=account.left_at,
        password_at=user.password_at,
        editable=may_change(asker, user),
        second_factor_since=factor.since if factor else None,
        mail=_mail(letter) if letter else None,
    )


def _mail(letter: Letter) -> p.MailOf:
    state = MAIL_STATES[letter.state]
    return p.MailOf(letter.kind, letter.created_at, state, letter.attempts, letter.smtp_reply)
