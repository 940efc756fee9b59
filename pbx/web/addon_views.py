"""Add-ons as JSON."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, cast

from pbx.domain import addon_texts
from pbx.domain.addon_orders import LINK, Order, State, StepRow, StepState, can_answer, next_step
from pbx.domain.addon_watch import quiet_since
from pbx.domain.addons import FIRST, GREETINGS, Catalogue, GreetingKind, Item, Option, Quote
from pbx.domain.audit import SYSTEM
from pbx.domain.cents import euros
from pbx.domain.records import FactorRow, User
from pbx.domain.test_calls import TestCall
from pbx.domain.texts import pick
from pbx.services.addon_form import FormView
from pbx.services.addon_ports import OpenHandover, OrderFile, PricesInUse
from pbx.web import addon_form_schemas as f
from pbx.web import addon_schemas as a
from pbx.web import handover_schemas as h
from pbx.web.going_live_schemas import TestCallView
from pbx.web.operation import V1
from pbx.web.test_call_views import test_call_view

PhoneArea = Literal["backoffice_de", "backoffice_eu", "sales_de", "sales_eu"]
People = Mapping[str, User]
"""By id."""


def prices(found: PricesInUse, current: Catalogue) -> a.AddonPrices:
    row = found.catalogue
    return a.AddonPrices(
        valid_from=row.valid_from,
        extension=euros(row.extension),
        mailbox=euros(row.mailbox),
        own_number=euros(row.own_number),
        country_number=euros(row.country_number),
        supplied=euros(row.supplied),
        vpa=euros(row.vpa),
        professional=euros(row.professional),
        current=row == current,
        orders=found.orders,
        shipped=row == FIRST,
    )


def items(of: Sequence[Item], language: str) -> list[a.PriceItem]:
    return [
        a.PriceItem(each.name, addon_texts.item(each.name, language), euros(each.cents))
        for each in of
    ]


def factor_lines(row: FactorRow | None, language: str) -> list[a.FactorLine]:
    lines = addon_texts.factor_lines(row, language) if row else []
    return [a.FactorLine(cast(PhoneArea, area.value), text, value) for area, text, value in lines]


def quote(of: Quote, factors: FactorRow | None, language: str) -> a.Quote:
    return a.Quote(
        option=of.option.value,
        greeting=of.greeting.value,
        items=items(of.items, language),
        total=euros(of.total),
        factors=factor_lines(factors, language),
        prices_from=of.valid_from,
    )


def form(
    view: FormView, company: str, most_bytes: int, most_seconds: int, language: str
) -> f.AddonForm:
    catalogue = view.catalogue
    return f.AddonForm(
        company=company,
        customer=view.customer.name,
        email=view.link.email,
        language="de" if view.link.language == "de" else "en",
        options=[
            f.OptionChoice(
                option=option.value,
                name=pick(addon_texts.OPTIONS[option], language),
                explanation=pick(addon_texts.EXPLANATIONS[option], language),
                price=euros(getattr(catalogue, option.value.replace("-", "_"))),
                greetings=[kind.value for kind in GREETINGS[option]],
            )
            for option in Option
        ],
        greetings=[
            f.GreetingChoice(
                greeting=kind.value,
                name=pick(addon_texts.GREETINGS[kind], language),
                explanation=pick(addon_texts.GREETING_EXPLANATIONS[kind], language),
                price=euros(getattr(catalogue, kind.value, 0)),
            )
            for kind in GreetingKind
        ],
        factors=factor_lines(view.factors, language),
        factor_note=pick(addon_texts.FACTOR_NOTE, language),
        prices_from=catalogue.valid_from,
        most_megabytes=most_bytes // 1_000_000,
        most_seconds=most_seconds,
        orders=view.orders,
    )


def public_order(file: OrderFile, language: str) -> f.PublicOrder:
    order = file.order
    closed = order.state in (State.REFUSED, State.CANCELLED)
    return f.PublicOrder(
        id=order.id,
        number=order.label,
        state=order.state.value,
        option=order.option.value,
        option_name=pick(addon_texts.OPTIONS[order.option], language),
        greeting=order.greeting.value,
        greeting_name=pick(addon_texts.GREETINGS[order.greeting], language),
        items=items(order.items, language),
        total=euros(order.total),
        booked_at=order.booked_at,
        active_since=order.activated_at,
        wished_on=order.wished_on,
        steps=[
            f.PublicStep(
                step=row.step.value,
                text=pick(addon_texts.STEPS[row.step], language),
                state=row.state.value,
                at=row.at,
                reason=row.reason if row.state is StepState.REFUSED else "",
            )
            for row in file.steps
        ],
        reason=order.reason if closed else "",
    )


# ------------------------------------------------------------------ the board


def person(user_id: str | None, people: People) -> a.PersonRef | None:
    found = people.get(user_id or "")
    return a.PersonRef(found.id, found.name, found.email) if found else None


def name_of(who: str, people: People, order: Order) -> str:
    """Of somebody of ours, of the customer, or nobody's where a rule did it."""
    if who.startswith(LINK):
        return order.contact
    if who == SYSTEM:
        return "Vermittlung"
    return people[who].name if who in people else who


