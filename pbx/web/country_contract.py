"""The operations around countries: allowed or locked."""

from pbx.domain.rights import Right
from pbx.web import schemas as s
from pbx.web.operation import SIGNED_IN, V1, Operation

COUNTRY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_countries",
        "GET",
        f"{V1}/countries",
        "Countries; VPAs see the allowed ones",
        SIGNED_IN,
        None,
        s.Page[s.CountryView],
    ),
    Operation(
        "put_country",
        "PUT",
        f"{V1}/countries",
        "Switch a country on or off",
        Right.COUNTRIES,
        s.CountryPut,
        s.CountryView,
    ),
)
