"""The quality of calls: what browsers measured, the diary, and probes of the line."""

import os

from aiohttp import web

from pbx.domain.desk import Quality
from pbx.domain.rights import Right, may
from pbx.errors import BadRequest
from pbx.services.work import no_user
from pbx.web import desk_schemas as d
from pbx.web.api import (
    Api,
    answer,
    body,
    handles,
    language_of,
    user_of,
    whole_number,
)

PROBE_DOWN_BYTES = 128 * 1024
PROBE_UP_BYTES = 256 * 1024
NO_STORE = {"Cache-Control": "no-store, no-transform", "Content-Encoding": "identity"}
DAYS, MOST_DAYS = 28, 90


@handles("report_quality")
async def report_quality(api: Api, request: web.Request) -> web.StreamResponse:
    report = await body(request, d.QualityReport)
    user, call_id = user_of(request), request.match_info["id"]
    await api.desk.quality.report(
        Quality(
            call_id=call_id,
            user_id=user.id,
            at=await api.desk.quality.began(user, call_id),
            seconds=report.seconds,
            mos=report.mos,
            worst_mos=report.worst_mos,
            jitter_ms=report.jitter_ms,
            rtt_ms=report.rtt_ms,
            loss_percent=report.loss_percent,
            relay=report.relay,
            network=report.network,
            microphone=report.microphone,
            silent_seconds=report.silent_seconds,
            rejoins=report.rejoins,
        )
    )
    return web.Response(status=204)


@handles("quality_diary")
async def quality_diary(api: Api, request: web.Request) -> web.StreamResponse:
    user = user_of(request)
    email = request.query.get("user")
    if email and may(user, Right.CALLS):
        found = await api.directory.user_by_email(email)
        if found is None:
            raise no_user(email)
        user = found
    diary = await api.desk.quality.diary(user, _days(request))
    language = language_of(request)
    return answer(
        d.QualityDiary(
            days=[
                d.QualityDay(
                    day=day.day,
                    calls=day.calls,
                    mos=round(day.mos, 2),
                    jitter_ms=round(day.jitter_ms, 1),
                    rtt_ms=None if day.rtt_ms is None else round(day.rtt_ms, 1),
                    loss_percent=round(day.loss_percent, 2),
                    rejoins=day.rejoins,
                )
                for day in diary.days
            ],
            advice=[d.Advice(one.id, one.text(language)) for one in diary.advice],
        )
    )


def _days(request: web.Request) -> int:
    days = whole_number(request.query.get("days", str(DAYS)), MOST_DAYS)
    if days is None:
        raise BadRequest("bad-days", f"days: 1 bis {MOST_DAYS}.", f"days: 1 to {MOST_DAYS}.")
    return days


@handles("probe_down")
async def probe_down(api: Api, request: web.Request) -> web.StreamResponse:
    """Noise, so that no compression on the way makes the line look faster."""
    return web.Response(
        body=os.urandom(PROBE_DOWN_BYTES),
        content_type="application/octet-stream",
        headers=NO_STORE,
    )


@handles("probe_up")
async def probe_up(api: Api, request: web.Request) -> web.StreamResponse:
    got = 0
    async for part in request.content.iter_any():
        got += len(part)
        if got > PROBE_UP_BYTES:
            raise BadRequest(
                "probe-too-large",
                f"Höchstens {PROBE_UP_BYTES} Bytes.",
                f"At most {PROBE_UP_BYTES} bytes.",
            )
    return web.Response(status=204, headers={"Cache-Control": "no-store"})
