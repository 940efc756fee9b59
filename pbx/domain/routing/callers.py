"""Caller lists: which entry is about who calls."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from pbx.domain.routing.terms import Caller, CallerIs, CallerRule, ListKind

SHORTEST_PREFIX = 3
"""`+49` is a country; less would be half the world."""


def matches(rule: CallerRule, caller: Caller, at: datetime) -> bool:
    """Whether a rule is about this caller, and still in force."""
    if rule.until is not None and rule.until <= at:
        return False
    if rule.hidden:
        return rule.hidden == caller.hidden
    if not rule.pattern or not caller.number:
        return False
    return caller.number.startswith(rule.pattern) if rule.prefix else caller.number == rule.pattern


def prefixes_of(number: str) -> tuple[str, ...]:
    """Every beginning of `number` that a rule may have, the number itself last."""
    return tuple(number[:n] for n in range(SHORTEST_PREFIX, len(number) + 1))


def rule_for(
    rules: Iterable[CallerRule], kind: ListKind, caller: Caller, at: datetime
) -> CallerRule | None:
    """The entry of one list that is most exactly about this caller."""
    found = [r for r in rules if r.kind is kind and matches(r, caller, at)]
    return max(found, key=lambda r: (not r.prefix, len(r.pattern), r.id), default=None)


def blocked_by(rules: Iterable[CallerRule], caller: Caller, at: datetime) -> CallerRule | None:
    """The entry that keeps this caller out; none where they are on the allow or VIP list."""
    known = list(rules)
    if any(rule_for(known, kind, caller, at) for kind in (ListKind.ALLOW, ListKind.VIP)):
        return None
    return rule_for(known, ListKind.BLOCK, caller, at)


def kind_of(rules: Iterable[CallerRule], caller: Caller, at: datetime) -> CallerIs:
    """Who calls, as the conditions of steps know it."""
    known = list(rules)
    if rule_for(known, ListKind.VIP, caller, at):
        return CallerIs.VIP
    if rule_for(known, ListKind.ALLOW, caller, at):
        return CallerIs.ALLOWED
    return CallerIs.OTHER if caller.number else CallerIs.HIDDEN


def hidden_hash(secret: bytes, number: str) -> str:
    """What is kept of a number that its owner withholds: nobody gets it back from this without
    the secret, and the same number gives the same text."""
    return hmac.new(secret, number.encode(), hashlib.sha256).hexdigest()
