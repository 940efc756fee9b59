"""The services of billing, together."""

from dataclasses import dataclass
from typing import Protocol

from pbx.domain.company import Company
from pbx.services.billing_ports import (
    BookingStore,
    CustomerStore,
    FactorGuardStore,
    FactorTable,
    StatementStore,
    Today,
)
from pbx.services.bookings import BookingOffice
from pbx.services.country_ports import LimitStore
from pbx.services.customers import CustomerOffice
from pbx.services.factor_guard import GuardOffice
from pbx.services.factor_office import FactorOffice
from pbx.services.informing import Informing
from pbx.services.ports import AuditLog, CallLog, Clock
from pbx.services.statements import StatementOffice


class BillingStores(Protocol):
    """A database."""

    @property
    def audit(self) -> AuditLog: ...

    @property
    def bookings(self) -> BookingStore: ...

    @property
    def calls(self) -> CallLog: ...

    @property
    def customers(self) -> CustomerStore: ...

    @property
    def factor_guard(self) -> FactorGuardStore: ...

    @property
    def factor_table(self) -> FactorTable: ...

    @property
    def limits(self) -> LimitStore: ...

    @property
    def statements(self) -> StatementStore: ...

    @property
    def today(self) -> Today: ...


@dataclass(frozen=True, slots=True)
class Billing:
    bookings: BookingOffice
    customers: CustomerOffice
    factors: FactorOffice
    guard: GuardOffice
    statements: StatementOffice


def billing_of(
    stores: BillingStores, clock: Clock, informing: Informing, company: Company
) -> Billing:
    return Billing(
        bookings=BookingOffice(store=stores.bookings, clock=clock),
        customers=CustomerOffice(
            store=stores.customers, settings=stores.limits, audit=stores.audit, clock=clock
        ),
        factors=FactorOffice(store=stores.factor_table, clock=clock, today=stores.today),
        guard=GuardOffice(store=stores.factor_guard, informing=informing, clock=clock),
        statements=StatementOffice(
            store=stores.statements, calls=stores.calls, clock=clock, sender=company
        ),
    )
