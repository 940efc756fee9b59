"""What all handlers share: binding to the contract, sign-in, JSON, errors."""

import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from pbx.domain import numbers
from pbx.domain.company import Company
from pbx.domain.records import User
from pbx.domain.sign_in import OWN, Scopes, covers, narrowed
from pbx.domain.turn import TurnRules
from pbx.errors import BadRequest, NotSignedIn, PbxError, Refused
from pbx.services.accounts import Accounts
from pbx.services.calls import CallService
from pbx.services.check_calls import CheckCalls
from pbx.services.desk import Desk
from pbx.services.greetings import Greetings
from pbx.services.hashing import hash_of
from pbx.services.inbox import Inbox
from pbx.services.office import Office
from pbx.services.outbound import Outbound
from pbx.services.overview import Overview
from pbx.services.ports import Directory
from pbx.services.presence import Presence
from pbx.services.push import PushService
from pbx.services.single_sign_on import SingleSignOn
from pbx.services.switchboard import Switchboard
from pbx.services.voice import VoiceAccounts
from pbx.services.voicemail import VoicemailService
from pbx.services.work import WorkService
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.contract import BY_NAME
from pbx.web.operation import ANYONE, IN_PERSON, SIGNED_IN, V1, Operation, admits

log = logging.getLogger(__name__)

COOKIE = "pbx_session"
NOWHERE = "ZZ"
"""No region: numbers are shown in international form."""
OF_THE_SESSION = ("sign_out", "set_language", "change_password")
"""Always open to who is signed in."""
Handler = Callable[["Api", web.Request], Awaitable[web.StreamResponse]]
HANDLERS: dict[str, Handler] = {}
"""Handlers by the name of their operation; filled when the modules are imported."""


