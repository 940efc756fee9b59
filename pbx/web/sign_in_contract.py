"""The operations around what proves who somebody is: second factor, sessions, API tokens."""

from typing import Any

from pbx.domain.rights import Right
from pbx.web import schemas as s
from pbx.web import sign_in_schemas as i
from pbx.web.operation import ANYONE, IN_PERSON, V1, Access, Operation

FACTOR = f"{V1}/account/second-factor"


def _factor(
    name: str, method: str, path: str, summary: str, request: Any, response: Any, status: int = 200
) -> Operation:
    """Of the own second factor: the way out for whoever has to set one up."""
    return Operation(
        name, method, path, summary, IN_PERSON, request, response, status, before_factor=True
    )


def _keys(prefix: str, base: str, whose: str, access: Access) -> tuple[Operation, ...]:
    """Sessions and tokens: one's own, or another person's for management."""
    return (
        Operation(
            f"{prefix}_sessions",
            "GET",
            f"{base}/sessions",
            f"Browsers that {whose} signed in with, last used first",
            access,
            None,
            s.Page[i.SessionView],
        ),
        Operation(
            f"end_{prefix}_sessions",
            "DELETE",
            f"{base}/sessions",
            f"End all sessions of {whose}, but for the one that asks",
            access,
            status=204,
        ),
        Operation(
            f"end_{prefix}_session",
            "DELETE",
            f"{base}/sessions/{{session}}",
            "End one: its live socket, SIP account and push end at once",
            access,
            status=204,
        ),
        Operation(
            f"{prefix}_tokens",
            "GET",
            f"{base}/tokens",
            f"API tokens of {whose}",
            access,
            None,
            s.Page[i.TokenView],
        ),
        Operation(
            f"add_{prefix}_token",
            "POST",
            f"{base}/tokens",
            "Make an API token; it never does more than its owner may at the time",
            access,
            i.TokenPut,
            i.NewToken,
            201,
        ),
        Operation(
            f"revoke_{prefix}_token",
            "DELETE",
            f"{base}/tokens/{{token}}",
            "Revoke an API token; it counts no more at once",
            access,
            status=204,
        ),
    )


SIGN_IN_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "sign_in_ways",
        "GET",
        f"{V1}/session/ways",
        "How one can sign in here",
        ANYONE,
        None,
        i.SignInWays,
        query=(("trouble", "`error_id` of a single sign-on that failed"),),
    ),
    Operation(
        "single_sign_on",
        "GET",
        f"{V1}/session/oidc",
        "Leads the browser to the company's sign-in (OpenID Connect)",
        ANYONE,
        status=302,
        query=(("to", "the page of ours where it ends, such as /call"),),
        content="text/html",
    ),
    Operation(
        "single_sign_on_done",
        "GET",
        f"{V1}/session/oidc/callback",
        "Where the company's sign-in leads back to; sets the session cookie, or leads to"
        " /login?trouble=<error_id>",
        ANYONE,
        status=302,
        query=(("code", "of the provider"), ("state", "as we sent it")),
        content="text/html",
    ),
    _factor("second_factor", "GET", FACTOR, "My second factor", None, i.SecondFactorView),
    _factor(
        "begin_second_factor",
        "POST",
        FACTOR,
        "Begin to set up an app for one-time codes (RFC 6238)",
        None,
        i.SecondFactorSetUp,
        201,
    ),
    _factor(
        "confirm_second_factor",
        "PUT",
        FACTOR,
        "Turn it on with a code of the app; all other sessions end",
        i.SecondFactorCode,
        i.RecoveryCodes,
    ),
    _factor(
        "end_second_factor",
        "DELETE",
        FACTOR,
        "Turn it off with password and code",
        i.SecondFactorOff,
        None,
        204,
    ),
    _factor(
        "new_recovery_codes",
        "POST",
        f"{FACTOR}/recovery-codes",
        "Ten new recovery codes; the old ones count no more",
        i.SecondFactorCode,
        i.RecoveryCodes,
    ),
    *_keys("my", f"{V1}/account", "you", IN_PERSON),
    *_keys("user", f"{V1}/users/{{id}}", "this person", Right.PEOPLE),
    Operation(
        "reset_second_factor",
        "DELETE",
        f"{V1}/users/{{id}}/second-factor",
        "Turn off somebody's second factor who lost app and codes; their sessions end",
        Right.PEOPLE,
        status=204,
    ),
)
