"""The brake: stops somebody whose calls look like fraud, and mails the administrators (C14)."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from pbx.domain import brake
from pbx.domain.brake import Attempt, BrakeMode, Hit, Lock, Pattern, Rule
from pbx.domain.moments import berlin
from pbx.domain.numbers import Dialled
from pbx.domain.records import CallRecord, User
from pbx.domain.rights import Right, Role, may
from pbx.errors import Refused
from pbx.services.country_ports import Letters, LimitStore
from pbx.services.ports import Clock, Directory

log = logging.getLogger(__name__)

BRAKE = "brake"
"""The setting of the policy: mode and rules."""

PATTERNS: dict[Pattern, tuple[str, str]] = {
    Pattern.COUNTRY: (
        "{numbers} verschiedene Nummern in einem Land ({about}) in {minutes} Minuten",
        "{numbers} different numbers in one country ({about}) within {minutes} minutes",
    ),
    Pattern.SEQUENCE: (
        "{numbers} aufeinanderfolgende Nummern ab {about} in {minutes} Minuten",
        "{numbers} numbers in a row from {about} on within {minutes} minutes",
    ),
    Pattern.SHORT: (
        "{numbers} Nummern mit sehr kurzen Gesprächen in {minutes} Minuten",
        "{numbers} numbers with very short calls within {minutes} minutes",
    ),
    Pattern.NIGHT: (
        "{numbers} verschiedene Nummern nachts oder am Wochenende in {minutes} Minuten",
        "{numbers} different numbers at night or on a weekend within {minutes} minutes",
    ),
    Pattern.NEW: (
        "{numbers} nie zuvor gewählte Nummern in {minutes} Minuten",
        "{numbers} numbers never called before within {minutes} minutes",
    ),
}


def locked() -> Refused:
    return Refused(
        "outbound-locked",
        "Ihre Anrufe nach außen sind angehalten, weil sie ungewöhnlich aussahen. Die "
        "Administration ist benachrichtigt; bitte dort anrufen lassen oder schreiben. Notrufe "
        "bitte mit dem eigenen Telefon.",
        "Your calls to the outside are stopped because they looked unusual. The administrators "
        "have been told; please write to them. For an emergency use your own phone.",
    )


class OutboundBrake:
    def __init__(
        self,
        *,
        store: LimitStore,
        directory: Directory,
        letters: Letters,
        clock: Clock,
        mode: BrakeMode,
        home_region: str,
        page: str = "",
    ) -> None:
        """Args: `mode`: until management chooses one; `page`: where to release, for the mail."""
        self._store = store
        self._directory = directory
        self._letters = letters
        self._clock = clock
        self._mode = mode
        self._home = home_region
        self._page = page
        self._warned: dict[tuple[str, Pattern], datetime] = {}

    async def settings(self) -> tuple[BrakeMode, tuple[Rule, ...]]:
        """As management has set them; patterns without a rule have the shipped one."""
        value = await self._store.setting(BRAKE)
        if value is None:
            return self._mode, brake.SHIPPED
        chosen = {rule.pattern: rule for rule in map(_rule, value["rules"])}
        rules = tuple(chosen.get(rule.pattern, rule) for rule in brake.SHIPPED)
        return BrakeMode(value["mode"]), rules

    async def look_back(self) -> timedelta:
        mode, rules = await self.settings()
        return timedelta(0) if mode is BrakeMode.OFF else brake.longest(rules)

    async def attempt(
        self,
        user: User,
        dialled: Dialled,
        calls: Sequence[CallRecord],
        released: datetime | None,
    ) -> None:
        """Look at the call that is about to be made, together with the last ones.

        Args:
            calls: of this person, at least as far as `look_back`.
            released: when an administrator let them call again; calls before do not count.

        Raises:
            Refused: `outbound-locked`; the call is not made.
        """
        mode, rules = await self.settings()
        on = [rule for rule in rules if rule.on]
        if mode is BrakeMode.OFF or not on:
            return
        now = self._clock.now().at
        since = max(now - brake.longest(on), released or datetime.min.replace(tzinfo=now.tzinfo))
        calls = [call for call in calls if call.offered.at > since]
        numbers = {call.number or "" for call in calls} | {dialled.e164}
        if len(numbers) < min(rule.count for rule in on):
            return
        known = await self._store.known_numbers(numbers, since)
        attempts = [_attempt(call, known) for call in calls]
        attempts.append(Attempt(now, dialled.e164, dialled.region, new=dialled.e164 not in known))
        hit = brake.evaluate(on, attempts, now, self._home)
        if hit is not None:
            await self._stop(user, hit, mode, now)

    async def _stop(self, user: User, hit: Hit, mode: BrakeMode, now: datetime) -> None:
        log.warning("brake: %s of user %s", hit.rule.pattern, user.id)
        if mode is BrakeMode.WARN:
            key = (user.id, hit.rule.pattern)
            before = self._warned.get(key)
            if before is None or now - before >= timedelta(minutes=hit.rule.minutes):
                self._warned[key] = now
                await self._mail(user, hit, mode, now)
            return
        lock = Lock(
            id=uuid.uuid4().hex,
            user_id=user.id,
            at=now,
            pattern=hit.rule.pattern,
            numbers=hit.numbers,
            minutes=hit.rule.minutes,
            about=hit.about,
        )
        if await self._store.lock(lock):
            await self._mail(user, hit, mode, now)
        raise locked()

    async def _mail(self, user: User, hit: Hit, mode: BrakeMode, now: datetime) -> None:
        for person in await self._directory.users():
            admin = person.role in (Role.ADMIN, Role.SUPERADMIN)
            if person.active and admin and may(person, Right.COUNTRIES):
                subject, text = self._letter(user, hit, mode, now, person.language)
                await self._letters.write("brake", [person.email], subject, text, reference=user.id)

    def _letter(
        self, user: User, hit: Hit, mode: BrakeMode, now: datetime, language: str
    ) -> tuple[str, str]:
        what = pattern_text(hit.rule.pattern, hit.numbers, hit.rule.minutes, hit.about, language)
        stopped = mode is BrakeMode.LOCK
        at = berlin(now, language)
        if language.startswith("de"):
            done = (
                "Anrufe nach außen sind für diese Person jetzt angehalten (Notrufe nicht). "
                "Bitte prüfen und dann freigeben:"
                if stopped
                else "Es wurde nichts angehalten. Bitte prüfen:"
            )
            subject = f"{'Angehalten' if stopped else 'Auffällig'}: Anrufe von {user.name}"
            return subject, f"{user.name} ({user.email}), {at}\n{what}\n\n{done}\n{self._page}\n"
        done = (
            "Their calls to the outside are stopped now (not those to emergency numbers). Please "
            "look at it, then release them:"
            if stopped
            else "Nothing was stopped. Please look at it:"
        )
        subject = f"{'Stopped' if stopped else 'Unusual'}: calls of {user.name}"
        return subject, f"{user.name} ({user.email}), {at}\n{what}\n\n{done}\n{self._page}\n"


def pattern_text(pattern: Pattern, numbers: int, minutes: int, about: str, language: str) -> str:
    words = PATTERNS[pattern][0 if language.startswith("de") else 1]
    return words.format(numbers=numbers, minutes=minutes, about=about)


def _rule(row: dict[str, object]) -> Rule:
    return Rule(
        Pattern(str(row["pattern"])),
        int(str(row["count"])),
        int(str(row["minutes"])),
        bool(row["on"]),
    )


def _attempt(call: CallRecord, known: set[str]) -> Attempt:
    number = call.number or ""
    answered = call.answered is not None and call.ended is not None
    return Attempt(
        at=call.offered.at,
        number=number,
        country=call.country or "",
        talk_ms=call.talk_ms if answered else None,
        new=number not in known,
    )
