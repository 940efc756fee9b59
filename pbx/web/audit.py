"""The audit log, for those who may see it."""

import re
from collections.abc import Callable, Mapping

from aiohttp import web

from pbx.domain import audit_words, numbers
from pbx.domain.audit import SYSTEM, Change, ChangeFilter
from pbx.domain.records import User
from pbx.web import audit_schemas as a
from pbx.web import schemas as s
from pbx.web.api import Api, answer, handles, language_of, paging, when

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
HOME = "DE"


@handles("list_audit")
async def list_audit(api: Api, request: web.Request) -> web.StreamResponse:
    people = {user.id: user for user in await api.directory.users()}
    by = request.query.get("by") or None
    if by is not None and by != SYSTEM:
        wanted = await api.directory.user_by_email(by)
        if wanted is None:
            return answer(s.Page([]))
        by = wanted.id
    which = ChangeFilter(
        since=when(request, "from"),
        until=when(request, "to"),
        by=by,
        kind=request.query.get("kind") or None,
        subject=request.query.get("subject") or None,
    )
    found, following = await api.office.audit.find(which, *paging(request))
    language = language_of(request)
    return answer(s.Page([change_view(change, people, language) for change in found], following))


@handles("list_audit_kinds")
async def list_audit_kinds(api: Api, request: web.Request) -> web.StreamResponse:
    language = language_of(request)
    kinds = await api.office.audit.kinds()
    views = [a.KindView(kind, audit_words.kind_name(kind, language)) for kind in kinds]
    return answer(s.Page(sorted(views, key=lambda view: view.name.casefold())))


def change_view(change: Change, people: Mapping[str, User], language: str = "de") -> a.ChangeView:
    user = people.get(change.by)
    name_of = _names(people)
    return a.ChangeView(
        id=change.id,
        at=change.at,
        by=user.email if user else change.by,
        by_name=user.name if user else None,
        action=change.action,
        kind=change.kind,
        subject=change.subject,
        before=None if change.before is None else dict(change.before),
        after=None if change.after is None else dict(change.after),
        title=audit_words.title(change, language),
        subject_name=name_of(change.subject),
        fields=[
            a.FieldChangeView(field.name, field.before, field.after)
            for field in audit_words.fields(change, name_of, language)
        ],
    )


def _names(people: Mapping[str, User]) -> Callable[[str], str]:
    """People by their id or address, and numbers as people write them."""
    names = {user.id: user.name for user in people.values()}
    names |= {user.email: user.name for user in people.values()}

    def name_of(value: str) -> str:
        if NUMBER.fullmatch(value):
            return numbers.show(value, HOME)
        return names.get(value, value)

    return name_of
