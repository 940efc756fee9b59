"""Activating an add-on: number and greeting are configured, and its price is charged, once (F24).

The wish is written down first, so a crash half way is carried on by the next round: everything
here can be done twice. The factor of the customer's tasks is nobody's business here.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pbx.domain import addon_texts
from pbx.domain.addon_orders import (
    Answer,
    Comment,
    Kind,
    Order,
    State,
    Step,
    StepState,
    answered,
    check_activation,
    touched,
)
from pbx.domain.addons import Option
from pbx.domain.audit import SYSTEM
from pbx.domain.charges import Charge
from pbx.domain.greetings import reference, valid_version
from pbx.domain.inventory import Owner, owner_of
from pbx.domain.moments import BERLIN
from pbx.domain.records import Number, NumberState, User
from pbx.domain.rights import Right, may
from pbx.errors import Conflict, NotFound, PbxError, Refused, Unavailable
from pbx.services.addon_ports import AddonOrders, Changed, OrderFile
from pbx.services.greeting_library import GreetingLibrary
from pbx.services.numbers import NumberService
from pbx.services.ports import Clock, Directory

log = logging.getLogger(__name__)

CHARGE = "addon:"
"""The key of an order's charge; the order's id follows."""
LONGEST_LABEL = 100


class Activation:
    def __init__(
        self,
        *,
        store: AddonOrders,
        directory: Directory,
        library: GreetingLibrary,
        numbers: NumberService,
        clock: Clock,
    ) -> None:
        self._store = store
        self._directory = directory
        self._library = library
        self.numbers = numbers
        self._clock = clock

    async def plan(self, by: User, order_id: str, at: datetime | None) -> OrderFile:
        """Configure it now (None), or at a time.

        Raises:
            NotFound: `unknown-order`; Conflict: see `addon_orders.check_activation`; what the
                numbers and greetings say.
        """
        now = self._clock.now().at
        due = max(at or now, now)

        def decide(file: OrderFile) -> Changed:
            check_activation(file.order, file.steps)
            order = replace(touched(file.order, now), activate_at=due, activate_by=by.id)
            return Changed(order, file.steps, "addon.activation-planned")

        planned = await self._store.change(order_id, decide, by.id, now)
        return planned if due > now else await self.carry_out(planned)

    async def unplan(self, by: User, order_id: str) -> OrderFile:
        """Raises `NotFound`, `Conflict` (`already-active`)."""
        now = self._clock.now().at

        def decide(file: OrderFile) -> Changed | None:
            if file.order.activated_at is not None:
                raise Conflict(
                    "already-active",
                    "Dieser Zusatz ist schon eingerichtet.",
                    "This add-on is configured already.",
                )
            if file.order.activate_at is None:
                return None
            order = replace(touched(file.order, now), activate_at=None)
            return Changed(order, file.steps, "addon.activation-unplanned")

        return await self._store.change(order_id, decide, by.id, now)

    async def carry_out(self, file: OrderFile) -> OrderFile:
        """Do what was planned. Where it cannot be done, the plan is taken back and the card says
        why.

        Raises:
            Unavailable: not now; what was planned stays so. Others: as `plan`.
        """
        try:
            by = await self._planner(file.order)
            check_activation(file.order, file.steps)
            await self._configure(by, file.order)
        except Unavailable:
            raise
        except PbxError as e:
            log.warning("order=%s not activated: %s", file.order.id, e)
            await self._give_up(file.order, e)
            raise
        return await self._done(by, file.order)

    async def round(self, files: Sequence[OrderFile]) -> None:
        """Carry out what is due of these open orders."""
        now = self._clock.now().at
        for file in files:
            due = file.order.activate_at
            if due is None or due > now or file.order.activated_at is not None:
                continue
            try:
                await self.carry_out(file)
            except Unavailable as e:
                log.warning("order=%s not activated yet: %s", file.order.id, e)
            except PbxError:
                pass  # the card says why

    async def _planner(self, order: Order) -> User:
        """Who wanted it; raises `Refused` where they may not any more."""
        by = await self._directory.user(order.activate_by)
        if by is None or not by.active or not may(by, Right.NUMBERS):
            raise Refused(
                "not-allowed",
                "Wer das Einrichten geplant hat, darf es nicht mehr. Bitte neu planen.",
                "Who planned the activation may not do it any more. Please plan it again.",
            )
        return by

    # -------------------------------------------------------------- at work

    async def _configure(self, by: User, order: Order) -> None:
        """Number, greeting and who has it; the same again changes nothing."""
        assert order.did is not None
        if order.greeting_id:
            await self._play(by, order.greeting_id)
        try:
            number = (await self.numbers.get(order.did)).number
        except NotFound:
            if order.option in (Option.EXTENSION, Option.MAILBOX):
                raise  # a typing mistake would become a number
            number = _new(order, order.did)
        if number.head_office:
            raise Conflict(
                "did-head-office",
                "Das ist die Nummer der Zentrale: Ihre Ansage gehört keinem Kunden. Bitte eine "
                "andere Rufnummer wählen.",
                "This is the head office's number: its greeting belongs to no customer. Please "
                "choose another number.",
            )
        greeting = reference(order.greeting_id) if order.greeting_id else number.greeting
        await self.numbers.put(by, replace(number, greeting=greeting), None)
        if order.user_id and owner_of(number) != Owner(order.user_id):
            await self.numbers.assign(by, order.did, Owner(order.user_id), None)

    async def _play(self, by: User, greeting_id: str) -> None:
        """Let the greeting play from now on, where none of its versions does."""
        entry = await self._library.entry(greeting_id)
        if valid_version(entry.versions, self._library.now()) is None:
            await self._library.plan(by, entry.versions[0].id, self._library.now())

    async def _done(self, by: User, planned: Order) -> OrderFile:
        now = self._clock.now().at

        def decide(file: OrderFile) -> Changed | None:
            if file.order.activated_at is not None:
                return None
            answer = Answer(Step.CONFIGURED, StepState.DONE, by.id, now)
            order, steps = answered(file.order, file.steps, answer)
            order = replace(order, activated_at=now)
            return Changed(order, steps, "addon.activated", charge=_charge(order, by.id, now))

        return await self._store.change(planned.id, decide, by.id, now)

    async def _give_up(self, planned: Order, error: PbxError) -> None:
        now = self._clock.now().at

        def decide(file: OrderFile) -> Changed | None:
            if file.order.activated_at is not None or file.order.state is not State.OPEN:
                return None
            note = Comment(uuid.uuid4().hex, planned.id, SYSTEM, now, error.de)
            order = replace(file.order, activate_at=None)
            return Changed(order, file.steps, "addon.activation-failed", comment=note)

        await self._store.change(planned.id, decide, SYSTEM, now)


def _new(order: Order, did: str) -> Number:
    ported = order.option is Option.OWN_NUMBER
    return Number(
        e164=did,
        label=order.customer[:LONGEST_LABEL],
        language=order.language,
        state=NumberState.FORWARDING_IN if ported else NumberState.OURS,
    )


def _charge(order: Order, by: str, at: datetime) -> Charge | None:
    """What the customer is billed; None: it costs nothing."""
    if order.kind is Kind.CHANGE or not order.total:
        return None
    names = {
        language: " + ".join(addon_texts.item(each.name, language) for each in order.items)
        for language in ("de", "en")
    }
    return Charge(
        id=uuid.uuid4().hex,
        customer_id=order.customer_id,
        day=at.astimezone(BERLIN).date(),
        key=CHARGE + order.id,
        title_de=f"{order.label}: {names['de']}",
        title_en=f"{order.label}: {names['en']}",
        amount_cents=order.total,
        created_at=at,
        by=by,
    )
