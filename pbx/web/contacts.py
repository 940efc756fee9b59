"""Contacts, importing them, and what is known of a caller."""

import re

from aiohttp import web

from pbx.domain import contact_files, numbers
from pbx.domain.desk import Contact
from pbx.domain.records import User
from pbx.errors import BadRequest
from pbx.services.contacts import ContactWish
from pbx.web import desk_schemas as d
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, caller_of, handles, language_of, paging, user_of
from pbx.web.call_views import render_calls

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def _view(contact: Contact, reader: User) -> d.ContactView:
    return d.ContactView(
        id=contact.id,
        name=contact.name,
        company=contact.company,
        number=contact.number,
        national=numbers.show(contact.number, "DE"),
        email=contact.email,
        note=contact.note,
        task=contact.task,
        public=contact.public,
        mine=contact.owner_id == reader.id,
    )


def _wish(put: d.ContactPut) -> ContactWish:
    return ContactWish(
        name=put.name,
        number=put.number,
        country=put.country,
        company=put.company,
        email=put.email,
        note=put.note,
        task=put.task,
        public=put.public,
    )


@handles("list_contacts")
async def list_contacts(api: Api, request: web.Request) -> web.StreamResponse:
    reader = user_of(request)
    query = request.query.get("query", "")[:200]
    found, following = await api.desk.contacts.find(reader, query, *paging(request))
    return answer(s.Page([_view(contact, reader) for contact in found], following))


@handles("add_contact")
async def add_contact(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.ContactPut)
    contact = await api.desk.contacts.add(user_of(request), _wish(wish))
    return answer(_view(contact, user_of(request)), 201)


@handles("put_contact")
async def put_contact(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.ContactPut)
    contact = await api.desk.contacts.put(user_of(request), request.match_info["id"], _wish(wish))
    return answer(_view(contact, user_of(request)))


@handles("delete_contact")
async def delete_contact(api: Api, request: web.Request) -> web.StreamResponse:
    await api.desk.contacts.remove(user_of(request), request.match_info["id"])
    return web.Response(status=204)


@handles("import_contacts")
async def import_contacts(api: Api, request: web.Request) -> web.StreamResponse:
    dry_run = request.query.get("dry_run") == "1"
    try:
        data = await request.read()
    except web.HTTPRequestEntityTooLarge as e:
        raise contact_files.FORM.too_large() from e
    done = await api.desk.contacts.import_file(
        user_of(request), data, public=request.query.get("public") == "1", dry_run=dry_run
    )
    language = language_of(request)
    errors = [d.RowError(problem.row, problem.text(language)) for problem in done.problems]
    return answer(d.ImportResult(dry_run, done.created, done.updated, done.unchanged, errors))


@handles("caller_info")
async def caller_info(api: Api, request: web.Request) -> web.StreamResponse:
    # In a query string a plus may have become a space.
    number = "+" + request.query.get("number", "").strip().lstrip("+")
    if not E164.fullmatch(number):
        raise BadRequest(
            "bad-number",
            "number: bitte als +4922182829980 angeben.",
            "number: please give it as +4922182829980.",
        )
    found = await api.desk.history.caller(user_of(request), number)
    contact, task = found.contact, found.task
    return answer(
        d.CallerInfo(
            number=number,
            national=numbers.show(number, "DE"),
            name=contact.name if contact else None,
            company=(contact.company or None) if contact else None,
            contact_id=contact.id if contact else None,
            note=(contact.note or None) if contact else None,
            task=task.external_id if task else None,
            task_title=task.title if task else None,
            calls=await render_calls(api, found.calls, caller_of(request)),
        )
    )
