"""Asking for a number of one's own, and answering (F06)."""

import logging
import uuid
from collections.abc import Sequence
from typing import Protocol

from pbx.domain import number_letters
from pbx.domain.inventory import NumberRequest
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.errors import Unavailable
from pbx.services.country_ports import Letters
from pbx.services.links import Links
from pbx.services.number_ports import NumberRequestStore
from pbx.services.ports import Clock, Directory

log = logging.getLogger(__name__)

KIND = "number-request"
PAGE = "/manage/numbers"
ASKERS_PAGE = "/account"


class Told(Protocol):
    """Who pushes to browsers."""

    def number_request_changed(self, request_id: str, user_id: str) -> None: ...


class NumberRequests:
    def __init__(
        self,
        *,
        store: NumberRequestStore,
        directory: Directory,
        letters: Letters,
        links: Links,
        notifier: Told,
        clock: Clock,
    ) -> None:
        self._store = store
        self._directory = directory
        self._letters = letters
        self._links = links
        self._notifier = notifier
        self._clock = clock

    async def ask(self, user: User, reason: str) -> tuple[NumberRequest, bool]:
        """One open request a person; asking again changes its reason. Also: whether it is new.

        Those who decide are told by mail of a new one.
        """
        wish = NumberRequest(uuid.uuid4().hex, user.id, reason.strip(), self._clock.now().at)
        request = await self._store.ask(wish)
        self._notifier.number_request_changed(request.id, user.id)
        new = request.id == wish.id
        if new:
            await self._tell_deciders(user, request)
        return request, new

    async def get(self, request_id: str) -> NumberRequest:
        """Raises `NotFound` (`unknown-request`)."""
        return await self._store.get(request_id)

    async def find(
        self, user: User, open_only: bool, cursor: str | None, limit: int, *, mine: bool = False
    ) -> tuple[Sequence[NumberRequest], str | None]:
        """Newest first; who decides sees all unless `mine`, others their own."""
        user_id = None if may(user, Right.NUMBERS) and not mine else user.id
        return await self._store.find(user_id, open_only, cursor, limit)

    async def approve(self, user: User, request_id: str, e164: str, answer: str) -> NumberRequest:
        """Give a free number, for the very next call.

        Raises:
            NotFound; Conflict: `request-decided`, `number-taken`, `user-inactive`.
        """
        now = self._clock.now().at
        return await self._answered(
            await self._store.approve(request_id, e164, answer.strip(), user.id, now)
        )

    async def refuse(self, user: User, request_id: str, answer: str) -> NumberRequest:
        """Raises `NotFound`; `Conflict` (`request-decided`)."""
        now = self._clock.now().at
        return await self._answered(
            await self._store.refuse(request_id, answer.strip(), user.id, now)
        )

    async def _answered(self, request: NumberRequest) -> NumberRequest:
        """The decision is made: who asked is told, in the browser and by mail."""
        self._notifier.number_request_changed(request.id, request.user_id)
        asker = await self._directory.user(request.user_id)
        if asker is not None and asker.active:
            page = self._links.url(ASKERS_PAGE)
            words = number_letters.answered(request, page, asker.language)
            await self._write(asker, words, request)
        return request

    async def _tell_deciders(self, asker: User, request: NumberRequest) -> None:
        for person in await self._directory.users():
            if person.active and person.id != asker.id and may(person, Right.NUMBERS):
                page = self._links.url(PAGE)
                words = number_letters.asked(asker, request, page, person.language)
                await self._write(person, words, request)

    async def _write(self, to: User, words: tuple[str, str], request: NumberRequest) -> None:
        subject, text = words
        try:
            await self._letters.write(KIND, [to.email], subject, text, reference=request.id)
        except Unavailable as e:  # what was asked or decided stays so
            log.error("number request %s: no mail to %s: %s", request.id, to.email, e)
