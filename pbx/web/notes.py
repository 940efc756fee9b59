"""Notes on calls and tasks, favourites among the tasks."""

from aiohttp import web

from pbx.web import desk_schemas as d
from pbx.web.api import Api, answer, body, handles, user_of


@handles("note_call")
async def note_call(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.Note)
    user = user_of(request)
    view, _ = await api.calls.get(user, request.match_info["id"])
    note = await api.desk.notes.note_call(user, view.record.id, wish.text)
    if not note.text:
        return answer(d.NoteView("", None, None))
    return answer(d.NoteView(note.text, user.name, note.at))


@handles("task_note")
async def task_note(api: Api, request: web.Request) -> web.StreamResponse:
    note = await api.desk.notes.task_note(user_of(request), request.match_info["external_id"])
    if note is None:
        return answer(d.NoteView("", None, None))
    author = await api.directory.user(note.by)
    return answer(d.NoteView(note.text, author.name if author else None, note.at))


@handles("note_task")
async def note_task(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.Note)
    user = user_of(request)
    note = await api.desk.notes.note_task(user, request.match_info["external_id"], wish.text)
    if not note.text:
        return answer(d.NoteView("", None, None))
    return answer(d.NoteView(note.text, user.name, note.at))


@handles("mark_favourite")
async def mark_favourite(api: Api, request: web.Request) -> web.StreamResponse:
    await api.desk.notes.mark(user_of(request), request.match_info["external_id"])
    return web.Response(status=204)


@handles("unmark_favourite")
async def unmark_favourite(api: Api, request: web.Request) -> web.StreamResponse:
    await api.desk.notes.unmark(user_of(request), request.match_info["external_id"])
    return web.Response(status=204)
