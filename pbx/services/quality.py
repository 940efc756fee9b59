"""What browsers measured of their calls, and each person's quality diary (N15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pbx.domain import quality as rules
from pbx.domain.desk import Quality
from pbx.domain.records import User
from pbx.services.desk_ports import QualityStore
from pbx.services.ports import CallLog, Clock
from pbx.services.switchboard import no_call

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Diary:
    days: Sequence[rules.Day]
    advice: Sequence[rules.Advice]


class QualityDiaries:
    def __init__(self, *, store: QualityStore, calls: CallLog, clock: Clock) -> None:
        self._store = store
        self._calls = calls
        self._clock = clock

    async def began(self, user: User, call_id: str) -> datetime:
        """When a call began that this user was in.

        Raises:
            NotFound: it is none of theirs: nobody reports for others.
        """
        record = await self._calls.get(call_id)
        mine = record is not None and (
            record.user_id == user.id or await self._calls.took_part(user.id, call_id)
        )
        if record is None or not mine:
            raise no_call()
        return record.offered.at

    async def report(self, quality: Quality) -> None:
        """The last report counts."""
        await self._store.put(quality)

    async def of_call(self, call_id: str) -> Sequence[Quality]:
        """What each browser in a call measured."""
        return await self._store.of_call(call_id)

    async def diary(self, user: User, days: int) -> Diary:
        """The last `days` days (Berlin's calendar), today included."""
        today = self._clock.now().at.astimezone(BERLIN).date()
        first = datetime.combine(today - timedelta(days=days - 1), datetime.min.time(), BERLIN)
        found = [
            rules.Measured(quality.at.astimezone(BERLIN), quality)
            for quality in await self._store.since(user.id, first)
        ]
        return Diary(rules.by_day(found), rules.advice(found))