def _late(row: StepRow, today: date) -> bool:
    return row.state is StepState.OPEN and row.due_on is not None and row.due_on < today


def _is_late(file: OrderFile, today: date) -> bool:
    due = file.order.due_on
    late = due is not None and due < today
    is_open = file.order.state is State.OPEN
    return is_open and (late or any(_late(row, today) for row in file.steps))


def card(file: OrderFile, people: People, today: date, language: str) -> a.OrderCard:
    return a.OrderCard(**_card(file, people, today, language))


def _card(file: OrderFile, people: People, today: date, language: str) -> dict[str, Any]:
    order = file.order
    is_open = order.state is State.OPEN
    step = next_step(file.steps) if is_open else None
    return {
        "id": order.id,
        "number": order.label,
        "kind": order.kind.value,
        "state": order.state.value,
        "customer": order.customer,
        "customer_id": order.customer_id,
        "option": order.option.value,
        "option_name": pick(addon_texts.OPTIONS[order.option], language),
        "greeting": order.greeting.value,
        "total": euros(order.total),
        "booked_at": order.booked_at,
        "owner": person(order.owner_id, people),
        "due_on": order.due_on,
        "late": _is_late(file, today),
        "next_step": step.value if step else None,
        "steps_done": sum(row.state is StepState.DONE for row in file.steps),
        "steps": len(file.steps),
        "quiet_since": quiet_since(order),
        "reminded_at": order.reminded_at,
        "escalated_at": order.escalated_at,
        "did": order.did,
        "test_call": file.test_calls[0].state.value if file.test_calls else None,
    }


def order_view(
    file: OrderFile,
    people: People,
    today: date,
    language: str,
    *,
    upload_seconds: float | None,
    status_url: str | None,
) -> a.OrderView:
    order = file.order
    return a.OrderView(
        **_card(file, people, today, language),
        items=items(order.items, language),
        prices_from=order.prices_from,
        booked_by=name_of(order.booked_by, people, order),
        contact=order.contact,
        email=order.email,
        language="de" if order.language == "de" else "en",
        greeting_text=order.greeting_text,
        greeting_name=pick(addon_texts.GREETINGS[order.greeting], language),
        own_number=order.own_number,
        country=order.country,
        wished_on=order.wished_on,
        note=order.note,
        task=order.task,
        user=person(order.user_id, people),
        greeting_id=order.greeting_id,
        upload_audio=f"{V1}/addon-orders/{order.id}/greeting" if order.upload_id else None,
        upload_seconds=upload_seconds,
        activate_at=order.activate_at,
        activated_at=order.activated_at,
        charged=file.charged,
        closed_at=order.closed_at,
        reason=order.reason,
        step_list=[_step(row, file, people, today, language) for row in file.steps],
        comments=[
            a.CommentView(each.id, name_of(each.by, people, order), each.at, each.text)
            for each in file.comments
        ],
        test_calls=[_test_call(each, people, order, language) for each in file.test_calls],
        status_url=status_url,
    )


def _step(row: StepRow, file: OrderFile, people: People, today: date, language: str) -> a.StepView:
    return a.StepView(
        step=row.step.value,
        text=pick(addon_texts.STEPS[row.step], language),
        state=row.state.value,
        can=file.order.state is State.OPEN and can_answer(file.steps, row.step),
        owner=person(row.owner_id, people),
        due_on=row.due_on,
        late=_late(row, today),
        by=name_of(row.by, people, file.order) if row.by else "",
        at=row.at,
        reason=row.reason,
    )


def _test_call(call: TestCall, people: People, order: Order, language: str) -> TestCallView:
    by = name_of(call.by, people, order)
    return test_call_view(call, by, f"{V1}/addon-orders/{order.id}", language)


# ------------------------------------------------------------------ hand-overs


def handover(
    found: OpenHandover, people: People, factor: str | None, *, mine: bool
) -> h.HandoverView:
    row, task = found.handover, found.task
    by_email = {user.email.casefold(): user for user in people.values()}
    receiver = by_email.get(row.email.casefold())
    by = people.get(row.by)
    confirmer = people.get(row.confirmed_by or "")
    return h.HandoverView(
        id=row.id,
        task=row.task,
        title=task.title if task else row.task,
        customer=task.customer if task else "",
        factor=factor,
        area=task.area.value if task else "",
        receiver=person(receiver.id if receiver else None, people),
        receiver_email=row.email,
        handed_by=by.name if by else "",
        at=row.at,
        confirmed_at=row.confirmed_at,
        confirmed_by=confirmer.name if confirmer else row.confirmed_by,
        right_factor=row.right_factor,
        informed=row.informed,
        specialist=row.specialist,
        facts=row.facts,
        mine=mine,
    )
