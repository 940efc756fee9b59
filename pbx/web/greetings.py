"""The library of greetings: listing, taking in, planning, listening."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import BodyPartReader, web

from pbx.domain import numbers
from pbx.domain.greetings import GreetingEntry, GreetingVersion, Source, reference, states_of
from pbx.domain.records import Number, User
from pbx.errors import BadRequest, NotFound
from pbx.services.greeting_library import GreetingLibrary, Take, too_large
from pbx.web import greeting_schemas as g
from pbx.web.api import Api, answer, body, handles, user_of

CHUNK_BYTES = 64 * 1024
WAV = {"Content-Type": "audio/wav", "Cache-Control": "private, max-age=86400, immutable"}


def _library(api: Api) -> GreetingLibrary:
    return api.office.greetings


async def _view(api: Api, entry: GreetingEntry) -> g.GreetingView:
    people = {user.id: user for user in await api.directory.users()}
    ours = {number.e164: number for number in await api.directory.numbers()}
    return _render(entry, people, ours, _library(api).now())


def _render(
    entry: GreetingEntry, people: dict[str, User], ours: dict[str, Number], now: datetime
) -> g.GreetingView:
    states = states_of(entry.versions, now)
    return g.GreetingView(
        id=entry.greeting.id,
        name=entry.greeting.name,
        reference=reference(entry.greeting.id),
        versions=[
            _render_version(v, people.get(v.created_by), states[v.id].value) for v in entry.versions
        ],
        numbers=[
            g.GreetingUse(e164, numbers.show(e164, "DE"), ours[e164].label if e164 in ours else "")
            for e164 in entry.numbers
        ],
        absent=sorted(people[each].name for each in entry.absent if each in people),
    )


def _render_version(
    version: GreetingVersion, author: User | None, state: g.VersionStateName
) -> g.GreetingVersionView:
    return g.GreetingVersionView(
        id=version.id,
        number=version.number,
        state=state,
        valid_from=version.valid_from,
        source=version.source.value,
        origin=version.origin,
        duration_seconds=version.duration_ms / 1000,
        loudness_lufs=version.loudness_lufs,
        bytes=version.size,
        created_at=version.created_at,
        created_by=author.email if author else version.created_by,
        created_by_name=author.name if author else None,
        audio=f"/api/v1/greeting-versions/{version.id}/audio",
    )


@handles("list_greetings")
async def list_greetings(api: Api, request: web.Request) -> web.StreamResponse:
    library = _library(api)
    people = {user.id: user for user in await api.directory.users()}
    ours = {number.e164: number for number in await api.directory.numbers()}
    now = library.now()
    return answer(
        g.GreetingLibraryView(
            items=[_render(e, people, ours, now) for e in await library.entries()],
            standard=[
                g.StandardGreeting(
                    name=each.name,
                    language="en" if each.language == "en" else "de",
                    duration_seconds=each.duration_ms / 1000,
                    audio=f"/prompts/{each.language}/{each.name}.wav",
                )
                for each in await library.standard()
            ],
            storage_bytes=await library.storage(),
            max_bytes=library.rules.max_bytes,
            max_seconds=library.rules.max_seconds,
        )
    )


# ------------------------------------------------------------------ taking in


@handles("add_greeting")
async def add_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    take = await _take(api, request)
    name = request.query.get("name", "") or take.origin.rpartition(".")[0] or take.origin
    return answer(await _view(api, await _library(api).add(user_of(request), name, take)), 201)


@handles("add_greeting_version")
async def add_greeting_version(api: Api, request: web.Request) -> web.StreamResponse:
    take = await _take(api, request)
    greeting_id = request.match_info["id"]
    entry = await _library(api).add_version(user_of(request), greeting_id, take)
    return answer(await _view(api, entry), 201)


async def _take(api: Api, request: web.Request) -> Take:
    """The file in the body, and what the query says about it."""
    source = Source.BROWSER if request.query.get("source") == "browser" else Source.UPLOAD
    valid_from = _from(api, request.query.get("from") or None)
    most = _library(api).rules.max_bytes
    if (request.content_length or 0) > most + CHUNK_BYTES:
        raise too_large(most)
    name = request.query.get("file", "")
    if request.content_type == "multipart/form-data":
        name, data = await _of_form(request, most)
    else:
        data = await _all(request.content.readany, most)
    return Take(data, source, name, valid_from)


async def _of_form(request: web.Request, most: int) -> tuple[str, bytes]:
    """Name and content of the form's first file."""
    try:
        form = await request.multipart()
        while (part := await form.next()) is not None:
            if isinstance(part, BodyPartReader) and part.filename:
                return part.filename, await _all(part.read_chunk, most)
    except (ValueError, AssertionError, RuntimeError) as e:
        raise _no_file() from e
    raise _no_file()


