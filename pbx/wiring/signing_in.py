"""The wiring of second factors and of the company's own sign-in."""

from pbx.clock import SystemClock
from pbx.domain.sign_in import FactorRule
from pbx.kept import kept_secret
from pbx.oidc import OidcProvider, OidcRules
from pbx.sealing import AesSeal
from pbx.services.ports import Clock
from pbx.services.second_factor import SecondFactorService
from pbx.services.single_sign_on import SingleSignOn
from pbx.settings import Settings
from pbx.store.database import Database


def factors_of(settings: Settings, database: Database, clock: Clock) -> SecondFactorService:
    rule = FactorRule(settings.accounts.second_factor)
    seal = AesSeal(kept_secret(settings.data / "factors.key"))
    return SecondFactorService(database.second_factors, clock, rule, seal)


def single_sign_on(settings: Settings, database: Database) -> SingleSignOn | None:
    oidc = settings.oidc
    if not oidc.issuer:
        return None
    rules = OidcRules(oidc.issuer, oidc.client_id, oidc.client_secret, oidc.verified_claim)
    return SingleSignOn(
        provider=OidcProvider(rules),
        links=database.single_sign_ons,
        directory=database.directory,
        clock=SystemClock(),
        label=oidc.label,
        redirect_uri=f"{settings.http.address}/api/v1/session/oidc/callback",
        after=f"{settings.http.address}/login",
        create=oidc.create,
    )
