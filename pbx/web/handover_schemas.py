"""The JSON of hand-overs of tasks (F18)."""

from datetime import datetime

from msgspec import Struct

from pbx.web.addon_schemas import PersonRef
from pbx.web.billing_schemas import Note
from pbx.web.schemas import Request


class HandoverView(Struct):
    id: str
    task: str
    title: str
    customer: str
    factor: str | None
    """As booked."""
    area: str
    receiver: PersonRef | None
    receiver_email: str
    handed_by: str
    """Name."""
    at: datetime
    confirmed_at: datetime | None
    confirmed_by: str | None
    right_factor: bool
    informed: bool
    specialist: bool
    facts: str
    mine: bool


class HandoverConfirm(Request):
    right_factor: bool
    """The booked factor fits what will be dialled; must be so."""
    informed: bool
    """The customer knows the factor; must be so."""
    specialist: bool = False
    """A case for the sales specialist: then the facts are needed."""
    facts: Note = ""
