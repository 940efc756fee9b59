"""Who writes to whom on paper, and in which language: what a letter says beside its content."""

from dataclasses import dataclass

from pbx.domain import addresses
from pbx.domain.company import Company
from pbx.domain.customers import Customer
from pbx.domain.message_templates import Language


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whose name stands in the letter itself."""

    address: tuple[str, ...] = ()
    """Lines below the name."""
    language: Language | None = None
    """None: nobody has said."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    sender: Company
    receiver: Receiver


NOBODY = Receiver()


def receiver_of(customer: Customer) -> Receiver:
    return Receiver(addresses.lines(customer), customer.language)
