"""Asking for a number of one's own, and answering (F06)."""

import uuid
from collections.abc import Sequence

from pbx.domain.inventory import NumberRequest
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.services.number_ports import NumberRequestStore
from pbx.services.ports import Clock


class NumberRequests:
    def __init__(self, store: NumberRequestStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ask(self, user: User, reason: str) -> tuple[NumberRequest, bool]:
        """One open request a person; asking again changes its reason. Also: whether it is new."""
        wish = NumberRequest(uuid.uuid4().hex, user.id, reason.strip(), self._clock.now().at)
        request = await self._store.ask(wish)
        return request, request.id == wish.id

    async def find(
        self, user: User, open_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[NumberRequest], str | None]:
        """Newest first; who decides sees all, others their own."""
        user_id = None if may(user, Right.NUMBERS) else user.id
        return await self._store.find(user_id, open_only, cursor, limit)

    async def approve(self, user: User, request_id: str, e164: str, answer: str) -> NumberRequest:
        """Give a free number, for the very next call.

        Raises:
            NotFound; Conflict: `request-decided`, `number-taken`, `user-inactive`.
        """
        now = self._clock.now().at
        return await self._store.approve(request_id, e164, answer.strip(), user.id, now)

    async def refuse(self, user: User, request_id: str, answer: str) -> NumberRequest:
        """Raises `NotFound`; `Conflict` (`request-decided`)."""
        now = self._clock.now().at
        return await self._store.refuse(request_id, answer.strip(), user.id, now)
