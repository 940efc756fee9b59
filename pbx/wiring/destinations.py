"""Where calls go and what may be called: the same for the exchange and for the command line."""

from pbx import mail
from pbx.clock import SystemClock
from pbx.kept import kept_secret
from pbx.reference import Reference, load_reference
from pbx.services.destinations import Destinations, destinations_of
from pbx.services.outbound import Outbound
from pbx.services.outside_numbers import OutsideNumbers
from pbx.services.ports import Clock
from pbx.services.post import Post, PostRules
from pbx.services.ringing import Planner, RingRules
from pbx.settings import Settings
from pbx.store.database import Database
from pbx.wiring.rules import HOME_REGION, guard_rules, outbound_rules


def planner_of(settings: Settings, database: Database, outbound: Outbound) -> Planner:
    numbers = settings.numbers
    return Planner(
        directory=database.directory,
        routes=database.routes,
        callers=database.callers,
        outside=OutsideNumbers(
            directory=database.directory, outbound=outbound, home_region=HOME_REGION
        ),
        rules=RingRules(numbers.head_office, numbers.head_office_ring, HOME_REGION),
        secret=kept_secret(settings.data / "callers.key"),
    )


def planner_alone(settings: Settings, database: Database) -> Planner:
    """For the command line: nobody calls, so nobody is stopped and no mail is written."""
    clock = SystemClock()
    post = Post(
        store=database.letters,
        sender=mail.SmtpMailer(settings.smtp, settings.voicemail.language),
        clock=clock,
        rules=PostRules(settings.smtp.sender, settings.smtp.retry_minutes),
    )
    reference = load_reference(settings)
    decides = destinations_by(settings, reference, database, post, clock, settings.http.address)
    return planner_of(settings, database, decides.outbound)


def destinations_by(
    settings: Settings,
    reference: Reference,
    database: Database,
    post: Post,
    clock: Clock,
    page: str,
) -> Destinations:
    return destinations_of(
        database,
        letters=post,
        clock=clock,
        rules=outbound_rules(settings, reference),
        guard=guard_rules(settings),
        trunk=settings.trunk.name,
        page=page,
    )
