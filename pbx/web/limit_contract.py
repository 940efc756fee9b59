"""The operations around limits of people and the brake."""

from pbx.domain.rights import Right
from pbx.web import limit_schemas as m
from pbx.web import schemas as s
from pbx.web.operation import PAGED, V1, Operation

LIMIT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get_limits",
        "GET",
        f"{V1}/limits",
        "Limits for everybody, number types, what happens with emergency calls",
        Right.COUNTRIES,
        None,
        m.LimitDefaults,
    ),
    Operation(
        "put_limits",
        "PUT",
        f"{V1}/limits",
        "Set the limits of everybody or of one person, for the very next call",
        Right.COUNTRIES,
        m.LimitsPut,
        m.LimitDefaults,
    ),
    Operation(
        "list_people_limits",
        "GET",
        f"{V1}/limits/people",
        "Each person's limits and what they have used, by address",
        Right.COUNTRIES,
        None,
        s.Page[m.PersonLimits],
        query=(("query", "part of name or address"), *PAGED),
    ),
    Operation(
        "put_number_types",
        "PUT",
        f"{V1}/limits/number-types",
        "Choose which types of numbers may be dialled; premium and the like stay closed",
        Right.COUNTRIES,
        m.NumberTypesPut,
        m.LimitDefaults,
    ),
    Operation(
        "get_brake",
        "GET",
        f"{V1}/brake",
        "Patterns that look like fraud, and who is locked because of one",
        Right.COUNTRIES,
        None,
        m.BrakeView,
    ),
    Operation(
        "put_brake",
        "PUT",
        f"{V1}/brake",
        "Set mode and patterns",
        Right.COUNTRIES,
        m.BrakePut,
        m.BrakeView,
    ),
    Operation(
        "release_lock",
        "POST",
        f"{V1}/outbound-locks/{{id}}/release",
        "Let somebody call again",
        Right.COUNTRIES,
        None,
        m.BrakeView,
    ),
)
