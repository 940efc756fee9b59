"""The operations around price lists and what calls cost."""

from pbx.domain.rights import Right
from pbx.web import schemas as s
from pbx.web import tariff_schemas as t
from pbx.web.insight_contract import CALL_SEARCH, FORMAT, SUM_SEARCH
from pbx.web.operation import PAGED, V1, Operation

COST_BY = (
    "by",
    "day, month, person, task, customer, cost_centre (the customer of a task, or the company's own"
    " task), country, type, number (of ours) or price_list",
)
LIST = f"{V1}/price-lists/{{id}}"

TARIFF_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_price_lists",
        "GET",
        f"{V1}/price-lists",
        "The price lists",
        Right.COUNTRIES,
        None,
        s.Page[t.PriceListView],
    ),
    Operation(
        "add_price_list",
        "POST",
        f"{V1}/price-lists",
        "Add an empty price list",
        Right.COUNTRIES,
        t.PriceListPut,
        t.PriceListView,
        201,
    ),
    Operation(
        "put_price_list",
        "PUT",
        LIST,
        "Change name, trunk or currency",
        Right.COUNTRIES,
        t.PriceListPut,
        t.PriceListView,
    ),
    Operation(
        "remove_price_list",
        "DELETE",
        LIST,
        "Remove a price list; it prices no call any more",
        Right.COUNTRIES,
        status=204,
    ),
    Operation(
        "restore_price_list",
        "POST",
        f"{LIST}/restore",
        "Take the removal back, with all prices",
        Right.COUNTRIES,
        None,
        t.PriceListView,
    ),
    Operation(
        "list_rates",
        "GET",
        f"{LIST}/rates",
        "The prices of a list, by destination",
        Right.COUNTRIES,
        None,
        s.Page[t.DestinationView],
        query=(("day", "what holds on this day, 2026-12-01"), ("query", "prefix or name"), *PAGED),
    ),
    Operation(
        "put_rate",
        "PUT",
        f"{LIST}/rates",
        "Set what one destination costs from a day on",
        Right.COUNTRIES,
        t.RatePut,
        t.RateDone,
    ),
    Operation(
        "remove_rate",
        "DELETE",
        f"{LIST}/rates",
        "Take one price back, as if it had never been set",
        Right.COUNTRIES,
        status=204,
        query=(("destination", "as in the list"), ("valid_from", "the day, 2026-12-01")),
    ),
    Operation(
        "rates_csv",
        "GET",
        f"{LIST}/rates.csv",
        "The newest prices of all prefixes, as the import takes them",
        Right.COUNTRIES,
        query=(FORMAT,),
        content="text/csv",
    ),
    Operation(
        "import_rates",
        "POST",
        f"{LIST}/import",
        "Take over a carrier's CSV price list (the request's body) from a day on: all of it, or"
        " nothing where a row has an error",
        Right.COUNTRIES,
        None,
        t.PriceImport,
        query=(
            ("valid_from", "the day from which it holds, 2026-12-01"),
            ("dry_run", "1: only say what would change"),
            ("file", "its name, for the audit log"),
        ),
    ),
    Operation(
        "find_price",
        "GET",
        f"{V1}/prices",
        "What a call to a number costs",
        Right.COUNTRIES,
        None,
        t.PriceFound,
        query=(
            ("number", "as dialled"),
            ("day", "2026-12-01; none: today"),
            ("trunk", "name of the trunk"),
        ),
    ),
    Operation(
        "costs",
        "GET",
        f"{V1}/costs",
        "What the ended calls out cost, by one thing; metadata only",
        Right.STATISTICS,
        None,
        t.CostsView,
        query=(COST_BY, *SUM_SEARCH),
    ),
    Operation(
        "costs_csv",
        "GET",
        f"{V1}/costs.csv",
        "The same as a file",
        Right.STATISTICS,
        query=(COST_BY, *SUM_SEARCH, FORMAT),
        content="text/csv",
    ),
    Operation(
        "call_costs",
        "GET",
        f"{V1}/call-costs",
        "The found calls out with their cost, oldest first, 1,000 at most",
        Right.CALLS,
        None,
        s.Page[t.CallCost],
        query=CALL_SEARCH,
    ),
    Operation(
        "call_costs_csv",
        "GET",
        f"{V1}/call-costs.csv",
        "The same as a file, 100,000 at most",
        Right.CALLS,
        query=(*CALL_SEARCH, FORMAT),
        content="text/csv",
    ),
)
