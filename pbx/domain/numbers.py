"""Telephone numbers: from what a person typed or a trunk sent to E.164, and back to words.

Rules D5 and D11. Only the re-formatted E.164 string is ever dialled; what was typed is
kept beside it. libphonenumber alone is too generous for that (it takes letters, foreign
digits, extensions and doubled plus signs), so the characters are checked first.

    raw ── clean ──> Typed ── resolve ──> PhoneNumber ── identify ──> Dialled
            │                    │                          │
      number-malformed    number-ambiguous            number-invalid
                          number-invalid
                          country-not-allowed (calling code belongs to nobody)
"""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from pbx.domain.records import NumberType
from pbx.errors import Refused

MAX_RAW = 40
"""Longest input that is looked at, in characters; E.164 has 15 digits."""

TYPES: dict[int, NumberType] = {
    PhoneNumberType.FIXED_LINE: NumberType.FIXED,
    PhoneNumberType.MOBILE: NumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberType.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: NumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: NumberType.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberType.SHARED_COST,
    PhoneNumberType.VOIP: NumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: NumberType.PERSONAL,
    PhoneNumberType.PAGER: NumberType.PAGER,
    PhoneNumberType.UAN: NumberType.UAN,
    PhoneNumberType.VOICEMAIL: NumberType.VOICEMAIL,
}


LONGEST_E164 = 16
"""The plus and 15 digits (ITU-T E.164 §6.2)."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, reduced to digits."""

    raw: str
    country: str
    """The chosen country's region code."""
    digits: str
    """International: starts with the calling code. Otherwise as typed, a leading 0 included."""
    international: bool
    """A plus sign or 00 stood in front."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number that may be handed to the policy, and after it to the trunk."""

    e164: str
    """What is dialled: E.164, or the bare short number of an emergency call."""
    national: str
    """As written in its own country: `0221 82829980`."""
    region: str
    """Region code of the number itself, which a plus sign can make differ from the chosen country;
    `001` for calling codes without a country."""
    type: NumberType
    raw: str
    emergency: bool = False


def parse_dialled(raw: str, country: str) -> Dialled:
    """The number that `raw` means when `country` is chosen.

    Args:
        raw: as typed: digits, spaces, `+ ( ) - /`; with or without the leading 0.
        country: region code (ISO 3166 alpha-2) of the chosen country.

    Raises:
        Refused: `number-malformed`, `number-ambiguous`, `number-invalid`,
            `country-not-allowed` (nobody's calling code), `unknown-country`.
    """
    return identify(resolve(clean(raw, country)), raw)


# ------------------------------------------------------------------ steps


_EXTENSION = re.compile(r"[,;#*]|\b(?:ext|x|w|p|dw|app|nst)\b|\d\s*(?:x|w|p)\s*\d", re.IGNORECASE)


def clean(raw: str, country: str) -> Typed:
    """Check the characters and reduce them to digits.

    Raises:
        Refused: `number-malformed`, `number-invalid` (nothing typed), `unknown-country`.
    """
    country = country.upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise _unknown_country(country)
    text = raw.strip(" \t\r\n")
    if not text:
        raise _invalid("Bitte eine Nummer eingeben.", "Please type a number.")
    for character in text:
        if character not in "0123456789 +()-/":
            raise _malformed_character(text, character)
    if len(text) > MAX_RAW:
        raise _invalid(
            "Die Nummer ist zu lang. Bitte prüfen, ob zwei Nummern eingefügt wurden.",
            "The number is too long. Please check whether two numbers were pasted.",
        )
    compact = re.sub(r"[ ()/-]", "", text)
    if "+" in compact[1:]:
        raise _malformed(
            "Ein Pluszeichen darf nur einmal und nur am Anfang stehen.",
            "A plus sign may stand only once and only at the beginning.",
        )
    international = compact.startswith(("+", "00"))
    digits = compact[1:] if compact.startswith("+") else compact
    if international and digits.startswith("00") and not compact.startswith("+"):
        digits = digits[2:]
    if not digits:
        raise _invalid("Bitte eine Nummer eingeben.", "Please type a number.")
    return Typed(raw=raw, country=country, digits=digits, international=international)


