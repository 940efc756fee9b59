"""The JSON of add-ons: prices, links to the customer's form, orders as a board, settings.

Money is a decimal string in EUR, a factor a decimal string.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from pbx.domain.addons import FIRST
from pbx.domain.cents import euros
from pbx.web.billing_schemas import Amount, Note
from pbx.web.going_live_schemas import TestCallStateName, TestCallView
from pbx.web.schemas import E164, CountryCode, Email, ExternalId, Language, Request

OptionName = Literal["extension", "mailbox", "own-number", "country-number"]
"""The VPA's extension without an answering machine of one's own; with one; the customer's own
number in our exchange; a number of ours in a country."""
GreetingKindName = Literal["none", "supplied", "vpa", "professional"]
"""None; the customer sends the recording; spoken by a VPA; by a professional."""
OrderKindName = Literal["booking", "change"]
"""`change`: because the VPA changes, or the customer wishes it. It costs nothing by itself."""
OrderStateName = Literal["open", "done", "refused", "cancelled"]
StepName = Literal["feasible", "number", "greeting", "configured", "test-call", "informed"]
StepStateName = Literal["open", "done", "refused"]
CalendarName = Literal["calendar", "working"]
"""`working`: Monday to Friday without the public holidays of the federal state."""
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Short = Annotated[str, Meta(max_length=200)]
PersonId = Annotated[str, Meta(max_length=100)]
Key = Annotated[str, Meta(min_length=8, max_length=100)]
Days = Annotated[int, Meta(ge=1, le=60)]


# ------------------------------------------------------------------ prices


class AddonPriceSet(Request):
    """Prices from a day on; each is added up: an option, and the greeting that goes with it."""

    valid_from: date
    extension: Amount = euros(FIRST.extension)
    mailbox: Amount = euros(FIRST.mailbox)
    own_number: Amount = euros(FIRST.own_number)
    country_number: Amount = euros(FIRST.country_number)
    supplied: Amount = euros(FIRST.supplied)
    vpa: Amount = euros(FIRST.vpa)
    professional: Amount = euros(FIRST.professional)


class AddonPrices(Struct):
    valid_from: date
    extension: str
    mailbox: str
    own_number: str
    country_number: str
    supplied: str
    vpa: str
    professional: str
    current: bool
    orders: int
    """Booked with them: with one they are never changed or removed again."""
    shipped: bool
    """As they came with the program: they hold until somebody sets others."""


class PriceItem(Struct):
    name: str
    """`own-number`, `greeting-vpa`, ...: an option, or a greeting."""
    text: str
    price: str


class FactorLine(Struct):
    """What an hour on the telephone costs beside any add-on."""

    area: Literal["backoffice_de", "backoffice_eu", "sales_de", "sales_eu"]
    text: str
    factor: str


class Quote(Struct):
    option: OptionName
    greeting: GreetingKindName
    items: list[PriceItem]
    total: str
    factors: list[FactorLine]
    """Always on top: no add-on takes the factor away."""
    prices_from: date
    """Day since which these prices hold."""


class QuoteWish(Request):
    option: OptionName
    greeting: GreetingKindName = "none"


# ------------------------------------------------------------------ links to the form


class BookingLinkPost(Request):
    email: Email = ""
    """Prefilled in the form, and to whom the link is mailed."""
    language: Language | None = None
    """Of the form and the mail; None: the customer's, and where they have none `de`."""
    days: Annotated[int, Meta(ge=1, le=365)] | None = None
    """How long it is good; None: as the settings say."""
    send: bool = False
    """Mail it to `email`."""


class BookingLinkView(Struct):
    id: str
    url: str
    """Opens the form without an account: `/book/{token}`."""
    email: str
    language: Language
    created_at: datetime
    created_by: str
    """Name."""
    until: datetime
    revoked_at: datetime | None
    usable: bool


# ------------------------------------------------------------------ the board


class PersonRef(Struct):
    id: str
    name: str
    email: str


class StepView(Struct):
    step: StepName
    text: str
    state: StepStateName
    can: bool
    """It may be answered now: what it needs is done."""
    owner: PersonRef | None
    """None: the order's."""
    due_on: date | None
    late: bool
    by: str
    """Name of who answered it."""
    at: datetime | None
    reason: str


class CommentView(Struct):
    id: str
    by: str
    """Name."""
    at: datetime
    text: str


