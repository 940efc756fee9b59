"""Orders of add-ons: a card with steps, each answered by somebody (F25, F27).

    OPEN ──all steps done──> DONE
      ├──────feasible refused──> REFUSED     the customer is told, nothing is charged
      └──────cancelled──> CANCELLED          only before it is active

A step can be answered once all that it needs is done. `apply`, `refuse` and `reopen` are the
only writers of steps.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pbx.domain.addons import GreetingKind, Item, Option
from pbx.errors import BadRequest, Conflict, NotFound

LINK = "link:"
"""`by` of what a customer did begins so; the link's id follows."""
PREFIX = "Z-"


class Kind(enum.StrEnum):
    BOOKING = "booking"
    CHANGE = "change"
    """Because the VPA changes, or the customer wishes it; it costs nothing by itself."""


class State(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Step(enum.StrEnum):
    """In the order of the board."""

    FEASIBLE = "feasible"
    NUMBER = "number"
    """Ordered, or the forwarding is set."""
    GREETING = "greeting"
    """Approved."""
    CONFIGURED = "configured"
    TEST_CALL = "test-call"
    INFORMED = "informed"


class StepState(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


NEEDS: dict[Step, tuple[Step, ...]] = {
    Step.FEASIBLE: (),
    Step.NUMBER: (Step.FEASIBLE,),
    Step.GREETING: (Step.FEASIBLE,),
    Step.CONFIGURED: (Step.FEASIBLE, Step.NUMBER, Step.GREETING),
    Step.TEST_CALL: (Step.CONFIGURED,),
    Step.INFORMED: (Step.TEST_CALL,),
}
"""What must be done before; steps that an order does not have are needed by nobody."""


@dataclass(frozen=True, slots=True)
class StepRow:
    step: Step
    state: StepState = StepState.OPEN
    owner_id: str | None = None
    """None: the order's owner."""
    due_on: date | None = None
    by: str = ""
    """Who answered it: a user id, or `system`; empty while it is open."""
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What was booked stays as it was booked; money in cents, numbers E.164."""

    id: str
    kind: Kind
    customer_id: str
    customer: str
    """Its name when it was booked."""
    option: Option
    greeting: GreetingKind
    items: tuple[Item, ...]
    """Frozen when booked; none: a change."""
    prices_from: date | None
    key: str
    """One for each wish: the same again is the same order."""
    booked_at: datetime
    booked_by: str
    """User id, or `LINK` and the link's id."""
    number: int = 0
    """For people; given by the store."""
    state: State = State.OPEN
    contact: str = ""
    email: str = ""
    language: str = "de"
    greeting_text: str = ""
    upload_id: str | None = None
    own_number: str | None = None
    """The customer's own."""
    country: str | None = None
    wished_on: date | None = None
    note: str = ""
    task: str | None = None
    user_id: str | None = None
    """Whose extension it is about."""
    did: str | None = None
    """Our number that it is about."""
    greeting_id: str | None = None
    """Of the library."""
    owner_id: str | None = None
    due_on: date | None = None
    activate_at: datetime | None = None
    activate_by: str = ""
    activated_at: datetime | None = None
    answered_at: datetime | None = None
    """The last time that anybody of ours did something about it."""
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    """Of this silence: both begin anew with an answer."""
    closed_at: datetime | None = None
    reason: str = ""

    @property
    def total(self) -> int:
        return sum(item.cents for item in self.items)

    @property
    def label(self) -> str:
        return f"{PREFIX}{self.number}"

    @property
    def has_greeting(self) -> bool:
        return self.greeting is not GreetingKind.NONE


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    order_id: str
    by: str
    at: datetime
    text: str


def steps_of(order: Order) -> tuple[StepRow, ...]:
    """The steps that a new order has, in their order."""
    wanted = {Step.CONFIGURED, Step.TEST_CALL, Step.INFORMED}
    if order.kind is Kind.CHANGE or order.option in (Option.OWN_NUMBER, Option.COUNTRY_NUMBER):
        wanted.add(Step.FEASIBLE)
    if order.kind is Kind.BOOKING and Step.FEASIBLE in wanted:
        wanted.add(Step.NUMBER)
    if order.has_greeting:
        wanted.add(Step.GREETING)
    return tuple(StepRow(step) for step in Step if step in wanted)


def check_order(order: Order) -> Order:
    """The order as it may be booked.

    Raises:
        BadRequest: `own-number-needed`, `country-needed`, `recording-needed`.
    """
    booking = order.kind is Kind.BOOKING
    if booking and order.option is Option.OWN_NUMBER and not order.own_number:
        raise _own_number_needed()
    if booking and order.option is Option.COUNTRY_NUMBER and not order.country:
        raise _country_needed()
    by_link = order.booked_by.startswith(LINK)
    if by_link and order.greeting is GreetingKind.SUPPLIED and not order.upload_id:
        raise _recording_needed()
    return order


def can_answer(steps: Sequence[StepRow], step: Step) -> bool:
    """Whether all that `step` needs is done."""
    found = {row.step: row.state for row in steps}
    return all(found.get(need, StepState.DONE) is StepState.DONE for need in NEEDS[step])


def next_step(steps: Sequence[StepRow]) -> Step | None:
    """The first open one: the column of the board."""
    return next((row.step for row in steps if row.state is not StepState.DONE), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of a step."""

    step: Step
    state: StepState
    by: str
    at: datetime
    reason: str = ""


def answered(
    order: Order, steps: Sequence[StepRow], answer: Answer
) -> tuple[Order, tuple[StepRow, ...]]:
    """Order and steps after an answer.

    Raises:
        NotFound: `no-such-step`; Conflict: `order-closed`, `step-too-early`,
            `step-built-upon`; BadRequest: `reason-missing`.
    """
    _is_open(order)
    if answer.step not in {row.step for row in steps}:
        raise no_such_step()
    if answer.state is StepState.OPEN:
        if any(r.state is StepState.DONE and answer.step in NEEDS[r.step] for r in steps):
            raise _built_upon()
    elif not can_answer(steps, answer.step):
        raise _too_early()
    if answer.state is StepState.REFUSED and not answer.reason.strip():
        raise reason_missing()
    after = tuple(_answer(row, answer) if row.step is answer.step else row for row in steps)
    order = touched(order, answer.at)
    if answer.state is StepState.REFUSED and answer.step is Step.FEASIBLE:
        closed = replace(order, state=State.REFUSED, closed_at=answer.at, reason=answer.reason)
        return replace(closed, activate_at=None), after
    if all(row.state is StepState.DONE for row in after):
        order = replace(order, state=State.DONE, closed_at=answer.at)
    return order, after


def _answer(row: StepRow, answer: Answer) -> StepRow:
    if answer.state is StepState.OPEN:
        return replace(row, state=StepState.OPEN, by="", at=None, reason="")
    reason = answer.reason.strip()
    return replace(row, state=answer.state, by=answer.by, at=answer.at, reason=reason)


def touched(order: Order, at: datetime) -> Order:
    """Somebody of ours has answered: the silence is over."""
    return replace(order, answered_at=at, reminded_at=None, escalated_at=None)


def cancelled(order: Order, at: datetime, reason: str) -> Order:
    """Raises `Conflict` (`order-closed`, `order-active`)."""
    _is_open(order)
    if order.activated_at is not None:
        raise Conflict(
            "order-active",
            "Dieser Zusatz ist schon eingerichtet und berechnet. Bitte eine Änderung anlegen.",
            "This add-on is configured and charged already. Please open a change.",
        )
    after = replace(touched(order, at), state=State.CANCELLED, closed_at=at, reason=reason.strip())
    return replace(after, activate_at=None)


def check_activation(order: Order, steps: Sequence[StepRow]) -> None:
    """Whether it can be configured.

    Raises:
        Conflict: `order-closed`, `already-active`, `step-too-early`, `did-missing`,
            `greeting-missing`.
    """
    _is_open(order)
    if order.activated_at is not None:
        raise Conflict(
            "already-active",
            "Dieser Zusatz ist schon eingerichtet.",
            "This add-on is configured already.",
        )
    if not can_answer(steps, Step.CONFIGURED):
        raise _too_early()
    if order.did is None:
        raise did_missing()
    if order.has_greeting and order.greeting_id is None:
        raise _greeting_missing()


def _is_open(order: Order) -> None:
    if order.state is not State.OPEN:
        raise Conflict(
            "order-closed",
            "Diese Bestellung ist abgeschlossen. Bitte eine Änderung anlegen.",
            "This order is closed. Please open a change.",
        )


def unknown_order() -> NotFound:
    return NotFound(
        "unknown-order",
        "Diese Bestellung gibt es nicht. Bitte die Liste neu laden.",
        "There is no such order. Please reload the list.",
    )


def no_such_step() -> NotFound:
    return NotFound(
        "no-such-step",
        "Diesen Schritt hat die Bestellung nicht.",
        "The order has no such step.",
    )


def reason_missing() -> BadRequest:
    return BadRequest(
        "reason-missing",
        "Bitte einen Grund angeben; der Kunde liest ihn.",
        "Please give a reason; the customer reads it.",
    )


def did_missing() -> Conflict:
    return Conflict(
        "did-missing",
        "Bitte zuerst angeben, um welche unserer Rufnummern es geht.",
        "Please say first which number of ours it is about.",
    )


def _too_early() -> Conflict:
    return Conflict(
        "step-too-early",
        "Vorher sind andere Schritte zu erledigen.",
        "Other steps have to be done before.",
    )


def _built_upon() -> Conflict:
    return Conflict(
        "step-built-upon",
        "Ein späterer Schritt ist schon erledigt. Bitte zuerst diesen wieder öffnen.",
        "A later step is done already. Please open that one again first.",
    )


def _greeting_missing() -> Conflict:
    return Conflict(
        "greeting-missing",
        "Zu dieser Bestellung gehört eine Ansage. Bitte zuerst eine aus der Bibliothek wählen.",
        "A greeting belongs to this order. Please choose one of the library first.",
    )


def _own_number_needed() -> BadRequest:
    return BadRequest(
        "own-number-needed",
        "Bitte die eigene Rufnummer angeben, die eingerichtet werden soll.",
        "Please give the number of your own that is to be configured.",
    )


def _country_needed() -> BadRequest:
    return BadRequest(
        "country-needed",
        "Bitte das Land angeben, in dem die Rufnummer liegen soll.",
        "Please give the country in which the number is to be.",
    )


def _recording_needed() -> BadRequest:
    return BadRequest(
        "recording-needed",
        "Bitte die Aufnahme der Ansage hochladen.",
        "Please upload the recording of the greeting.",
    )
