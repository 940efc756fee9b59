"""JSON of webhooks and of texts for customers."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from pbx.web.schemas import AreaName, Language, Request, TaskView

HookEventName = Literal[
    "call.ended",
    "share.over_limit",
    "factor.changed",
    "statement.ready",
    "customer.informed",
    "addon.booked",
    "addon.changed",
    "test",
]
DeliveryStateName = Literal["waiting", "delivered", "failed"]
AttemptErrorName = Literal["", "timeout", "unreachable", "tls", "not-allowed", "no-secret"]
TemplateName = Literal["factor_de", "factor_eu"]
Url = Annotated[str, Meta(max_length=2000, examples=["https://tasks.example.test/hooks"])]
Events = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)]
Note = Annotated[str, Meta(max_length=200)]
MessageText = Annotated[str, Meta(max_length=8000)]


class EndpointPost(Request):
    url: Url
    events: Events
    note: Note = ""


class EndpointPatch(Request):
    """What is left out stays as it is."""

    url: Url | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    note: Note | UnsetType = UNSET


class EndpointView(Struct):
    id: str
    url: str
    events: list[HookEventName]
    active: bool
    note: str
    created_at: datetime
    old_secret_until: datetime | None
    """So long the former secret signs as well; None: there is only one."""
    failing_since: datetime | None
    """Every attempt since then has failed; None: the last one was taken."""
    failures: int
    """Attempts in a row that failed."""
    last_success_at: datetime | None
    gone_at: datetime | None
    """When it answered 410 (gone) and was switched off for it; None: it did not."""
    waiting: int
    failed: int
    """Deliveries on their way, and those that nobody took after all attempts."""


class EndpointSecret(Struct):
    endpoint: EndpointView
    secret: str
    """`whsec_…`; shown this once."""


class DeliveryView(Struct):
    id: str
    event_id: str
    """The header `webhook-id`: the same in all attempts and replays."""
    endpoint_id: str
    event: HookEventName
    subject: str
    """What it is about: a task, a call, a document's number."""
    happened_at: datetime
    state: DeliveryStateName
    attempts: int
    """Since it was queued, or sent again by hand."""
    next_attempt_at: datetime | None
    settled_at: datetime | None


class AttemptView(Struct):
    at: datetime
    status: int | None
    """None: there was no answer."""
    ms: int
    error: AttemptErrorName
    reply: str
    """The beginning of the answer."""


class DeliveryDetail(Struct):
    delivery: DeliveryView
    body: str
    """What is sent, to the byte."""
    tried: list[AttemptView]
    """Every attempt, oldest first."""


class ReplayPost(Request):
    since: datetime
    """Inclusive."""
    until: datetime
    """Exclusive."""


class Replayed(Struct):
    events: int
    """How many are sent again; with the ids that they had."""


class PlaceholderView(Struct):
    name: str
    meaning: str


class TemplateView(Struct):
    name: TemplateName
    language: Language
    text: str
    shipped: bool
    """As it came with the program."""
    changed_at: datetime | None
    changed_by: str | None
    """Name of a person."""


class TemplatesView(Struct):
    items: list[TemplateView]
    placeholders: list[PlaceholderView]


class TemplatePut(Request):
    text: MessageText | None
    """None: the shipped text again."""


class TemplatePreview(Request):
    text: MessageText
    language: Language


class PreviewView(Struct):
    text: str


class MessagePost(Request):
    language: Language | None = None
    """None: the customer's, and where they have none that of who sends it."""
    area: AreaName | None = None
    """The area that is to hold: the task is booked for it in the same step. None: the one that
    fits the calls."""


class MessageView(Struct):
    """What is sent to the customer, or would be."""

    template: TemplateName
    language: Language
    area: AreaName
    text: str


class MessageSent(Struct):
    message: MessageView
    task: TaskView
