"""What may be dialled, under which number, on which task (D4, D7, D8, D9, D11).

`decide` is the one entry point: the check before dialling and the placing of a call
both ask it, so that the preview cannot promise what the call refuses. Everything that
is not explicitly allowed is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    number_type,
)

from pbx.domain import numbers
from pbx.domain.emergency import EmergencyNumbers
from pbx.domain.numbers import Dialled
from pbx.domain.records import Country, Number, NumberType, Task, TaskState, Zone
from pbx.errors import Refused

SHOWABLE = frozenset(
    {NumberType.FIXED, NumberType.MOBILE, NumberType.FIXED_OR_MOBILE, NumberType.VOIP}
)
"""Types that may be a caller ID at all: TKG §120 excludes 118, 0137, 0900 and short codes."""

CHOOSABLE = SHOWABLE
"""Types that management may allow to be dialled (D11); all others stay closed."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that begin with `prefix` and have `min_digits` to `max_digits` digits."""

    prefix: str
    why: str = ""
    min_digits: int = 0
    max_digits: int = 15

    def holds(self, digits: str) -> bool:
        return digits.startswith(self.prefix) and self.min_digits <= len(digits) <= self.max_digits


@dataclass(frozen=True, slots=True)
class DeniedRanges:
    """Ranges that stay closed even inside allowed countries (D11)."""

    world: tuple[Range, ...] = ()
    """Prefixes with calling code, without plus: `881`, `1876`."""
    national: Mapping[str, tuple[Range, ...]] = field(default_factory=dict)
    """By region: prefixes of the national significant number (no trunk prefix 0): `900`."""

    def world_range(self, e164: str) -> Range | None:
        digits = e164.lstrip("+")
        return next((r for r in self.world if r.holds(digits)), None)

    def national_range(self, region: str, significant: str) -> Range | None:
        return next((r for r in self.national.get(region, ()) if r.holds(significant)), None)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides about a destination, as of now."""

    countries: Mapping[str, Country]
    types: frozenset[NumberType]
    denied: DeniedRanges
    emergency: EmergencyNumbers
    emergency_mode: Literal["refuse", "trunk"] = "refuse"
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Country names by region and language, for the texts."""


@dataclass(frozen=True, slots=True)
class Callers:
    """The numbers that could be shown for this call, best first: task's, VPA's, head office."""

    head_office: str
    verified: tuple[str, ...]
    """The trunk's verified list, E.164; nothing else is ever shown."""
    task_number: Number | None = None
    vpa_number: Number | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An authorised destination."""

    dialled: Dialled
    zone: Zone
    caller_id: str
    unlock_id: str | None = None
    """The unlock that opens its country for this call; None where it is open to everybody."""


@dataclass(frozen=True, slots=True)
class Check:
    """What would happen: as much as is known of the number, and the refusal, if any."""

    dialled: Dialled | None
    zone: Zone | None
    caller_id: str | None
    refusal: Refused | None
    warnings: tuple[tuple[str, str], ...] = ()
    """What is nearly used up, in German and English."""


def decide(raw: str, country: str, rules: Rules, callers: Callers) -> Decision:
    """May `raw` be dialled with `country` chosen, and under which caller ID?

    Raises:
        Refused: `emergency-number`, `number-malformed`, `number-ambiguous`,
            `number-invalid`, `country-not-allowed`, `number-type-denied`, `unknown-country`.
    """
    emergency = rules.emergency.match(raw, country)
    if emergency is not None:
        dialled = _emergency_call(emergency, raw, country, rules)
    else:
        number = numbers.resolve(numbers.clean(raw, country))
        check_range(number, rules.countries, rules.denied, rules.names)
        dialled = numbers.identify(number, raw)
        check_outbound(
            dialled,
            countries=rules.countries,
            types=rules.types,
            denied=rules.denied,
            names=rules.names,
        )
    return Decision(
        dialled=dialled,
        zone=_zone(dialled.region, rules.countries),
        caller_id=choose_caller_id(
            region=dialled.region,
            task_number=None if dialled.emergency else callers.task_number,
            vpa_number=None if dialled.emergency else callers.vpa_number,
            head_office=callers.head_office,
            verified=callers.verified,
        ),
    )


def examine(raw: str, country: str, rules: Rules, callers: Callers) -> Check:
    """`decide` without raising, with the number also where it is refused."""
    try:
        decision = decide(raw, country, rules, callers)
    except Refused as refusal:
        try:
            dialled = numbers.parse_dialled(raw, country)
        except Refused:
            return Check(None, None, None, refusal)
        return Check(dialled, _zone_or_none(dialled.region, rules.countries), None, refusal)
    return Check(decision.dialled, decision.zone, decision.caller_id, None)


def check_range(
    number: PhoneNumber,
    countries: Mapping[str, Country],
    denied: DeniedRanges,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Refuse what lies in a closed range or country, also where it is not assigned.

    So 11833 and 0191 are explained as service numbers instead of "no such number",
    and a mistyped Spanish number says that Spain is locked.

    Raises:
        Refused: `country-not-allowed`, `number-type-denied`.
    """
    e164 = format_number(number, PhoneNumberFormat.E164)
    if denied.world_range(e164) is not None:
        raise _range_not_allowed()
    region = numbers.home_region(number)
    sharing = COUNTRY_CODE_TO_REGION_CODE.get(number.country_code or 0, ())
    if not any(_allowed(code, countries) for code in sharing):
        raise country_not_allowed(region, names or {})
    if denied.national_range(region, numbers.significant(number, region)) is not None:
        raise _type_denied(numbers.TYPES.get(number_type(number), NumberType.UNKNOWN))


