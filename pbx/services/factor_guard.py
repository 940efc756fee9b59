"""The factor guard, for management: what does not fit, and closing it (N4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pbx.domain.factor_guard import Closing, reason_missing
from pbx.domain.message_templates import Language
from pbx.domain.months import Month
from pbx.domain.records import User
from pbx.services.billing_ports import CloseWish, FactorGuardStore, GuardView
from pbx.services.informing import Informing
from pbx.services.ports import Clock

LONGEST_REASON = 1000
Tell = Language | Literal["customer"]
"""`customer`: in the customer's own language, else in that of who tells them."""


class GuardOffice:
    def __init__(self, *, store: FactorGuardStore, informing: Informing, clock: Clock) -> None:
        self._store = store
        self._informing = informing
        self._clock = clock

    async def month(self, month: Month, customer_id: str | None = None) -> Sequence[GuardView]:
        """The findings of a month: open ones first, the most money first."""
        found = await self._store.month(month)
        return sorted(
            (v for v in found if customer_id is None or v.finding.customer_id == customer_id),
            key=lambda v: (
                v.closed is not None,
                -(v.finding.risk_cents or 0),
                -v.finding.wrong_ms,
                v.finding.task,
            ),
        )

    async def close(self, by: User, wish: CloseWish, tell: Tell | None = None) -> GuardView | None:
        """Correct the task's area, note that the customer was informed, or accept the loss.

        Args:
            tell: also send the customer the text about the right area, in this language or in
                their own; in the same step, so that neither is done without the other.

        Returns:
            What is left of it; None where all fits now.

        Raises:
            BadRequest: `reason-missing`; Conflict: `nothing-to-close`, `nobody-listens`.
        """
        if wish.how is Closing.ACCEPTED and not wish.reason.strip():
            raise reason_missing()
        if tell and wish.how is not Closing.ACCEPTED:
            language = None if tell == "customer" else tell
            told = await self._informing.for_finding(by, wish.task, wish.right_area, language)
            wish = replace(wish, message=told)
        await self._store.close(wish, by.id, self._clock.now().at)
        self._informing.wake()
        return await self._store.of_task(wish.task, wish.month)