@dataclass(frozen=True, slots=True)
class Health:
    """Asked by `/readyz`; each gives `ok` or a reason."""

    asterisk: Callable[[], Awaitable[dict[str, str]]]
    database: Callable[[], Awaitable[str]]
    mail: Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Api:
    """What handlers may use."""

    accounts: Accounts
    board: Switchboard
    calls: CallService
    checks: CheckCalls
    desk: Desk
    directory: Directory
    greetings: Greetings
    outbound: Outbound
    overview: Overview
    presence: Presence
    push: PushService
    turn: TurnRules
    voice: VoiceAccounts
    voicemails: VoicemailService
    inbox: Inbox
    work: WorkService
    office: Office
    health: Health
    head_office: str
    head_office_printed: str
    home_region: str
    voice_upstream: str
    """Asterisk's SIP WebSocket."""
    session_seconds: int
    secure_cookie: bool
    company: Company = field(default_factory=Company)
    single_sign_on: SingleSignOn | None = None
    """None: people sign in with a password only."""

    def me(self, user: User, *, factor_due: bool = False) -> s.Me:
        left = self.office.staff.passwords.days_left(user)
        return render.me(user, factor_due=factor_due, password_days_left=left)

    def printed(self, e164: str) -> str:
        """A number of ours as people write it."""
        if e164 == self.head_office and self.head_office_printed:
            return self.head_office_printed
        return numbers.show(e164, NOWHERE)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the user, and the secret of the session or token."""

    user: User
    """With a token: as the token acts, with no more rights than it has."""
    secret: str
    by_cookie: bool
    factor_due: bool = False
    """They must have a second factor, and this session was opened without one."""
    scopes: Scopes | None = None
    """Of the token; None: no limits."""


CALLER = web.RequestKey("caller", Caller)
API = web.AppKey("api", Api)


def handles(name: str) -> Callable[[Handler], Handler]:
    """Bind a handler to the operation `name` of the contract."""

    def bind(handler: Handler) -> Handler:
        if name not in BY_NAME or name in HANDLERS:
            raise LookupError(f"operation {name!r} is unknown or has a handler already")
        HANDLERS[name] = handler
        return handler

    return bind


def routes(api: Api) -> list[web.RouteDef]:
    """One aiohttp route for each operation."""
    return [
        web.route(operation.method, operation.path, _endpoint(api, operation))
        for operation in BY_NAME.values()
    ]


def _endpoint(
    api: Api, operation: Operation
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    handler = HANDLERS[operation.name]

    async def endpoint(request: web.Request) -> web.StreamResponse:
        if operation.access is not ANYONE:
            caller = await identify(api, request)
            if caller.by_cookie and (operation.method != "GET" or _is_socket(request)):
                check_origin(request)
            request[CALLER] = _admitted(operation, caller, request)
            _check_account(api, operation, caller)
        return await handler(api, request)

    return endpoint


def _check_account(api: Api, operation: Operation, caller: Caller) -> None:
    """New work is not for those who have left, or whose password is too old; whatever is
    under way can be brought to its end.

    Raises:
        Refused: `has-left`, `password-change-due`.
    """
    ending = operation.path.startswith(f"{V1}/calls/") or operation.name in OF_THE_SESSION
    if ending or (operation.access is SIGNED_IN and operation.method == "GET"):
        return
    if not caller.user.active:
        raise Refused(
            "has-left",
            "Ihr Konto ist geschlossen. Nur das laufende Gespräch geht noch weiter.",
            "Your account is closed. Only the call that you are in goes on.",
        )
    if caller.by_cookie and api.office.staff.passwords.due(caller.user):
        raise Refused(
            "password-change-due",
            "Ihr Passwort ist zu alt. Bitte wählen Sie erst ein neues.",
            "Your password is too old. Please choose a new one first.",
        )


def _admitted(operation: Operation, caller: Caller, request: web.Request) -> Caller:
    """The caller as this operation may see them.

    Raises:
        Refused: `second-factor-required`, `sign-in-needed`, `token-scope-missing`, `not-allowed`.
    """
    if caller.factor_due and not operation.before_factor:
        raise Refused(
            "second-factor-required",
            "Bitte zuerst den zweiten Faktor einrichten.",
            "Please set up the second factor first.",
        )
    if operation.access is IN_PERSON and not caller.by_cookie:
        raise Refused(
            "sign-in-needed",
            "Das geht nur angemeldet, nicht mit einem API-Token.",
            "This works only when signed in, not with an API token.",
        )
    write = operation.method != "GET" or _is_socket(request)
    acting = replace(caller, user=narrowed(caller.user, caller.scopes, write=write))
    in_scope = operation.access is not SIGNED_IN or covers(caller.scopes, OWN, write=write)
    if in_scope and admits(operation.access, acting.user):
        return acting
    if admits(operation.access, caller.user):
        raise Refused(
            "token-scope-missing",
            "Dieses API-Token darf das nicht. Bitte eines mit dem nötigen Umfang anlegen.",
            "This API token may not do that. Please make one with the scope that it needs.",
        )
    raise Refused(
        "not-allowed",
        "Dafür fehlt Ihnen das Recht. Bitte das Management ansprechen.",
        "You have no right to do this. Please ask the management.",
    )


async def identify(api: Api, request: web.Request) -> Caller:
    """Who asks.

    Raises:
        NotSignedIn: no session, no token, or one that is over.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        acting = await api.accounts.token(token.strip())
        if acting:
            return Caller(acting[0], token.strip(), by_cookie=False, scopes=acting[1].scopes)
    secret = request.cookies.get(COOKIE, "")
    if secret and (found := await api.accounts.session(secret)):
        user, session = found
        due = not session.proven and api.accounts.factors.rule.demands(user)
        return Caller(user, secret, by_cookie=True, factor_due=due)
    if secret and (gone := api.office.staff.partings.user_of(hash_of(secret))):
        return Caller(gone, secret, by_cookie=True)
    raise NotSignedIn(
        "not-signed-in",
        "Bitte anmelden: die Sitzung fehlt oder ist abgelaufen.",
        "Please sign in: there is no session, or it is over.",
    )


