"""Hand-overs of tasks for those who receive them, and for management (F18)."""

from collections.abc import Sequence

from pbx.domain import addon_letters
from pbx.domain.handovers import SETTING, Checklist, not_yours, unknown_handover
from pbx.domain.letters import Letter
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.services.addon_office import AddonOffice
from pbx.services.addon_ports import HandoverStore, OpenHandover
from pbx.services.country_ports import LimitStore
from pbx.services.ports import Clock
from pbx.services.post import Post

KIND = "handover"
"""Of letters."""


class Handovers:
    def __init__(
        self,
        *,
        store: HandoverStore,
        settings: LimitStore,
        office: AddonOffice,
        post: Post,
        clock: Clock,
    ) -> None:
        self._store = store
        self._settings = settings
        self._office = office
        self._post = post
        self._clock = clock

    async def wanted(self) -> bool:
        """Whether hand-overs are to be confirmed."""
        return await self._settings.setting(SETTING) is True

    async def put_wanted(self, by: User, wanted: bool) -> None:
        await self._settings.put_setting(SETTING, wanted, by.id, self._clock.now().at)

    async def find(
        self, user: User, task: str | None, cursor: str | None, limit: int
    ) -> tuple[Sequence[OpenHandover], str | None]:
        """Newest first: one's own, for management all; of `task` also those confirmed."""
        email = None if may(user, Right.TASKS) else user.email
        return await self._store.find(email, task, cursor, limit)

    async def confirm(self, user: User, handover_id: str, said: Checklist) -> OpenHandover:
        """Raises `NotFound`, `Refused` (`handover-not-yours`), and see `handovers.confirmed`."""
        found = await self._store.get(handover_id)
        if found is None:
            raise unknown_handover()
        mine = found.handover.email.casefold() == user.email.casefold()
        if not mine and not may(user, Right.TASKS):
            raise not_yours()
        letters = await self._to_specialist(user, found, said) if said.specialist else []
        await self._store.confirm(handover_id, said, user.id, self._clock.now().at, letters)
        self._post.wake()
        return await self._store.get(handover_id) or found

    async def _to_specialist(
        self, by: User, found: OpenHandover, said: Checklist
    ) -> Sequence[Letter]:
        """The facts, for who owns the sales' questions (F14); nothing where nobody does."""
        owner = (await self._office.rules()).owner_sales
        if owner is None or not said.facts.strip():
            return []
        to = await self._office.person(owner)
        title = found.task.title if found.task else found.handover.task
        customer = found.task.customer if found.task else ""
        words = addon_letters.for_sales(title, customer, by.name, said.facts.strip())
        return [self._post.letter(KIND, [to.email], *words, reference=found.handover.id)]