def resolve(typed: Typed) -> PhoneNumber:
    """The number meant by `typed`, which may still be unassigned (see `identify`).

    Without plus and 0, digits that begin with the chosen country's own calling code
    can be read in two ways (491511234567: a mobile, or a line in Leer); the person is asked.

    Raises:
        Refused: `number-ambiguous`, `number-invalid`, `country-not-allowed`.
    """
    if typed.international:
        return _parse("+" + typed.digits, None)
    code = str(phonenumbers.country_code_for_region(typed.country))
    if typed.digits.startswith(code) and _possible("+" + typed.digits):
        raise Refused(
            "number-ambiguous",
            f"Die Nummer beginnt mit {code} und ist nicht eindeutig: bitte mit + (international) "
            "oder mit 0 (national) davor eingeben.",
            f"The number begins with {code} and can be read in two ways: please type it with + "
            "(international) or with 0 (national) in front.",
        )
    first = _parse(typed.digits, typed.country)
    if phonenumbers.is_valid_number(first):
        return first
    # Countries without a trunk prefix: Poland's old 0 is dropped, Italy's belongs to the number.
    other = typed.digits[1:] if typed.digits.startswith("0") else "0" + typed.digits
    if _possible(other, typed.country):
        second = _parse(other, typed.country)
        if phonenumbers.is_valid_number(second):
            return second
    return first


def identify(number: PhoneNumber, raw: str) -> Dialled:
    """An assigned number with its country and type.

    Raises:
        Refused: `number-invalid`.
    """
    region = phonenumbers.region_code_for_number(number)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    known = region is not None and phonenumbers.is_valid_number(number)
    # The metadata allows some German numbers that are longer than any number can be.
    if region is None or not known or number.extension or len(e164) > LONGEST_E164:
        raise _invalid(
            "Diese Nummer gibt es nicht: sie ist zu kurz, zu lang oder nicht vergeben. "
            "Bitte Vorwahl und Land prüfen.",
            "There is no such number: it is too short, too long or not assigned. "
            "Please check area code and country.",
        )
    return Dialled(
        e164=e164,
        national=phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
        region=region,
        type=TYPES.get(phonenumbers.number_type(number), NumberType.UNKNOWN),
        raw=raw,
    )


def home_region(number: PhoneNumber) -> str:
    """The region of a number, or of its calling code's main country where it is unassigned."""
    return phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )


def significant(number: PhoneNumber, region: str) -> str:
    """The digits after the calling code; a trunk prefix 0 typed by mistake is dropped."""
    digits = phonenumbers.national_significant_number(number)
    if phonenumbers.ndd_prefix_for_region(region, True) == "0":
        return digits.lstrip("0")
    return digits


# ------------------------------------------------------------------ from the trunk, to the eye


_WITHHELD = {"anonymous", "unavailable", "restricted", "private", "unknown", "withheld", "asterisk"}


def e164_from_trunk(raw: str | None, region: str) -> str | None:
    """A caller's or called number as a carrier sends it, in E.164; None where withheld.

    Lenient: plus, 00, 0, the bare calling code and `sip:` addresses are understood;
    what cannot be a number at all is None.

    Args:
        raw: user part of From, PAI or the request line.
        region: the trunk's home region, for numbers without a calling code.
    """
    text = (raw or "").strip().strip('<>"')
    text = re.sub(r"^(?:sips?|tel):", "", text, flags=re.IGNORECASE).split("@")[0].split(";")[0]
    if not text or text.lower() in _WITHHELD:
        return None
    compact = re.sub(r"[ ()/.\-]", "", text)
    if not re.fullmatch(r"\+?[0-9]{3,20}", compact):
        return None
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    candidates = [(compact, region)]
    if not compact.startswith(("+", "0")):
        bare = ("+" + compact, region)
        own = compact.startswith(str(phonenumbers.country_code_for_region(region)))
        candidates = [bare, *candidates] if own else [*candidates, bare]
    for check in (phonenumbers.is_valid_number, phonenumbers.is_possible_number):
        for candidate in candidates:
            number = _parsed(*candidate)
            if number is not None and check(number):
                return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return None


