"""The small page behind the link in a message's mail: no sign-in, no script, one button.

Opening it changes nothing, because mail scanners open every link; only the button acts.
"""

import base64
import hashlib
from html import escape

from aiohttp import web

from pbx.domain import numbers
from pbx.domain.inbox_texts import moment_text
from pbx.domain.records import VoicemailState
from pbx.domain.texts import Words, pick
from pbx.errors import BadRequest, PbxError
from pbx.services.claims import Linked, Step
from pbx.web.api import Api, handles, language_of

STYLE = """
:root { color-scheme: light dark; --ink: #17211d; --page: #f4f6f5; --card: #fff; --line: #d5dcd9;
  --soft: #55625d; --accent: #0d6b4f; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9efec; --page: #121715; --card: #1b2220;
  --line: #37423e; --soft: #a9b6b0; --accent: #58c39d; --on: #08130f; } }
* { box-sizing: border-box; margin: 0; }
body { padding: 24px 16px; background: var(--page); color: var(--ink);
  font: 17px/1.5 system-ui, sans-serif; }
main { max-width: 480px; margin: 0 auto; padding: 24px; border: 1px solid var(--line);
  border-radius: 18px; background: var(--card); }
h1 { margin-bottom: 12px; font-size: 22px; line-height: 1.25; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; margin: 16px 0; }
dt { color: var(--soft); }
dd { overflow-wrap: anywhere; }
p { margin: 12px 0; }
form { display: grid; gap: 12px; margin-top: 16px; }
label { display: grid; gap: 4px; color: var(--soft); font-size: 15px; }
input, button { width: 100%; min-height: 48px; padding: 8px 14px; border-radius: 12px;
  font: inherit; }
input { border: 1px solid var(--soft); background: var(--card); color: var(--ink); }
button { border: 1px solid var(--accent); background: none; color: var(--accent);
  font-weight: 600; cursor: pointer; }
button.main { background: var(--accent); color: var(--on); }
blockquote { margin: 12px 0; padding-left: 12px; border-left: 3px solid var(--line); }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Robots-Tag": "noindex",
}
MAX_FORM_BYTES = 10_000

TITLE: Words = ("Nachricht für {label}", "Message for {label}")
FACTS: dict[str, Words] = {
    "caller": ("Anrufer", "Caller"),
    "at": ("Zeit", "Time"),
    "length": ("Dauer", "Length"),
    "speech": ("davon Sprache", "of it speech"),
    "did": ("Angerufen", "Called"),
    "task": ("Aufgabe", "Task"),
}
WITHHELD: Words = ("Nummer unterdrückt", "number withheld")
NAME: Words = ("Ihr Name", "Your name")
BUTTONS: dict[Step, Words] = {
    Step.CLAIM: ("Ich kümmere mich darum", "I take it"),
    Step.DONE: ("Erledigt", "Done"),
    Step.GIVE_BACK: ("Doch nicht: zurückgeben", "Not after all: give it back"),
    Step.REOPEN: ("Doch nicht erledigt", "Not done after all"),
}
NOBODY: Words = ("Noch niemand kümmert sich darum.", "Nobody takes care of it yet.")
YOURS: Words = ("Sie kümmern sich darum ({name}).", "You take care of it ({name}).")
THEIRS: Words = (
    "{name} kümmert sich darum, seit {at}.",
    "{name} has been taking care of it since {at}.",
)
DONE: Words = ("Erledigt von {name}, {at}.", "Done by {name}, {at}.")
SILENT: Words = ("Diese Aufnahme enthält keine Nachricht.", "This recording holds no message.")
NO_LINK: Words = ("Dieser Link führt nicht weiter", "This link leads nowhere")


@handles("message_page")
async def message_page(api: Api, request: web.Request) -> web.StreamResponse:
    return await _shown(api, request)


@handles("act_on_message")
async def act_on_message(api: Api, request: web.Request) -> web.StreamResponse:
    token, language = request.match_info["token"], language_of(request)
    if (request.content_length or 0) > MAX_FORM_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_FORM_BYTES, request.content_length or 0)
    form = await request.post()
    try:
        step = _step(str(form.get("step", "")))
        await api.inbox.claims.take_linked(token, step, str(form.get("name", "")))
    except PbxError as e:
        return await _shown(api, request, e)
    # Loading the answer again must not act again.
    raise web.HTTPSeeOther(request.path, headers={"Accept-Language": language})


def _step(text: str) -> Step:
    if text not in set(Step):
        raise BadRequest("bad-step", "Diesen Knopf gibt es nicht.", "There is no such button.")
    return Step(text)


async def _shown(
    api: Api, request: web.Request, error: PbxError | None = None
) -> web.StreamResponse:
    """The message as it is now, with what went wrong above it."""
    language = language_of(request)
    try:
        found = await api.inbox.claims.linked(request.match_info["token"])
        done_by = found.message.done_by
        done_name = await api.inbox.claims.name_of(done_by) if done_by else ""
    except PbxError as e:
        html = _document(language, pick(NO_LINK, language), f"<p>{escape(e.text(language))}</p>")
        return web.Response(text=html, status=e.status, content_type="text/html", headers=HEADERS)
    title = pick(TITLE, language).format(label=found.message.label)
    trouble = f"<p role=alert><strong>{escape(error.text(language))}</strong></p>" if error else ""
    parts = [trouble, _facts(found, language), _state(found, done_name, language)]
    parts.append(_form(found, language))
    html = _document(language, title, "".join(parts))
    status = error.status if error else 200
    return web.Response(text=html, status=status, content_type="text/html", headers=HEADERS)


def _document(language: str, title: str, inner: str) -> str:
    return (
        f"<!doctype html><html lang={language}><head><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{inner}</main></body></html>"
    )


def _facts(found: Linked, language: str) -> str:
    message = found.message
    facts = {
        "caller": numbers.show(message.caller, "DE")
        if message.caller
        else pick(WITHHELD, language),
        "at": moment_text(message.recorded_at, language),
        "length": _clock(message.duration_ms),
        "speech": _clock(message.speech_ms),
        "did": numbers.show(message.did, "DE"),
        "task": message.task,
    }
    rows = (
        f"<dt>{pick(FACTS[name], language)}</dt><dd>{escape(text)}</dd>"
        for name, text in facts.items()
        if text
    )
    said = f"<blockquote>{escape(message.transcript)}</blockquote>" if message.transcript else ""
    return f"<dl>{''.join(rows)}</dl>{said}"


def _clock(ms: int) -> str:
    seconds = round(ms / 1000)
    return f"{seconds // 60}:{seconds % 60:02} min"


def _state(found: Linked, done_name: str, language: str) -> str:
    message = found.message
    if message.state is VoicemailState.SILENT:
        text = pick(SILENT, language)
    elif message.done_at:
        text = pick(DONE, language).format(
            name=done_name, at=moment_text(message.done_at, language)
        )
    elif found.keeper is None or message.claimed_at is None:
        text = pick(NOBODY, language)
    else:
        words = YOURS if found.mine and found.user else THEIRS
        at = moment_text(message.claimed_at, language)
        text = pick(words, language).format(name=found.keeper, at=at)
    return f"<p id=state>{escape(text)}</p>"


def _form(found: Linked, language: str) -> str:
    message = found.message
    if message.state is VoicemailState.SILENT:
        return ""
    if message.done_at:
        steps = [Step.REOPEN] if found.mine else []
    elif found.keeper is None:
        steps = [Step.CLAIM, Step.DONE]
    else:
        steps = [Step.DONE, Step.GIVE_BACK] if found.mine else []
    if not steps:
        return ""
    name = ""
    if found.user is None and found.keeper is None:
        name = (
            f"<label>{pick(NAME, language)}"
            "<input name=name required maxlength=80 autocomplete=name></label>"
        )
    buttons = "".join(
        f"<button name=step value={step.value}{'' if n else ' class=main'}>"
        f"{pick(BUTTONS[step], language)}</button>"
        for n, step in enumerate(steps)
    )
    return f"<form method=post>{name}{buttons}</form>"
