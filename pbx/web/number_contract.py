"""The operations around our numbers."""

from pbx.domain.rights import Right
from pbx.web import schemas as s
from pbx.web.operation import SIGNED_IN, V1, Operation

NUMBER_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "check_number",
        "GET",
        f"{V1}/numbers/check",
        "What would happen, before dialling",
        SIGNED_IN,
        None,
        s.NumberCheck,
        query=(("country", "country to dial from"), ("number", "as typed")),
    ),
    Operation(
        "list_numbers",
        "GET",
        f"{V1}/numbers",
        "Our numbers and who has them",
        Right.NUMBERS,
        None,
        s.Page[s.NumberView],
    ),
    Operation(
        "put_number",
        "PUT",
        f"{V1}/numbers",
        "Create or change a number of ours",
        Right.NUMBERS,
        s.NumberPut,
        s.NumberView,
    ),
    Operation(
        "assign_number",
        "POST",
        f"{V1}/numbers/{{e164}}/assign",
        "Give a number to a person, for the very next call",
        Right.NUMBERS,
        s.Assign,
        s.NumberView,
    ),
)
