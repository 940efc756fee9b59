"""The API as one table: every operation with what it takes, gives and who may call it.

Handlers bind to a row by its name (`pbx.web.api.handles`); the OpenAPI document is
made from the same rows (`pbx.web.openapi`), so neither can drift from the other.
"""

from dataclasses import dataclass
from typing import Any

from pbx.domain.records import Role
from pbx.web import schemas as s

ANYONE: frozenset[Role] | None = None
SIGNED_IN = frozenset(Role)
MANAGEMENT = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    roles: frozenset[Role] | None
    """None: no sign-in needed."""
    request: Any = None
    """msgspec struct of the JSON body, or None."""
    response: Any = None
    """msgspec struct of the JSON answer; None: no body, or not JSON (then `content`)."""
    status: int = 200
    query: tuple[tuple[str, str], ...] = ()
    """Names and descriptions of query parameters, all optional text."""
    content: str = "application/json"


V1 = "/api/v1"
PAGED = (("cursor", "`next` of the page before"), ("limit", "items a page, 1 to 200"))
PERIOD = (("from", "ISO 8601, inclusive"), ("to", "ISO 8601, exclusive"))

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "sign_in",
        "POST",
        f"{V1}/session",
        "Sign in; sets the session cookie",
        ANYONE,
        s.SignIn,
        s.Me,
        201,
    ),
    Operation("who_am_i", "GET", f"{V1}/session", "Who am I", SIGNED_IN, None, s.Me),
    Operation(
        "set_language",
        "PUT",
        f"{V1}/session/language",
        "Choose my language",
        SIGNED_IN,
        s.LanguageChange,
        s.Me,
    ),
    Operation("sign_out", "DELETE", f"{V1}/session", "Sign out", SIGNED_IN, status=204),
    Operation(
        "list_users",
        "GET",
        f"{V1}/users",
        "People, and who is reachable",
        MANAGEMENT,
        None,
        s.Page[s.UserView],
    ),
    Operation(
        "list_tasks",
        "GET",
        f"{V1}/tasks",
        "Tasks that I may use",
        SIGNED_IN,
        None,
        s.Page[s.TaskView],
        query=(("query", "part of id, title or customer"),),
    ),
    Operation(
        "put_task",
        "PUT",
        f"{V1}/tasks/{{external_id}}",
        "Create or replace a task",
        MANAGEMENT,
        s.TaskPut,
        s.TaskView,
    ),
    Operation(
        "put_work_time",
        "PUT",
        f"{V1}/tasks/{{external_id}}/work-time",
        "Set the minutes that a person worked on a day",
        MANAGEMENT,
        s.WorkTimePut,
        s.PhoneShare,
    ),
    Operation(
        "phone_share",
        "GET",
        f"{V1}/tasks/{{external_id}}/phone-share",
        "Phone seconds against work seconds",
        SIGNED_IN,
        None,
        s.PhoneShare,
    ),
    Operation(
        "task_seconds",
        "GET",
        f"{V1}/task-seconds",
        "Metered seconds of each task",
        MANAGEMENT,
        None,
        s.Page[s.TaskSecondsView],
        query=(("task", "one task"), *PERIOD),
    ),
    Operation(
        "task_seconds_csv",
        "GET",
        f"{V1}/task-seconds.csv",
        "The same as CSV (UTF-8, RFC 4180)",
        MANAGEMENT,
        query=(
            ("task", "one task"),
            *PERIOD,
            ("format", "excel-de: semicolons and decimal commas"),
        ),
        content="text/csv",
    ),
    Operation(
        "budget",
        "GET",
        f"{V1}/budget",
        "Effective to booked time",
        SIGNED_IN,
        None,
        s.Budget,
        query=(("effective_minutes", "whole or decimal minutes"), ("area", "work area")),
    ),
    Operation(
        "check_number",
        "GET",
        f"{V1}/numbers/check",
        "What would happen, before dialling",
        SIGNED_IN,
        None,
        s.NumberCheck,
        query=(("country", "country to dial from"), ("number", "as typed")),
    ),
    Operation(
        "list_numbers",
        "GET",
        f"{V1}/numbers",
        "Our numbers and who has them",
        MANAGEMENT,
        None,
        s.Page[s.NumberView],
    ),
    Operation(
        "put_number",
        "PUT",
        f"{V1}/numbers",
        "Create or change a number of ours",
        MANAGEMENT,
        s.NumberPut,
        s.NumberView,
    ),
    Operation(
        "assign_number",
        "POST",
        f"{V1}/numbers/{{e164}}/assign",
        "Give a number to a person, for the very next call",
        MANAGEMENT,
        s.Assign,
        s.NumberView,
    ),
    Operation(
        "list_countries",
        "GET",
        f"{V1}/countries",
        "Countries; VPAs see the allowed ones",
        SIGNED_IN,
        None,
        s.Page[s.CountryView],
    ),
    Operation(
        "put_country",
        "PUT",
        f"{V1}/countries",
        "Switch a country on or off",
        MANAGEMENT,
        s.CountryPut,
        s.CountryView,
    ),
    Operation(
        "place_call",
        "POST",
        f"{V1}/calls",
        "Authorise a call; the browser then joins it",
        SIGNED_IN,
        s.CallRequest,
        s.Call,
        201,
    ),
    Operation(
        "list_calls",
        "GET",
        f"{V1}/calls",
        "Calls, newest first; VPAs see their own",
        SIGNED_IN,
        None,
        s.Page[s.Call],
        query=(
            *PERIOD,
            ("user", "e-mail address"),
            ("task", "task"),
            ("number", "far party in E.164"),
            ("open", "1: only calls under way"),
            *PAGED,
        ),
    ),
    Operation(
        "get_call",
        "GET",
        f"{V1}/calls/{{id}}",
        "One call with its timeline",
        SIGNED_IN,
        None,
        s.CallWithTimeline,
    ),
    Operation(
        "answer_call",
        "POST",
        f"{V1}/calls/{{id}}/answer",
        "Take the ringing call; the browser then joins it",
        SIGNED_IN,
        s.AnswerRequest,
        s.Call,
    ),
    Operation(
        "decline_call",
        "POST",
        f"{V1}/calls/{{id}}/decline",
        "Do not take it; the caller goes on to the next target",
        SIGNED_IN,
        None,
        s.Call,
    ),
    Operation(
        "hang_up_call", "POST", f"{V1}/calls/{{id}}/hangup", "End the call", SIGNED_IN, None, s.Call
    ),
    Operation(
        "dtmf",
        "POST",
        f"{V1}/calls/{{id}}/dtmf",
        "Send tones to the far party",
        SIGNED_IN,
        s.DtmfRequest,
        status=204,
    ),
    Operation(
        "list_voicemails",
        "GET",
        f"{V1}/voicemails",
        "Messages, newest first",
        MANAGEMENT,
        None,
        s.Page[s.VoicemailView],
        query=PAGED,
    ),
    Operation(
        "get_voicemail",
        "GET",
        f"{V1}/voicemails/{{id}}",
        "One message",
        MANAGEMENT,
        None,
        s.VoicemailView,
    ),
    Operation(
        "voicemail_audio",
        "GET",
        f"{V1}/voicemails/{{id}}/audio",
        "The recording as MP3; range requests",
        MANAGEMENT,
        content="audio/mpeg",
    ),
    Operation(
        "forward_voicemail",
        "POST",
        f"{V1}/voicemails/{{id}}/forward",
        "Forward by mail",
        MANAGEMENT,
        s.Forward,
        s.VoicemailView,
    ),
    Operation(
        "live",
        "GET",
        f"{V1}/live",
        "WebSocket: pushes `hello`, `call`, `ring`,"
        " `voicemail`, `presence`, `phone-share`; takes `heartbeat`",
        SIGNED_IN,
        content="application/json",
    ),
    Operation(
        "voice",
        "GET",
        f"{V1}/voice",
        "WebSocket (subprotocol sip): SIP of the browser's leg",
        SIGNED_IN,
        content="application/sip",
    ),
    Operation("healthz", "GET", "/healthz", "The process lives", ANYONE, None, s.Health),
    Operation(
        "readyz",
        "GET",
        "/readyz",
        "State of each dependency; 503 where one is away",
        ANYONE,
        None,
        s.Readiness,
    ),
    Operation("openapi", "GET", f"{V1}/openapi.json", "This document", ANYONE),
    Operation("docs", "GET", "/api/docs", "This document, for people", ANYONE, content="text/html"),
)

BY_NAME = {operation.name: operation for operation in OPERATIONS}
