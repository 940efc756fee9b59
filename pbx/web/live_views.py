"""Calls under way and people, for those who watch all of them."""

from pbx.domain import numbers
from pbx.services.overview import PersonNow, UnderWay
from pbx.web import insight_schemas as i
from pbx.web import render

HOME = "DE"


def live_call(call: UnderWay) -> i.LiveCall:
    facts, user = call.facts, call.user
    return i.LiveCall(
        id=call.id,
        direction=facts.direction.value,
        state=call.state.value,  # type: ignore[arg-type]  # CallState's values are the names
        number=facts.number,
        national=numbers.show(facts.number, HOME) if facts.number else None,
        did=facts.did,
        label=call.label,
        country=facts.country,
        user=user.email if user else None,
        user_name=user.name if user else None,
        task=facts.task,
        task_title=call.task_title,
        colleague_name=call.colleague.name if call.colleague else None,
        rings=list(call.rings),
        since=call.since,
    )


def live_person(person: PersonNow) -> i.LivePerson:
    return i.LivePerson(
        email=person.user.email,
        name=person.user.name,
        presence=render.presence(person.presence),
        live=person.live,
        since=person.since,
    )
