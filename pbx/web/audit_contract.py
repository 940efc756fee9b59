"""The operations around what was changed, and by whom."""

from pbx.domain.rights import Right
from pbx.web import audit_schemas as a
from pbx.web import schemas as s
from pbx.web.operation import PAGED, PERIOD, V1, Operation

AUDIT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_audit",
        "GET",
        f"{V1}/audit",
        "Every change: who, when, before, after; newest first",
        Right.AUDIT,
        None,
        s.Page[a.ChangeView],
        query=(
            *PERIOD,
            ("by", "e-mail address of who did it, or `system`"),
            ("kind", "what was changed, such as `number`"),
            ("subject", "which one of them"),
            *PAGED,
        ),
    ),
    Operation(
        "list_audit_kinds",
        "GET",
        f"{V1}/audit-kinds",
        "Of what there are changes, with names in the reader's language",
        Right.AUDIT,
        None,
        s.Page[a.KindView],
    ),
)
