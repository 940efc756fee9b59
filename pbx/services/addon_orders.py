"""Orders of add-ons as a board: booked by us, answered step by step, changed, cancelled (F25-F27).

What is decided is decided by `domain.addon_orders` on the locked order, and written with its
letters in one transaction.
"""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pbx.domain import addon_letters, addon_orders, numbers
from pbx.domain.addon_orders import (
    LINK,
    Answer,
    Comment,
    Kind,
    Order,
    State,
    Step,
    StepRow,
    StepState,
    answered,
    cancelled,
    touched,
)
from pbx.domain.addons import GreetingKind, Quote
from pbx.domain.audit import Change, ChangeFilter
from pbx.domain.greetings import Source
from pbx.domain.letters import Letter
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.errors import BadRequest, Conflict, NotFound
from pbx.services.addon_office import KIND, AddonOffice, address
from pbx.services.addon_ports import (
    AddonCatalogue,
    AddonOrders,
    Changed,
    OrderFile,
    OrderFilter,
    Upload,
)
from pbx.services.greeting_library import MOST_NAME, GreetingLibrary, Take
from pbx.services.links import Links
from pbx.services.message_ports import Archive
from pbx.services.ports import AuditLog, Clock, Directory
from pbx.services.post import Post

PAGE = "/manage/addons"
HOME = "DE"


def upload_name(upload_id: str) -> str:
    """The file of a recording that a customer sent, in the archive."""
    return f"addons/{upload_id}.wav"


