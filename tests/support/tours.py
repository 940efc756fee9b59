"""Chapters of the tour that are kept in files of their own, one for each area of management."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tests.support.tour_addons import addons
from tests.support.tour_billing import billing
from tests.support.tour_countries import countries
from tests.support.tour_greetings import greetings
from tests.support.tour_hooks import hooks
from tests.support.tour_insight import insight
from tests.support.tour_numbers import numbers
from tests.support.tour_people import people
from tests.support.tour_routing import routing
from tests.support.tour_sign_in import account
from tests.support.tour_tariffs import prices, reconciliation
from tests.support.tour_tasks import tasks
from tests.support.tour_voicemail import inbox

if TYPE_CHECKING:
    from tests.support.tour import Tour

MORE: dict[str, Callable[["Tour"], Awaitable[None]]] = {
    "inbox": inbox,
    "countries": countries,
    "insight": insight,
    "account": account,
    "people": people,
    "numbers": numbers,
    "routing": routing,
    "greetings": greetings,
    "prices": prices,
    "reconciliation": reconciliation,
    "billing": billing,
    "hooks": hooks,
    "tasks": tasks,
    "addons": addons,
}
"""By the chapter's name; each starts without calls."""
