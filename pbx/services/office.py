"""The services of management, together: what changes numbers, people, rules, and tells of it."""

from dataclasses import dataclass
from typing import Protocol

from pbx.domain.company import Company
from pbx.domain.inventory import Surroundings
from pbx.services.addons import AddonParts, Addons, AddonStores, addons_of
from pbx.services.billing import Billing, BillingStores, billing_of
from pbx.services.caller_lists import CallerOffice
from pbx.services.country_office import CountryOffice
from pbx.services.country_ports import CountryStores
from pbx.services.country_requests import CountryRequests
from pbx.services.destinations import Destinations
from pbx.services.dictations import Dictations
from pbx.services.going_live import GoingLive
from pbx.services.going_live_ports import GoingLiveStore
from pbx.services.greeting_library import GreetingLibrary
from pbx.services.insight_ports import SavedSearches, Statistics
from pbx.services.integration import Integration
from pbx.services.limit_office import LimitOffice
from pbx.services.links import Links
from pbx.services.number_ports import (
    InventoryStore,
    NumberGroupStore,
    NumberRequestStore,
    PlannedStore,
)
from pbx.services.number_requests import NumberRequests
from pbx.services.numbers import NumberService
from pbx.services.ports import AuditLog, Clock, Directory, Notifier
from pbx.services.post import Post
from pbx.services.reconciliation_ports import ReconciliationStore
from pbx.services.reconciling import ReconciliationOffice
from pbx.services.routing import RouteOffice
from pbx.services.staff import Staff
from pbx.services.tariff_office import TariffOffice
from pbx.services.tariff_ports import CostLog


class OfficeStores(AddonStores, BillingStores, CountryStores, Protocol):
    """A database."""

    @property
    def audit(self) -> AuditLog: ...

    @property
    def costs(self) -> CostLog: ...

    @property
    def reconciliations(self) -> ReconciliationStore: ...

    @property
    def saved_searches(self) -> SavedSearches: ...

    @property
    def statistics(self) -> Statistics: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def going_live(self) -> GoingLiveStore: ...

    @property
    def inventory(self) -> InventoryStore: ...

    @property
    def number_groups(self) -> NumberGroupStore: ...

    @property
    def number_requests(self) -> NumberRequestStore: ...

    @property
    def planned_changes(self) -> PlannedStore: ...


@dataclass(frozen=True, slots=True)
class Office:
    addons: Addons
    audit: AuditLog
    billing: Billing
    dictations: Dictations
    going_live: GoingLive
    greetings: GreetingLibrary
    integration: Integration
    links: Links
    numbers: NumberService
    number_requests: NumberRequests
    post: Post
    reconciliations: ReconciliationOffice
    routing: RouteOffice
    callers: CallerOffice
    countries: CountryOffice
    limits: LimitOffice
    searches: SavedSearches
    statistics: Statistics
    staff: Staff
    tariffs: TariffOffice


def office_of(
    stores: OfficeStores,
    *,
    addons: AddonParts,
    dictations: Dictations,
    greetings: GreetingLibrary,
    integration: Integration,
    links: Links,
    post: Post,
    routing: RouteOffice,
    callers: CallerOffice,
    destinations: Destinations,
    requests: CountryRequests,
    clock: Clock,
    around: Surroundings,
    home_region: str,
    staff: Staff,
    notifier: Notifier,
    company: Company,
) -> Office:
    countries = CountryOffice(
        stores,
        requests=requests,
        outbound=destinations.outbound,
        letters=post,
        links=links,
        clock=clock,
    )
    requests.on_asked = countries.tell_deciders
    numbers = NumberService(
        store=stores.inventory,
        planned=stores.planned_changes,
        groups=stores.number_groups,
        directory=stores.directory,
        clock=clock,
        around=around,
        home_region=home_region,
    )
    return Office(
        addons=addons_of(
            stores, addons, numbers=numbers, library=greetings, post=post, links=links, clock=clock
        ),
        audit=stores.audit,
        billing=billing_of(stores, clock, integration.informing, company),
        dictations=dictations,
        going_live=GoingLive(
            store=stores.going_live,
            numbers=numbers,
            routing=routing,
            calls=addons.calls,
            clock=clock,
        ),
        greetings=greetings,
        integration=integration,
        links=links,
        countries=countries,
        limits=LimitOffice(stores, destinations=destinations, clock=clock),
        numbers=numbers,
        number_requests=NumberRequests(
            store=stores.number_requests,
            directory=stores.directory,
            letters=post,
            links=links,
            notifier=notifier,
            clock=clock,
        ),
        post=post,
        reconciliations=ReconciliationOffice(
            store=stores.reconciliations, pricing=destinations.pricing, clock=clock
        ),
        routing=routing,
        callers=callers,
        searches=stores.saved_searches,
        statistics=stores.statistics,
        staff=staff,
        tariffs=TariffOffice(
            store=stores.tariffs,
            costs=stores.costs,
            pricing=destinations.pricing,
            clock=clock,
            home_region=home_region,
        ),
    )
