"""The form behind a customer's link: nobody signs in, the link is the right."""

from aiohttp import web

from pbx.domain.addon_orders import LINK
from pbx.domain.addons import GreetingKind, Option, bad_price
from pbx.domain.cents import parse
from pbx.services.greeting_library import too_large
from pbx.web import addon_form_schemas as f
from pbx.web import addon_schemas as a
from pbx.web import addon_views as views
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of
from pbx.web.uploads import uploaded

AUDIO = {
    "Content-Type": "audio/wav",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",  # the address is the key
}


def language_wanted(request: web.Request) -> str:
    wanted = request.query.get("language", "")
    return wanted if wanted in ("de", "en") else language_of(request)


def _kept(response: web.StreamResponse) -> web.StreamResponse:
    """What a link shows stays nowhere on the way."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _token(request: web.Request) -> str:
    return request.match_info["token"]


@handles("addon_form")
async def addon_form(api: Api, request: web.Request) -> web.StreamResponse:
    service = api.office.addons.form
    view = await service.look(_token(request))
    rules = service.rules
    shown = views.form(
        view, api.company.name, rules.max_bytes, rules.max_seconds, language_wanted(request)
    )
    return _kept(answer(shown))


@handles("quote_addon")
async def quote_addon(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.QuoteWish)
    addons = api.office.addons
    found = await addons.form.quote(
        _token(request), Option(wish.option), GreetingKind(wish.greeting)
    )
    factors = await addons.office.factors()
    return _kept(answer(views.quote(found, factors, language_wanted(request))))


@handles("upload_addon_greeting")
async def upload_addon_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    service, token = api.office.addons.form, _token(request)
    link = await service.check_upload(token)
    most = service.rules.max_bytes
    kept = await service.upload(link, await uploaded(request, most, too_large(most)))
    audio = f"{request.path}/{kept.id}"
    return _kept(answer(f.UploadView(kept.id, kept.duration_ms / 1000, audio), 201))


@handles("hear_addon_greeting")
async def hear_addon_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    service = api.office.addons.form
    file = await service.recording(_token(request), request.match_info["upload"])
    return web.FileResponse(file, headers=AUDIO)


@handles("book_addon")
async def book_addon(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, f.OrderPost)
    seen = parse(wish.price)
    if seen is None:
        raise bad_price()
    service, token = api.office.addons.form, _token(request)
    found = await service.quote(token, Option(wish.option), GreetingKind(wish.greeting))
    booked, new = await service.book(
        token,
        found,
        seen,
        wish.key,
        {
            "contact": wish.contact,
            "email": wish.email,
            "language": wish.language,
            "greeting_text": wish.greeting_text.strip(),
            "upload_id": wish.upload or None,
            "own_number": wish.number,
            "country": wish.country,
            "wished_on": wish.wished_on,
            "note": wish.note.strip(),
        },
    )
    assert booked.order.booked_by.startswith(LINK)
    shown = views.public_order(booked, language_wanted(request))
    return _kept(answer(shown, 201 if new else 200))


@handles("booked_addons")
async def booked_addons(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.office.addons.form.booked(_token(request))
    language = language_wanted(request)
    return _kept(answer(s.Page([views.public_order(each, language) for each in found])))
