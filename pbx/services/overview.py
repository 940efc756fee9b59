"""What is going on right now: every call under way, and who is reachable since when.

Everything but names comes from memory, so it is as fast as the exchange is. Names are
looked up together and remembered for a moment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pbx.domain.call import IN_CONVERSATION, CallState
from pbx.domain.records import User
from pbx.domain.terms import Facts
from pbx.services.actor import CallActor
from pbx.services.ports import Clock, Directory
from pbx.services.presence import Presence
from pbx.services.switchboard import Switchboard

NAMES_MS = 2_000
"""How old names may be: a renamed task shows its new name that late."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """One call, with names."""

    id: str
    state: CallState
    facts: Facts
    user: User | None
    colleague: User | None
    rings: tuple[str, ...]
    """Names of those whose browsers ring."""
    task_title: str | None
    label: str | None
    since: datetime
    """Of its state; while people talk: of the far party's answer."""


@dataclass(frozen=True, slots=True)
class PersonNow:
    user: User
    presence: str
    live: bool
    since: datetime | None


@dataclass
class _Names:
    at_ms: int = -NAMES_MS - 1
    people: Mapping[str, User] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


class Overview:
    def __init__(
        self, *, board: Switchboard, directory: Directory, presence: Presence, clock: Clock
    ) -> None:
        self._board = board
        self._directory = directory
        self._presence = presence
        self._clock = clock
        self._names = _Names()

    async def calls(self) -> list[UnderWay]:
        """All of them, the oldest first."""
        actors = [actor for actor in self._board.actors() if not actor.ended]
        names = await self._named(actor.call.facts.task for actor in actors)
        return [_under_way(actor, names) for actor in actors]

    async def call(self, call_id: str) -> UnderWay | None:
        """One of them, also for a moment after its end; None where it is forgotten."""
        actor = self._board.find_actor(call_id)
        if actor is None:
            return None
        return _under_way(actor, await self._named([actor.call.facts.task]))

    async def people(self) -> list[PersonNow]:
        """Everybody with an account that can be used, by name."""
        names = await self._named(())
        active = (user for user in names.people.values() if user.active)
        return [self._person(user) for user in sorted(active, key=lambda user: user.name)]

    async def person(self, user_id: str) -> PersonNow | None:
        user = (await self._named(())).people.get(user_id)
        return self._person(user) if user else None

    def _person(self, user: User) -> PersonNow:
        presence = self._presence
        return PersonNow(
            user, presence.of(user.id), presence.live(user.id), presence.since(user.id)
        )

    async def _named(self, tasks: Iterable[str | None]) -> _Names:
        now = self._clock.now().mono_ms
        if now - self._names.at_ms > NAMES_MS:
            people = {user.id: user for user in await self._directory.users()}
            labels = {number.e164: number.label for number in await self._directory.numbers()}
            self._names = _Names(now, people, labels)
        names = self._names
        if missing := {task for task in tasks if task} - names.titles.keys():
            names.titles.update(dict.fromkeys(missing, ""))
            names.titles.update(await self._directory.task_titles(missing))
        return names


def _under_way(actor: CallActor, names: _Names) -> UnderWay:
    call = actor.call
    people, facts = names.people, call.facts
    talking = call.answered and call.state in IN_CONVERSATION
    rings = (people.get(user_id) for user_id in call.offered_to)
    return UnderWay(
        id=call.id,
        state=call.state,
        facts=facts,
        user=people.get(facts.user_id or ""),
        colleague=people.get(call.colleague_id or ""),
        rings=tuple(user.name for user in rings if user),
        task_title=names.titles.get(facts.task or "") or None,
        label=names.labels.get(facts.did or ""),
        since=call.answered.at if call.answered and talking else actor.since,
    )