def show(e164: str, region: str) -> str:
    """`e164` for a reader in `region`: national form at home, international form elsewhere.

    Anything that is no E.164 number (112) comes back unchanged.
    """
    number = _parsed(e164, None) if e164.startswith("+") else None
    if number is None:
        return e164
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def region_of(e164: str) -> str | None:
    """The region code of an assigned number, or None."""
    number = _parsed(e164, None) if e164.startswith("+") else None
    return phonenumbers.region_code_for_number(number) if number is not None else None


def type_of(e164: str) -> NumberType:
    """The type of a number; UNKNOWN where it is unassigned or no number."""
    number = _parsed(e164, None) if e164.startswith("+") else None
    if number is None:
        return NumberType.UNKNOWN
    return TYPES.get(phonenumbers.number_type(number), NumberType.UNKNOWN)


def calling_code(region: str) -> int:
    """The calling code of a region, 0 where it has none: `DE` is 49."""
    return phonenumbers.country_code_for_region(region)


def region_of_prefix(prefix: str) -> str:
    """The region to which all numbers with this prefix (`+4915`) belong; empty where several
    countries share the calling code, or nobody has it."""
    for length in range(1, 4):
        regions = phonenumbers.region_codes_for_country_code(int(prefix[1 : length + 1] or 0))
        if regions:
            return str(regions[0]) if len(regions) == 1 else ""
    return ""


def masked(number: str | None) -> str:
    """A number for logs: its beginning and its last two digits."""
    if not number:
        return "-"
    if len(number) <= 6:
        return number
    return number[:6] + "*" * (len(number) - 8) + number[-2:]


# ------------------------------------------------------------------ libphonenumber and refusals


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


def _possible(text: str, region: str | None = None) -> bool:
    number = _parsed(text, region)
    return number is not None and phonenumbers.is_possible_number(number)


def _parse(text: str, region: str | None) -> PhoneNumber:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException as e:
        if e.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            raise Refused(
                "country-not-allowed",
                "Zu dieser Ländervorwahl gehört kein Land. Bitte die Nummer prüfen.",
                "No country has this calling code. Please check the number.",
            ) from e
        long = e.error_type == NumberParseException.TOO_LONG
        raise _invalid(
            f"Die Nummer ist zu {'lang' if long else 'kurz'}. Bitte prüfen.",
            f"The number is too {'long' if long else 'short'}. Please check it.",
        ) from e


def _invalid(de: str, en: str) -> Refused:
    return Refused("number-invalid", de, en)


def _malformed(de: str, en: str) -> Refused:
    return Refused("number-malformed", de, en)


def _malformed_character(text: str, character: str) -> Refused:
    if _EXTENSION.search(text):
        return _malformed(
            "Bitte nur die Rufnummer eingeben, ohne Nebenstelle oder Nachwahl; die kann nach dem "
            "Verbinden über das Tastenfeld gewählt werden.",
            "Please type the telephone number only, without an extension; it can be dialled on "
            "the keypad once you are connected.",
        )
    if character.isascii() and character.isalpha():
        return _malformed(
            "Bitte die Nummer in Ziffern eingeben: Buchstaben sind nicht erlaubt.",
            "Please type the number in digits: letters are not allowed.",
        )
    shown = f"„{character}“" if character.isprintable() else f"U+{ord(character):04X}"
    return _malformed(
        f"Das Zeichen {shown} gehört nicht in eine Rufnummer. Erlaubt sind Ziffern, "
        "Leerzeichen und + ( ) - /; am besten die Nummer neu eintippen.",
        f"The character {shown} does not belong in a telephone number. Allowed are digits, "
        "spaces and + ( ) - /; it is best to type the number anew.",
    )


def _unknown_country(country: str) -> Refused:
    return Refused(
        "unknown-country",
        f"Das Land „{country[:10]}“ ist unbekannt. Bitte ein Land aus der Liste wählen.",
        f'The country "{country[:10]}" is unknown. Please choose one from the list.',
    )
