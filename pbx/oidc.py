"""A client of one OpenID provider: discovery, authorization code with PKCE, ID token.

OpenID Connect Core 1.0 (3.1), Discovery 1.0, RP-Initiated Logout 1.0, RFC 7636 (PKCE), RFC 9207
(issuer in the answer).
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import jwt
import msgspec

from pbx.errors import PbxError
from pbx.services.sign_in_ports import Claims, Identity
from pbx.services.single_sign_on import trouble

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures with a public key. Not `none`, and not HS...: a key that is public would do."""
LEEWAY_SECONDS = 60
TIMEOUT = aiohttp.ClientTimeout(total=10)
FRESH_SECONDS = 3600
"""How long the provider's description and keys are believed."""
AGAIN_SECONDS = 10
"""A token with an unknown key makes us ask for the keys again, but not more often than that."""
MAX_BYTES = 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
T = TypeVar("T")
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


def is_safe(url: str) -> bool:
    """TLS, or this machine itself."""
    address = urlsplit(url)
    on_loopback = address.scheme == "http" and address.hostname in LOOPBACK
    return bool(address.hostname) and (address.scheme == "https" or on_loopback)


@dataclass(frozen=True, slots=True)
class OidcRules:
    issuer: str
    client_id: str
    client_secret: str
    verified_claim: str = "email_verified"
    """The claim that says whether the address was verified."""
    scope: str = "openid email profile"


