"""Tasks and work times from and to CSV files; keys are the task's id, and task, person, day.

The same file again changes nothing. Columns of tasks that are missing leave things as they are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pbx.domain import csv_tables
from pbx.domain.customer_files import one_of, twice
from pbx.domain.customers import LONGEST_NAME, bad_name, tidy
from pbx.domain.people_files import is_address
from pbx.domain.records import Area, Task, TaskState
from pbx.errors import BadRequest

MAX_ID = 100
MAX_TITLE = 200
MOST_BUDGET_MINUTES = 10_000_000
DAY_MINUTES = 1440
HEADER = ("task", "title", "customer", "area", "budget_minutes", "assignees", "state")
COLUMNS = csv_tables.columns_of(
    {
        "task": "task externalid id aufgabe aufgabennummer kennung",
        "title": "title titel bezeichnung",
        "customer": "customer kunde",
        "area": "area bereich",
        "budget_minutes": "budgetminutes budget budgetminuten",
        "assignees": "assignees zustandige zustaendige bearbeiter",
        "state": "state status stand",
    }
)
WORK_HEADER = ("task", "user", "day", "minutes")
WORK_COLUMNS = csv_tables.columns_of(
    {
        "task": "task externalid id aufgabe aufgabennummer kennung",
        "user": "user person email emailadresse mailadresse mitarbeiter",
        "day": "day tag datum date",
        "minutes": "minutes minuten",
    }
)
STATES: Mapping[str, TaskState] = {
    **{state.value: state for state in TaskState},
    "offen": TaskState.OPEN,
    "geschlossen": TaskState.CLOSED,
    "erledigt": TaskState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    line: int
    external_id: str
    title: str | None = None
    customer: str | None = None
    area: Area | None = None
    budget_minutes: int | None = None
    assignees: tuple[str, ...] | None = None
    state: TaskState | None = None

    def applied(self, before: Task | None) -> Task:
        """The task as it shall be; raises `BadRequest` (`no-title`) for a new one without."""
        if before is None and not self.title:
            raise no_title()
        task = before or Task(self.external_id, "", "", Area.BACKOFFICE, 0)
        names = ("title", "customer", "area", "budget_minutes", "assignees", "state")
        wanted = {n: getattr(self, n) for n in names if getattr(self, n) is not None}
        return replace(task, **wanted)


@dataclass(frozen=True, slots=True)
class WorkRow:
    line: int
    task: str
    email: str
    day: date
    minutes: int


def read(data: bytes) -> csv_tables.Rows[TaskRow]:
    """The tasks of a file, and what is wrong with it; raises `BadRequest` (`bad-file`)."""
    seen: dict[str, int] = {}

    def row_of(line: int, texts: Mapping[str, str]) -> TaskRow:
        task = task_id(texts["task"])
        if (before := seen.setdefault(task, line)) != line:
            raise twice(before)
        title, customer = texts.get("title"), texts.get("customer")
        if title is not None and not 0 < len(title) <= MAX_TITLE:
            raise no_title()
        if customer is not None and len(customer) > LONGEST_NAME:
            raise bad_name()
        area, state = texts.get("area"), texts.get("state")
        budget = texts.get("budget_minutes")
        return TaskRow(
            line,
            task,
            title,
            None if customer is None else tidy(customer),
            one_of(area, {each.value: each for each in Area}) if area else None,
            minutes_of(budget, MOST_BUDGET_MINUTES) if budget else None,
            _assignees(texts["assignees"]) if "assignees" in texts else None,
            one_of(state, STATES) if state else None,
        )

    return csv_tables.read(data, COLUMNS, ["task"], row_of)


def read_work(data: bytes) -> csv_tables.Rows[WorkRow]:
    """The work times of a file, and what is wrong with it; raises `BadRequest` (`bad-file`)."""
    seen: dict[tuple[str, str, date], int] = {}

    def row_of(line: int, texts: Mapping[str, str]) -> WorkRow:
        found = WorkRow(
            line,
            task_id(texts.get("task", "")),
            address(texts.get("user", "")),
            csv_tables.day_of(texts.get("day", "")),
            minutes_of(texts.get("minutes", ""), DAY_MINUTES),
        )
        key = found.task, found.email.casefold(), found.day
        if (before := seen.setdefault(key, line)) != line:
            raise twice(before)
        return found

    return csv_tables.read(data, WORK_COLUMNS, WORK_HEADER, row_of)


def task_id(text: str) -> str:
    """Raises `BadRequest` (`bad-task-id`)."""
    if 0 < len(text) <= MAX_ID:
        return text
    raise BadRequest(
        "bad-task-id",
        f"Die Kennung einer Aufgabe hat 1 bis {MAX_ID} Zeichen.",
        f"A task's id has 1 to {MAX_ID} characters.",
    )


def minutes_of(text: str, most: int) -> int:
    """Raises `BadRequest` (`bad-minutes`)."""
    if re.fullmatch(r"[0-9]{1,8}", text, re.ASCII) and int(text) <= most:
        return int(text)
    raise BadRequest(
        "bad-minutes",
        f"„{text[:40]}“: bitte ganze Minuten von 0 bis {most} angeben.",
        f'"{text[:40]}": please give whole minutes from 0 to {most}.',
    )


def address(text: str) -> str:
    """Raises `BadRequest` (`bad-email`)."""
    if is_address(text):
        return text
    raise BadRequest(
        "bad-email",
        f"„{text[:80]}“ ist keine Mailadresse.",
        f'"{text[:80]}" is no mail address.',
    )


def _assignees(text: str) -> tuple[str, ...]:
    return tuple(address(each) for each in re.split(r"[;,\s]+", text) if each)


def no_title() -> BadRequest:
    return BadRequest(
        "no-title",
        f"Die Aufgabe braucht einen Titel von höchstens {MAX_TITLE} Zeichen.",
        f"A task needs a title of {MAX_TITLE} characters at most.",
    )


def write(tasks: Sequence[Task], *, german: bool) -> bytes:
    """The file that `read` understands."""
    rows = (
        (
            task.external_id,
            task.title,
            task.customer,
            task.area.value,
            str(task.budget_minutes),
            " ".join(task.assignees),
            task.state.value,
        )
        for task in tasks
    )
    return csv_tables.write(HEADER, rows, german=german)
