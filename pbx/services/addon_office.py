"""Prices of add-ons, how orders are watched, links to the form: for management."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

from pbx.domain import addon_letters, addons
from pbx.domain.addon_watch import Calendar, WatchRules, checked
from pbx.domain.addons import Catalogue, GreetingKind, Option, Quote
from pbx.domain.customers import Customer, unknown_customer
from pbx.domain.links import Link
from pbx.domain.people_files import is_address
from pbx.domain.records import Area, FactorRow, User
from pbx.errors import BadRequest, NotFound
from pbx.services.addon_ports import AddonCatalogue, BookingLink, PricesInUse
from pbx.services.billing_ports import CustomerStore, Today
from pbx.services.country_ports import LimitStore
from pbx.services.links import Links
from pbx.services.ports import Clock, Directory
from pbx.services.post import Post

SETTING = "addons"
"""The setting: `WatchRules` as JSON."""
PURPOSE = "addons"
"""Of links to the form."""
FORM = "/book"
KIND = "addon"
"""Of letters."""
_SALES = frozenset({Area.SALES, Area.SALES_DE, Area.SALES_EU})
_RULES = tuple(f.name for f in fields(WatchRules))


class AddonOffice:
    def __init__(
        self,
        *,
        catalogue: AddonCatalogue,
        customers: CustomerStore,
        settings: LimitStore,
        directory: Directory,
        post: Post,
        links: Links,
        clock: Clock,
        today: Today,
    ) -> None:
        self._catalogue = catalogue
        self._customers = customers
        self._settings = settings
        self._directory = directory
        self._post = post
        self._links = links
        self._clock = clock
        self.today = today

    # -------------------------------------------------------------- prices

    async def prices(self) -> tuple[Sequence[PricesInUse], Catalogue]:
        """All, newest first, the shipped ones last unless older ones were set; and those that
        hold today."""
        found = list(await self._catalogue.prices())
        known = [each.catalogue for each in found]
        if all(each.valid_from > addons.FIRST.valid_from for each in known):
            found.append(PricesInUse(addons.FIRST, 0))
        return found, addons.valid_on(known, self.today())

    async def put_prices(self, by: User, catalogue: Catalogue) -> None:
        """Raises `BadRequest` (`bad-price`), `Conflict` (`addon-prices-in-use`)."""
        addons.check_prices(catalogue)
        await self._catalogue.put_prices(catalogue, by.id, self._clock.now().at)

    async def remove_prices(self, by: User, valid_from: date) -> None:
        """Raises `NotFound` (`unknown-addon-prices`), `Conflict` (`addon-prices-in-use`)."""
        await self._catalogue.remove_prices(valid_from, by.id, self._clock.now().at)

    async def quote(self, option: Option, greeting: GreetingKind) -> Quote:
        """Raises `BadRequest`, see `addons.quote`."""
        return addons.quote((await self.prices())[1], option, greeting)

    async def factors(self) -> FactorRow | None:
        """Those that hold today; None: there are none."""
        try:
            return await self._directory.factors(self.today())
        except NotFound:
            return None

    # -------------------------------------------------------------- settings

    async def rules(self) -> WatchRules:
        kept = await self._settings.setting(SETTING) or {}
        known: dict[str, Any] = {name: kept[name] for name in _RULES if name in kept}
        for name in ("to", "cc"):
            known |= {name: tuple(known[name])} if name in known else {}
        if "calendar" in known:
            known["calendar"] = Calendar(known["calendar"])
        return WatchRules(**known)

    async def put_rules(self, by: User, rules: WatchRules) -> WatchRules:
        """Raises `BadRequest`, see `addon_watch.checked`; `bad-recipient`, `bad-owner`."""
        rules = checked(replace(rules, to=_addresses(rules.to), cc=_addresses(rules.cc)))
        for owner in (rules.owner_backoffice, rules.owner_sales):
            if owner is not None:
                await self.person(owner)
        kept = {**asdict(rules), "calendar": rules.calendar.value}
        await self._settings.put_setting(SETTING, kept, by.id, self._clock.now().at)
        return rules

    async def person(self, user_id: str) -> User:
        """Raises `BadRequest` (`bad-owner`)."""
        found = await self._directory.user(user_id)
        if found is None or not found.active:
            raise BadRequest(
                "bad-owner",
                "Diese Person hat hier kein Konto, das benutzt werden kann.",
                "This person has no account here that can be used.",
            )
        return found

    async def first_owner(self, customer: Customer) -> str | None:
        """Who owns a new order: by the work area that was agreed with the customer (F14)."""
        rules = await self.rules()
        owner = rules.owner_sales if customer.booked_area in _SALES else rules.owner_backoffice
        found = await self._directory.user(owner) if owner else None
        return found.id if found and found.active else None

    # -------------------------------------------------------------- links to the form

    async def customer(self, customer_id: str) -> Customer:
        """Raises `NotFound` (`unknown-customer`)."""
        found = await self._customers.get(customer_id)
        if found is None:
            raise unknown_customer()
        return found.customer

    async def booking_links(self, customer_id: str) -> Sequence[BookingLink]:
        """Raises `NotFound` (`unknown-customer`)."""
        await self.customer(customer_id)
        return await self._catalogue.links(customer_id)

    async def add_link(
        self,
        by: User,
        customer_id: str,
        email: str,
        language: str | None,
        days: int | None,
        *,
        send: bool,
    ) -> BookingLink:
        """`language`: None: the customer's.

        Raises:
            NotFound: `unknown-customer`; BadRequest: `bad-recipient`.
        """
        customer = await self.customer(customer_id)
        language = language or customer.language or "de"
        email = email.strip()
        if email or send:
            email = address(email)
        days = days or (await self.rules()).link_days
        now = self._clock.now().at
        until = (now + timedelta(days=days)).replace(microsecond=0)
        link = BookingLink(uuid.uuid4().hex, customer_id, email, language, by.id, now, until)
        letters = []
        if send:
            words = addon_letters.invitation(customer.name, self.url(link), until, language)
            letters = [self._post.letter(KIND, [email], *words, reference=link.id)]
        await self._catalogue.add_link(link, letters)
        self._post.wake()
        return link

    async def revoke_link(self, by: User, customer_id: str, link_id: str) -> BookingLink:
        """Raises `NotFound` (`unknown-link`)."""
        now = self._clock.now().at
        found = await self._catalogue.revoke(customer_id, link_id, by.id, now)
        if found is None:
            raise NotFound(
                "unknown-link",
                "Diesen Link gibt es nicht. Bitte die Liste neu laden.",
                "There is no such link. Please reload the list.",
            )
        return found

    def usable(self, link: BookingLink) -> bool:
        return link.revoked_at is None and self._clock.now().at < link.until

    def token(self, link: BookingLink) -> str:
        return self._links.signed(Link(PURPOSE, link.customer_id, link.id, link.until))

    def url(self, link: BookingLink) -> str:
        """Where the customer books and sees how far it is."""
        return self._links.url(f"{FORM}/{self.token(link)}")

    async def status_url(self, booked_by: str) -> str | None:
        """The same for an order that was booked by a link; None: it was not, or it is over."""
        link = await self._catalogue.link(booked_by)
        return self.url(link) if link and self.usable(link) else None

    async def opened(self, token: str) -> tuple[BookingLink, Customer]:
        """The link and the customer that a token stands for.

        Raises:
            BadRequest: `bad-link`, `link-expired`, `link-revoked`.
        """
        said = self._links.read(token, PURPOSE)
        link = await self._catalogue.link(said.holder)
        if link is None or link.customer_id != said.subject:
            raise BadRequest(
                "bad-link",
                "Dieser Link ist nicht gültig. Bitte den ganzen Link aus der Mail öffnen.",
                "This link is not valid. Please open the whole link from the mail.",
            )
        if link.revoked_at is not None:
            raise BadRequest(
                "link-revoked",
                "Dieser Link wurde zurückgezogen. Bitte um einen neuen bitten.",
                "This link was taken back. Please ask for a new one.",
            )
        return link, await self.customer(link.customer_id)


def _addresses(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(address(each) for each in given)


def address(given: str) -> str:
    """Tidied; raises `BadRequest` (`bad-recipient`)."""
    tidy = given.strip()
    if not is_address(tidy):
        raise BadRequest(
            "bad-recipient",
            f"„{tidy}“ ist keine E-Mail-Adresse.",
            f'"{tidy}" is no e-mail address.',
        )
    return tidy
