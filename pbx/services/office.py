"""The services of management, together: what changes numbers, people, rules, and tells of it."""

from dataclasses import dataclass
from typing import Protocol

from pbx.services.links import Links
from pbx.services.ports import AuditLog
from pbx.services.post import Post


class OfficeStores(Protocol):
    """A database."""

    @property
    def audit(self) -> AuditLog: ...


@dataclass(frozen=True, slots=True)
class Office:
    audit: AuditLog
    links: Links
    post: Post


def office_of(stores: OfficeStores, *, links: Links, post: Post) -> Office:
    return Office(audit=stores.audit, links=links, post=post)
