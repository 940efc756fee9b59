"""The company, as its letters show it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    name: str = "Vermittlung"
    address: tuple[str, ...] = ()
    """Street, postcode and place: above the receiver's name."""
    contact: tuple[str, ...] = ()
    """Telephone, mail, web: beside the name."""
    footer: tuple[str, ...] = ()
    """Register, tax number, bank: at the foot of each page."""
