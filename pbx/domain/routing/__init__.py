"""Who rings when somebody calls one of our numbers, and why; and what is wrong with that.

terms.py     steps, conditions, groups, schedules, absences, caller rules
hours.py     opening hours, public holidays, absences at an instant
callers.py   which entry of a caller list is about a caller
planning.py  the one function: `plan_inbound`
checks.py    loops, dangling targets, steps that nobody reaches
words.py     all of that for people
"""

from pbx.domain.routing.callers import (
    SHORTEST_PREFIX,
    blocked_by,
    hidden_hash,
    kind_of,
    matches,
    prefixes_of,
)
from pbx.domain.routing.checks import Fault, People, Problem, check, check_all, find_loop, reachable
from pbx.domain.routing.hours import (
    BERLIN,
    STATES,
    absence_at,
    deputy_of,
    holiday_on,
    hours_at,
)
from pbx.domain.routing.planning import (
    Book,
    Final,
    Passed,
    Place,
    Plan,
    PlannedStage,
    Presence,
    Skipped,
    plan_inbound,
)
from pbx.domain.routing.terms import (
    MOST_CALLS,
    MOST_HOPS,
    MOST_STEPS,
    Absence,
    Action,
    Caller,
    CallerIs,
    CallerRule,
    Group,
    Hours,
    Interval,
    ListKind,
    Reason,
    Schedule,
    Step,
    Strategy,
)

__all__ = [
    "BERLIN",
    "MOST_CALLS",
    "MOST_HOPS",
    "MOST_STEPS",
    "SHORTEST_PREFIX",
    "STATES",
    "Absence",
    "Action",
    "Book",
    "Caller",
    "CallerIs",
    "CallerRule",
    "Fault",
    "Final",
    "Group",
    "Hours",
    "Interval",
    "ListKind",
    "Passed",
    "People",
    "Place",
    "Plan",
    "PlannedStage",
    "Presence",
    "Problem",
    "Reason",
    "Schedule",
    "Skipped",
    "Step",
    "Strategy",
    "absence_at",
    "blocked_by",
    "check",
    "check_all",
    "deputy_of",
    "find_loop",
    "hidden_hash",
    "holiday_on",
    "hours_at",
    "kind_of",
    "matches",
    "plan_inbound",
    "prefixes_of",
    "reachable",
]
