"""Signing in with the company's own accounts (OpenID Connect), instead of a password here.

The browser carries what must come back unchanged (state, nonce, PKCE verifier) in a cookie
of its own: nothing has to be remembered here, and whoever tampers with it only spoils their
own sign-in.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.errors import BadRequest, NotSignedIn, PbxError, Refused, Unavailable
from pbx.services.ports import Clock, Directory
from pbx.services.sign_in_ports import Identity, Provider, SingleSignOns

log = logging.getLogger(__name__)

HOME = "/"
LEAVE_SECONDS = 3.0
"""How long somebody who signs out waits for the provider."""

TROUBLES: dict[str, tuple[type[PbxError], str, str]] = {
    "sso-unreachable": (
        Unavailable,
        "Die Anmeldung der Firma ist gerade nicht erreichbar. Bitte gleich erneut versuchen oder"
        " mit dem Passwort anmelden.",
        "The company's sign-in cannot be reached right now. Please try again in a minute, or use"
        " your password.",
    ),
    "sso-cancelled": (
        NotSignedIn,
        "Die Anmeldung wurde abgebrochen. Bitte noch einmal beginnen.",
        "The sign-in was cancelled. Please begin again.",
    ),
    "sso-stale": (
        BadRequest,
        "Diese Anmeldung ist zu alt oder begann in einem anderen Browser. Bitte noch einmal"
        " beginnen.",
        "This sign-in is too old, or began in another browser. Please begin again.",
    ),
    "sso-invalid": (
        NotSignedIn,
        "Die Antwort der Firmen-Anmeldung war nicht gültig; der Grund steht im Protokoll. Bitte"
        " noch einmal beginnen; hilft das nicht, die Systemverwaltung ansprechen.",
        "The answer of the company's sign-in was not valid; the log says why. Please begin again;"
        " if that does not help, ask the administration.",
    ),
    "sso-email-unverified": (
        Refused,
        "Ihre E-Mail-Adresse ist im Firmenkonto nicht bestätigt. Bitte dort bestätigen und dann"
        " noch einmal anmelden.",
        "Your e-mail address is not verified in the company's account. Please verify it there and"
        " then sign in again.",
    ),
    "sso-no-account": (
        Refused,
        "Für Ihr Firmenkonto gibt es hier kein Konto. Bitte das Management um eines bitten.",
        "There is no account here for your company account. Please ask the management for one.",
    ),
    "sso-other-account": (
        Refused,
        "Dieses Konto gehört schon zu einem anderen Firmenkonto. Bitte die Systemverwaltung"
        " ansprechen.",
        "This account belongs to another company account already. Please ask the administration.",
    ),
}
"""By `error_id`; the sign-in page shows the text."""


def trouble(error_id: str, why: str = "") -> PbxError:
    """Args: `why`: for the log only."""
    if why:
        log.warning("single sign-on: %s: %s", error_id, why)
    kind, de, en = TROUBLES[error_id]
    return kind(error_id, de, en)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way, as the browser keeps it."""

    state: str
    nonce: str
    verifier: str
    to: str
    """The page of ours where it leads, such as `/call`."""

    def as_text(self) -> str:
        to = base64.urlsafe_b64encode(self.to.encode()).decode().rstrip("=")
        return ".".join((self.state, self.nonce, self.verifier, to))

    @classmethod
    def of_text(cls, text: str) -> "Begun | None":
        parts = text.split(".")
        if len(parts) != 4 or not all(parts[:3]):
            return None
        try:
            to = base64.urlsafe_b64decode(parts[3] + "==").decode()
        except ValueError:
            return None
        return cls(parts[0], parts[1], parts[2], own_page(to))


def own_page(path: str) -> str:
    """`path` where it is one of our pages, else the first page: we lead to nowhere else."""
    plain = path.startswith("/") and not path.startswith(("//", "/api/"))
    return path if plain and "\\" not in path and path.isprintable() else HOME


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody who signed in there."""

    user: User
    token: str
    """What tells the provider, when they sign out, who does."""


class SingleSignOn:
    """Args:
    create: people without an account here get one, as VPA, at their first sign-in.
    after: the page of ours, as a whole address, where the provider leads who signed out.
    """

    def __init__(
        self,
        *,
        provider: Provider,
        links: SingleSignOns,
        directory: Directory,
        clock: Clock,
        label: str,
        redirect_uri: str,
        after: str,
        create: bool,
    ) -> None:
        self._provider = provider
        self._links = links
        self._directory = directory
        self._clock = clock
        self._create = create
        self._redirect_uri = redirect_uri
        self._after = after
        self.label = label

    async def begin(self, to: str, language: str) -> tuple[str, Begun]:
        """Where the browser goes to sign in, and what it has to keep until it comes back.

        Raises:
            PbxError: `sso-unreachable`.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        begun = Begun(state, nonce, verifier, own_page(to))
        digest = hashlib.sha256(begun.verifier.encode()).digest()
        address = await self._provider.address(
            redirect_uri=self._redirect_uri,
            state=begun.state,
            nonce=begun.nonce,
            challenge=base64.urlsafe_b64encode(digest).decode().rstrip("="),
            language=language,
        )
        return address, begun

    async def finish(
        self, begun: Begun | None, answer: Mapping[str, str], language: str
    ) -> Arrived:
        """Whose account it is that signed in there.

        Args:
            begun: what the browser kept; None: nothing.
            answer: what the provider sent along with it.
            language: of an account that is made now.

        Raises:
            PbxError: any of `TROUBLES`.
        """
        state = answer.get("state", "")
        if begun is None or not hmac.compare_digest(begun.state.encode(), state.encode()):
            raise trouble("sso-stale")
        if answer.get("error") == "access_denied":
            raise trouble("sso-cancelled")
        if "code" not in answer:
            raise trouble("sso-invalid", f"no code but {answer.get('error', '')!r}")
        identity = await self._provider.identity(
            answer,
            redirect_uri=self._redirect_uri,
            nonce=begun.nonce,
            verifier=begun.verifier,
        )
        user = await self._account_of(identity, language)
        if not user.active:
            raise trouble("sso-no-account", f"{user.id} is switched off")
        return Arrived(user, identity.token)

    async def leave(self, token: str, language: str) -> str | None:
        """Where the browser goes to sign out there too; None: nowhere, or it is away just now.

        Here the session has ended already: nobody stays signed in because the provider is away.
        """
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                return await self._provider.leaving(
                    token=token, back=self._after, language=language
                )
        except (PbxError, TimeoutError):
            return None  # the log has it

    async def _account_of(self, identity: Identity, language: str) -> User:
        """Known by its subject, which never changes; at first found by its verified address."""
        known = await self._links.user_of(identity.issuer, identity.subject)
        if known is not None:
            return known
        if not identity.email_verified or not identity.email:
            raise trouble("sso-email-unverified")
        user = await self._directory.user_by_email(identity.email)
        if user is None and not self._create:
            raise trouble("sso-no-account")
        if user is None:
            name = identity.name or identity.email.partition("@")[0]
            user = await self._directory.add_user(identity.email, name, Role.VPA, language, "")
        if not user.active:
            raise trouble("sso-no-account", f"{user.id} is switched off")
        if await self._links.link(identity.issuer, identity.subject, user, self._clock.now().at):
            return user
        # Another request of the same person may have been quicker.
        if await self._links.user_of(identity.issuer, identity.subject) == user:
            return user
        raise trouble("sso-other-account", f"{user.id} has another subject there")
