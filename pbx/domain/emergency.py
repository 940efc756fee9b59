"""Recognising emergency numbers before anything else looks at a number (D8)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import phonenumbers


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """Emergency numbers by region; `everywhere` holds for all of them (112)."""

    by_region: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everywhere: frozenset[str] = frozenset({"112"})

    def match(self, raw: str, country: str) -> str | None:
        """The emergency number that `raw` means in `country`, in plain digits, or None.

        Matched as a whole, never as a prefix: 118 is the fire brigade in Switzerland
        while 11833 is a directory in Germany, and 11012345 is no emergency call. Tried
        with 0, 00, + or the calling code in front (+49110, 0049112, 49 112), because
        somebody in need types what the page made them used to. Foreign digits and
        invisible characters do not hide an emergency.
        """
        compact = _emergency_digits(raw)
        if compact is None:
            return None
        country = country.upper()
        plus = compact.startswith("+")
        digits = compact.lstrip("+")
        if not plus and digits.startswith("00"):
            plus, digits = True, digits[2:]
        bare = digits.lstrip("0")
        if self.has(country, bare):
            return bare
        for region in sorted(self.by_region.keys() | {country}):
            code = str(phonenumbers.country_code_for_region(region))
            if not bare.startswith(code) or not (plus or region == country):
                continue
            rest = bare.removeprefix(code).lstrip("0")
            # Without plus 3315 could be a French service number as well as 33 15.
            if self.has(region, rest) and (plus or len(rest) >= 3):
                return rest
        return None

    def has(self, region: str, short: str) -> bool:
        """Is `short` an emergency number there? libphonenumber's word where we list none."""
        if short in self.everywhere or short in self.by_region.get(region, ()):
            return True
        if region in self.by_region or not 2 <= len(short) <= 4:
            return False
        return region in phonenumbers.SUPPORTED_REGIONS and phonenumbers.is_emergency_number(
            short, region
        )


def _emergency_digits(raw: str) -> str | None:
    kept: list[str] = []
    for character in raw:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif character == "+" and not "".join(kept).strip("+"):
            kept.append("+")
        elif unicodedata.category(character) not in {"Cf", "Zs", "Cc", "Pd", "Ps", "Pe"} and (
            character not in "/."
        ):
            return None
        if len(kept) > 12:
            return None
    return "".join(kept) if kept else None
