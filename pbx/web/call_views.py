"""Calls as one caller of the API may see them; a page of them with the look-ups of one."""

from collections.abc import Sequence

from pbx.domain.records import Direction
from pbx.services.history import Details
from pbx.services.ports import CallView
from pbx.services.voice import account_of
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import Api, Caller


async def render_call(api: Api, view: CallView, caller: Caller) -> s.Call:
    """The call as this caller may see it: its voice account only if it is theirs."""
    (rendered,) = await render_calls(api, [view], caller)
    return rendered


async def render_calls(api: Api, views: Sequence[CallView], caller: Caller) -> list[s.Call]:
    if not views:
        return []
    details = await api.desk.history.details(caller.user, [view.record for view in views])
    people = {user.id: user for user in await api.directory.users()}
    rendered = []
    for view in views:
        record = view.record
        mine = record.user_id == caller.user.id
        owner = caller.user if mine else people.get(record.user_id or "")
        takes_part = render.takes_part(view, caller.user.id)
        call = render.call(
            view,
            caller.user.language,
            talk_ms=api.board.talk_ms(record),
            user=owner,
            caller_id_printed=api.printed(record.caller_id) if record.caller_id else None,
            account=account_of(caller.secret) if takes_part else None,
            colleague=people.get(_other(view, caller.user.id) or ""),
        )
        found = details.get(record.id, Details())
        call.note, call.mos, call.party_name = found.note, found.mos, found.party_name
        rendered.append(call)
    return rendered


def _other(view: CallView, reader_id: str) -> str | None:
    """The colleague as this reader sees the call: who is called by a colleague sees that one."""
    internal = view.record.direction is Direction.INTERNAL
    if internal and view.colleague_id == reader_id:
        return view.record.user_id
    return view.colleague_id
