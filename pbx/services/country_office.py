"""Management of countries: unlocks, refused calls, who is asked for an answer (N6)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pbx.domain.desk import CountryRequest
from pbx.domain.moments import BERLIN, berlin
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.domain.unlocks import Unlock, Used
from pbx.errors import BadRequest, Conflict, NotFound
from pbx.services.country_ports import CountryStores, Letters, Refusals, UnlockFilter
from pbx.services.country_requests import CountryRequests, check_until
from pbx.services.links import Links
from pbx.services.outbound import Outbound
from pbx.services.ports import Clock

PURPOSE = "country-request"
"""Of the links that go to those who decide."""
LINK_DAYS = 14


@dataclass(frozen=True, slots=True)
class UnlockWish:
    country: str
    user: str = ""
    """E-mail address; empty: everybody."""
    task: str = ""
    """Empty: every task."""
    since: datetime | None = None
    until: datetime | None = None
    cap_minutes: int | None = None
    note: str = ""


class CountryOffice:
    def __init__(
        self,
        stores: CountryStores,
        *,
        requests: CountryRequests,
        outbound: Outbound,
        letters: Letters,
        links: Links,
        clock: Clock,
    ) -> None:
        self._unlocks = stores.unlocks
        self._directory = stores.directory
        self._requests = requests
        self._outbound = outbound
        self._letters = letters
        self._links = links
        self._clock = clock

    # -------------------------------------------------------------- unlocks

    async def add(self, user: User, wish: UnlockWish) -> Used:
        """Open a locked country, for the very next call; that answers whoever asked for it.

        Raises:
            NotFound: `unknown-country`, `unknown-user`, `unknown-task`; Conflict:
                `country-allowed`; BadRequest: `bad-until`.
        """
        now = self._clock.now().at
        since = wish.since or now
        check_until(since, wish.until, now)
        await self._check_country(wish.country)
        unlock = Unlock(
            id=uuid.uuid4().hex,
            country=wish.country,
            since=since,
            by=user.id,
            at=now,
            user_id=await self._user_id(wish.user),
            task=await self._task(wish.task),
            until=wish.until,
            cap_minutes=wish.cap_minutes,
            note=wish.note.strip(),
        )
        if not await self._requests.unlocked(user, unlock.country, unlock):
            await self._unlocks.add(unlock)
        return await self.get(unlock.id)

    async def _check_country(self, code: str) -> None:
        country = await self._directory.country(code)
        if country is None:
            raise NotFound(
                "unknown-country",
                f"Das Land {code} gibt es in der Liste nicht. Bitte ein anderes wählen.",
                f"There is no country {code} on the list. Please choose another one.",
            )
        if country.allowed:
            raise Conflict(
                "country-allowed",
                "Dieses Land ist für alle freigegeben. Eine Freischaltung braucht es nicht.",
                "This country is allowed for everybody. It needs no unlock.",
            )

    async def _user_id(self, email: str) -> str | None:
        if not email:
            return None
        found = await self._directory.user_by_email(email)
        if found is None or not found.active:
            raise NotFound(
                "unknown-user",
                f"{email} gibt es hier nicht. Bitte eine Person aus der Liste wählen.",
                f"There is no {email} here. Please choose somebody from the list.",
            )
        return found.id

    async def _task(self, external_id: str) -> str | None:
        if external_id and await self._directory.task(external_id) is None:
            raise NotFound(
                "unknown-task",
                "Diese Aufgabe gibt es nicht. Bitte eine aus der Liste wählen.",
                "There is no such task. Please choose one from the list.",
            )
        return external_id or None

    async def revoke(self, user: User, unlock_id: str) -> Used:
        """End it now; said twice, it stays ended. Raises `NotFound`."""
        await self._unlocks.revoke(unlock_id, user.id, self._clock.now().at)
        return await self.get(unlock_id)

    async def restore(self, user: User, unlock_id: str) -> Used:
        """Undo `revoke`. Raises `NotFound`."""
        await self._unlocks.restore(unlock_id, user.id, self._clock.now().at)
        return await self.get(unlock_id)

    async def get(self, unlock_id: str) -> Used:
        """Raises `NotFound` (`unknown-unlock`)."""
        found = await self._unlocks.get(unlock_id, self._clock.now().at)
        if found is None:
            raise NotFound(
                "unknown-unlock",
                "Diese Freischaltung gibt es nicht. Bitte die Liste neu laden.",
                "There is no such unlock. Please reload the list.",
            )
        return found

    async def find(
        self, country: str | None, current_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[Used], str | None]:
        """Newest first; `current_only`: not those that are over or revoked."""
        now = self._clock.now().at
        which = UnlockFilter(country, now if current_only else None)
        return await self._unlocks.find(which, now, cursor, limit)

    @property
    def now(self) -> datetime:
        return self._clock.now().at

    # -------------------------------------------------------------- refused calls

    async def refusals(self, days: int) -> Sequence[Refusals]:
        """Of the last `days` days (Berlin's), today included; the most first."""
        today = self._clock.now().at.astimezone(BERLIN).date()
        return await self._unlocks.refusals(today - timedelta(days=days - 1))

    # -------------------------------------------------------------- who decides, by mail

    async def tell_deciders(self, asker: User, request: CountryRequest) -> None:
        """A mail to everybody who may decide, each with a link of their own."""
        for person in await self._directory.users():
            if not person.active or person.id == asker.id or not may(person, Right.COUNTRIES):
                continue
            token = self._links.token(PURPOSE, request.id, person.id, days=LINK_DAYS)
            subject, text = self._letter(
                asker, request, self._links.url(f"/country-request/{token}"), person.language
            )
            await self._letters.write(PURPOSE, [person.email], subject, text, reference=request.id)

    def _letter(
        self, asker: User, request: CountryRequest, url: str, language: str
    ) -> tuple[str, str]:
        country = self._outbound.country_name(request.country, language)
        at = berlin(request.created_at, language)
        if language.startswith("de"):
            task = f"Aufgabe: {request.task}\n" if request.task else ""
            return f"{asker.name} möchte nach {country} anrufen", (
                f"{asker.name} ({asker.email}), {at}\nLand: {country}\n{task}"
                f"Grund: {request.reason}\n\nAnsehen und entscheiden (ohne Anmeldung, {LINK_DAYS} "
                f"Tage lang):\n{url}\n\nDer Link ist nur für Sie bestimmt.\n"
            )
        task = f"Task: {request.task}\n" if request.task else ""
        return f"{asker.name} would like to call {country}", (
            f"{asker.name} ({asker.email}), {at}\nCountry: {country}\n{task}"
            f"Reason: {request.reason}\n\nSee it and decide (without signing in, for {LINK_DAYS} "
            f"days):\n{url}\n\nThe link is for you only.\n"
        )

    async def linked(self, token: str) -> tuple[User, CountryRequest]:
        """Who the link is for, and what they are asked.

        Raises:
            BadRequest: `bad-link`, `link-expired`, also where they may not decide any more.
        """
        link = self._links.read(token, PURPOSE)
        person = await self._directory.user(link.holder)
        if person is None or not person.active or not may(person, Right.COUNTRIES):
            raise BadRequest(
                "bad-link",
                "Dieser Link gilt nicht mehr. Bitte anmelden oder das Management fragen.",
                "This link is no longer valid. Please sign in or ask the management.",
            )
        return person, await self._requests.get(link.subject)
