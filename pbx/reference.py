"""Reads the tables beside `pbx.toml`: countries, denied ranges, emergency numbers, factors.

Every fault raises `ConfigError` with file and key before anything starts.
"""

import itertools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import phonenumbers

from pbx.domain.emergency import EmergencyNumbers
from pbx.domain.policy import DeniedRanges, Range
from pbx.domain.records import Country, FactorRow, NumberType, Zone
from pbx.errors import ConfigError
from pbx.settings import ROOT, Settings

FACTORS_FILE = "factors.toml"
_FACTOR_KEYS = (
    "base_backoffice",
    "base_sales",
    "surcharge_de",
    "surcharge_eu",
    "pay_backoffice",
    "pay_sales",
)


@dataclass(frozen=True, slots=True)
class Reference:
    """The tables, ready for the domain."""

    countries: Mapping[str, Country]
    """All known countries as they are before management changes one."""
    names: Mapping[str, Mapping[str, str]]
    """Country names: `names["FR"]["de"]`."""
    denied: DeniedRanges
    emergency: EmergencyNumbers
    factors: tuple[FactorRow, ...]
    """By date, oldest first."""
    types: frozenset[NumberType]
    """Number types that may be dialled."""

    def country_name(self, code: str, language: str) -> str:
        """In German or English; the code itself for a country that has no name here."""
        names = self.names.get(code, {})
        return names.get("de" if language.startswith("de") else "en", code)

    def factors_on(self, day: date) -> FactorRow:
        """The row that holds on `day`; the oldest one for days before it."""
        valid = [row for row in self.factors if row.valid_from <= day]
        return valid[-1] if valid else self.factors[0]


def load_reference(settings: Settings) -> Reference:
    """Read all tables that `settings` names.

    Raises:
        ConfigError: naming the file, the key, what was found and what is expected.
    """
    countries, names = load_countries(
        locate(settings, settings.countries.file), settings.countries.allowed
    )
    for i, code in enumerate(settings.countries.allowed):
        if code not in countries:
            raise ConfigError(
                str(settings.file),
                f"countries.allowed[{i}]",
                code,
                f"a country of {settings.countries.file}",
            )
    return Reference(
        countries=countries,
        names=names,
        denied=load_denied(locate(settings, settings.countries.denied_file)),
        emergency=load_emergency(locate(settings, settings.emergency.numbers_file)),
        factors=load_factors(locate(settings, FACTORS_FILE)),
        types=frozenset(NumberType(name) for name in settings.numbers.types),
    )


def locate(settings: Settings, name: str) -> Path:
    """The file beside the configuration file, else the one that the product ships."""
    path = settings.config_file(name)
    shipped = ROOT / "config" / name
    return shipped if not path.exists() and shipped.exists() else path


def load_countries(
    file: Path, allowed: tuple[str, ...]
) -> tuple[dict[str, Country], dict[str, dict[str, str]]]:
    """Countries (those in `allowed` switched on) and their names.

    Raises:
        ConfigError: see `load_reference`.
    """
    countries: dict[str, Country] = {}
    names: dict[str, dict[str, str]] = {}
    for code, row in _read(file).items():
        _region(file, code, code)
        _keys(file, code, row, {"de", "en"}, {"zone"})
        zone = row.get("zone", "EU")
        if zone not in ("DE", "EU"):
            raise ConfigError(str(file), f"{code}.zone", zone, '"DE" or "EU"')
        countries[code] = Country(code, Zone(zone), code in allowed)
        names[code] = {key: _text(file, f"{code}.{key}", row[key]) for key in ("de", "en")}
    return countries, names


def load_denied(file: Path) -> DeniedRanges:
    """Raises: ConfigError: see `load_reference`."""
    world: list[Range] = []
    national: dict[str, tuple[Range, ...]] = {}
    for section, rows in _read(file).items():
        if not isinstance(rows, list):
            raise ConfigError(str(file), section, rows, f"a list of tables [[{section}]]")
        if section != "world":
            _region(file, section, section)
        field = "codes" if section == "world" else "prefixes"
        ranges: list[Range] = []
        for i, row in enumerate(rows):
            ranges += _ranges(file, f"{section}[{i}]", field, row)
        if section == "world":
            world = ranges
        else:
            national[section] = tuple(ranges)
    return DeniedRanges(tuple(world), national)


