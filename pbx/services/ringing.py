"""Who would ring: `routing.plan_inbound` with what directory, presence and calls say now."""

from collections.abc import Collection, Mapping

from pbx.domain import messages as m
from pbx.domain import numbers, routing
from pbx.domain.records import Number
from pbx.services.ports import Directory


async def plan_for(
    directory: Directory,
    did: str,
    home_region: str,
    head_office: str,
    head_office_ring: tuple[str, ...],
    *,
    live: Collection[str],
    unavailable: Collection[str] = (),
    calls: Mapping[str, int] | None = None,
) -> routing.Plan:
    """`routing.plan_inbound` with what the directory says at this moment.

    Args:
        did: the number that was called, as the trunk sent it.
        head_office_ring: e-mail addresses; unknown ones are left out.
        live, unavailable: user ids.
        calls: how many calls a user has, by user id.
    """
    e164 = numbers.e164_from_trunk(did, home_region) or did
    ring = [user.id for email in head_office_ring if (user := await directory.user_by_email(email))]
    return routing.plan_inbound(
        did=await directory.number(e164),
        head_office=await directory.number(head_office)
        or Number(head_office, "", head_office=True),
        head_office_ring=tuple(ring),
        live=live,
        unavailable=unavailable,
        calls=calls or {},
    )


def stages_of(plan: routing.Plan) -> tuple[m.Stage, ...]:
    return tuple(m.Stage((target.user_id,), target.seconds) for target in plan.targets)
