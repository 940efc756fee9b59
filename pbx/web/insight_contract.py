"""The operations of looking back at calls: sums, exports, saved searches."""

from pbx.domain.rights import Right
from pbx.web import insight_schemas as i
from pbx.web import schemas as s
from pbx.web.operation import MANAGEMENT, PERIOD, V1, Operation
from pbx.web.spreadsheets import XLSX

CALL_SEARCH = (
    *PERIOD,
    ("user", "e-mail address"),
    ("task", "task"),
    ("customer", "customer as the tasks name it"),
    ("number", "far party in E.164"),
    ("did", "number of ours in E.164: called by a call in, shown by a call out"),
    ("group", "id of a group of our numbers"),
    ("country", "the far party's country, ISO 3166"),
    ("type", "the far party's kind of number: fixed, mobile, ..."),
    ("query", "part of number, contact, task or note"),
    ("direction", "outbound, inbound or internal"),
    (
        "outcome",
        "answered, missed, voicemail, dictated, busy, no_answer, rejected, cancelled, failed",
    ),
)
SUM_SEARCH = tuple(each for each in CALL_SEARCH if each[0] not in ("number", "query"))
"""Sums are metadata: they do not tell who was called (D6)."""
FORMAT = ("format", "`excel-de`: as a German Excel reads it; none: RFC 4180")

INSIGHT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "calls_csv",
        "GET",
        f"{V1}/calls.csv",
        "The found calls as a file, 100,000 at most",
        Right.CALLS,
        query=(*CALL_SEARCH, FORMAT),
        content="text/csv",
    ),
    Operation(
        "calls_xlsx",
        "GET",
        f"{V1}/calls.xlsx",
        "The found calls as a workbook, 100,000 at most",
        Right.CALLS,
        query=CALL_SEARCH,
        content=XLSX,
    ),
    Operation(
        "count_calls",
        "GET",
        f"{V1}/call-count",
        "How many calls a search finds; counts to 100,000",
        Right.CALLS,
        None,
        i.CallCount,
        query=CALL_SEARCH,
    ),
    Operation(
        "statistics",
        "GET",
        f"{V1}/statistics",
        "What the ended calls of whole days come to, by one thing; metadata only",
        Right.STATISTICS,
        None,
        i.StatisticsView,
        query=(
            (
                "by",
                "day, hour (of the week), person, task, customer, country, type, number, group,"
                " direction or outcome",
            ),
            *SUM_SEARCH,
        ),
    ),
    Operation(
        "statistics_csv",
        "GET",
        f"{V1}/statistics.csv",
        "The same as a file",
        Right.STATISTICS,
        query=(("by", "as for the statistics"), *SUM_SEARCH, FORMAT),
        content="text/csv",
    ),
    Operation(
        "list_call_groups",
        "GET",
        f"{V1}/call-groups",
        "Groups of our numbers, by which calls can be searched",
        MANAGEMENT,
        None,
        s.Page[i.CallGroupView],
    ),
    Operation(
        "list_searches",
        "GET",
        f"{V1}/saved-searches",
        "My saved searches for calls",
        Right.CALLS,
        None,
        s.Page[i.SearchView],
    ),
    Operation(
        "save_search",
        "PUT",
        f"{V1}/saved-searches",
        "Save a search under a name, or replace the one that has it",
        Right.CALLS,
        i.SearchPut,
        i.SearchView,
    ),
    Operation(
        "remove_search",
        "DELETE",
        f"{V1}/saved-searches/{{name}}",
        "Forget a saved search",
        Right.CALLS,
        status=204,
    ),
)
