"""The second factor: one-time codes of an app (RFC 6238), with recovery codes for its loss."""

import base64
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pbx.domain import totp
from pbx.domain.records import User
from pbx.domain.sign_in import FactorRule, SecondFactor
from pbx.errors import BadRequest, Conflict, NotFound, NotSignedIn
from pbx.services.brake import Brake
from pbx.services.hashing import hash_of
from pbx.services.ports import Clock
from pbx.services.sign_in_ports import Seal, SecondFactors

log = logging.getLogger(__name__)

ISSUER = "Vermittlung"
SECRET_BYTES = 20
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
CODE_TRIES = 5
CODE_SECONDS = 900
"""Only who knows the password gets here; a code of six digits has to last longer than that."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a person's app needs; shown once."""

    secret: str
    """Base32."""
    uri: str
    """What the QR code says."""


class SecondFactorService:
    def __init__(self, store: SecondFactors, clock: Clock, rule: FactorRule, seal: Seal) -> None:
        self._store = store
        self._seal = seal
        self._clock = clock
        self._brake = Brake(clock, CODE_TRIES, CODE_SECONDS)
        self.rule = rule

    async def of(self, user_id: str) -> SecondFactor | None:
        """The one that counts; None while it is being set up."""
        found = await self._store.get(user_id)
        return found if found and found.since else None

    async def begin(self, user: User) -> SetUp:
        """Raises `Conflict` (`second-factor-on`)."""
        secret = secrets.token_bytes(SECRET_BYTES)
        if not await self._store.begin(user.id, self._seal.close(secret, user.id)):
            raise _is_on()
        return SetUp(totp.as_text(secret), totp.as_uri(secret, user.email, ISSUER))

    async def confirm(self, user: User, code: str) -> Sequence[str]:
        """Turn on what `begin` set up; the recovery codes, shown once.

        Raises:
            Conflict: `second-factor-on`, `second-factor-not-begun`; BadRequest: `code-wrong`;
            Refused: `too-many-attempts`.
        """
        found = await self._store.get(user.id)
        if found is None:
            raise Conflict(
                "second-factor-not-begun",
                "Bitte die Einrichtung von vorn beginnen.",
                "Please begin the set-up again.",
            )
        if found.since:
            raise _is_on()
        tried = self._brake.count(user.id)
        step = self._step(user, found, _plain(code))
        if step is None:
            raise code_wrong()
        self._brake.take_back(user.id, tried)
        codes = _new_codes()
        if not await self._store.confirm(user, step, _hashes(codes), self._now):
            raise _is_on()
        return codes

    async def check(self, user: User, code: str) -> None:
        """Use up a code of the app, or a recovery code.

        Raises:
            NotSignedIn: `code-wrong`; Refused: `too-many-attempts`.
        """
        self._brake.count(user.id)
        if not await self._right(user, _plain(code)):
            raise NotSignedIn("code-wrong", *CODE_WRONG)
        self._brake.clear(user.id)

    async def _right(self, user: User, code: str) -> bool:
        found = await self.of(user.id)
        if found is None:
            return False
        if len(code) != totp.DIGITS:
            return await self._store.use_recovery_code(user.id, hash_of(code))
        step = self._step(user, found, code)
        return step is not None and await self._store.use_step(user.id, step)

    def _step(self, user: User, found: SecondFactor, code: str) -> int | None:
        """The time step of a code of the app; None where it is none."""
        try:
            secret = self._seal.open(found.secret, user.id)
        except ValueError as e:
            # Recovery codes still work, and management can turn it off.
            log.error("second factor of %s cannot be read: %s", user.email, e)
            return None
        return totp.matching_step(secret, code, self._now, found.last_step)

    async def seal_all(self) -> int:
        """Seal secrets that are kept in the clear, as they were once; how many."""
        kept = await self._store.secrets()
        clear = {who: each for who, each in kept.items() if not self._seal.is_closed(each)}
        for user_id, secret in clear.items():
            sealed = self._seal.close(secret, user_id)
            await self._store.replace_secret(user_id, secret, sealed)
        return len(clear)

    async def new_recovery_codes(self, user: User, code: str) -> Sequence[str]:
        """Ten new ones, shown once; the old ones count no more.

        Raises:
            as `check`, but with BadRequest: the session goes on.
        """
        await self.check_again(user, code)
        codes = _new_codes()
        await self._store.put_recovery_codes(user, _hashes(codes), self._now)
        return codes

    async def check_again(self, user: User, code: str) -> None:
        """As `check`, of somebody who is signed in.

        Raises:
            NotFound: `no-second-factor`; BadRequest: `code-wrong`; Refused.
        """
        if await self.of(user.id) is None:
            raise no_factor()
        try:
            await self.check(user, code)
        except NotSignedIn as e:
            raise code_wrong() from e

    async def remove(self, user: User, by: str) -> None:
        """Raises `NotFound` (`no-second-factor`)."""
        if not await self._store.remove(user, by, self._now):
            raise no_factor()

    @property
    def _now(self) -> datetime:
        return self._clock.now().at


def _plain(code: str) -> str:
    """Without the spaces and dashes that people and apps put into it."""
    return "".join(c for c in code.upper() if c.isalnum())


def _new_codes() -> list[str]:
    """80 random bits each, in groups of four."""
    texts = [
        base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
        for _ in range(RECOVERY_CODES)
    ]
    return ["-".join(text[n : n + 4] for n in range(0, len(text), 4)) for text in texts]


def _hashes(codes: Sequence[str]) -> list[str]:
    return [hash_of(_plain(code)) for code in codes]


CODE_WRONG = (
    "Der Code stimmt nicht oder wurde schon benutzt. Bitte den nächsten Code der App abwarten;"
    " geht keiner, stimmt vielleicht die Uhr des Geräts nicht.",
    "The code is wrong or was used already. Please wait for the app's next code; if none works,"
    " the device's clock may be wrong.",
)


def code_wrong() -> BadRequest:
    return BadRequest("code-wrong", *CODE_WRONG)


def no_factor() -> NotFound:
    return NotFound(
        "no-second-factor",
        "Hier ist kein zweiter Faktor eingerichtet.",
        "There is no second factor set up here.",
    )


def _is_on() -> Conflict:
    return Conflict(
        "second-factor-on",
        "Der zweite Faktor ist schon eingerichtet. Für ein neues Gerät bitte erst ausschalten.",
        "The second factor is set up already. For a new device, please turn it off first.",
    )
