"""Numbers outside that steps ring: whether they may be called.

Nobody of ours places such a call, so only what is open to everybody counts.
"""

from collections.abc import Collection

from pbx.domain.policy import Decision
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.domain.routing import Caller, Reason
from pbx.errors import BadRequest, Refused
from pbx.services.outbound import Outbound
from pbx.services.ports import Directory

NOBODY = User("", "", "", Role.VPA)
"""For whom neither an unlock of a person nor a number to show counts."""
REASONS = {
    "country-not-allowed": Reason.OUTSIDE_COUNTRY,
    "outside-ours": Reason.OUTSIDE_OURS,
    "limit-reached": Reason.OUTSIDE_LIMIT,
    "outbound-locked": Reason.OUTSIDE_LOCKED,
}
"""By the refusal; any other one is about the number."""


class OutsideNumbers:
    """What policy says of them."""

    def __init__(self, *, directory: Directory, outbound: Outbound, home_region: str) -> None:
        self._directory = directory
        self._outbound = outbound
        self._home = home_region

    async def decide(self, target: str) -> Decision:
        """May everybody call `target`, and what is shown there? The head office.

        Raises:
            Refused: see `policy.decide`; BadRequest: `outside-ours`, it is a number of ours.
        """
        decision = await self._outbound.decide(NOBODY, target, self._home)
        dialled = decision.dialled
        if dialled.emergency:
            raise Refused(
                "emergency-number",
                "Notrufnummern können nicht in Schritten stehen. Bitte eine andere eintragen.",
                "Emergency numbers cannot be in steps. Please enter another one.",
            )
        if await self._directory.number(dialled.e164):
            raise BadRequest(
                "outside-ours",
                "Diese Nummer gehört zu unserer Anlage. Bitte „Weiter bei Nummer“ wählen.",
                'This number is one of ours. Please choose "Go on at number".',
            )
        return decision

    async def kept_from(
        self, targets: Collection[str], caller: Caller | None = None
    ) -> dict[str, Reason]:
        """Of these numbers those that are not to be called, and why. A caller who shows a
        number of ours is a call of ours that came back: it goes outside no more."""
        if targets and caller and await self._directory.number(caller.number):
            return dict.fromkeys(targets, Reason.OUTSIDE_BACK)
        return {target: reason for target in targets if (reason := await self._reason(target))}

    async def _reason(self, target: str) -> Reason | None:
        try:
            await self.decide(target)
        except (Refused, BadRequest) as refusal:
            return reason_of(refusal)
        return None


def reason_of(refusal: Refused | BadRequest) -> Reason:
    return REASONS.get(refusal.error_id, Reason.OUTSIDE_NUMBER)