def check_origin(request: web.Request) -> None:
    """A browser says from which page a request comes; only our own may use the cookie.

    Raises:
        Refused: `foreign-origin`.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return
    if not hmac.compare_digest(urlsplit(origin).netloc.encode(), request.host.encode()):
        raise Refused(
            "foreign-origin",
            "Anfragen von fremden Seiten werden nicht angenommen.",
            "Requests from foreign pages are not accepted.",
        )


def _is_socket(request: web.Request) -> bool:
    """A WebSocket acts although it begins as a GET, and browsers let foreign pages open one."""
    return "Upgrade" in request.headers


def caller_of(request: web.Request) -> Caller:
    return request[CALLER]


def user_of(request: web.Request) -> User:
    return request[CALLER].user


def language_of(request: web.Request) -> str:
    """Of the user, where signed in; otherwise of the browser."""
    caller = request.get(CALLER)
    if caller is not None:
        return str(caller.user.language)
    return "de" if request.headers.get("Accept-Language", "de").lower().startswith("de") else "en"


async def body(request: web.Request, kind: type[s.T]) -> s.T:
    """The JSON body as `kind`.

    Raises:
        BadRequest: `bad-request`, naming the field.
    """
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.DecodeError as e:
        raise BadRequest(
            "bad-request", f"Die Anfrage ist nicht verständlich: {e}", f"Cannot read this: {e}"
        ) from e


def answer(value: object, status: int = 200) -> web.Response:
    return web.Response(body=s.encode_json(value), status=status, content_type="application/json")


def paging(request: web.Request) -> tuple[str | None, int]:
    """`cursor` and `limit` of the query."""
    raw = request.query.get("limit", "50")
    limit = whole_number(raw, 200)
    if limit is None:
        raise BadRequest("bad-limit", "limit: 1 bis 200.", "limit: 1 to 200.")
    return request.query.get("cursor") or None, limit


def whole_number(raw: str, most: int) -> int | None:
    """`raw` where it is a number from 1 to `most`, without leading zeros."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", raw, re.ASCII):
        return None
    return int(raw) if int(raw) <= most else None


def when(request: web.Request, name: str) -> datetime | None:
    """A time of the query.

    Raises:
        BadRequest: not ISO 8601 with a time zone.
    """
    raw = request.query.get(name)
    if not raw:
        return None
    try:
        at = datetime.fromisoformat(raw.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadRequest(
            "bad-time",
            f"{name}: bitte als 2026-11-21T08:00:00Z angeben.",
            f"{name}: please give it as 2026-11-21T08:00:00Z.",
        )
    return at


@web.middleware
async def errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every error as `application/problem+json`; an unforeseen one is logged, not shown."""
    try:
        return await handler(request)
    except PbxError as e:
        return problem(e, language_of(request))
    except web.HTTPException as e:
        if e.status < 400 or not request.path.startswith("/api/"):
            raise
        return _plain_problem(e.status, e.reason, "no-such-resource")
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return _plain_problem(500, "Internal error; it has been logged.", "internal-error")


def problem(error: PbxError, language: str) -> web.Response:
    extra: dict[str, Any] = {
        key: value for key, value in error.extra.items() if key in ("country", "call_id")
    }
    view = s.Problem(
        title=error.error_id.replace("-", " ").capitalize(),
        status=error.status,
        detail=error.text(language),
        error_id=error.error_id,
        **extra,
    )
    return web.Response(
        body=s.encode_json(view), status=error.status, content_type="application/problem+json"
    )


def _plain_problem(status: int, detail: str, error_id: str) -> web.Response:
    view = s.Problem(title=detail, status=status, detail=detail, error_id=error_id)
    return web.Response(
        body=s.encode_json(view), status=status, content_type="application/problem+json"
    )
