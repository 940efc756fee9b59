"""Telling customers of a factor (F12, N3): by template, through the task app."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from pbx.domain import message_templates as rules
from pbx.domain import metering
from pbx.domain.factor_guard import unfit
from pbx.domain.message_templates import Language, Message, Template
from pbx.domain.metering import PhoneShareFigures
from pbx.domain.records import Area, FactorRow, Task, User
from pbx.domain.rights import Right, may
from pbx.errors import NotFound
from pbx.services.ports import Clock, Directory


class TemplateStore(Protocol):
    async def all(self) -> Sequence[Template]:
        """Every template in every language; the shipped text where there is no other."""
        ...

    async def put(
        self, name: str, language: Language, text: str | None, by: str, at: datetime
    ) -> None:
        """None: the shipped text again. Audited."""
        ...

    async def factors_for(self, task: str, area: Area) -> FactorRow:
        """Those that hold if the task is booked for `area`: the frozen ones while it is the
        same, else today's. Raises `NotFound`: `no-factors`."""
        ...

    async def language_of(self, task: str) -> Language | None:
        """The language of the task's customer; None: nobody has said."""
        ...

    async def inform(self, task: str, area: Area, message: Message, by: str, at: datetime) -> Task:
        """Send a message, and book the task for `area` in the same step.

        Raises:
            NotFound: `unknown-task`; Conflict: `nobody-listens`.
        """
        ...


class Informing:
    """Args: `share`: of a task by now, calls under way included; `wake`: called where something
    is due at once."""

    def __init__(
        self,
        *,
        store: TemplateStore,
        directory: Directory,
        share: Callable[[str], Awaitable[PhoneShareFigures]],
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._directory = directory
        self._share = share
        self._clock = clock
        self.wake = wake

    async def templates(self) -> Sequence[Template]:
        return await self._store.all()

    async def put(self, by: User, name: str, language: str, text: str | None) -> Template:
        """None: the shipped text again.

        Raises:
            NotFound: `unknown-template`; BadRequest: `unknown-placeholder`, `bad-template`.
        """
        known = await self._template(name, language)
        checked = None if text is None else rules.check_text(text)
        await self._store.put(name, known.language, checked, by.id, self._clock.now().at)
        return await self._template(name, language)

    def example(self, text: str, language: Language) -> str:
        """A text with made-up values. Raises as `put` does."""
        return rules.filled(rules.check_text(text), rules.EXAMPLE[language])

    async def message(
        self, by: User, task: Task, area: Area, language: Language, share: PhoneShareFigures
    ) -> Message:
        """What would be sent about this area.

        Raises:
            Conflict: `no-template`; NotFound: `no-factors`.
        """
        template = await self._template(rules.template_for(area), language)
        row = await self._store.factors_for(task.external_id, area)
        factor = metering.factors(area, row).customer
        values = rules.values_of(task, area, share, factor, by.name, language)
        text = rules.filled(template.text, values)
        return Message(template.name, language, text, by.email)

    async def about(
        self, by: User, task_id: str, area: Area | None, language: Language | None
    ) -> tuple[Task, Area, Message]:
        """The task, the area that is to hold, and what would be sent.

        Args:
            area: None: the one that fits the calls, else the booked one.
            language: None: the customer's, else the sender's.

        Raises:
            NotFound: `unknown-task`; Refused: `not-your-task`, `area-not-suggested`; Conflict.
        """
        task = await self._directory.task(task_id)
        if task is None:
            raise NotFound(
                "unknown-task",
                f"Die Aufgabe {task_id} gibt es nicht.",
                f"There is no task {task_id}.",
            )
        share = await self._share(task_id)
        wrong = unfit(share)
        right = wrong[1] if wrong else task.area
        if not may(by, Right.TASKS):
            mine = {email.casefold() for email in task.assignees}
            if mine and by.email.casefold() not in mine:
                raise rules.not_your_task()
            if area not in (None, task.area, right):
                raise rules.area_not_suggested()
        area = area or right
        language = language or await self._language(by, task_id)
        return task, area, await self.message(by, task, area, language, share)

    async def inform(
        self, by: User, task_id: str, area: Area | None, language: Language | None
    ) -> tuple[Task, Message]:
        """Send it, and book the task for the area in the same step. Raises as `about` does, and
        `nobody-listens`."""
        _, right, message = await self.about(by, task_id, area, language)
        now = self._clock.now().at
        task = await self._store.inform(task_id, right, message, by.id, now)
        self.wake()
        return task, message

    async def for_finding(
        self, by: User, task_id: str, area: Area, language: Language | None
    ) -> Message | None:
        """What closing a finding of the guard would send; None where the task is gone."""
        language = language or await self._language(by, task_id)
        task = await self._directory.task(task_id)
        if task is None:
            return None
        return await self.message(by, task, area, language, await self._share(task_id))

    async def _language(self, by: User, task_id: str) -> Language:
        known = await self._store.language_of(task_id)
        return known or ("de" if by.language == "de" else "en")

    async def _template(self, name: str, language: str) -> Template:
        for each in await self._store.all():
            if (each.name, each.language) == (name, language):
                return each
        raise rules.unknown_template()
