"""The operations around tasks, their seconds, budget."""

from pbx.domain.rights import Right
from pbx.web import schemas as s
from pbx.web.operation import PERIOD, SIGNED_IN, V1, Operation

TASK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_tasks",
        "GET",
        f"{V1}/tasks",
        "Tasks that I may use",
        SIGNED_IN,
        None,
        s.Page[s.TaskView],
        query=(("query", "part of id, title or customer"),),
    ),
    Operation(
        "put_task",
        "PUT",
        f"{V1}/tasks/{{external_id}}",
        "Create or replace a task",
        Right.TASKS,
        s.TaskPut,
        s.TaskView,
    ),
    Operation(
        "put_work_time",
        "PUT",
        f"{V1}/tasks/{{external_id}}/work-time",
        "Set the minutes that a person worked on a day",
        Right.TASKS,
        s.WorkTimePut,
        s.PhoneShare,
    ),
    Operation(
        "phone_share",
        "GET",
        f"{V1}/tasks/{{external_id}}/phone-share",
        "Phone seconds against work seconds",
        SIGNED_IN,
        None,
        s.PhoneShare,
    ),
    Operation(
        "task_seconds",
        "GET",
        f"{V1}/task-seconds",
        "Metered seconds of each task",
        Right.TASKS,
        None,
        s.Page[s.TaskSecondsView],
        query=(("task", "one task"), *PERIOD),
    ),
    Operation(
        "task_seconds_csv",
        "GET",
        f"{V1}/task-seconds.csv",
        "The same as CSV (UTF-8, RFC 4180)",
        Right.TASKS,
        query=(
            ("task", "one task"),
            *PERIOD,
            ("format", "excel-de: semicolons and decimal commas"),
        ),
        content="text/csv",
    ),
    Operation(
        "budget",
        "GET",
        f"{V1}/budget",
        "Effective to booked time",
        SIGNED_IN,
        None,
        s.Budget,
        query=(("effective_minutes", "whole or decimal minutes"), ("area", "work area")),
    ),
)
