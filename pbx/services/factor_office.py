"""The table of factors, for management (D3): rows valid from a day to come."""

from collections.abc import Callable, Sequence
from datetime import date

from pbx.domain.records import FactorRow, User
from pbx.errors import BadRequest
from pbx.services.billing_ports import FactorsInUse, FactorTable
from pbx.services.ports import Clock


class FactorOffice:
    """Args: `today` gives the business's date (Europe/Berlin)."""

    def __init__(self, *, store: FactorTable, clock: Clock, today: Callable[[], date]) -> None:
        self._store = store
        self._clock = clock
        self._today = today

    async def all(self) -> Sequence[FactorsInUse]:
        """Newest first: what was, is, and will be valid."""
        return await self._store.all()

    async def put(self, by: User, row: FactorRow) -> Sequence[FactorsInUse]:
        """Add factors from a day on, or correct them while no task has them.

        Raises:
            BadRequest: `factors-in-the-past`, `bad-factor`; Conflict: `factors-in-use`.
        """
        self._check_day(row.valid_from)
        if not (row.base_backoffice and row.base_sales):
            raise BadRequest(
                "bad-factor",
                "Ein Faktor ohne Zuschlag muss größer als 0 sein.",
                "A factor without surcharge has to be greater than 0.",
            )
        await self._store.put(row, by.id, self._clock.now().at)
        return await self._store.all()

    async def remove(self, by: User, valid_from: date) -> Sequence[FactorsInUse]:
        """Raises `NotFound` (`no-factors`), `BadRequest`, `Conflict` (`factors-in-use`)."""
        self._check_day(valid_from)
        await self._store.remove(valid_from, by.id, self._clock.now().at)
        return await self._store.all()

    def _check_day(self, valid_from: date) -> None:
        if valid_from < self._today():
            raise BadRequest(
                "factors-in-the-past",
                "Was schon galt, bleibt stehen. Bitte einen Tag ab heute wählen.",
                "What was valid already stays. Please choose a day from today on.",
            )
