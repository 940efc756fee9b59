"""Messages: list, player, who takes care, forwarding, mails that came back."""

from aiohttp import web

from pbx.domain.inbox_texts import silent_calls_text
from pbx.domain.records import Voicemail
from pbx.domain.voicemail import Show, VoicemailFilter
from pbx.errors import BadRequest
from pbx.services.claims import Step
from pbx.services.message_box import recording_gone
from pbx.services.work import no_user
from pbx.web import desk_schemas as d
from pbx.web import schemas as s
from pbx.web import voicemail_schemas as v
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.voicemail_views import voicemail_view, voicemail_views

BOUNCE_BYTES = 512 * 1024
"""What is read of a mail that came back: its recording is not needed."""


@handles("list_voicemails")
async def list_voicemails(api: Api, request: web.Request) -> web.StreamResponse:
    user = user_of(request)
    wanted = request.query.get("show") or None
    if wanted is not None and wanted not in set(Show):
        words = ", ".join(Show)
        raise BadRequest("bad-filter", f"show: eines von {words}.", f"show: one of {words}.")
    show = Show(wanted) if wanted else None
    person = user.id if show is Show.MINE else None
    if email := request.query.get("person"):
        known = await api.directory.user_by_email(email)
        # Somebody unknown has no messages; no user has this id.
        person = known.id if known else "nobody"
    which = VoicemailFilter(
        show=show,
        did=request.query.get("did") or None,
        caller=request.query.get("caller") or None,
        person=person,
    )
    found, following = await api.voicemails.find(user, *paging(request), which)
    return answer(s.Page(await voicemail_views(api, found, user.language), following))


@handles("get_voicemail")
async def get_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    return await _one(api, request, await _heard(api, request))


async def _one(api: Api, request: web.Request, message: Voicemail) -> web.Response:
    return answer(await voicemail_view(api, message, user_of(request).language))


async def _heard(api: Api, request: web.Request) -> Voicemail:
    """The message, if whoever asks may hear it."""
    return await api.voicemails.heard(user_of(request), request.match_info["id"])


@handles("voicemail_audio")
async def voicemail_audio(api: Api, request: web.Request) -> web.StreamResponse:
    message = await _heard(api, request)
    path = api.voicemails.audio_path(message)
    if not path.is_file():
        raise recording_gone()
    kind = "audio/mpeg" if path.suffix == ".mp3" else "audio/wav"
    return web.FileResponse(
        path, headers={"Content-Type": kind, "Cache-Control": "private, no-store"}
    )


@handles("voicemail_waveform")
async def voicemail_waveform(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.voicemails.waveform(await _heard(api, request))
    response = answer(d.Waveform(found.duration_ms / 1000, list(found.peaks)))
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


# ------------------------------------------------------------------ what is done with it


@handles("forward_voicemail")
async def forward_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, v.Forward)
    to = await api.directory.user_by_email(wish.to)
    if to is None:
        raise no_user(wish.to)
    message = await api.voicemails.forward(
        user_of(request), request.match_info["id"], to, wish.note, wish.task
    )
    return await _one(api, request, message)


async def _step(api: Api, request: web.Request, step: Step) -> web.Response:
    message = await api.inbox.claims.take(user_of(request), request.match_info["id"], step)
    return await _one(api, request, message)


@handles("claim_voicemail")
async def claim_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    return await _step(api, request, Step.CLAIM)


@handles("give_back_voicemail")
async def give_back_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    return await _step(api, request, Step.GIVE_BACK)


@handles("finish_voicemail")
async def finish_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    return await _step(api, request, Step.DONE)


@handles("reopen_voicemail")
async def reopen_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    return await _step(api, request, Step.REOPEN)


@handles("release_voicemail")
async def release_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    message = await api.voicemails.release(user_of(request), request.match_info["id"])
    return await _one(api, request, message)


@handles("send_voicemail_again")
async def send_voicemail_again(api: Api, request: web.Request) -> web.StreamResponse:
    message = await api.voicemails.send_again(user_of(request), request.match_info["id"])
    return await _one(api, request, message)


# ------------------------------------------------------------------ all of them


@handles("silent_calls")
async def silent_calls(api: Api, request: web.Request) -> web.StreamResponse:
    language = language_of(request)
    items = [
        v.SilentCallsView(each.caller, each.count, each.last_at, silent_calls_text(each, language))
        for each in await api.inbox.silent_calls()
    ]
    return answer(s.Page(items))


@handles("voicemail_storage")
async def voicemail_storage(api: Api, request: web.Request) -> web.StreamResponse:
    storage = await api.inbox.caretaker.storage()
    rules = api.voicemails.rules
    return answer(
        v.StorageView(
            used_bytes=storage.used,
            greetings_bytes=await api.office.greetings.storage(),
            quota_bytes=storage.quota,
            free_bytes=storage.free,
            percent=storage.percent,
            room=storage.room.value,
            keep_silent_days=rules.retention.silent_days,
            keep_done_days=rules.retention.done_days,
            keep_accepted_days=rules.retention.accepted_days,
            min_speech_seconds=rules.min_speech_ms / 1000,
        )
    )


@handles("take_bounce")
async def take_bounce(api: Api, request: web.Request) -> web.StreamResponse:
    if request.content_type != "message/rfc822":
        raise BadRequest(
            "bad-request",
            "Erwartet wird eine Mail als message/rfc822.",
            "Expected a mail as message/rfc822.",
        )
    raw = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        raw += chunk[: BOUNCE_BYTES - len(raw)]
    result = await api.inbox.bounces.take(bytes(raw), user_of(request).id)
    return answer(v.BounceResult(result.value))
