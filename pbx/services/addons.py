"""The services of add-ons and hand-overs, together."""

from dataclasses import dataclass
from typing import Protocol

from pbx.services.addon_activation import Activation
from pbx.services.addon_form import AddonFormService
from pbx.services.addon_office import AddonOffice
from pbx.services.addon_orders import AddonBoard
from pbx.services.addon_ports import AddonCatalogue, AddonOrders, HandoverStore
from pbx.services.addon_tests import AddonTests
from pbx.services.addon_watch import AddonWatch
from pbx.services.billing_ports import CustomerStore, Today
from pbx.services.country_ports import LimitStore
from pbx.services.greeting_library import GreetingLibrary
from pbx.services.handovers import Handovers
from pbx.services.links import Links
from pbx.services.message_ports import Archive
from pbx.services.numbers import NumberService
from pbx.services.ports import AuditLog, Clock, Directory
from pbx.services.post import Post
from pbx.services.test_calls import TestCalls


class AddonStores(Protocol):
    """A database."""

    @property
    def addon_catalogue(self) -> AddonCatalogue: ...

    @property
    def addon_orders(self) -> AddonOrders: ...

    @property
    def audit(self) -> AuditLog: ...

    @property
    def customers(self) -> CustomerStore: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def handovers(self) -> HandoverStore: ...

    @property
    def limits(self) -> LimitStore: ...

    @property
    def today(self) -> Today: ...


@dataclass(frozen=True, slots=True)
class AddonParts:
    """What add-ons need beside the database and the other services of management."""

    archive: Archive
    """Of recordings that customers send."""
    calls: TestCalls


@dataclass(frozen=True, slots=True)
class Addons:
    office: AddonOffice
    form: AddonFormService
    board: AddonBoard
    activation: Activation
    tests: AddonTests
    watch: AddonWatch
    handovers: Handovers


def addons_of(
    stores: AddonStores,
    parts: AddonParts,
    *,
    numbers: NumberService,
    library: GreetingLibrary,
    post: Post,
    links: Links,
    clock: Clock,
) -> Addons:
    orders, directory = stores.addon_orders, stores.directory
    office = AddonOffice(
        catalogue=stores.addon_catalogue,
        customers=stores.customers,
        settings=stores.limits,
        directory=directory,
        post=post,
        links=links,
        clock=clock,
        today=stores.today,
    )
    board = AddonBoard(
        office=office,
        store=orders,
        catalogue=stores.addon_catalogue,
        audit=stores.audit,
        directory=directory,
        library=library,
        archive=parts.archive,
        post=post,
        links=links,
        clock=clock,
    )
    activation = Activation(
        store=orders, directory=directory, library=library, numbers=numbers, clock=clock
    )
    return Addons(
        office=office,
        form=AddonFormService(
            office=office,
            board=board,
            catalogue=stores.addon_catalogue,
            store=orders,
            library=library,
            archive=parts.archive,
            clock=clock,
        ),
        board=board,
        activation=activation,
        tests=AddonTests(board=board, calls=parts.calls),
        watch=AddonWatch(
            office=office,
            board=board,
            activation=activation,
            store=orders,
            directory=directory,
            post=post,
            clock=clock,
        ),
        handovers=Handovers(
            store=stores.handovers,
            settings=stores.limits,
            office=office,
            post=post,
            clock=clock,
        ),
    )
