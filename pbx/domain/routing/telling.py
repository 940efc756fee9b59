"""A plan in words, for the simulator and the command line."""

from collections.abc import Mapping

from pbx.domain.routing.planning import Place, Plan
from pbx.domain.routing.words import FINALS, REASONS


def words_of(reason: str, language: str) -> str:
    return REASONS[reason][0 if language == "de" else 1]


def final_words(plan: Plan, language: str) -> str:
    return FINALS[plan.final.value][0 if language == "de" else 1]


def described(plan: Plan, names: Mapping[str, str], language: str) -> list[str]:
    """One line for each thing that happens, and why.

    Args:
        names: of people, by user id.
    """
    lines = [f"{plan.number.e164} {plan.number.label}".strip()]
    for passed in plan.passed:
        lines.append(f"  {_step(passed.place)}{words_of(passed.reason, language)}")
    for skipped in plan.skipped:
        who = names.get(skipped.user_id, skipped.user_id)
        lines.append(f"  {who}: {words_of(skipped.reason, language)}")
    for stage in plan.stages:
        who = ", ".join(names.get(user, user) for user in stage.user_ids)
        who = who or stage.number or stage.announcement
        seconds = f", {stage.seconds} s" if stage.seconds else ""
        lines.append(f"  {_step(stage.place)}{who}{seconds}: {words_of(stage.reason, language)}")
    lines += [f"  {words_of(note, language)}" for note in plan.notes]
    return [*lines, f"  {final_words(plan, language)}"]


def _step(place: Place) -> str:
    return "" if place.position < 0 else f"{place.position + 1}. "