class Description(msgspec.Struct):
    """What we need of the provider's `/.well-known/openid-configuration`."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(msgspec.Struct):
    id_token: str
    access_token: str = ""


class OidcProvider:
    """`Provider` over HTTP."""

    def __init__(self, rules: OidcRules) -> None:
        self._rules = rules
        self._description: tuple[float, Description] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None
        self._lock = asyncio.Lock()

    async def address(
        self, *, redirect_uri: str, state: str, nonce: str, challenge: str, language: str
    ) -> str:
        description = await self._describe()
        query = {
            "response_type": "code",
            "client_id": self._rules.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._rules.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return _with(description.authorization_endpoint, query)

    async def identity(
        self, answer: Mapping[str, str], *, redirect_uri: str, nonce: str, verifier: str
    ) -> Identity:
        rules = self._rules
        if answer.get("iss", rules.issuer) != rules.issuer:
            raise trouble("sso-invalid", f"answer of another issuer {answer['iss']!r}")
        description = await self._describe()
        tokens = await self._redeem(description, answer["code"], redirect_uri, verifier)
        claims = await self._checked(description, tokens.id_token, nonce)
        if "email" not in claims and description.userinfo_endpoint and tokens.access_token:
            claims = {**claims, **await self._user_info(description, tokens, claims["sub"])}
        return Identity(
            issuer=rules.issuer,
            subject=claims["sub"],
            email=_text(claims, "email"),
            email_verified=claims.get(rules.verified_claim) in (True, "true"),
            name=_text(claims, "name"),
            token=tokens.id_token,
        )

    async def leaving(self, *, token: str, back: str, language: str) -> str | None:
        there = (await self._describe()).end_session_endpoint
        if not there:
            return None
        query = {
            "client_id": self._rules.client_id,
            "post_logout_redirect_uri": back,
            "ui_locales": language,
            **({"id_token_hint": token} if token else {}),
        }
        return _with(there, query)

    # ------------------------------------------------------------------ steps

    async def _redeem(
        self, description: Description, code: str, redirect_uri: str, verifier: str
    ) -> Tokens:
        """The code for the tokens, as ourselves."""
        rules = self._rules
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if "client_secret_basic" in description.token_endpoint_auth_methods_supported:
            # RFC 6749, 2.3.1: both parts are form-encoded first.
            name, secret = quote(rules.client_id, safe=""), quote(rules.client_secret, safe="")
            headers["Authorization"] = aiohttp.encode_basic_auth(name, secret)
        else:
            form |= {"client_id": rules.client_id, "client_secret": rules.client_secret}
        raw = await _ask("POST", description.token_endpoint, data=form, headers=headers)
        return _decoded(raw, Tokens, "token endpoint")

    async def _checked(self, description: Description, token: str, nonce: str) -> Claims:
        """The claims of an ID token that holds (OpenID Connect Core, 3.1.3.7)."""
        rules = self._rules
        try:
            key = await self._key_of(description, token)
            claims: Claims = jwt.decode(
                token,
                key.key,
                algorithms=list(ALGORITHMS),
                audience=rules.client_id,
                issuer=rules.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as e:
            raise trouble("sso-invalid", f"ID token: {e}") from e
        if claims.get("azp", rules.client_id) != rules.client_id:
            raise trouble("sso-invalid", "ID token: made for another client")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
            raise trouble("sso-invalid", "ID token: for several clients")
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise trouble("sso-invalid", "ID token: of another sign-in (nonce)")
        return claims

    async def _key_of(self, description: Description, token: str) -> jwt.PyJWK:
        """The key that the token names; where it is new, the provider's keys are read again."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError(f"signed with {header.get('alg')!r}")
        for again in (False, True):
            keys = await self._key_set(description, again=again)
            fitting = [
                key
                for key in keys.keys
                if key.public_key_use in (None, "sig")
                and ("kid" not in header or key.key_id == header["kid"])
            ]
            if len(fitting) == 1:
                return fitting[0]
        raise jwt.InvalidKeyError(f"no key {header.get('kid')!r} among the provider's")

    async def _user_info(self, description: Description, tokens: Tokens, subject: str) -> Claims:
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        raw = await _ask("GET", description.userinfo_endpoint, headers=headers)
        claims: Claims = _decoded(raw, Claims, "userinfo endpoint")
        if claims.get("sub") != subject:
            raise trouble("sso-invalid", "userinfo is about somebody else")
        return claims

    # ------------------------------------------------------------------ what is kept

    async def _describe(self) -> Description:
        async with self._lock:
            if self._description and time.monotonic() - self._description[0] < FRESH_SECONDS:
                return self._description[1]
            issuer = self._rules.issuer
            url = issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = _decoded(await _ask("GET", url), Description, "discovery")
            if found.issuer != issuer:
                raise trouble("sso-invalid", f"the provider calls itself {found.issuer!r}")
            wanted = [found.authorization_endpoint, found.token_endpoint, found.jwks_uri]
            optional = (found.userinfo_endpoint, found.end_session_endpoint)
            for each in (*wanted, *filter(None, optional)):
                if not is_safe(each):
                    raise trouble("sso-invalid", f"the provider's {each} is without TLS")
            self._description = time.monotonic(), found
            return found

    async def _key_set(self, description: Description, *, again: bool) -> jwt.PyJWKSet:
        async with self._lock:
            fresh = AGAIN_SECONDS if again else FRESH_SECONDS
            if self._keys and time.monotonic() - self._keys[0] < fresh:
                return self._keys[1]
            raw = _decoded(await _ask("GET", description.jwks_uri), dict[str, Any], "keys")
            keys = jwt.PyJWKSet.from_dict(raw)
            self._keys = time.monotonic(), keys
            return keys


def _with(address: str, query: Mapping[str, str]) -> str:
    join = "&" if urlsplit(address).query else "?"
    return address + join + urlencode(query, quote_via=quote)


async def _ask(method: str, url: str, **more: Any) -> bytes:
    """The body of a success; redirects are not followed: they would take our secret along.

    Raises:
        PbxError: `sso-unreachable`, `sso-invalid`.
    """
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as http,
            http.request(method, url, allow_redirects=False, **more) as response,
        ):
            body = await response.content.read(MAX_BYTES)
            while not response.content.at_eof() and len(body) < MAX_BYTES:
                body += await response.content.read(MAX_BYTES - len(body))
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as e:
        raise _away(url, e) from e
    if status >= 500:
        raise _away(url, f"HTTP {status}")
    if status != 200:
        raise trouble("sso-invalid", f"{url} answered {status}: {body[:300]!r}")
    return body


def _away(url: str, why: object) -> PbxError:
    return trouble("sso-unreachable", f"{url}: {why or type(why).__name__}")


def _decoded(raw: bytes, kind: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as e:
        raise trouble("sso-invalid", f"{what}: {e}") from e


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
