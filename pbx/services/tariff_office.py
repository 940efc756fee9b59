"""Management of prices: lists, rates, carriers' files; what calls have cost (F44, F51, F53)."""

import asyncio
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pbx.domain import costing, price_files
from pbx.domain.costing import CostBy, CostSums, Rated
from pbx.domain.csv_lines import RowProblem
from pbx.domain.moments import BERLIN
from pbx.domain.records import User
from pbx.domain.tariffs import (
    EURO,
    MOST_INCREMENT,
    MOST_MICROS,
    UNIT,
    Changes,
    Dialled,
    Increments,
    PriceList,
    Rate,
    compare,
    is_destination,
    micros,
)
from pbx.errors import BadRequest, NotFound
from pbx.services.ports import CallFilter, Clock
from pbx.services.pricing import Pricing
from pbx.services.tariff_ports import CostLog, KeptList, RateVersions, TariffStore

MOST_CALLS = 300_000
"""That are priced at once; more than two years of twenty people."""
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
LONGEST = 100


@dataclass(frozen=True, slots=True)
class WantedRate:
    """A price as people write it."""

    destination: str
    valid_from: date
    per_minute: str | None
    """None: no price any more."""
    connection: str = "0"
    first: int = 1
    following: int = 1
    label: str = ""


@dataclass(frozen=True, slots=True)
class PricesTaken:
    """With any problem nothing was taken over."""

    changes: Changes
    problems: Sequence[RowProblem]
    revision: int | None = None
    """Takes it back, as long as nothing else is changed; None: nothing was taken over."""


@dataclass(frozen=True, slots=True)
class Costs:
    total: CostSums
    sums: dict[str, CostSums]


class TariffOffice:
    def __init__(
        self,
        *,
        store: TariffStore,
        costs: CostLog,
        pricing: Pricing,
        clock: Clock,
        home_region: str,
    ) -> None:
        self._store = store
        self._costs = costs
        self._pricing = pricing
        self._clock = clock
        self._home_region = home_region

    def now(self) -> datetime:
        return self._clock.now().at

    def today(self) -> date:
        """By Berlin's calendar, as prices are valid."""
        return self.now().astimezone(BERLIN).date()

    # -------------------------------------------------------------- lists

    async def lists(self) -> Sequence[KeptList]:
        return await self._store.summaries()

    async def get(self, list_id: str) -> PriceList:
        """Raises `NotFound` (`unknown-price-list`)."""
        for each in await self._store.lists():
            if each.price_list.id == list_id:
                return each.price_list
        raise NotFound(
            "unknown-price-list",
            "Diese Preisliste gibt es nicht mehr. Bitte die Seite neu laden.",
            "This price list is gone. Please reload the page.",
        )

    async def add(
        self, by: User, name: str, trunk: str, currency: str, euro: str | None
    ) -> PriceList:
        """Raises `BadRequest` (`bad-price-list`)."""
        made = _price_list(uuid.uuid4().hex, name, trunk, currency, euro)
        await self._store.add_list(made, by.id, self.now())
        return made

    async def change(
        self, by: User, list_id: str, name: str, trunk: str, currency: str, euro: str | None
    ) -> PriceList:
        """Raises `NotFound` (`unknown-price-list`), `BadRequest` (`bad-price-list`)."""
        await self.get(list_id)
        changed = _price_list(list_id, name, trunk, currency, euro)
        await self._store.change_list(changed, by.id, self.now())
        return changed

    async def remove(self, by: User, list_id: str) -> None:
        """Said twice, it stays removed; `restore` takes it back with all its prices."""
        await self._store.remove_list(list_id, by.id, self.now())

    async def restore(self, by: User, list_id: str) -> PriceList:
        """Raises `NotFound` (`unknown-price-list`)."""
        await self._store.restore_list(list_id, by.id, self.now())
        return await self.get(list_id)

    # -------------------------------------------------------------- rates

    async def rates(
        self, list_id: str, day: date | None, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[RateVersions], str | None]:
        """Raises `NotFound` (`unknown-price-list`)."""
        await self.get(list_id)
        return await self._store.find_rates(list_id, day or self.today(), query, cursor, limit)

    async def put_rate(
        self, by: User, list_id: str, wanted: WantedRate
    ) -> tuple[Rate, Rate | None]:
        """Set what holds from a day on; the second value was there for the same day.

        Raises:
            NotFound: `unknown-price-list`; BadRequest: `bad-destination`, `bad-price`.
        """
        await self.get(list_id)
        rate = _rate(wanted)
        return rate, await self._store.put_rate(list_id, rate, by.id, self.now())

    async def remove_rate(self, by: User, list_id: str, destination: str, valid_from: date) -> None:
        """As if this version had never been; for taking `put_rate` back.

        Raises:
            NotFound: `unknown-price-list`.
        """
        await self.get(list_id)
        await self._store.remove_rate(list_id, destination, valid_from, by.id, self.now())

    async def find(self, dialled: Dialled, day: date) -> tuple[PriceList, Rate] | None:
        """What a call would cost on that day."""
        return (await self._pricing.tariffs()).find(dialled, day)

    # -------------------------------------------------------------- files

    async def valid_rates(self, list_id: str) -> Sequence[Rate]:
        """The newest version of each destination, for a file."""
        await self.get(list_id)
        newest = {rate.destination: rate for rate in await self._store.rates(list_id)}
        return list(newest.values())

    async def take_file(
        self, by: User, list_id: str, data: bytes, valid_from: date, file: str, *, dry_run: bool
    ) -> PricesTaken:
        """Take over a carrier's prices from a day on: all of them, or none where a row has a
        problem. Prefixes that the file does not have end on that day.

        Raises:
            NotFound: `unknown-price-list`; BadRequest: `bad-price-file`, as a whole unusable.
        """
        price_list = await self.get(list_id)
        wanted, problems = await asyncio.to_thread(
            price_files.read, data, valid_from, self._home_region, price_list.currency
        )
        if problems:
            return PricesTaken(Changes((), 0), problems)
        known = await self._store.rates(list_id)
        changes = await asyncio.to_thread(compare, known, wanted, valid_from)
        if dry_run:
            return PricesTaken(changes, ())
        done = await self._store.take(list_id, changes, file[:LONGEST], by.id, self.now())
        return PricesTaken(changes, (), done)

    async def take_back(self, by: User, list_id: str, revision: int) -> None:
        """Prices as they were before a file.

        Raises:
            NotFound: `unknown-price-list`; Conflict: `newer-prices`.
        """
        await self.get(list_id)
        await self._store.take_back(list_id, revision, by.id, self.now())

    # -------------------------------------------------------------- cost

    async def costs(self, which: CallFilter, by: CostBy) -> Costs:
        """What the ended calls of `which` cost, by one thing.

        Raises:
            BadRequest: `too-many-calls`.
        """
        found = await self.rated(which, MOST_CALLS)
        if len(found) > MOST_CALLS:
            raise BadRequest(
                "too-many-calls",
                f"Das sind mehr als {MOST_CALLS} Anrufe. Bitte einen kürzeren Zeitraum wählen.",
                f"These are more than {MOST_CALLS} calls. Please choose a shorter period.",
            )
        facts = await self._costs.task_facts() if by in _OF_TASKS else {}

        def key(each: Rated) -> str:
            call = each.call
            match by:
                case CostBy.DAY:
                    return f"{call.offered_at.astimezone(BERLIN):%Y-%m-%d}"
                case CostBy.MONTH:
                    return f"{call.offered_at.astimezone(BERLIN):%Y-%m}"
                case CostBy.PRICE_LIST:
                    return each.cost.price_list.id if each.cost else ""
                case CostBy.CUSTOMER | CostBy.COST_CENTRE:
                    task = facts.get(call.task)
                    if task is None:
                        return ""
                    own = by is CostBy.COST_CENTRE and (task.own or not task.customer)
                    return call.task if own else task.customer
            return str(getattr(call, _FIELDS[by]))

        return Costs(*await asyncio.to_thread(costing.sum_up, found, key))

    async def rated(self, which: CallFilter, most: int) -> Sequence[Rated]:
        """Each charged call with its cost, oldest first; `most` + 1 at most."""
        tariffs, trunks = await self._pricing.tariffs(), await self._pricing.trunks()
        calls = await self._costs.charged(which, most)
        return await asyncio.to_thread(
            lambda: [costing.rated(tariffs, trunks, call) for call in calls]
        )

    async def titles(self) -> dict[str, str]:
        """Of tasks, by their ids."""
        return {name: facts.title for name, facts in (await self._costs.task_facts()).items()}


