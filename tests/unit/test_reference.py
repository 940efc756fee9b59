"""The tables beside pbx.toml: as shipped, and with faults."""

from datetime import date
from pathlib import Path

import phonenumbers
import pytest

from pbx import reference
from pbx.domain import metering
from pbx.domain.records import Area, NumberType, Zone
from pbx.errors import ConfigError
from pbx.settings import ROOT
from pbx.settings_file import load


@pytest.fixture
def shipped() -> reference.Reference:
    return reference.load_reference(load(ROOT / "config" / "pbx.toml", environ={}))


def test_shipped_countries(shipped: reference.Reference) -> None:
    assert set(shipped.countries) == phonenumbers.SUPPORTED_REGIONS
    allowed = {code for code, country in shipped.countries.items() if country.allowed}
    assert allowed == {"DE", "AT", "CH", "FR", "PL"}
    assert {code for code, c in shipped.countries.items() if c.zone is Zone.DE} == {"DE"}
    assert shipped.country_name("CH", "de") == "Schweiz"
    assert shipped.country_name("CH", "en") == "Switzerland"
    assert shipped.country_name("ZZ", "en") == "ZZ"


def test_shipped_factors(shipped: reference.Reference) -> None:
    row = shipped.factors_on(date(2026, 11, 21))
    assert metering.factors(Area.SALES_EU, row) == metering.Factors(2100, 1500)
    assert shipped.factors_on(date(1999, 1, 1)) == shipped.factors[0]


def test_shipped_emergency_numbers(shipped: reference.Reference) -> None:
    assert shipped.emergency.by_region["FR"] == {"15", "17", "18", "112"}
    assert shipped.emergency.by_region["DE"] == {"110", "112"}
    assert shipped.types == {NumberType.FIXED, NumberType.MOBILE, NumberType.FIXED_OR_MOBILE}


def test_no_country_name_appears_twice(shipped: reference.Reference) -> None:
    for language in ("de", "en"):
        names = [n[language] for n in shipped.names.values()]
        assert len(set(names)) == len(names)


def test_a_file_beside_the_configuration_wins(tmp_path: Path) -> None:
    (tmp_path / "pbx.toml").write_text('[countries]\nallowed = ["LI"]\n')
    (tmp_path / "countries.toml").write_text('LI = { de = "L", en = "Li", zone = "DE" }\n')
    loaded = reference.load_reference(load(tmp_path / "pbx.toml", environ={}))
    assert [c.code for c in loaded.countries.values() if c.allowed] == ["LI"]
    assert loaded.countries["LI"].zone is Zone.DE
    assert "DE" in loaded.denied.national


def test_allowed_country_without_a_row(tmp_path: Path) -> None:
    (tmp_path / "pbx.toml").write_text('[countries]\nallowed = ["DE", "XX"]\n')
    with pytest.raises(ConfigError) as caught:
        reference.load_reference(load(tmp_path / "pbx.toml", environ={}))
    assert caught.value.key == "countries.allowed[1]"
    assert caught.value.found == "XX"


FAULTS = [
    ("countries", "DE = [", "(file)"),
    ("countries", 'XX = { de = "a", en = "b" }', "XX"),
    ("countries", 'DE = { de = "a" }', "DE.en"),
    ("countries", 'DE = { de = "a", en = "" }', "DE.en"),
    ("countries", 'DE = { de = "a", en = "b", zone = "US" }', "DE.zone"),
    ("countries", 'DE = { de = "a", en = "b", colour = 1 }', "DE.colour"),
    ("countries", "DE = 1", "DE"),
    ("denied", "DE = 1", "DE"),
    ("denied", "DE = [1]", "DE[0]"),
    ("denied", '[[ZZ]]\nprefixes = ["1"]\nwhy = "x"', "ZZ"),
    ("denied", '[[DE]]\nprefixes = "1"\nwhy = "x"', "DE[0].prefixes"),
    ("denied", '[[DE]]\nprefixes = [900]\nwhy = "x"', "DE[0].prefixes"),
    ("denied", '[[DE]]\nprefixes = ["900"]', "DE[0].why"),
    ("denied", '[[DE]]\nprefixes = ["9"]\nwhy = "x"\nmax_digits = "4"', "DE[0].max_digits"),
    ("denied", '[[world]]\ncodes = ["+881"]\nwhy = "x"', "world[0].codes"),
    ("emergency", 'everywhere = ["112"]', "(file).countries"),
    ("emergency", 'everywhere = ["112"]\ncountries = 1', "countries"),
    ("emergency", 'everywhere = ["1-2"]\n[countries]', "everywhere"),
    ("emergency", 'everywhere = ["112"]\n[countries]\nDE = []', "countries.DE"),
    ("emergency", 'everywhere = ["112"]\n[countries]\nXX = ["1"]', "countries.XX"),
    ("factors", "", "factors"),
    ("factors", "[[factors]]\nvalid_from = 2026-01-01", "factors[0].base_backoffice"),
]


@pytest.mark.parametrize(("table", "text", "key"), FAULTS)
def test_faults_name_file_and_key(tmp_path: Path, table: str, text: str, key: str) -> None:
    file = tmp_path / f"{table}.toml"
    file.write_text(text)
    arguments = (file, ()) if table == "countries" else (file,)
    with pytest.raises(ConfigError) as caught:
        getattr(reference, f"load_{table}")(*arguments)
    assert caught.value.key == key
    assert str(file) in str(caught.value)


def factor_rows(*rows: dict[str, str]) -> str:
    shipped = {
        "valid_from": "2026-01-01",
        "base_backoffice": '"1.0"',
        "base_sales": '"1.8"',
        "surcharge_de": '"0.2"',
        "surcharge_eu": '"0.3"',
        "pay_backoffice": '"1.0"',
        "pay_sales": '"1.5"',
    }
    tables = [{**shipped, **row} for row in rows]
    return "\n".join(
        "[[factors]]\n" + "\n".join(f"{k} = {v}" for k, v in table.items()) for table in tables
    )


def test_factors_are_sorted_and_chosen_by_date(tmp_path: Path) -> None:
    file = tmp_path / "factors.toml"
    later = {"valid_from": "2027-01-01", "base_sales": '"1.905"'}
    file.write_text(factor_rows(later, {}))
    rows = reference.load_factors(file)
    assert [row.base_sales for row in rows] == [1800, 1905]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"base_sales": "1.8"}, "factors[0].base_sales"),
        ({"base_sales": '"1,8"'}, "factors[0].base_sales"),
        ({"valid_from": '"2026-01-01"'}, "factors[0].valid_from"),
        ({"valid_from": "2026-01-01T00:00:00Z"}, "factors[0].valid_from"),
        ({"colour": '"1.0"'}, "factors[0].colour"),
    ],
)
def test_faulty_factors(tmp_path: Path, row: dict[str, str], key: str) -> None:
    file = tmp_path / "factors.toml"
    file.write_text(factor_rows(row))
    with pytest.raises(ConfigError) as caught:
        reference.load_factors(file)
    assert caught.value.key == key


def test_one_row_a_date(tmp_path: Path) -> None:
    file = tmp_path / "factors.toml"
    file.write_text(factor_rows({}, {}))
    with pytest.raises(ConfigError, match="valid_from"):
        reference.load_factors(file)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        reference.load_emergency(tmp_path / "emergency.toml")
