"""Texts for customers: reading and changing them, and sending one for a task."""

from typing import cast

from aiohttp import web

from pbx.domain.message_templates import PLACEHOLDERS, Language, Message, Template
from pbx.domain.records import Area
from pbx.domain.texts import pick
from pbx.errors import BadRequest
from pbx.web import hook_schemas as h
from pbx.web import render
from pbx.web.api import Api, answer, body, handles, user_of


@handles("list_templates")
async def list_templates(api: Api, request: web.Request) -> web.StreamResponse:
    language = user_of(request).language
    found = await api.office.integration.informing.templates()
    return answer(
        h.TemplatesView(
            items=[await _template(api, each) for each in found],
            placeholders=[
                h.PlaceholderView(name, pick(words, language))
                for name, words in PLACEHOLDERS.items()
            ],
        )
    )


@handles("put_template")
async def put_template(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, h.TemplatePut)
    name, language = request.match_info["name"], request.match_info["language"]
    changed = await api.office.integration.informing.put(
        user_of(request), name, language, wish.text
    )
    return answer(await _template(api, changed))


@handles("preview_template")
async def preview_template(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, h.TemplatePreview)
    informing = api.office.integration.informing
    return answer(h.PreviewView(informing.example(wish.text, wish.language)))


@handles("preview_message")
async def preview_message(api: Api, request: web.Request) -> web.StreamResponse:
    area, language = request.query.get("area") or None, request.query.get("language") or None
    if area not in (None, *Area) or language not in (None, "de", "en"):
        raise BadRequest(
            "bad-filter",
            "Diesen Bereich oder diese Sprache gibt es nicht.",
            "There is no such area or language.",
        )
    _, right, message = await api.office.integration.informing.about(
        user_of(request),
        request.match_info["external_id"],
        Area(area) if area else None,
        cast(Language | None, language),
    )
    return answer(_message(message, right))


@handles("send_message")
async def send_message(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, h.MessagePost)
    task, message = await api.office.integration.informing.inform(
        user_of(request),
        request.match_info["external_id"],
        Area(wish.area) if wish.area else None,
        wish.language,
    )
    return answer(h.MessageSent(_message(message, task.area), render.task(task)), 201)


def _message(message: Message, area: Area) -> h.MessageView:
    return h.MessageView(
        cast(h.TemplateName, message.template), message.language, area.value, message.text
    )


async def _template(api: Api, template: Template) -> h.TemplateView:
    user = await api.directory.user(template.by) if template.by else None
    return h.TemplateView(
        name=cast(h.TemplateName, template.name),
        language=template.language,
        text=template.text,
        shipped=template.shipped,
        changed_at=template.at,
        changed_by=user.name if user else None,
    )
