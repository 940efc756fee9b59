"""The operations around people and their accounts."""

from pbx.web import schemas as s
from pbx.web.operation import MANAGEMENT, V1, Operation

PEOPLE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_users",
        "GET",
        f"{V1}/users",
        "People, and who is reachable",
        MANAGEMENT,
        None,
        s.Page[s.UserView],
    ),
)
