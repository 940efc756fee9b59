"""What decides about calls to the network, together."""

from dataclasses import dataclass

from pbx.services.country_ports import CountryStores, Letters
from pbx.services.guard import Guard, GuardRules
from pbx.services.outbound import Outbound, OutboundRules
from pbx.services.outbound_brake import OutboundBrake
from pbx.services.ports import Clock
from pbx.services.pricing import Pricing


@dataclass(frozen=True, slots=True)
class Destinations:
    outbound: Outbound
    guard: Guard
    brake: OutboundBrake
    pricing: Pricing


def destinations_of(
    stores: CountryStores,
    *,
    letters: Letters,
    clock: Clock,
    rules: OutboundRules,
    guard: GuardRules,
    trunk: str = "",
    page: str = "",
) -> Destinations:
    """`trunk`: its name; `page`: where administrators release somebody."""
    brake = OutboundBrake(
        store=stores.limits,
        directory=stores.directory,
        letters=letters,
        clock=clock,
        mode=guard.brake,
        home_region=guard.home_region,
        page=page,
    )
    pricing = Pricing(stores.tariffs, stores.directory, trunk)
    watch = Guard(
        calls=stores.calls,
        store=stores.limits,
        brake=brake,
        pricing=pricing,
        clock=clock,
        rules=guard,
    )
    outbound = Outbound(
        stores.directory,
        rules,
        unlocks=stores.unlocks,
        limits=stores.limits,
        guard=watch,
        clock=clock,
    )
    return Destinations(outbound, watch, brake, pricing)
