"""The prices that hold, kept in memory: a call must not wait for ten thousand of them."""

from pbx.domain.costing import Trunks
from pbx.domain.limits import CostOf
from pbx.domain.records import CallRecord
from pbx.domain.tariffs import PriceList, Tariffs, cost_of
from pbx.services.ports import Directory
from pbx.services.tariff_ports import TariffStore


def free(call: CallRecord, talk_ms: int) -> int:
    return 0


class Pricing:
    """Asks before each use whether anything has changed; another process may have done it.

    Args:
        trunk: name of the trunk on which numbers are that name none.
    """

    def __init__(self, store: TariffStore, directory: Directory, trunk: str) -> None:
        self._store = store
        self._directory = directory
        self._trunk = trunk
        self._known: list[tuple[PriceList, int]] | None = None
        self._tariffs = Tariffs()

    async def tariffs(self) -> Tariffs:
        kept = [(each.price_list, each.revision) for each in await self._store.lists()]
        if kept != self._known:
            lists = [(price_list, await self._store.rates(price_list.id)) for price_list, _ in kept]
            self._tariffs, self._known = Tariffs(lists), kept
        return self._tariffs

    async def trunks(self) -> Trunks:
        """Where no list is for one trunk only, nobody needs to know."""
        if not any(each.trunk for each in (await self.tariffs()).lists):
            return Trunks()
        return await self.all_trunks()

    async def all_trunks(self) -> Trunks:
        named = {each.e164: each.trunk for each in await self._directory.numbers() if each.trunk}
        return Trunks(named, self._trunk)

    async def cost_of(self) -> CostOf:
        tariffs, trunks = await self.tariffs(), await self.trunks()

        def cost(call: CallRecord, talk_ms: int) -> int:
            found = cost_of(tariffs, call, talk_ms, trunks.of(call.caller_id or ""))
            return found.euro_micros if found else 0

        return cost
