"""The API as one table: every operation with what it takes, gives and who may call it.

Handlers bind to a row by its name (`pbx.web.api.handles`); the OpenAPI document is
made from the same rows (`pbx.web.openapi`), so neither can drift from the other.
"""

from pbx.web import schemas as s
from pbx.web import sign_in_schemas as i
from pbx.web.addon_contract import ADDON_OPERATIONS
from pbx.web.audit_contract import AUDIT_OPERATIONS
from pbx.web.billing_contract import BILLING_OPERATIONS
from pbx.web.call_contract import CALL_OPERATIONS
from pbx.web.country_contract import COUNTRY_OPERATIONS
from pbx.web.desk_contract import DESK_OPERATIONS
from pbx.web.going_live_contract import GOING_LIVE_OPERATIONS
from pbx.web.greeting_contract import GREETING_OPERATIONS
from pbx.web.hook_contract import HOOK_OPERATIONS
from pbx.web.insight_contract import INSIGHT_OPERATIONS
from pbx.web.limit_contract import LIMIT_OPERATIONS
from pbx.web.number_contract import NUMBER_OPERATIONS
from pbx.web.operation import ANYONE, SIGNED_IN, V1, Operation
from pbx.web.people_contract import PEOPLE_OPERATIONS
from pbx.web.reconciliation_contract import RECONCILIATION_OPERATIONS
from pbx.web.routing_contract import ROUTING_OPERATIONS
from pbx.web.sign_in_contract import SIGN_IN_OPERATIONS
from pbx.web.statement_contract import STATEMENT_OPERATIONS
from pbx.web.tariff_contract import TARIFF_OPERATIONS
from pbx.web.task_contract import TASK_OPERATIONS
from pbx.web.voicemail_contract import VOICEMAIL_OPERATIONS

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "sign_in",
        "POST",
        f"{V1}/session",
        "Sign in; sets the session cookie. An account with a second factor needs its `code` as"
        " well: without it 401 `second-factor-needed`, only after a right password",
        ANYONE,
        s.SignIn,
        s.Me,
        201,
    ),
    Operation(
        "who_am_i",
        "GET",
        f"{V1}/session",
        "Who am I",
        SIGNED_IN,
        None,
        s.Me,
        before_factor=True,
    ),
    Operation(
        "set_language",
        "PUT",
        f"{V1}/session/language",
        "Choose my language",
        SIGNED_IN,
        s.LanguageChange,
        s.Me,
        before_factor=True,
    ),
    Operation(
        "sign_out",
        "DELETE",
        f"{V1}/session",
        "Sign out; who came with the company's account is told where to sign out there",
        SIGNED_IN,
        None,
        i.SignedOut,
        before_factor=True,
    ),
    Operation(
        "live",
        "GET",
        f"{V1}/live",
        "WebSocket: pushes `hello`, `call`, `ring`,"
        " `ring-stop`, `voicemail`, `presence`, `phone-share`, `country-request`,"
        " `number-request`, `status`;"
        " takes `heartbeat`, `ringing`",
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
    *CALL_OPERATIONS,
    *AUDIT_OPERATIONS,
    *BILLING_OPERATIONS,
    *COUNTRY_OPERATIONS,
    *DESK_OPERATIONS,
    *LIMIT_OPERATIONS,
    *INSIGHT_OPERATIONS,
    *GOING_LIVE_OPERATIONS,
    *GREETING_OPERATIONS,
    *HOOK_OPERATIONS,
    *NUMBER_OPERATIONS,
    *PEOPLE_OPERATIONS,
    *RECONCILIATION_OPERATIONS,
    *ROUTING_OPERATIONS,
    *SIGN_IN_OPERATIONS,
    *TARIFF_OPERATIONS,
    *STATEMENT_OPERATIONS,
    *TASK_OPERATIONS,
    *VOICEMAIL_OPERATIONS,
    *ADDON_OPERATIONS,
)

BY_NAME = {operation.name: operation for operation in OPERATIONS}
