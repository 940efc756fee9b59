"""Our numbers as JSON; people are looked up once for a whole answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pbx.domain.audit import Change
from pbx.domain.going_live import LiveState
from pbx.domain.inventory import (
    Assignment,
    Inventory,
    NumberRequest,
    PlannedChange,
    nature_of,
)
from pbx.domain.records import User
from pbx.domain.texts import caution_text
from pbx.services.numbers import NumberStory
from pbx.web import number_schemas as n
from pbx.web.api import Api
from pbx.web.audit import change_view

PERSON_FIELDS = ("user_id", "planned_by")
"""Fields of changes that hold a user's id; people are shown by name."""


@dataclass(frozen=True, slots=True)
class NumberViews:
    api: Api
    people: Mapping[str, User]
    language: str

    @classmethod
    async def of(cls, api: Api, language: str) -> "NumberViews":
        people = {user.id: user for user in await api.directory.users()}
        return cls(api, people, language)

    def _person(self, user_id: str | None) -> tuple[str | None, str | None]:
        user = self.people.get(user_id or "")
        return (user.email, user.name) if user else (None, None)

    def number(self, found: Inventory, live: LiveState) -> n.NumberView:
        record = found.number
        nature = nature_of(record.e164)
        email, name = self._person(record.user_id)
        cooling = record.cooling_at(self.api.office.numbers.now())
        cautions = self.api.office.numbers.cautions(found)
        return n.NumberView(
            e164=record.e164,
            national=nature.national,
            label=record.label,
            user=email,
            user_name=name,
            ring_seconds=record.ring_seconds,
            language="de" if record.language == "de" else "en",
            greeting=record.greeting,
            recipients=list(record.recipients),
            show_as_caller_id=record.show_as_caller_id,
            head_office=record.head_office,
            at_head_office=record.at_head_office,
            cc=list(record.cc),
            state=record.state.value,
            country=nature.region,
            type=nature.type.value,
            street=record.street,
            postcode=record.postcode,
            city=record.city,
            address_country=record.address_country,
            trunk=record.trunk,
            cool_down_days=record.cool_down_days,
            cool_down=record.cool_down.value,
            cool_until=record.cool_until if cooling else None,
            groups=list(found.groups),
            planned=[self.planned(change, record.label) for change in found.planned],
            going_live=live.value,
            warnings=[n.Warning(c.value, caution_text(c, record, self.language)) for c in cautions],
        )

    def planned(self, change: PlannedChange, label: str) -> n.PlannedView:
        email, name = self._person(change.owner.user_id)
        return n.PlannedView(
            id=change.id,
            e164=change.e164,
            national=nature_of(change.e164).national,
            label=label,
            user=email,
            user_name=name,
            head_office=change.owner.head_office,
            at=change.due_at,
            by_name=self._person(change.by)[1],
            created_at=change.created_at,
            state=change.state.value,
        )

    def detail(self, story: NumberStory, live: LiveState) -> n.NumberDetail:
        assigned = [c for c in story.changes if c.action == "number.assigned"]
        settings = [c for c in story.changes if c.action in ("number.added", "number.changed")]
        return n.NumberDetail(
            number=self.number(story.inventory, live),
            history=self._owners(story.assignments),
            changes=[
                change_view(self._named(change), self.people, self.language)
                for change in story.changes
            ],
            undo_assignment=assigned[0].id if assigned else None,
            undo_settings=settings[0].id if settings and settings[0].before else None,
        )

    def _owners(self, assignments: Sequence[Assignment]) -> list[n.NumberOwnerView]:
        views = []
        until = None
        for each in assignments:
            email, name = self._person(each.owner.user_id)
            by = self.people.get(each.by)
            views.append(
                n.NumberOwnerView(
                    user=email,
                    user_name=name,
                    head_office=each.owner.head_office,
                    since=each.at,
                    until=until,
                    by=by.email if by else each.by,
                    by_name=by.name if by else None,
                )
            )
            until = each.at
        return views

    def _named(self, change: Change) -> Change:
        def named(fields: Mapping[str, object] | None) -> Mapping[str, object] | None:
            if fields is None:
                return None
            return {
                key: self._person(str(value))[1] or value
                if key in PERSON_FIELDS and value is not None
                else value
                for key, value in fields.items()
            }

        return Change(
            change.id,
            change.at,
            change.by,
            change.action,
            change.subject,
            named(change.before),
            named(change.after),
        )

    def request(self, asked: NumberRequest) -> n.NumberRequestView:
        email, name = self._person(asked.user_id)
        return n.NumberRequestView(
            id=asked.id,
            by=email or "",
            by_name=name or "",
            reason=asked.reason,
            created_at=asked.created_at,
            state=asked.state.value,
            answer=asked.answer,
            e164=asked.e164,
            decided_at=asked.decided_at,
            decided_by=self._person(asked.decided_by)[1],
        )
