"""The operations around carriers' call records and what differs from ours."""

from pbx.domain.rights import Right
from pbx.web import reconciliation_schemas as r
from pbx.web import schemas as s
from pbx.web.insight_contract import FORMAT
from pbx.web.operation import PAGED, V1, Operation
from pbx.web.spreadsheets import XLSX

CARRIER = f"{V1}/carriers/{{id}}"
ONE = f"{V1}/reconciliations/{{id}}"
KIND = (
    "kind",
    "only_ours, only_theirs, seconds, twice, not_answered, begin, number or amount",
)
QUERY = ("query", "part of a number")

RECONCILIATION_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_carriers",
        "GET",
        f"{V1}/carriers",
        "The carriers whose call records are compared",
        Right.CALLS,
        None,
        s.Page[r.CarrierView],
    ),
    Operation(
        "add_carrier",
        "POST",
        f"{V1}/carriers",
        "Add a carrier",
        Right.CALLS,
        r.CarrierPut,
        r.CarrierView,
        201,
    ),
    Operation(
        "put_carrier",
        "PUT",
        CARRIER,
        "Change its name, trunk, or how its files are read",
        Right.CALLS,
        r.CarrierPut,
        r.CarrierView,
    ),
    Operation(
        "remove_carrier",
        "DELETE",
        CARRIER,
        "Remove a carrier; its results stay",
        Right.CALLS,
        status=204,
    ),
    Operation(
        "restore_carrier",
        "POST",
        f"{CARRIER}/restore",
        "Take the removal back",
        Right.CALLS,
        None,
        r.CarrierView,
    ),
    Operation(
        "look_at_carrier_file",
        "POST",
        f"{CARRIER}/look",
        "Columns and first rows of a CSV of call records (the request's body)",
        Right.CALLS,
        None,
        r.CarrierFile,
    ),
    Operation(
        "reconcile",
        "POST",
        f"{CARRIER}/reconciliations",
        "Compare a CSV of call records (the request's body) with our calls, and keep the result",
        Right.CALLS,
        None,
        r.ReconciliationView,
        201,
        query=(
            ("from", "first day, 2026-11-01; none: the file's first"),
            ("to", "last day, inclusive; none: the file's last"),
            ("file", "its name"),
        ),
    ),
    Operation(
        "list_reconciliations",
        "GET",
        f"{V1}/reconciliations",
        "What was compared, newest first, 200 at most",
        Right.CALLS,
        None,
        s.Page[r.ReconciliationView],
    ),
    Operation(
        "get_reconciliation", "GET", ONE, "One of them", Right.CALLS, None, r.ReconciliationView
    ),
    Operation("remove_reconciliation", "DELETE", ONE, "Remove a result", Right.CALLS, status=204),
    Operation(
        "restore_reconciliation",
        "POST",
        f"{ONE}/restore",
        "Take the removal back",
        Right.CALLS,
        None,
        r.ReconciliationView,
    ),
    Operation(
        "list_findings",
        "GET",
        f"{ONE}/findings",
        "What differs, in order of time",
        Right.CALLS,
        None,
        s.Page[r.CarrierFindingView],
        query=(KIND, QUERY, *PAGED),
    ),
    Operation(
        "findings_csv",
        "GET",
        f"{ONE}/findings.csv",
        "The same as a file",
        Right.CALLS,
        query=(KIND, QUERY, FORMAT),
        content="text/csv",
    ),
    Operation(
        "findings_xlsx",
        "GET",
        f"{ONE}/findings.xlsx",
        "The same as a workbook",
        Right.CALLS,
        query=(KIND, QUERY),
        content=XLSX,
    ),
)
