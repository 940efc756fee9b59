"""What time brings to orders: reminders, escalations, planned activations (F26)."""

import asyncio
import logging
from collections.abc import Sequence

from pbx.domain import addon_letters
from pbx.domain.addon_orders import Order
from pbx.domain.addon_watch import Due, WatchRules, due_now, marked
from pbx.domain.audit import SYSTEM
from pbx.domain.letters import Letter
from pbx.domain.records import User
from pbx.errors import NotFound, Unavailable
from pbx.services.addon_activation import Activation
from pbx.services.addon_office import KIND, AddonOffice
from pbx.services.addon_orders import AddonBoard, by_language
from pbx.services.addon_ports import AddonOrders, Changed, OrderFile
from pbx.services.ports import Clock, Directory
from pbx.services.post import Post

log = logging.getLogger(__name__)

ROUND_SECONDS = 10.0


class AddonWatch:
    def __init__(
        self,
        *,
        office: AddonOffice,
        board: AddonBoard,
        activation: Activation,
        store: AddonOrders,
        directory: Directory,
        post: Post,
        clock: Clock,
    ) -> None:
        self._office = office
        self._board = board
        self._activation = activation
        self._store = store
        self._directory = directory
        self._post = post
        self._clock = clock

    async def run(self) -> None:
        """A round every few seconds, until cancelled; the first brings what a restart missed."""
        while True:
            try:
                await self.round()
            except Unavailable as e:
                log.warning("add-ons: %s", e)
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> None:
        files = await self._store.open_ones()
        await self._activation.round(files)
        rules = await self._office.rules()
        for file in files:
            if due_now(file.order, rules, self._clock.now().at):
                await self._tell(file.order, rules)

    async def _tell(self, order: Order, rules: WatchRules) -> None:
        """Once: the mark is written with the letter, on the locked order."""
        now = self._clock.now().at
        owner = await self._directory.user(order.owner_id) if order.owner_id else None
        to = [owner] if owner and owner.active else await self._board.authorised(order)
        name = owner.name if owner else ""

        def decide(file: OrderFile) -> Changed | None:
            due = due_now(file.order, rules, now)
            if due is None:
                return None
            letters = self._letters(due, file, rules, to, name)
            action = "addon.escalated" if due is Due.ESCALATION else "addon.reminded"
            return Changed(marked(file.order, due, now), file.steps, action, tuple(letters))

        try:
            await self._store.change(order.id, decide, SYSTEM, now)
        except NotFound:
            return
        self._post.wake()

    def _letters(
        self, due: Due, file: OrderFile, rules: WatchRules, to: Sequence[User], owner: str
    ) -> list[Letter]:
        order, page = file.order, self._board.page(file.order)
        write, days = self._post.letter, rules.reminder_days
        if due is Due.ESCALATION and rules.to:
            words = addon_letters.escalation(order, file.steps, rules, owner, page)
            return [write(KIND, rules.to, *words, reference=order.id, cc=rules.cc)]
        if due is Due.ESCALATION:
            return []
        return [
            write(
                KIND,
                addresses,
                *addon_letters.reminder(order, file.steps, days, page, language),
                reference=order.id,
            )
            for language, addresses in by_language(to).items()
        ]
