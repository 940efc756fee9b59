"""Calls as people see them, and what browsers are told of them."""

from collections.abc import Callable
from dataclasses import replace

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import CallRecord, Direction
from pbx.errors import NotFound
from pbx.services.actor import CallActor
from pbx.services.ports import CallLog, CallView, Clock, Directory, Notifier
from pbx.services.presence import Presence


class CallViews:
    """Args: `find` gives the actor of a call under way, or None."""

    def __init__(
        self,
        *,
        calls: CallLog,
        directory: Directory,
        presence: Presence,
        notifier: Notifier,
        clock: Clock,
        find: Callable[[str], CallActor | None],
    ) -> None:
        self._calls = calls
        self._directory = directory
        self._presence = presence
        self._notifier = notifier
        self._clock = clock
        self._find = find

    async def view(self, record: CallRecord) -> CallView:
        if actor := self._find(record.id):  # all of it at once: looking things up takes time
            view = _now(record, actor)
        else:
            state = CallState.ENDED if record.ended else CallState.DETACHED
            view = CallView(record, state.value)
        record = view.record
        task = await self._directory.task(record.task) if record.task else None
        number = await self._directory.number(record.did) if record.did else None
        return replace(
            view,
            task_title=task.title if task else None,
            label=number.label if number else None,
        )

    async def view_of(self, call_id: str) -> CallView:
        record = await self._calls.get(call_id)
        if record is None:
            raise no_call()
        return await self.view(record)

    def talk_ms(self, record: CallRecord) -> int:
        """Billable milliseconds: final, or up to now while the call is under way."""
        if record.ended or record.direction is Direction.INTERNAL:
            return record.talk_ms
        if actor := self._find(record.id):
            return actor.call.talk_ms(self._clock.now())
        return record.answered.ms_until(self._clock.now()) if record.answered else record.talk_ms

    async def changed(self, actor: CallActor) -> None:
        """Tell everybody who is in this call, or was before it was handed over."""
        call = actor.call
        self._notifier.board_changed(call.id)
        concerned = _concerned(call)
        if not concerned:
            return
        view = await self.view_of(call.id)
        for user_id in concerned:
            self._notifier.call_changed(user_id, view)
        facts = call.facts
        if actor.ended and facts.user_id and facts.task and not call.internal:
            self._notifier.phone_share_changed(facts.user_id, facts.task)

    async def offer(self, actor: CallActor, command: m.Offer | m.StopOffer) -> None:
        if isinstance(command, m.StopOffer):
            for user_id in command.user_ids:
                self._notifier.ring_stopped(user_id, actor.call.id, command.reason)
            return
        view = await self.view_of(actor.call.id)
        for user_id in command.user_ids:
            self._notifier.ring(user_id, view)
            if not self._presence.ringable(user_id):
                actor.post(m.AgentLost(self._clock.now(), user_id))

    async def wake(self, call_id: str, user_ids: list[str]) -> None:
        """The call would ring there if a browser were open."""
        view = await self.view_of(call_id) if user_ids else None
        for user_id in user_ids:
            if view:
                self._notifier.wake(user_id, view)


def _now(record: CallRecord, actor: CallActor) -> CallView:
    call = actor.call
    user_id = call.facts.user_id or record.user_id
    return CallView(
        replace(record, user_id=user_id, task=call.facts.task),
        call.state.value,
        colleague_id=call.colleague_id,
        linked=call.linked,
        linked_as=call.linked_as,
        notice=call.notice,
        revision=actor.revision,
    )


def _concerned(call: Call) -> list[str]:
    facts, ended = call.facts, call.state is CallState.ENDED
    users = [facts.user_id or (facts.owner_id if ended else None), *call.former]
    if call.taken or ended:
        users.append(facts.colleague_id)
    return list(dict.fromkeys(user for user in users if user))


def no_call() -> NotFound:
    return NotFound(
        "unknown-call",
        "Diesen Anruf gibt es nicht (mehr).",
        "There is no such call (any more).",
    )
