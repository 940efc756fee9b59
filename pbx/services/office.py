"""The services of management, together: what changes numbers, people, rules, and tells of it."""

from dataclasses import dataclass
from typing import Protocol

from pbx.services.ports import AuditLog


class OfficeStores(Protocol):
    """A database."""

    @property
    def audit(self) -> AuditLog: ...


@dataclass(frozen=True, slots=True)
class Office:
    audit: AuditLog


def office_of(stores: OfficeStores) -> Office:
    return Office(audit=stores.audit)
