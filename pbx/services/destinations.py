"""What decides about calls to the network, together."""

from dataclasses import dataclass

from pbx.services.country_ports import CountryStores, Letters
from pbx.services.guard import Guard, GuardRules
from pbx.services.outbound import Outbound, OutboundRules
from pbx.services.outbound_brake import OutboundBrake
from pbx.services.ports import Clock


@dataclass(frozen=True, slots=True)
class Destinations:
    outbound: Outbound
    guard: Guard
    brake: OutboundBrake


def destinations_of(
    stores: CountryStores,
    *,
    letters: Letters,
    clock: Clock,
    rules: OutboundRules,
    guard: GuardRules,
    page: str = "",
) -> Destinations:
    """`page`: where administrators release somebody."""
    brake = OutboundBrake(
        store=stores.limits,
        directory=stores.directory,
        letters=letters,
        clock=clock,
        mode=guard.brake,
        home_region=guard.home_region,
        page=page,
    )
    watch = Guard(calls=stores.calls, store=stores.limits, brake=brake, clock=clock, rules=guard)
    outbound = Outbound(
        stores.directory,
        rules,
        unlocks=stores.unlocks,
        limits=stores.limits,
        guard=watch,
        clock=clock,
    )
    return Destinations(outbound, watch, brake)