async def _all(read: Callable[[], Awaitable[bytes]], most: int) -> bytes:
    """Everything that `read` gives, piece by piece, up to `most` bytes."""
    data = bytearray()
    while piece := await read():
        data += piece
        if len(data) > most:
            raise too_large(most)
    return bytes(data)


def _no_file() -> BadRequest:
    return BadRequest(
        "no-greeting-file",
        "Die Anfrage enthält keine Audiodatei (Feld „file“).",
        "There is no audio file in the request (field “file”).",
    )


def _from(api: Api, raw: str | None) -> datetime | None:
    """Raises `BadRequest`: `bad-time`."""
    if raw is None:
        return None
    if raw == "now":
        return _library(api).now()
    try:
        at = datetime.fromisoformat(raw.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadRequest(
            "bad-time",
            "Zeitpunkt: bitte „now“ oder 2026-12-24T12:00:00Z angeben.",
            "Time: please give “now” or 2026-12-24T12:00:00Z.",
        )
    return at


@handles("hear_speech")
async def hear_speech(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.SpeechText)
    wav = await _library(api).speak(_words(wish.text), wish.language, wish.pace)
    return web.Response(
        body=wav, content_type="audio/wav", headers={"Cache-Control": "private, no-store"}
    )


@handles("speak_greeting")
async def speak_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.Speech)
    library, user, text = _library(api), user_of(request), _words(wish.text)
    valid_from = _from(api, wish.valid_from)
    if wish.greeting:
        await library.entry(wish.greeting)
    wav = await library.speak(text, wish.language, wish.pace)
    take = Take(wav, Source.SPEECH, text, valid_from)
    if wish.greeting:
        entry = await library.add_version(user, wish.greeting, take)
    else:
        entry = await library.add(user, wish.name or "", take)
    return answer(await _view(api, entry), 201)


@handles("dictate_greeting")
async def dictate_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.TelephoneWish)
    code = await api.office.dictations.open(
        user_of(request), wish.name or "", wish.greeting, _from(api, wish.valid_from)
    )
    number = api.head_office
    view = g.TelephoneCode(code.digits, number, api.printed(number), code.expires_at)
    return answer(view, 201)


def _words(text: str) -> str:
    """Raises `BadRequest`: `no-greeting-text`."""
    if not any(c.isalnum() for c in text):
        raise BadRequest(
            "no-greeting-text",
            "Bitte den Text eingeben, der gesprochen werden soll.",
            "Please enter the text that is to be spoken.",
        )
    return " ".join(text.split())


# ------------------------------------------------------------------ changing


@handles("put_greeting")
async def put_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.GreetingPut)
    entry = await _library(api).rename(user_of(request), request.match_info["id"], wish.name)
    return answer(await _view(api, entry))


@handles("delete_greeting")
async def delete_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    await _library(api).remove(user_of(request), request.match_info["id"])
    return web.Response(status=204)


@handles("restore_greeting")
async def restore_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    entry = await _library(api).restore(user_of(request), request.match_info["id"])
    return answer(await _view(api, entry))


@handles("plan_greeting_version")
async def plan_greeting_version(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.VersionPlan)
    valid_from = _from(api, wish.valid_from)
    entry = await _library(api).plan(user_of(request), request.match_info["id"], valid_from)
    return answer(await _view(api, entry))


@handles("delete_greeting_version")
async def delete_greeting_version(api: Api, request: web.Request) -> web.StreamResponse:
    entry = await _library(api).remove_version(user_of(request), request.match_info["id"])
    return answer(await _view(api, entry))


@handles("restore_greeting_version")
async def restore_greeting_version(api: Api, request: web.Request) -> web.StreamResponse:
    entry = await _library(api).restore_version(user_of(request), request.match_info["id"])
    return answer(await _view(api, entry))


@handles("greeting_audio")
async def greeting_audio(api: Api, request: web.Request) -> web.StreamResponse:
    version = await _library(api).version(request.match_info["id"])
    path = _library(api).path(version.id)
    if not path.is_file():
        raise NotFound(
            "greeting-gone",
            "Die Datei dieser Fassung fehlt. Bitte die Ansage neu aufnehmen.",
            "This version's file is missing. Please record the greeting again.",
        )
    return web.FileResponse(path, headers=WAV)
