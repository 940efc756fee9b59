"""Asking for a locked country, and answering (N6)."""

import enum
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pbx.domain import policy
from pbx.domain.desk import CountryRequest, RequestState
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.domain.unlocks import Unlock, Used
from pbx.errors import BadRequest, Conflict, NotFound
from pbx.services.country_ports import UnlockStore
from pbx.services.desk_ports import CountryRequestStore
from pbx.services.ports import Clock, Directory, Notifier


class Scope(enum.StrEnum):
    """For whom a country is opened that somebody asked for."""

    ALL = "all"
    USER = "user"
    TASK = "task"
    USER_TASK = "user_task"
    """This person on this task."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a request is answered with."""

    scope: Scope = Scope.ALL
    until: datetime | None = None
    cap_minutes: int | None = None

    def unlock(self, request: CountryRequest, by: str, now: datetime) -> Unlock:
        """Raises `BadRequest`: `no-task`, where the request names none; `bad-until`."""
        if self.scope in (Scope.TASK, Scope.USER_TASK) and not request.task:
            raise BadRequest(
                "no-task",
                "Diese Anfrage nennt keine Aufgabe. Bitte für die Person oder für alle freigeben.",
                "This request names no task. Please unlock it for the person or for everybody.",
            )
        check_until(now, self.until, now)
        return Unlock(
            id=uuid.uuid4().hex,
            country=request.country,
            since=now,
            by=by,
            at=now,
            user_id=request.user_id if self.scope in (Scope.USER, Scope.USER_TASK) else None,
            task=request.task if self.scope in (Scope.TASK, Scope.USER_TASK) else None,
            until=self.until,
            cap_minutes=self.cap_minutes,
            note=request.reason,
            request_id=request.id,
        )


def check_until(since: datetime, until: datetime | None, now: datetime) -> None:
    """Raises `BadRequest` (`bad-until`) where an unlock would never open anything."""
    if until is not None and until <= max(since, now):
        raise BadRequest(
            "bad-until",
            "Das Ende der Freischaltung liegt nicht in der Zukunft oder vor ihrem Beginn. Bitte "
            "einen späteren Zeitpunkt wählen.",
            "The unlock would end in the past, or before it begins. Please choose a later time.",
        )


async def _nobody_told(user: User, request: CountryRequest) -> None:
    return None


class CountryRequests:
    def __init__(
        self,
        *,
        store: CountryRequestStore,
        directory: Directory,
        notifier: Notifier,
        unlocks: UnlockStore,
        clock: Clock,
    ) -> None:
        self._store = store
        self._unlocks = unlocks
        self._directory = directory
        self._notifier = notifier
        self._clock = clock
        self.on_asked: Callable[[User, CountryRequest], Awaitable[None]] = _nobody_told
        """Told of every new request; set by whoever wires this."""

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
        if request.id == wish.id:
            await self.on_asked(user, request)
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

    async def approve(
        self, user: User, request_id: str, answer: str, grant: Grant | None = None
    ) -> CountryRequest:
        """Unlock the country, for the very next call; without `grant` for everybody, for ever.

        Open requests of others that this answers too are approved with it.

        Raises:
            NotFound; Conflict: `request-decided`, where it was refused before; BadRequest: see
                `Grant.unlock`.
        """
        now, unlock = self._clock.now().at, None
        if grant is not None and grant != Grant():
            unlock = grant.unlock(await self.get(request_id), user.id, now)
        return await self._approve(user, request_id, answer, now, unlock)

    async def _approve(
        self, user: User, request_id: str, answer: str, now: datetime, unlock: Unlock | None
    ) -> CountryRequest:
        approved = await self._store.approve(request_id, answer.strip(), user.id, now, unlock)
        for request in approved:
            self._notifier.country_request_changed(request.id, request.user_id)
        return await self._decided(request_id, RequestState.APPROVED)

    async def unlocked(self, user: User, country: str, unlock: Unlock | None = None) -> bool:
        """The country is opened without being asked: that answers who did ask.

        `unlock` is written with the answer; whether there was a request.
        """
        cursor: str | None = None
        while True:
            found, cursor = await self._store.find(None, True, cursor, 200)
            for request in found:
                fits = unlock is None or unlock.is_for(request.user_id, request.task)
                if request.country == country and fits:
                    if unlock is not None:
                        unlock = replace(unlock, request_id=request.id)
                    now = self._clock.now().at
                    await self._approve(user, request.id, "", now, unlock)
                    return True
            if cursor is None:
                return False

    async def granted(self, requests: Collection[CountryRequest]) -> Mapping[str, Used]:
        """What was opened for each, by the request's id; nothing where it was everything."""
        ids = [request.id for request in requests if request.state is RequestState.APPROVED]
        return await self._unlocks.of_requests(ids, self._clock.now().at)

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