class AddonBoard:
    def __init__(
        self,
        *,
        office: AddonOffice,
        store: AddonOrders,
        catalogue: AddonCatalogue,
        audit: AuditLog,
        directory: Directory,
        library: GreetingLibrary,
        archive: Archive,
        post: Post,
        links: Links,
        clock: Clock,
    ) -> None:
        self._office = office
        self._store = store
        self._catalogue = catalogue
        self._audit = audit
        self._directory = directory
        self._library = library
        self._archive = archive
        self._post = post
        self._links = links
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now().at

    # -------------------------------------------------------------- looking

    async def find(
        self, which: OrderFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[OrderFile], str | None]:
        return await self._store.find(which, cursor, limit)

    async def get(self, order_id: str) -> OrderFile:
        """Raises `NotFound` (`unknown-order`)."""
        found = await self._store.get(order_id)
        if found is None:
            raise addon_orders.unknown_order()
        return found

    async def history(
        self, order_id: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Change], str | None]:
        """Newest first. Raises `NotFound` (`unknown-order`)."""
        await self.get(order_id)
        return await self._audit.find(ChangeFilter(kind="addon", subject=order_id), cursor, limit)

    async def upload(self, order: Order) -> Upload | None:
        """The recording that the customer sent with it."""
        return await self._catalogue.upload(order.upload_id) if order.upload_id else None

    def upload_path(self, order: Order) -> Path | None:
        return self._archive.path(upload_name(order.upload_id)) if order.upload_id else None

    def page(self, order: Order) -> str:
        return self._links.url(f"{PAGE}/{order.id}")

    # -------------------------------------------------------------- booking

    async def add(
        self,
        by: User,
        kind: Kind,
        quote: Quote,
        customer_id: str,
        key: str,
        wish: Mapping[str, Any],
    ) -> tuple[OrderFile, bool]:
        """Book for a customer, or open a change; also: whether it is new.

        Args:
            wish: fields of the order; without a `language` it is the customer's.

        Raises:
            NotFound: `unknown-customer`; BadRequest: see `addon_orders.check_order`;
                `bad-owner`, `bad-recipient`.
        """
        customer = await self._office.customer(customer_id)
        if wish.get("user_id"):
            await self._office.person(wish["user_id"])
        if wish.get("email"):
            wish = {**wish, "email": address(wish["email"])}
        change = kind is Kind.CHANGE
        order = Order(
            id=uuid.uuid4().hex,
            kind=kind,
            customer_id=customer_id,
            customer=customer.name,
            option=quote.option,
            greeting=quote.greeting,
            items=() if change else quote.items,
            prices_from=None if change else quote.valid_from,
            key=key,
            booked_at=self.now(),
            booked_by=by.id,
            owner_id=await self._office.first_owner(customer),
            **{**wish, "language": wish.get("language") or customer.language or "de"},
        )
        return await self.book(order)

    async def book(self, order: Order) -> tuple[OrderFile, bool]:
        """Durable with its letters: to everybody who is authorised, to the customer."""
        order = addon_orders.check_order(order)
        told = by_language(await self.authorised(order))
        status = await self._status(order)

        def letters(numbered: Order) -> list[Letter]:
            found = [
                self._letter(
                    numbered,
                    to,
                    addon_letters.announcement(numbered, self.page(numbered), language),
                )
                for language, to in told.items()
            ]
            if numbered.email and numbered.kind is Kind.BOOKING:
                words = addon_letters.confirmation(numbered, status)
                found.append(self._letter(numbered, [numbered.email], words))
            return found

        done = await self._store.book(order, addon_orders.steps_of(order), letters)
        self._post.wake()
        return done

    async def authorised(self, order: Order) -> list[User]:
        """Those who may answer orders, and the order's owner."""
        people = await self._directory.users()
        return [
            each
            for each in people
            if each.active and (may(each, Right.TASKS) or each.id == order.owner_id)
        ]

    def _letter(self, order: Order, to: Sequence[str], words: tuple[str, str]) -> Letter:
        return self._post.letter(KIND, to, *words, reference=order.id)

    async def _status(self, order: Order) -> str:
        """Where the customer sees how far it is; empty where there is no such page."""
        return await self.status_url(order) or ""

    async def status_url(self, order: Order) -> str | None:
        if not order.booked_by.startswith(LINK):
            return None
        return await self._office.status_url(order.booked_by.removeprefix(LINK))

    # -------------------------------------------------------------- changing

    async def change(self, by: User, order_id: str, wish: Mapping[str, Any]) -> OrderFile:
        """Owner, due date, number, person, task, greeting, address.

        Raises:
            NotFound: `unknown-order`, `unknown-greeting`; BadRequest: `bad-owner`,
                `bad-recipient`; Conflict: `order-closed`, `already-active`.
        """
        for name in ("owner_id", "user_id"):
            if wish.get(name):
                await self._office.person(wish[name])
        if wish.get("greeting_id"):
            await self._library.entry(wish["greeting_id"])
        if wish.get("email"):
            wish = {**wish, "email": address(wish["email"])}
        now = self.now()

        def decide(found: OrderFile) -> Changed | None:
            order = found.order
            if order.state is not State.OPEN and set(wish) - {"owner_id", "email", "contact"}:
                raise _closed()
            after = replace(order, **wish)
            if after == order:
                return None
            if order.activated_at and (after.did, after.greeting_id) != (
                order.did,
                order.greeting_id,
            ):
                raise _active()
            return Changed(touched(after, now), found.steps, "addon.changed")

        return await self._store.change(order_id, decide, by.id, now)

    async def put_step(
        self, by: User, order_id: str, step: Step, wish: Mapping[str, Any]
    ) -> OrderFile:
        """Answer a step, take the answer back, or say who does it until when.

        Args:
            wish: of `state`, `reason`, `owner_id`, `due_on` those that are wanted.

        Raises:
            NotFound, Conflict, BadRequest: see `addon_orders.answered`; `activate-instead`,
                `greeting-missing`, `bad-owner`.
        """
        if wish.get("owner_id"):
            await self._office.person(wish["owner_id"])
        found = await self.get(order_id)
        state: StepState | None = wish.get("state")
        taken: str | None = None
        if state is StepState.DONE:
            _check_by_hand(found, step, wish.get("reason", ""))
            if step is Step.GREETING and found.order.greeting_id is None:
                taken = await self._into_library(by, found.order)
        now = self.now()
        answer = Answer(step, state, by.id, now, wish.get("reason", "")) if state else None
        status = await self._status(found.order)

        def decide(file: OrderFile) -> Changed | None:
            order, steps = file.order, _planned(file.steps, step, wish)
            if answer is not None:
                order, steps = answered(order, steps, answer)
                if taken:
                    order = replace(order, greeting_id=order.greeting_id or taken)
            elif steps == file.steps:
                return None
            letters = self._told(file.order, order, answer, status)
            action = "addon.answered" if answer else "addon.changed"
            return Changed(order, steps, action, letters)

        try:
            changed = await self._store.change(order_id, decide, by.id, now)
        except BaseException:
            if taken:
                await self._library.remove(by, taken)
            raise
        self._post.wake()
        return changed

    def _told(
        self, before: Order, after: Order, answer: Answer | None, status: str
    ) -> tuple[Letter, ...]:
        """What the customer is told of an answer."""
        if not after.email:
            return ()
        if after.state is State.REFUSED and before.state is State.OPEN:
            return (self._letter(after, [after.email], addon_letters.refusal(after, status)),)
        if answer and answer.step is Step.INFORMED and answer.state is StepState.DONE:
            did = numbers.show(after.did, HOME) if after.did else ""
            words = addon_letters.ready(after, did, status)
            return (self._letter(after, [after.email], words),)
        return ()

    async def _into_library(self, by: User, order: Order) -> str:
        """The customer's recording as a greeting that plays nowhere yet; its id.

        Raises:
            Conflict: `greeting-missing`.
        """
        if order.greeting is not GreetingKind.SUPPLIED or order.upload_id is None:
            raise Conflict(
                "greeting-missing",
                "Bitte zuerst die Ansage aufnehmen und hier auswählen.",
                "Please record the greeting first and choose it here.",
            )
        file = self._archive.path(upload_name(order.upload_id))
        if not file.is_file():
            raise NotFound(
                "no-recording",
                "Die Aufnahme des Kunden fehlt auf der Platte. Bitte um eine neue bitten.",
                "The customer's recording is missing on the disk. Please ask for a new one.",
            )
        data = await asyncio.to_thread(file.read_bytes)
        name = f"{order.label} {order.customer}"[:MOST_NAME]
        take = Take(data, Source.UPLOAD, order.label, None)
        return (await self._library.add(by, name, take)).greeting.id

    async def comment(self, by: User, order_id: str, text: str) -> OrderFile:
        """Raises `NotFound` (`unknown-order`), `BadRequest` (`no-text`)."""
        now = self.now()
        text = _text(text)

        def decide(file: OrderFile) -> Changed:
            note = Comment(uuid.uuid4().hex, order_id, by.id, now, text)
            return Changed(touched(file.order, now), file.steps, "addon.commented", comment=note)

        return await self._store.change(order_id, decide, by.id, now)

    async def cancel(self, by: User, order_id: str, reason: str) -> OrderFile:
        """Raises `NotFound`, `Conflict` (`order-closed`, `order-active`), `BadRequest`."""
        now = self.now()
        reason = _text(reason)

        def decide(file: OrderFile) -> Changed:
            return Changed(cancelled(file.order, now, reason), file.steps, "addon.cancelled")

        return await self._store.change(order_id, decide, by.id, now)


