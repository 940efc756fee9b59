"""Messages: list, player, forwarding."""

from aiohttp import web

from pbx.domain.records import Voicemail
from pbx.services.message_box import recording_gone
from pbx.services.work import no_user
from pbx.web import desk_schemas as d
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, paging, user_of


async def _view(api: Api, request: web.Request, message: Voicemail) -> s.VoicemailView:
    return render.voicemail(
        message,
        await api.voicemails.mails(message.id),
        {user.id: user for user in await api.directory.users()},
        user_of(request).language,
    )


@handles("list_voicemails")
async def list_voicemails(api: Api, request: web.Request) -> web.StreamResponse:
    found, following = await api.voicemails.find(user_of(request), *paging(request))
    return answer(s.Page([await _view(api, request, message) for message in found], following))


@handles("get_voicemail")
async def get_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(await _view(api, request, await _heard(api, request)))


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


@handles("forward_voicemail")
async def forward_voicemail(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.Forward)
    to = await api.directory.user_by_email(wish.to)
    if to is None:
        raise no_user(wish.to)
    message = await api.voicemails.forward(
        user_of(request), request.match_info["id"], to, wish.note
    )
    return answer(await _view(api, request, message))
