"""Whether an address lies where the area code of its number belongs to."""

import pytest
from phonenumbers.geodata import GEOCODE_DATA

from pbx.domain.areas import FILE, area_elsewhere, area_of

COLOGNE, FRANKFURT, MANNHEIM = "+4922112345678", "+4969123456", "+49621123456"
VIENNA, GENEVA, ST_POELTEN = "+4312345678", "+41221234567", "+43274212345"


@pytest.mark.parametrize(
    ("e164", "town"),
    [
        *((COLOGNE, town) for town in ("Köln", "KOELN", "koln", "Cologne", "Köln-Porz", "Köln 1")),
        *((FRANKFURT, f"Frankfurt{more}") for more in ("", " am Main", "/Main", " a. M.")),
        *((VIENNA, town) for town in ("Wien", "Vienna", "Wien, 1. Bezirk")),
        *((GENEVA, town) for town in ("Genf", "Genève", "Geneva")),
        *((ST_POELTEN, town) for town in ("Sankt Pölten", "St. Poelten")),
        (MANNHEIM, "Ludwigshafen am Rhein"),
        ("+49203123456", "Duisburg"),
        # Without an area of their own they may share this one.
        ("+4989123456", "Ottobrunn"),
        ("+49208123456", "Mülheim an der Ruhr"),
        ("+49911123456", "Fürth"),
        # Of these it cannot be said.
        (COLOGNE, ""),
        (COLOGNE, "..."),
        ("+4980012345678", "Berlin"),
        ("+33142345678", "Lyon"),
        ("+49", "Berlin"),
    ],
)
def test_the_address_may_lie_there(e164: str, town: str) -> None:
    assert area_elsewhere(e164, town) is None


@pytest.mark.parametrize(
    ("e164", "town", "code", "place"),
    [
        (COLOGNE, "Berlin", "0221", "Köln"),
        (COLOGNE, "Berlin-Mitte", "0221", "Köln"),
        (FRANKFURT, "Frankfurt (Oder)", "069", "Frankfurt am Main"),
        (MANNHEIM, "Heidelberg", "0621", "Mannheim"),
        (VIENNA, "Graz", "01", "Wien"),
        (GENEVA, "Zurich", "022", "Genf"),
    ],
)
def test_a_town_with_an_area_of_its_own_is_elsewhere(
    e164: str, town: str, code: str, place: str
) -> None:
    area = area_elsewhere(e164, town)
    assert area is not None
    assert (area.code, area.place) == (code, place)


def test_the_places_are_those_of_libphonenumber() -> None:
    written = dict(line.split(" ", 1) for line in FILE.read_text(encoding="utf-8").splitlines())
    known = {
        "431" if prefix.startswith("431") else prefix: names.get("de", names["en"])
        for prefix, names in GEOCODE_DATA.items()
        if prefix.startswith(("49", "43", "41"))
    }
    assert {prefix: names.split("|")[0] for prefix, names in written.items()} == known
    assert area_of("+4399912345") is None