_OF_TASKS = (CostBy.CUSTOMER, CostBy.COST_CENTRE)
_FIELDS = {
    CostBy.PERSON: "user_id",
    CostBy.TASK: "task",
    CostBy.COUNTRY: "country",
    CostBy.TYPE: "type",
    CostBy.NUMBER: "caller_id",
}


def _price_list(list_id: str, name: str, trunk: str, currency: str, euro: str | None) -> PriceList:
    name, trunk, code = name.strip(), trunk.strip(), currency.strip().upper()
    worth = UNIT if code == EURO else micros(euro or "")
    if not name or len(name) > LONGEST or len(trunk) > LONGEST or not CURRENCY.fullmatch(code):
        raise BadRequest(
            "bad-price-list",
            "Bitte einen Namen (höchstens 100 Zeichen) und eine Währung wie EUR angeben.",
            "Please give a name (100 characters at most) and a currency such as EUR.",
        )
    if not worth:
        raise BadRequest(
            "bad-price-list",
            f"Bitte angeben, wie viel Euro 1 {code} wert ist, etwa 0,92.",
            f"Please say how many euros 1 {code} is worth, such as 0.92.",
        )
    return PriceList(list_id, name, trunk, code, worth)


def _rate(wanted: WantedRate) -> Rate:
    """Raises `BadRequest` (`bad-destination`, `bad-price`)."""
    destination = re.sub(r"[ ()/.-]", "", wanted.destination)
    if destination.startswith("00"):
        destination = "+" + destination[2:]
    if not is_destination(destination):
        raise BadRequest(
            "bad-destination",
            "Bitte eine Vorwahl wie +49151 oder ein Land wie DE angeben.",
            "Please give a prefix such as +49151 or a country such as DE.",
        )
    per_minute = None if wanted.per_minute is None else micros(wanted.per_minute)
    connection = micros(wanted.connection or "0")
    wrong = wanted.per_minute is not None and per_minute is None
    if wrong or connection is None or max(per_minute or 0, connection) > MOST_MICROS:
        raise BadRequest(
            "bad-price",
            "Preis: bitte als Betrag von 0 bis 1000 angeben, etwa 0,0123.",
            "Price: please give an amount from 0 to 1000, such as 0.0123.",
        )
    increments = Increments(wanted.first, wanted.following)
    if not all(1 <= each <= MOST_INCREMENT for each in increments):
        raise BadRequest(
            "bad-price",
            "Takt: bitte 1 bis 3600 Sekunden angeben.",
            "Increments: please give 1 to 3600 seconds.",
        )
    label = wanted.label.strip()[:LONGEST]
    return Rate(destination, wanted.valid_from, per_minute, connection, increments, label)