class OrderCard(Struct):
    """An order as the board shows it."""

    id: str
    number: str
    kind: OrderKindName
    state: OrderStateName
    customer: str
    customer_id: str
    option: OptionName
    option_name: str
    greeting: GreetingKindName
    total: str
    booked_at: datetime
    owner: PersonRef | None
    due_on: date | None
    late: bool
    """Its due date, or a step's, is over."""
    next_step: StepName | None
    """The first open one; the column of the board."""
    steps_done: int
    steps: int
    quiet_since: datetime | None
    """Since when nobody has answered; None: nothing is waited for."""
    reminded_at: datetime | None
    escalated_at: datetime | None
    did: str | None
    test_call: TestCallStateName | None
    """Of the last one."""


class OrderView(OrderCard):
    """Everything of one order."""

    items: list[PriceItem]
    prices_from: date | None
    """None: a change, which has no price."""
    booked_by: str
    """Name; the contact where the customer did it."""
    contact: str
    email: str
    language: Language
    greeting_text: str
    greeting_name: str
    own_number: str | None
    country: str | None
    wished_on: date | None
    note: str
    task: str | None
    user: PersonRef | None
    """Whose extension it is about."""
    greeting_id: str | None
    """Of the library, once it is approved."""
    upload_audio: str | None
    """Where the customer's recording can be heard."""
    upload_seconds: float | None
    activate_at: datetime | None
    activated_at: datetime | None
    charged: bool
    """Its price stands on the customer's statement."""
    closed_at: datetime | None
    reason: str
    step_list: list[StepView]
    comments: list[CommentView]
    """Oldest first."""
    test_calls: list[TestCallView]
    """Newest first."""
    status_url: str | None
    """What the customer sees; None: not booked by a link."""


class OrderAdd(Request):
    """Booked by us, or a change."""

    key: Key
    customer_id: PersonId
    option: OptionName
    kind: OrderKindName = "booking"
    greeting: GreetingKindName = "none"
    contact: Short = ""
    email: Email = ""
    greeting_text: Note = ""
    number: E164 | None = None
    country: CountryCode | None = None
    task: ExternalId | None = None
    user: PersonId | None = None
    wished_on: date | None = None
    note: Note = ""
    language: Language | None = None
    """Of letters about it; None: the customer's, and where they have none `de`."""


class OrderPatch(Request):
    """Fields that are missing stay as they are."""

    owner: PersonId | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET
    did: E164 | UnsetType | None = UNSET
    """Our number that the order is about; added to our numbers at activation if need be."""
    user: PersonId | UnsetType | None = UNSET
    task: ExternalId | UnsetType | None = UNSET
    greeting_id: PersonId | UnsetType | None = UNSET
    """A greeting of the library that was made for it."""
    email: Email | UnsetType = UNSET
    contact: Short | UnsetType = UNSET


class StepPut(Request):
    """Fields that are missing stay as they are."""

    state: StepStateName | UnsetType = UNSET
    """`refused` of `feasible` ends the order: the customer is told, nothing is charged."""
    reason: Note | UnsetType = UNSET
    """Needed where a step is refused, and where a test call is said to be passed by hand."""
    owner: PersonId | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET


class CommentPost(Request):
    text: Text


class CancelPost(Request):
    reason: Text


class ActivationPut(Request):
    at: datetime | None = None
    """None: now. Later: it is carried out by itself then, and can be moved until then."""


# ------------------------------------------------------------------ settings


class AddonSettings(Request):
    """How orders are watched. Texts may have {customer}, {order}, {option}, {price}, {days},
    {owner}, {booked}, {step}, {link}; the shipped ones follow `language`."""

    reminder_days: Days
    escalation_days: Days
    """More than `reminder_days`."""
    calendar: CalendarName
    state: Annotated[str, Meta(max_length=2)]
    """Federal state whose holidays count, such as `NW`."""
    to: Annotated[list[Email], Meta(max_length=20)]
    """Of the escalation; empty: nobody is written to."""
    cc: Annotated[list[Email], Meta(max_length=20)]
    subject: Annotated[str, Meta(min_length=1, max_length=300)]
    text: Text
    owner_backoffice: PersonId | None
    """User id: who owns orders of back-office customers at first."""
    owner_sales: PersonId | None
    link_days: Annotated[int, Meta(ge=1, le=365)]
    """How long a new link to the form is good."""
    language: Language = "de"
    """Of the escalation: of its shipped texts, and of what stands for the placeholders."""
