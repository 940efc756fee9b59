"""The audit log, for those who may see it."""

from aiohttp import web

from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.web import audit_schemas as a
from pbx.web import schemas as s
from pbx.web.api import Api, answer, handles, paging, when


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
    views = []
    for change in found:
        user = people.get(change.by)
        views.append(
            a.ChangeView(
                id=change.id,
                at=change.at,
                by=user.email if user else change.by,
                by_name=user.name if user else None,
                action=change.action,
                kind=change.kind,
                subject=change.subject,
                before=None if change.before is None else dict(change.before),
                after=None if change.after is None else dict(change.after),
            )
        )
    return answer(s.Page(views, following))
