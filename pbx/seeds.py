"""What a new database starts with: countries, factors, our numbers; in the demo, people."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from pbx.domain.records import Area, Number, PhoneSystem, Task
from pbx.domain.rights import Role
from pbx.errors import Conflict
from pbx.reference import Reference
from pbx.services.accounts import Accounts
from pbx.services.billing_ports import CustomerFilter, CustomerStore
from pbx.services.ports import Directory
from pbx.settings import Settings

log = logging.getLogger(__name__)

SYSTEM = "system"
DEMO_PASSWORD = "telefon-demo"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    email: str
    name: str
    role: Role


DEMO_ACCOUNTS = (
    DemoAccount("vpa1@example.test", "Anna Adler", Role.VPA),
    DemoAccount("vpa2@example.test", "Ben Brandt", Role.VPA),
    DemoAccount("manager@example.test", "Mara Meyer", Role.MANAGER),
    DemoAccount("admin@example.test", "Arne Ahrens", Role.SUPERADMIN),
)
DEMO_TASKS = (
    Task("T-1001", "Terminvereinbarung Praxis Sommer", "Praxis Dr. Sommer", Area.BACKOFFICE, 600),
    Task("T-1002", "Nachfassen Angebote Q4", "Lindner Maschinenbau GmbH", Area.SALES_DE, 1200),
    Task("T-1003", "Hotelrecherche Lyon und Wien", "Reisebüro Fernweh", Area.BACKOFFICE_EU, 300),
    Task("T-1004", "Akquise Österreich", "Solaris Energie AG", Area.SALES_EU, 900),
)
DEMO_ADDRESS = {"street": "Beispielweg 3", "postcode": "50667", "city": "Köln"}
"""Of all customers."""
DEMO_WORK_MINUTES = {"T-1001": 120, "T-1002": 180, "T-1003": 45, "T-1004": 60}


async def seed(directory: Directory, settings: Settings, reference: Reference) -> None:
    """Add what is missing; what management changed stays as it is."""
    now = datetime.now(UTC)
    await directory.add_countries(list(reference.countries.values()), SYSTEM, now)
    for row in reference.factors:
        try:
            await directory.put_factors(row)
        except Conflict as e:
            # Tasks are booked with it: it stays as it was (D3), a change needs a new date.
            log.warning("factors.toml, %s: %s", row.valid_from, e.en)
    numbers = settings.numbers
    known = {number.e164 for number in await directory.numbers()}
    for e164 in settings.trunk.verified_numbers:
        if e164 not in known:
            head_office = e164 == numbers.head_office
            await directory.put_number(
                Number(
                    e164=e164,
                    label=numbers.head_office_label if head_office else e164,
                    ring_seconds=numbers.ring_seconds,
                    language=settings.voicemail.language,
                    head_office=head_office,
                ),
                SYSTEM,
                now,
            )
    if await directory.task(numbers.inbound_task) is None:
        await directory.put_task(
            Task(
                external_id=numbers.inbound_task,
                title="Kundenservice / Customer support",
                customer="",
                area=Area.BACKOFFICE,
                budget_minutes=0,
                own=True,
            )
        )


async def seed_demo(
    directory: Directory,
    customers: CustomerStore,
    accounts: Accounts,
    settings: Settings,
    today: date,
) -> None:
    """People, tasks and a number for each VPA, once."""
    new = False
    for account in DEMO_ACCOUNTS:
        if await directory.user_by_email(account.email) is None:
            hashed = await accounts.hash_password(DEMO_PASSWORD)
            await directory.add_user(account.email, account.name, account.role, "de", hashed)
            new = True
    if not new:
        return
    for task in DEMO_TASKS:
        await directory.put_task(task)
        for account in DEMO_ACCOUNTS[:1]:
            user = await directory.user_by_email(account.email)
            assert user is not None
            await directory.put_work_time(
                task.external_id, user.id, today, DEMO_WORK_MINUTES[task.external_id]
            )
    await _answer_checks(customers, today)
    for known in await directory.numbers():
        there = replace(
            known, street="Musterstraße 1", postcode="50667", city="Köln", address_country="DE"
        )
        await directory.put_number(there, SYSTEM, datetime.now(UTC))
    spare = [n for n in settings.trunk.verified_numbers if n != settings.numbers.head_office]
    for account, e164 in zip(DEMO_ACCOUNTS[:2], spare, strict=False):
        user = await directory.user_by_email(account.email)
        number = await directory.number(e164)
        if user and number:
            await directory.put_number(
                replace(number, label=f"Durchwahl {account.name}"), SYSTEM, datetime.now(UTC)
            )
            await directory.assign(e164, user.id, SYSTEM, datetime.now(UTC))


async def _answer_checks(customers: CustomerStore, today: date) -> None:
    """The demo's customers were asked and told already, so that calls can be tried at once."""
    found, _ = await customers.find(CustomerFilter(check_open=True), None, len(DEMO_TASKS))
    for view in found:
        wish = {"phone_system": PhoneSystem.OURS, "informed_on": today, **DEMO_ADDRESS}
        await customers.change(view.customer.id, wish, SYSTEM, datetime.now(UTC))