def check_outbound(
    dialled: Dialled,
    *,
    countries: Mapping[str, Country],
    types: frozenset[NumberType],
    denied: DeniedRanges,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Refuse what is not in an allowed country and of an allowed type.

    The number's own country decides, not the chosen one. Shared calling codes count by
    their parts: allowing GB opens neither Jersey nor the Isle of Man.

    Raises:
        Refused: `country-not-allowed`, `number-type-denied`.
    """
    if dialled.emergency:
        return
    if denied.world_range(dialled.e164) is not None:
        raise _range_not_allowed()
    if not _allowed(dialled.region, countries):
        raise country_not_allowed(dialled.region, names or {})
    code = str(numbers.calling_code(dialled.region))
    rest = dialled.e164.removeprefix("+").removeprefix(code)
    if denied.national_range(dialled.region, rest) is not None or dialled.type not in types:
        raise _type_denied(dialled.type)


def choose_caller_id(
    *,
    region: str,
    task_number: Number | None,
    vpa_number: Number | None,
    head_office: str,
    verified: tuple[str, ...],
) -> str:
    """The number shown to the far party (D7, C16).

    The task's number, then the VPA's, each only where management switched that on, where
    the trunk has verified it, and where it is of a showable type. A number from another
    country than the head office's is shown only on calls into its own country.

    Args:
        region: of the number that is called.
        verified: the trunk's list; must contain `head_office`.

    Raises:
        ValueError: the head office itself is not verified (settings forbid that).
    """
    if head_office not in verified:
        raise ValueError(f"the head office {head_office} is not in the trunk's verified list")
    home = numbers.region_of(head_office)
    for number in (task_number, vpa_number):
        if number is None or not number.show_as_caller_id or number.e164 not in verified:
            continue
        origin = numbers.region_of(number.e164)
        if origin in (home, region) and numbers.type_of(number.e164) in SHOWABLE:
            return number.e164
    return head_office


def check_task(external_id: str, task: Task | None, email: str) -> Task:
    """The task that a call is placed on (D9).

    Args:
        external_id: as requested, empty where none was chosen.
        task: what the directory has under that id.
        email: of the caller; tasks with assignees are theirs only.

    Raises:
        Refused: `no-task`, `unknown-task`, `task-not-yours`, `task-closed`.
    """
    if not external_id.strip():
        raise Refused(
            "no-task",
            "Bitte zuerst die Aufgabe wählen, für die Sie telefonieren.",
            "Please choose the task that you are calling for first.",
        )
    if task is None:
        raise Refused(
            "unknown-task",
            "Diese Aufgabe gibt es nicht (mehr). Bitte die Liste neu laden und eine andere wählen.",
            "There is no such task (any more). Please reload the list and choose another one.",
        )
    if task.assignees and not task.own and email.lower() not in {a.lower() for a in task.assignees}:
        raise Refused(
            "task-not-yours",
            "Diese Aufgabe ist Ihnen nicht zugeteilt. Bitte das Management ansprechen.",
            "This task is not assigned to you. Please ask the management.",
        )
    if task.state is TaskState.CLOSED:
        raise Refused(
            "task-closed",
            "Diese Aufgabe ist abgeschlossen. Bitte eine andere wählen oder das Management bitten, "
            "sie wieder zu öffnen.",
            "This task is closed. Please choose another one, or ask the management to open it "
            "again.",
        )
    return task


def check_limit(live_calls: int, calls_per_user: int, *, emergency: bool = False) -> None:
    """Refuse one call too many; an emergency call is never limited (D8).

    Raises:
        Refused: `limit-reached`.
    """
    if emergency or live_calls < calls_per_user:
        return
    raise Refused(
        "limit-reached",
        "Mehr Gespräche auf einmal gehen nicht. Bitte zuerst ein Gespräch beenden.",
        "You cannot have more calls at once. Please end a call first.",
    )


# ------------------------------------------------------------------ inner parts


def _allowed(region: str, countries: Mapping[str, Country]) -> bool:
    country = countries.get(region)
    return country is not None and country.allowed


def _zone_or_none(region: str, countries: Mapping[str, Country]) -> Zone | None:
    country = countries.get(region)
    return None if country is None else country.zone


def _zone(region: str, countries: Mapping[str, Country]) -> Zone:
    return _zone_or_none(region, countries) or (Zone.DE if region == "DE" else Zone.EU)


def _emergency_call(short: str, raw: str, country: str, rules: Rules) -> Dialled:
    if rules.emergency_mode == "refuse":
        raise Refused(
            "emergency-number",
            f"Notruf {short}: bitte sofort mit dem eigenen Telefon wählen. Wir wissen nicht, wo "
            "Sie sind, und können keine Hilfe schicken.",
            f"Emergency call {short}: use your own phone at once. We don't know where you are "
            "and cannot send help.",
        )
    return Dialled(
        e164=short,
        national=short,
        region=country,
        type=NumberType.UNKNOWN,
        raw=raw,
        emergency=True,
    )


def country_not_allowed(region: str, names: Mapping[str, Mapping[str, str]]) -> Refused:
    """The refusal for a locked country, naming it in both languages."""
    if region in {"001", "ZZ"}:
        return _range_not_allowed()
    name = names.get(region, {})
    de, en = name.get("de", region), name.get("en", region)
    return Refused(
        "country-not-allowed",
        f"Nicht freigeschaltet: {de}. Bitte das Management um Freischaltung bitten.",
        f"Not unlocked: {en}. Please ask the management to unlock it.",
        country=region,
    )


def _range_not_allowed() -> Refused:
    return Refused(
        "country-not-allowed",
        "Satelliten-, Sonder- und Risikoziele dieser Ländervorwahl sind für alle gesperrt. "
        "Bitte nach einer Festnetz- oder Mobilnummer fragen.",
        "Satellite, special and high-risk destinations of this calling code are closed for "
        "everybody. Please ask for a fixed or mobile number.",
    )


def _type_denied(kind: NumberType) -> Refused:
    de, en = _TYPE_WORDS.get(kind, ("Service- und Sondernummern", "Service and special numbers"))
    if kind is NumberType.TOLL_FREE:
        return Refused(
            "number-type-denied",
            f"{de} sind von hier nicht erreichbar. Bitte nach einer Festnetz- oder Mobilnummer "
            "suchen.",
            f"{en} cannot be called from here. Please look for a fixed or mobile number.",
        )
    return Refused(
        "number-type-denied",
        f"{de} sind gesperrt, weil sie zusätzlich kosten oder nicht zum Netz gehören. Bitte nach "
        "einer Festnetz- oder Mobilnummer suchen.",
        f"{en} are blocked because they cost extra or lie outside the public network. Please look "
        "for a fixed or mobile number.",
    )


_TYPE_WORDS: dict[NumberType, tuple[str, str]] = {
    NumberType.PREMIUM: ("Premium-Nummern (etwa 0900)", "Premium-rate numbers (such as 0900)"),
    NumberType.SHARED_COST: (
        "Service-Nummern (etwa 0180, 0137)",
        "Shared-cost numbers (such as 0180, 0137)",
    ),
    NumberType.PERSONAL: ("Persönliche Nummern (0700)", "Personal numbers (0700)"),
    NumberType.TOLL_FREE: ("Gratisnummern (0800)", "Free-phone numbers (0800)"),
    NumberType.VOIP: ("Reine Internet-Rufnummern", "Internet-only numbers"),
    NumberType.PAGER: ("Funkruf-Nummern", "Pager numbers"),
    NumberType.UAN: ("Firmen-Sondernummern", "Corporate special numbers"),
}
