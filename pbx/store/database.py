"""The database as the composition root sees it: its stores, a check and an end."""

import asyncio
from collections.abc import Callable
from datetime import date

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pbx.store.account_imports import SqlAccountImports
from pbx.store.account_links import SqlAccountLinks
from pbx.store.accounts import SqlAccounts
from pbx.store.addon_catalogue import SqlAddonCatalogue
from pbx.store.addon_orders import SqlAddonOrders
from pbx.store.audit import SqlAuditLog
from pbx.store.bookings import SqlBookings
from pbx.store.callers import SqlCallerLists
from pbx.store.calls import SqlCallLog
from pbx.store.contacts import SqlContacts
from pbx.store.costs import SqlCostLog
from pbx.store.country_requests import SqlCountryRequests
from pbx.store.customers import SqlCustomers
from pbx.store.directory import SqlDirectory
from pbx.store.engine import DatabaseAway, Engine, reason_of
from pbx.store.factor_table import SqlFactorTable
from pbx.store.going_live import SqlGoingLive
from pbx.store.greetings import SqlGreetings
from pbx.store.guard_closings import SqlFactorGuard
from pbx.store.handovers import SqlHandovers
from pbx.store.hook_endpoints import SqlHookEndpoints
from pbx.store.hooks import SqlHooks
from pbx.store.inventory import SqlInventory
from pbx.store.leaving import SqlLeaving
from pbx.store.letters import SqlLetters
from pbx.store.limits import SqlLimits
from pbx.store.message_templates import SqlMessageTemplates
from pbx.store.migrate import newest_revision
from pbx.store.notes import SqlNotes, SqlTaskShelf
from pbx.store.number_groups import SqlNumberGroups
from pbx.store.number_requests import SqlNumberRequests
from pbx.store.planned_changes import SqlPlannedChanges
from pbx.store.push import SqlPushStore
from pbx.store.quality import SqlQuality
from pbx.store.reconciliations import SqlReconciliations
from pbx.store.routes import SqlRoutes
from pbx.store.saved_searches import SqlSavedSearches
from pbx.store.second_factors import SqlSecondFactors, SqlSingleSignOns
from pbx.store.sessions import SqlSessions
from pbx.store.share_limits import SqlShareLimits
from pbx.store.statements import SqlStatements
from pbx.store.sums import SqlStatistics
from pbx.store.tariffs import SqlTariffs
from pbx.store.tasks import today_in_berlin
from pbx.store.test_calls import SqlTestCalls
from pbx.store.unlocks import SqlUnlocks
from pbx.store.voicemail import SqlVoicemailStore

CHECK_SECONDS = 3.0


class Database:
    """The stores on one database.

    Make it with `Database.open(url)` inside the event loop that uses it, after
    `migrate(url)`, and end it with `close`.
    """

    def __init__(self, engine: Engine, today: Callable[[], date]) -> None:
        self._engine = engine
        self.today = today
        self._looking: asyncio.Task[str] | None = None
        self.account_imports = SqlAccountImports(engine)
        self.account_links = SqlAccountLinks(engine)
        self.accounts = SqlAccounts(engine)
        self.addon_catalogue = SqlAddonCatalogue(engine)
        self.addon_orders = SqlAddonOrders(engine)
        self.audit = SqlAuditLog(engine)
        self.bookings = SqlBookings(engine, today)
        self.callers = SqlCallerLists(engine)
        self.calls = SqlCallLog(engine)
        self.contacts = SqlContacts(engine)
        self.costs = SqlCostLog(engine)
        self.country_requests = SqlCountryRequests(engine)
        self.customers = SqlCustomers(engine)
        self.directory = SqlDirectory(engine, today)
        self.factor_guard = SqlFactorGuard(engine, today)
        self.factor_table = SqlFactorTable(engine)
        self.limits = SqlLimits(engine)
        self.going_live = SqlGoingLive(engine)
        self.greetings = SqlGreetings(engine)
        self.handovers = SqlHandovers(engine)
        self.hook_endpoints = SqlHookEndpoints(engine)
        self.hooks = SqlHooks(engine)
        self.inventory = SqlInventory(engine)
        self.letters = SqlLetters(engine)
        self.leaving = SqlLeaving(engine)
        self.message_templates = SqlMessageTemplates(engine, today)
        self.notes = SqlNotes(engine)
        self.number_groups = SqlNumberGroups(engine)
        self.number_requests = SqlNumberRequests(engine)
        self.planned_changes = SqlPlannedChanges(engine)
        self.quality = SqlQuality(engine)
        self.saved_searches = SqlSavedSearches(engine)
        self.share_limits = SqlShareLimits(engine)
        self.shelf = SqlTaskShelf(engine)
        self.statements = SqlStatements(engine)
        self.statistics = SqlStatistics(engine)
        self.tariffs = SqlTariffs(engine)
        self.test_calls = SqlTestCalls(engine)
        self.reconciliations = SqlReconciliations(engine)
        self.push = SqlPushStore(engine)
        self.routes = SqlRoutes(engine)
        self.second_factors = SqlSecondFactors(engine)
        self.sessions = SqlSessions(engine)
        self.unlocks = SqlUnlocks(engine)
        self.single_sign_ons = SqlSingleSignOns(engine)
        self.voicemails = SqlVoicemailStore(engine)

    @classmethod
    def open(cls, url: str, today: Callable[[], date] = today_in_berlin) -> "Database":
        """The database at `url` (`sqlite+aiosqlite:///…`, `postgresql+asyncpg://…`).

        Connects with the first query, so it never fails because a server is away.
        """
        return cls(Engine(url), today)

    async def check(self) -> str:
        """`ok`, or why the database cannot be used; never raises for its faults."""
        # A check that waits for a lock goes on by itself, and the next one looks at it again.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        done, _ = await asyncio.wait([self._looking], timeout=CHECK_SECONDS)
        return self._looking.result() if done else f"no answer within {CHECK_SECONDS:g} s"

    async def _look(self) -> str:
        try:
            # A write transaction: a ledger that can be read but not written is no use.
            async with self._engine.write() as conn:
                found = (
                    await conn.execute(text("SELECT version_num FROM alembic_version"))
                ).scalar()
        except DatabaseAway as e:
            return e.reason
        except DBAPIError as e:
            return reason_of(e)
        if found != newest_revision():
            return (
                f"schema is at {found}, this version needs {newest_revision()}: run `pbx migrate`"
            )
        return "ok"

    async def close(self) -> None:
        """End all connections, after what is under way."""
        if self._looking is not None:
            await asyncio.wait([self._looking])
        await self._engine.close()
