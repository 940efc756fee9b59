"""Asking for a locked country, and answering (N6)."""

import uuid
from collections.abc import Sequence

from pbx.domain import policy
from pbx.domain.desk import CountryRequest, RequestState
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.errors import Conflict, NotFound
from pbx.services.desk_ports import CountryRequestStore
from pbx.services.ports import Clock, Directory, Notifier


class CountryRequests:
    def __init__(
        self,
        *,
        store: CountryRequestStore,
        directory: Directory,
        notifier: Notifier,
        clock: Clock,
    ) -> None:
        self._store = store
        self._directory = directory
        self._notifier = notifier
        self._clock = clock

    async def ask(
        self, user: User, country: str, task: str, reason: str
    ) -> tuple[CountryRequest, bool]:
        """Ask for a locked country; asking again changes the open request.

        Returns:
            The request, and whether it is new.

        Raises:
            NotFound: `unknown-country`; Conflict: `country-allowed`; Refused: the task.
        """
        if task:
            policy.check_task(task, await self._directory.task(task), user.email)
        known = await self._directory.country(country)
        if known is not None and known.allowed:
            raise Conflict(
                "country-allowed",
                "Dieses Land ist schon freigeschaltet. Bitte die Nummer noch einmal wählen.",
                "This country is unlocked already. Please dial the number again.",
            )
        now = self._clock.now().at
        wish = CountryRequest(uuid.uuid4().hex, country, task, reason.strip(), user.id, now)
        request = await self._store.ask(wish)
        self._notifier.country_request_changed(request.id, user.id)
        return request, request.id == wish.id

    async def find(
        self, user: User, open_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[CountryRequest], str | None]:
        """Newest first; who decides sees all, others their own."""
        user_id = None if may(user, Right.COUNTRIES) else user.id
        return await self._store.find(user_id, open_only, cursor, limit)

    async def get(self, request_id: str) -> CountryRequest:
        request = await self._store.get(request_id)
        if request is None:
            raise NotFound(
                "unknown-request",
                "Diese Anfrage gibt es nicht.",
                "There is no such request.",
            )
        return request

    async def approve(self, user: User, request_id: str, answer: str) -> CountryRequest:
        """Unlock the country for everybody, for the very next call.

        Open requests of others for the same country are answered with it.

        Raises:
            NotFound; Conflict: `request-decided`, where it was refused before.
        """
        now = self._clock.now().at
        approved = await self._store.approve(request_id, answer.strip(), user.id, now)
        for request in approved:
            self._notifier.country_request_changed(request.id, request.user_id)
        return await self._decided(request_id, RequestState.APPROVED)

    async def unlocked(self, user: User, country: str) -> None:
        """The country was unlocked without being asked: that answers who did ask."""
        cursor: str | None = None
        while True:
            found, cursor = await self._store.find(None, True, cursor, 200)
            first = next((request for request in found if request.country == country), None)
            if first is not None:
                await self.approve(user, first.id, "")
            if first is not None or cursor is None:
                return

    async def refuse(self, user: User, request_id: str, answer: str) -> CountryRequest:
        """Raises `NotFound`; `Conflict` (`request-decided`) where it was approved before."""
        now = self._clock.now().at
        if await self._store.refuse(request_id, answer.strip(), user.id, now):
            request = await self.get(request_id)
            self._notifier.country_request_changed(request.id, request.user_id)
        return await self._decided(request_id, RequestState.REFUSED)

    async def _decided(self, request_id: str, state: RequestState) -> CountryRequest:
        """The request as it is now: said twice, the answer is the same; the first one counts."""
        request = await self.get(request_id)
        if request.state is not state:
            raise Conflict(
                "request-decided",
                "Diese Anfrage ist schon beantwortet. Bitte die Liste neu laden.",
                "This request is answered already. Please reload the list.",
            )
        return request