def by_language(people: Sequence[User]) -> dict[str, list[str]]:
    """Their addresses, by the language that they read."""
    found: dict[str, list[str]] = {}
    for each in people:
        found.setdefault(each.language, []).append(each.email)
    return found


def _planned(
    steps: tuple[StepRow, ...], step: Step, wish: Mapping[str, Any]
) -> tuple[StepRow, ...]:
    """With who does it until when. Raises `NotFound` (`no-such-step`)."""
    if step not in {row.step for row in steps}:
        raise addon_orders.no_such_step()
    plan = {name: wish[name] for name in ("owner_id", "due_on") if name in wish}
    return tuple(replace(row, **plan) if row.step is step else row for row in steps)


def _check_by_hand(found: OrderFile, step: Step, reason: str) -> None:
    """What may be said to be done without having been done by the exchange."""
    if step is Step.CONFIGURED:
        raise Conflict(
            "activate-instead",
            "Diesen Schritt erledigt „Einrichten“: Nummer und Ansage gehören dazu.",
            "This step is done by activating: number and greeting belong to it.",
        )
    passed = found.test_calls and found.test_calls[0].state.value == "passed"
    if step is Step.TEST_CALL and not passed and not reason.strip():
        raise BadRequest(
            "test-call-missing",
            "Bitte den Testanruf starten, oder angeben, wer von Hand angerufen hat.",
            "Please start the test call, or say who called by hand.",
        )


def _text(text: str) -> str:
    """Raises `BadRequest` (`no-text`)."""
    text = text.strip()
    if not text:
        raise BadRequest("no-text", "Bitte einen Text eingeben.", "Please enter a text.")
    return text


def _closed() -> Conflict:
    return Conflict(
        "order-closed",
        "Diese Bestellung ist abgeschlossen. Bitte eine Änderung anlegen.",
        "This order is closed. Please open a change.",
    )


def _active() -> Conflict:
    return Conflict(
        "already-active",
        "Dieser Zusatz ist schon eingerichtet. Bitte eine Änderung anlegen.",
        "This add-on is configured already. Please open a change.",
    )