def load_emergency(file: Path) -> EmergencyNumbers:
    """Raises: ConfigError: see `load_reference`."""
    table = _read(file)
    _keys(file, "(file)", table, {"everywhere", "countries"}, set())
    if not isinstance(table["countries"], dict):
        raise ConfigError(str(file), "countries", table["countries"], "a section [countries]")
    by_region: dict[str, frozenset[str]] = {}
    for code, found in table["countries"].items():
        _region(file, f"countries.{code}", code)
        by_region[code] = frozenset(_digits(file, f"countries.{code}", found))
    return EmergencyNumbers(by_region, frozenset(_digits(file, "everywhere", table["everywhere"])))


def load_factors(file: Path) -> tuple[FactorRow, ...]:
    """Raises: ConfigError: see `load_reference`."""
    found = _read(file).get("factors")
    if not isinstance(found, list) or not found:
        raise ConfigError(str(file), "factors", found, "at least one table [[factors]]")
    rows: list[FactorRow] = []
    for i, row in enumerate(found):
        key = f"factors[{i}]"
        _keys(file, key, row, {"valid_from", *_FACTOR_KEYS}, set())
        day = row["valid_from"]
        if not isinstance(day, date) or isinstance(day, datetime):
            raise ConfigError(str(file), f"{key}.valid_from", day, "a date such as 2026-01-31")
        values = {name: _thousandths(file, f"{key}.{name}", row[name]) for name in _FACTOR_KEYS}
        rows.append(FactorRow(valid_from=day, **values))
    rows.sort(key=lambda row: row.valid_from)
    for earlier, later in itertools.pairwise(rows):
        if earlier.valid_from == later.valid_from:
            raise ConfigError(
                str(file), "factors", str(later.valid_from), "one table for each valid_from"
            )
    return tuple(rows)


# ------------------------------------------------------------------ checks


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise ConfigError(str(file), "(file)", e.strerror or "unreadable", "a TOML file") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ConfigError(str(file), "(file)", str(e), "valid TOML in UTF-8") from e


def _keys(file: Path, key: str, row: object, needed: set[str], optional: set[str]) -> None:
    if not isinstance(row, dict):
        raise ConfigError(str(file), key, row, f"a table with {', '.join(sorted(needed))}")
    for name in sorted(needed - row.keys()):
        raise ConfigError(str(file), f"{key}.{name}", "nothing", "a value")
    for name in sorted(row.keys() - needed - optional):
        expected = ", ".join(sorted(needed | optional))
        raise ConfigError(str(file), f"{key}.{name}", "an unknown key", f"one of {expected}")


def _region(file: Path, key: str, code: str) -> None:
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ConfigError(str(file), key, code, "a region code such as DE")


def _text(file: Path, key: str, found: object) -> str:
    if not isinstance(found, str) or not found.strip():
        raise ConfigError(str(file), key, found, "text")
    return found


def _digits(file: Path, key: str, found: object) -> list[str]:
    if not isinstance(found, list) or not found:
        raise ConfigError(str(file), key, found, "a list of digits in quotes")
    for item in found:
        if not isinstance(item, str) or not re.fullmatch("[0-9]{1,15}", item):
            raise ConfigError(str(file), key, item, 'digits in quotes such as "112"')
    return found


def _ranges(file: Path, key: str, field: str, row: object) -> list[Range]:
    _keys(file, key, row, {field, "why"}, {"min_digits", "max_digits"})
    assert isinstance(row, dict)
    why = _text(file, f"{key}.why", row["why"])
    lengths = {"min_digits": 0, "max_digits": 15}
    for name in lengths:
        value = row.get(name, lengths[name])
        if type(value) is not int or not 0 <= value <= 15:
            raise ConfigError(str(file), f"{key}.{name}", value, "a whole number from 0 to 15")
        lengths[name] = value
    return [
        Range(prefix, why, lengths["min_digits"], lengths["max_digits"])
        for prefix in _digits(file, f"{key}.{field}", row[field])
    ]


def _thousandths(file: Path, key: str, found: object) -> int:
    """`"1.3"` as 1300; text in the file, so that no factor passes through a float."""
    match = re.fullmatch(r"([0-9])\.([0-9]{1,3})", found) if isinstance(found, str) else None
    if match is None:
        raise ConfigError(str(file), key, found, 'a factor in quotes such as "1.3"')
    return int(match[1]) * 1000 + int(match[2].ljust(3, "0"))
