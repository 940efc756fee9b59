"""The JSON of the customer's form: what can be booked, and what becomes of it."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from pbx.web.addon_schemas import (
    FactorLine,
    GreetingKindName,
    Key,
    OptionName,
    OrderStateName,
    PriceItem,
    Short,
    StepName,
    StepStateName,
)
from pbx.web.billing_schemas import Amount, Note
from pbx.web.schemas import E164, CountryCode, Language, Request


class GreetingChoice(Struct):
    greeting: GreetingKindName
    name: str
    explanation: str
    price: str


class OptionChoice(Struct):
    option: OptionName
    name: str
    explanation: str
    price: str
    """Of the option alone."""
    greetings: list[GreetingKindName]
    """That may be chosen with it; `mailbox` has no `none`."""


class AddonForm(Struct):
    """What can be booked, in the language that was asked for (`?language=`)."""

    company: str
    customer: str
    email: str
    """As the link has it; may be empty."""
    language: Language
    options: list[OptionChoice]
    greetings: list[GreetingChoice]
    factors: list[FactorLine]
    factor_note: str
    prices_from: date
    most_megabytes: int
    most_seconds: int
    """Of a greeting that is sent."""
    orders: int
    """Already booked with this customer's links."""


class UploadView(Struct):
    """A greeting that was sent, checked and levelled; nobody hears it yet."""

    upload: str
    """For the order."""
    duration_seconds: float
    audio: str
    """Where it can be heard, as callers would hear it."""


class OrderPost(Request):
    """A customer's booking; the same `key` again gives the same order."""

    key: Key
    option: OptionName
    price: Amount
    """The total that the customer saw; another one by now is refused (`price-changed`)."""
    contact: Annotated[str, Meta(min_length=1, max_length=200)]
    email: Annotated[str, Meta(min_length=3, max_length=254)]
    greeting: GreetingKindName = "none"
    upload: Short | None = None
    greeting_text: Note = ""
    """What is to be spoken, where a VPA or a professional speaks."""
    number: E164 | None = None
    """The customer's own number; needed with `own-number`."""
    country: CountryCode | None = None
    """Needed with `country-number`."""
    wished_on: date | None = None
    note: Note = ""
    language: Language = "de"


class PublicStep(Struct):
    step: StepName
    text: str
    state: StepStateName
    at: datetime | None
    reason: str
    """Why it was refused; empty otherwise."""


class PublicOrder(Struct):
    """An order as the customer sees it."""

    id: str
    number: str
    """To name it on the telephone: `Z-17`."""
    state: OrderStateName
    option: OptionName
    option_name: str
    greeting: GreetingKindName
    greeting_name: str
    items: list[PriceItem]
    total: str
    booked_at: datetime
    active_since: datetime | None
    wished_on: date | None
    steps: list[PublicStep]
    reason: str
    """Why it is refused or cancelled."""
