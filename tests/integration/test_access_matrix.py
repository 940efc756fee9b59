"""Every route of the API, asked by everybody: who is refused and who is not.

What is expected stands in `TABLE` below and in `RIGHTS`, not in the code under test. The
routes come from the OpenAPI document, so that a new one without a line here fails.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import update

from pbx.domain.records import User
from pbx.domain.rights import Right
from pbx.domain.sign_in import Session
from pbx.services.hashing import hash_of
from pbx.store import Database
from pbx.store.tables import users
from pbx.web.openapi import document
from tests.support.exchange import Exchange
from tests.support.signing_in import Client

pytest_plugins = ["tests.support.served"]

ANYONE, SIGNED_IN, IN_PERSON, MANAGEMENT = "anyone", "signed-in", "in-person", "management"

TABLE = {
    ANYONE: """
        GET /api/v1/addon-form/{token}
        GET /api/v1/addon-form/{token}/greetings/{upload}
        GET /api/v1/addon-form/{token}/orders
        POST /api/v1/addon-form/{token}/greetings
        POST /api/v1/addon-form/{token}/orders
        POST /api/v1/addon-form/{token}/quote
        GET /api/docs
        GET /api/v1/country-decisions/{token}
        GET /api/v1/openapi.json
        GET /api/v1/password-rules
        GET /api/v1/session/oidc
        GET /api/v1/session/oidc/callback
        GET /api/v1/session/ways
        GET /healthz
        GET /message/{token}
        GET /readyz
        POST /api/v1/account-links/look
        POST /api/v1/account-links/use
        POST /api/v1/country-decisions/{token}
        POST /api/v1/password-resets
        POST /api/v1/session
        POST /message/{token}
    """,
    IN_PERSON: """
        DELETE /api/v1/account/second-factor
        DELETE /api/v1/account/sessions
        DELETE /api/v1/account/sessions/{session}
        DELETE /api/v1/account/tokens/{token}
        GET /api/v1/account/second-factor
        GET /api/v1/account/sessions
        GET /api/v1/account/tokens
        POST /api/v1/account/second-factor
        POST /api/v1/account/second-factor/recovery-codes
        POST /api/v1/account/tokens
        PUT /api/v1/account/second-factor
        PUT /api/v1/session/password
    """,
    SIGNED_IN: """
        GET /api/v1/handovers
        POST /api/v1/handovers/{id}/confirm
        DELETE /api/v1/contacts/{id}
        DELETE /api/v1/push/subscription
        DELETE /api/v1/session
        DELETE /api/v1/tasks/{external_id}/favourite
        GET /api/v1/budget
        GET /api/v1/callers
        GET /api/v1/calls
        GET /api/v1/calls/{id}
        GET /api/v1/calls/{id}/sound
        GET /api/v1/colleagues
        GET /api/v1/contacts
        GET /api/v1/countries
        GET /api/v1/country-requests
        GET /api/v1/ice-servers
        GET /api/v1/live
        GET /api/v1/number-requests
        GET /api/v1/numbers/check
        GET /api/v1/probe
        GET /api/v1/push/key
        GET /api/v1/quality
        GET /api/v1/session
        GET /api/v1/tasks
        GET /api/v1/tasks/{external_id}/note
        GET /api/v1/tasks/{external_id}/phone-share
        GET /api/v1/voice
        GET /api/v1/voicemails
        GET /api/v1/voicemails/{id}
        GET /api/v1/voicemails/{id}/audio
        GET /api/v1/voicemails/{id}/waveform
        POST /api/v1/calls
        POST /api/v1/calls/{id}/answer
        POST /api/v1/calls/{id}/complete
        POST /api/v1/calls/{id}/decline
        POST /api/v1/calls/{id}/dtmf
        POST /api/v1/calls/{id}/hangup
        POST /api/v1/calls/{id}/hold
        POST /api/v1/calls/{id}/join
        POST /api/v1/calls/{id}/quality
        POST /api/v1/calls/{id}/resume
        POST /api/v1/calls/{id}/take-back
        POST /api/v1/calls/{id}/transfer
        POST /api/v1/check-calls
        POST /api/v1/contacts
        POST /api/v1/tasks/{external_id}/message
        GET /api/v1/tasks/{external_id}/message
        POST /api/v1/contacts/import
        POST /api/v1/country-requests
        POST /api/v1/number-requests
        POST /api/v1/probe
        POST /api/v1/voicemails/{id}/claim
        POST /api/v1/voicemails/{id}/done
        POST /api/v1/voicemails/{id}/give-back
        POST /api/v1/voicemails/{id}/reopen
        PUT /api/v1/calls/{id}/note
        PUT /api/v1/contacts/{id}
        PUT /api/v1/push/subscription
        PUT /api/v1/session/language
        PUT /api/v1/session/status
        PUT /api/v1/tasks/{external_id}/favourite
        PUT /api/v1/tasks/{external_id}/note
    """,
    MANAGEMENT: """
        GET /api/v1/call-groups
        GET /api/v1/users
    """,
    "audit": """
        GET /api/v1/audit
        GET /api/v1/audit-kinds
    """,
    "calls": """
        DELETE /api/v1/carriers/{id}
        DELETE /api/v1/reconciliations/{id}
        GET /api/v1/carriers
        GET /api/v1/reconciliations
        GET /api/v1/reconciliations/{id}
        GET /api/v1/reconciliations/{id}/findings
        GET /api/v1/reconciliations/{id}/findings.csv
        GET /api/v1/reconciliations/{id}/findings.xlsx
        POST /api/v1/carriers
        POST /api/v1/carriers/{id}/look
        POST /api/v1/carriers/{id}/reconciliations
        POST /api/v1/carriers/{id}/restore
        POST /api/v1/reconciliations/{id}/restore
        PUT /api/v1/carriers/{id}
        GET /api/v1/call-costs
        GET /api/v1/call-costs.csv
        DELETE /api/v1/blocked-callers/{id}
        DELETE /api/v1/saved-searches/{name}
        GET /api/v1/blocked-callers
        GET /api/v1/call-count
        GET /api/v1/calls.csv
        GET /api/v1/calls.xlsx
        GET /api/v1/saved-searches
        POST /api/v1/blocked-callers
        PUT /api/v1/saved-searches
    """,
    "countries": """
        GET /api/v1/brake
        GET /api/v1/limits
        GET /api/v1/limits/people
        GET /api/v1/prices
        DELETE /api/v1/price-lists/{id}
        DELETE /api/v1/price-lists/{id}/rates
        GET /api/v1/price-lists
        GET /api/v1/price-lists/{id}/rates
        GET /api/v1/price-lists/{id}/rates.csv
        POST /api/v1/price-lists
        POST /api/v1/price-lists/{id}/import
        POST /api/v1/price-lists/{id}/import/undo
        POST /api/v1/price-lists/{id}/restore
        PUT /api/v1/price-lists/{id}
        PUT /api/v1/price-lists/{id}/rates
        GET /api/v1/refused-calls
        GET /api/v1/unlocks
        POST /api/v1/country-requests/{id}/approve
        POST /api/v1/country-requests/{id}/refuse
        POST /api/v1/outbound-locks/{id}/release
        POST /api/v1/unlocks
        POST /api/v1/unlocks/{id}/restore
        POST /api/v1/unlocks/{id}/revoke
        PUT /api/v1/brake
        PUT /api/v1/countries
        PUT /api/v1/limits
        PUT /api/v1/limits/number-types
    """,
    "integration": """
        DELETE /api/v1/hook-endpoints/{id}
        GET /api/v1/hook-deliveries
        GET /api/v1/hook-deliveries/{id}
        GET /api/v1/hook-endpoints
        GET /api/v1/message-templates
        PATCH /api/v1/hook-endpoints/{id}
        POST /api/v1/hook-deliveries/{id}/replay
        POST /api/v1/hook-endpoints
        POST /api/v1/hook-endpoints/{id}/replay
        POST /api/v1/hook-endpoints/{id}/secret
        POST /api/v1/hook-endpoints/{id}/test
        POST /api/v1/message-templates/preview
        PUT /api/v1/message-templates/{name}/{language}
    """,
    "numbers": """
        DELETE /api/v1/addon-orders/{id}/activation
        POST /api/v1/addon-orders/{id}/test-calls
        PUT /api/v1/addon-orders/{id}/activation
        DELETE /api/v1/greeting-versions/{id}
        DELETE /api/v1/greetings/{id}
        DELETE /api/v1/number-groups/{id}
        DELETE /api/v1/numbers/{e164}/going-live/{point}
        DELETE /api/v1/planned-changes/{id}
        DELETE /api/v1/routing/absences/{id}
        DELETE /api/v1/routing/groups/{id}
        DELETE /api/v1/routing/schedules/{id}
        GET /api/v1/greeting-versions/{id}/audio
        GET /api/v1/greetings
        GET /api/v1/number-groups
        GET /api/v1/numbers
        GET /api/v1/numbers.csv
        GET /api/v1/numbers/{e164}
        GET /api/v1/numbers/{e164}/going-live
        GET /api/v1/numbers/{e164}/route
        GET /api/v1/numbers/{e164}/test-calls/{call}/audio
        GET /api/v1/planned-changes
        GET /api/v1/routing/absences
        GET /api/v1/routing/choices
        GET /api/v1/routing/groups
        GET /api/v1/routing/problems
        GET /api/v1/routing/schedules
        POST /api/v1/greeting-versions/{id}/restore
        POST /api/v1/greetings
        POST /api/v1/greetings/speech
        POST /api/v1/greetings/speech-preview
        POST /api/v1/greetings/telephone-codes
        POST /api/v1/greetings/{id}/restore
        POST /api/v1/greetings/{id}/versions
        POST /api/v1/number-checks
        POST /api/v1/number-checks/look
        POST /api/v1/number-checks/take-back
        POST /api/v1/number-groups
        POST /api/v1/number-requests/{id}/approve
        POST /api/v1/number-requests/{id}/refuse
        POST /api/v1/numbers/import
        POST /api/v1/numbers/{e164}/assign
        POST /api/v1/numbers/{e164}/going-live
        POST /api/v1/numbers/{e164}/simulate
        POST /api/v1/numbers/{e164}/test-calls
        POST /api/v1/numbers/{e164}/undo
        PUT /api/v1/greeting-versions/{id}
        PUT /api/v1/greetings/{id}
        PUT /api/v1/number-groups/{id}
        PUT /api/v1/numbers
        PUT /api/v1/numbers/{e164}/going-live/{point}
        PUT /api/v1/numbers/{e164}/route
        PUT /api/v1/routing/absences/{id}
        PUT /api/v1/routing/groups/{id}
        PUT /api/v1/routing/schedules/{id}
    """,
    "people": """
        DELETE /api/v1/users/{id}/second-factor
        DELETE /api/v1/users/{id}/sessions
        DELETE /api/v1/users/{id}/sessions/{session}
        DELETE /api/v1/users/{id}/tokens/{token}
        GET /api/v1/people
        GET /api/v1/people.csv
        GET /api/v1/seats
        GET /api/v1/people/{id}
        GET /api/v1/people/{id}/belongings
        GET /api/v1/users/{id}/sessions
        GET /api/v1/users/{id}/tokens
        PATCH /api/v1/people/{id}
        POST /api/v1/people
        POST /api/v1/people/import
        POST /api/v1/people/{id}/invitation
        POST /api/v1/people/{id}/leave
        POST /api/v1/people/{id}/password-reset
        POST /api/v1/people/{id}/return
        POST /api/v1/users/{id}/tokens
    """,
    "statements": """
        GET /api/v1/billing-settings
        GET /api/v1/pay
        GET /api/v1/pay.csv
        GET /api/v1/statements
        GET /api/v1/statements/month
        GET /api/v1/statements/{id}
        GET /api/v1/statements/{id}.csv
        GET /api/v1/statements/{id}.pdf
        GET /api/v1/statements/{id}.xlsx
        GET /api/v1/statements/{id}/calls
        POST /api/v1/charges
        POST /api/v1/statements
        POST /api/v1/statements/month
        POST /api/v1/statements/{id}/correct
        PUT /api/v1/billing-settings
    """,
    "statistics": """
        GET /api/v1/costs
        GET /api/v1/costs.csv
        GET /api/v1/statistics
        GET /api/v1/statistics.csv
    """,
    "tasks": """
        DELETE /api/v1/addon-prices/{valid_from}
        DELETE /api/v1/customers/{id}/booking-links/{link}
        GET /api/v1/addon-orders
        GET /api/v1/addon-orders/{id}
        GET /api/v1/addon-orders/{id}/greeting
        GET /api/v1/addon-orders/{id}/history
        GET /api/v1/addon-orders/{id}/test-calls/{call}/audio
        GET /api/v1/addon-prices
        GET /api/v1/addon-settings
        GET /api/v1/customers/{id}/booking-links
        PATCH /api/v1/addon-orders/{id}
        POST /api/v1/addon-orders
        POST /api/v1/addon-orders/{id}/cancel
        POST /api/v1/addon-orders/{id}/comments
        POST /api/v1/addon-quotes
        POST /api/v1/customers/{id}/booking-links
        PUT /api/v1/addon-orders/{id}/steps/{step}
        PUT /api/v1/addon-prices
        PUT /api/v1/addon-settings
        GET /api/v1/booked-tasks
        GET /api/v1/booked-tasks/{external_id}
        GET /api/v1/booked-tasks/{external_id}/history
        GET /api/v1/booked-tasks/{external_id}/work-times
        GET /api/v1/customers
        GET /api/v1/customers.csv
        GET /api/v1/customers/{id}
        GET /api/v1/customers/{id}/history
        DELETE /api/v1/factors/{valid_from}
        GET /api/v1/factor-guard
        GET /api/v1/factors
        POST /api/v1/factor-guard
        PUT /api/v1/factors
        GET /api/v1/task-seconds
        GET /api/v1/task-seconds.csv
        GET /api/v1/tasks.csv
        PATCH /api/v1/customers/{id}
        POST /api/v1/customers
        POST /api/v1/customers/import
        POST /api/v1/tasks/import
        POST /api/v1/work-times/import
        PUT /api/v1/tasks/{external_id}
        PUT /api/v1/tasks/{external_id}/work-time
    """,
    "voicemails": """
        GET /api/v1/silent-calls
        GET /api/v1/voicemail-storage
        POST /api/v1/bounces
        POST /api/v1/voicemails/{id}/forward
        POST /api/v1/voicemails/{id}/release
        POST /api/v1/voicemails/{id}/send-again
    """,
}
"""Whom each route is for: everybody of some kind, or who has the right of that name."""

ALL = {
    "integration",
    "audit",
    "calls",
    "countries",
    "numbers",
    "people",
    "statements",
    "statistics",
    "tasks",
    "voicemails",
}
RIGHTS: dict[str, set[str] | None] = {
    "nobody": None,
    "vpa": set(),
    "vpa's token": set(),
    "vpa with countries": {"countries"},
    "manager": ALL - {"people"},
    "manager without numbers": ALL - {"people", "numbers"},
    "admin": ALL,
    "admin's token": ALL,
    "superadmin": ALL,
}
"""Who asks, and the rights that they have; None: not signed in."""

REFUSALS = ("not-signed-in", "not-allowed", "sign-in-needed")
"""What those are told who may not; other refusals are about the thing, not the asker."""


@dataclass(frozen=True, slots=True)
class Asker:
    name: str
    user: User | None
    secret: str = ""
    token: bool = False

    @property
    def headers(self) -> dict[str, str]:
        if self.user is None:
            return {}
        if self.token:
            return {"Authorization": f"Bearer {self.secret}"}
        return {"Cookie": f"pbx_session={self.secret}"}


def _routes() -> dict[str, str]:
    """Whom each route of the table is for."""
    return {
        line.strip(): access
        for access, lines in TABLE.items()
        for line in lines.strip().splitlines()
    }


def _documented() -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, methods in document()["paths"].items()
        for method in methods
    }


def _admitted(access: str, rights: set[str] | None, *, token: bool) -> bool:
    if access == ANYONE:
        return True
    if rights is None:
        return False
    if access == IN_PERSON:
        return not token
    if access == SIGNED_IN:
        return True
    return bool(rights) if access == MANAGEMENT else access in rights


@pytest.fixture
async def askers(office: Exchange, empty_database: Database) -> list[Asker]:
    add = office.directory.add_user
    people = {
        "vpa": office.anna,
        "manager": await _user(office, "boss@example.test"),
        "admin": await _user(office, "admin@example.test"),
        "superadmin": await _user(office, "root@example.test"),
        "vpa with countries": await add("c@example.test", "C", office.anna.role, "de", ""),
    }
    boss = people["manager"]
    people["manager without numbers"] = await add("n@example.test", "N", boss.role, "de", "")
    async with empty_database._engine.write() as conn:
        for name, values in (
            ("vpa with countries", {"granted": {Right.COUNTRIES}}),
            ("manager without numbers", {"denied": {Right.NUMBERS}}),
        ):
            changed = update(users).where(users.c.id == people[name].id).values(**values)
            await conn.execute(changed)
    made = [Asker("nobody", None)]
    for name, user in people.items():
        made.append(Asker(name, user, f"secret of {name}".replace(" ", "-")))
    for name in ("vpa", "admin"):
        token = await office.accounts.new_api_token(people[name], "matrix")
        made.append(Asker(f"{name}'s token", people[name], token, token=True))
    return made


async def _user(office: Exchange, email: str) -> User:
    return cast(User, await office.directory.user_by_email(email))


async def _sign_in(office: Exchange, asker: Asker) -> None:
    if asker.user and not asker.token:
        until = office.clock.now().at + timedelta(hours=1)
        opened = Session(hash_of(asker.secret), asker.user.id, until)
        await office.sessions.open(opened)


async def _refused(client: Client, office: Exchange, asker: Asker, route: str) -> bool:
    method, path = route.split()
    path = path.replace("{", "").replace("}", "")
    answer = await client.request(method, path, headers=asker.headers)
    if answer.status == 401 and asker.user and not asker.token:
        # Some routes end the session that calls them; the next one is asked once more.
        await _sign_in(office, asker)
        answer = await client.request(method, path, headers=asker.headers)
    if answer.content_type != "application/problem+json":
        assert answer.status not in (401, 403), (asker.name, route, answer.status)
        return False
    error_id = (await answer.json())["error_id"]
    assert answer.status < 500 or error_id != "internal-error", (asker.name, route)
    if error_id not in REFUSALS:
        return False
    signed_out = (answer.status, error_id) == (401, "not-signed-in")
    assert signed_out if asker.user is None else answer.status == 403, (asker.name, route)
    return True


def test_every_route_has_a_line_in_the_table() -> None:
    known, documented = set(_routes()), _documented()
    assert documented == known, (
        "TABLE in tests/integration/test_access_matrix.py says whom each route is for.\n"
        f"Add a line, under who may call it, for: {sorted(documented - known)}\n"
        f"Remove what is no route any more: {sorted(known - documented)}"
    )
    assert sum(lines.count(" /") for lines in TABLE.values()) == len(known), "a route stands twice"
    assert {right.value for right in Right} == ALL, "a new right belongs into ALL and TABLE"


async def test_who_may_call_what(
    office_client: Client, office: Exchange, askers: list[Asker]
) -> None:
    wrong = []
    for asker in askers:
        for route, access in sorted(_routes().items(), key=lambda each: each[0].split()[::-1]):
            refused = await _refused(office_client, office, asker, route)
            if refused == _admitted(access, RIGHTS[asker.name], token=asker.token):
                wrong.append(f"{asker.name}: {route} is {'refused' if refused else 'open'}")
    assert not wrong, "\n".join(wrong)
    assert {asker.name for asker in askers} == set(RIGHTS)
