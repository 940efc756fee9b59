"""Customers' files, and what holds for all of them."""

from typing import Any

from aiohttp import web
from msgspec import UNSET

from pbx.domain import cents, csv_tables
from pbx.domain.customers import bad_rate
from pbx.domain.records import Area, PhoneSystem
from pbx.services.billing_ports import CustomerFilter, CustomerView, Merged
from pbx.web import billing_schemas as b
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.audit import change_view
from pbx.web.spreadsheets import attachment


@handles("list_customers")
async def list_customers(api: Api, request: web.Request) -> web.StreamResponse:
    which = CustomerFilter(
        query=request.query.get("query", "")[:200],
        check_open=request.query.get("check") == "open",
    )
    found, following = await api.office.billing.customers.find(which, *paging(request))
    return answer(s.Page([_view(each) for each in found], following))


@handles("get_customer")
async def get_customer(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(_view(await api.office.billing.customers.get(request.match_info["id"])))


@handles("add_customer")
async def add_customer(api: Api, request: web.Request) -> web.StreamResponse:
    post = await body(request, b.CustomerPost)
    added = await api.office.billing.customers.add(user_of(request), post.name, _wish(post))
    return answer(_view(added), 201)


@handles("change_customer")
async def change_customer(api: Api, request: web.Request) -> web.StreamResponse:
    patch = await body(request, b.CustomerPatch)
    changed = await api.office.billing.customers.change(
        user_of(request), request.match_info["id"], _wish(patch)
    )
    return answer(_view(changed))


def _wish(wish: b.CustomerPost | b.CustomerPatch) -> dict[str, Any]:
    """What `customers.changed` takes."""
    found = {name: getattr(wish, name) for name in wish.__struct_fields__}
    found = {name: value for name, value in found.items() if value is not UNSET}
    if "rate_per_hour" in found:
        found["rate_cents"] = rate_of(found.pop("rate_per_hour"))
    if "phone_system" in found:
        found["phone_system"] = PhoneSystem(found["phone_system"])
    if found.get("booked_area"):
        found["booked_area"] = Area(found["booked_area"])
    return found


def rate_of(text: str | None) -> int | None:
    """Cents; raises `BadRequest` (`bad-rate`)."""
    if text is None:
        return None
    rate = cents.parse(text)
    if rate is None:
        raise bad_rate()
    return rate


def _view(found: CustomerView) -> b.CustomerView:
    customer = found.customer
    return b.CustomerView(
        id=customer.id,
        name=customer.name,
        phone_system=customer.phone_system.value,
        informed_on=customer.informed_on,
        booked_area=customer.booked_area.value if customer.booked_area else None,
        rate_per_hour=rate_text(customer.rate_cents),
        note=customer.note,
        language=customer.language,
        address_extra=customer.address_extra,
        street=customer.street,
        postcode=customer.postcode,
        city=customer.city,
        country=customer.country,
        tasks=found.tasks,
    )


def rate_text(rate: int | None) -> str | None:
    return None if rate is None else cents.euros(rate)


@handles("customer_history")
async def customer_history(api: Api, request: web.Request) -> web.StreamResponse:
    customer_id = request.match_info["id"]
    await api.office.billing.customers.get(customer_id)
    found, following = await api.office.billing.customers.history(customer_id, *paging(request))
    people = {user.id: user for user in await api.directory.users()}
    language = language_of(request)
    return answer(s.Page([change_view(each, people, language) for each in found], following))


# ------------------------------------------------------------------ files


@handles("import_customers")
async def import_customers(api: Api, request: web.Request) -> web.StreamResponse:
    data, dry_run = await file_of(request)
    done = await api.office.billing.customers.import_file(user_of(request), data, dry_run=dry_run)
    return import_answer(request, done, dry_run=dry_run)


@handles("export_customers")
async def export_customers(api: Api, request: web.Request) -> web.StreamResponse:
    data = await api.office.billing.customers.export(german=is_german(request))
    return csv_answer("customers.csv", data)


async def file_of(request: web.Request) -> tuple[bytes, bool]:
    """The file that was sent, and whether it is only to be looked at.

    Raises:
        BadRequest: `bad-file`, it is too large.
    """
    try:
        return await request.read(), request.query.get("dry_run") == "1"
    except web.HTTPRequestEntityTooLarge as e:
        raise csv_tables.FORM.too_large() from e


def import_answer(request: web.Request, done: Merged, *, dry_run: bool) -> web.Response:
    language = language_of(request)
    errors = [b.FileRowError(problem.row, problem.text(language)) for problem in done.problems]
    return answer(b.FileImport(dry_run, done.created, done.updated, done.unchanged, errors))


def is_german(request: web.Request) -> bool:
    return request.query.get("format") == "excel-de"


def csv_answer(name: str, data: bytes) -> web.Response:
    return web.Response(
        body=data, content_type="text/csv", charset="utf-8", headers=attachment(name)
    )


# ------------------------------------------------------------------ settings


@handles("get_billing_settings")
async def get_billing_settings(api: Api, request: web.Request) -> web.StreamResponse:
    rate = await api.office.billing.customers.default_rate()
    return answer(b.BillingSettings(rate_text(rate), await api.office.addons.handovers.wanted()))


@handles("put_billing_settings")
async def put_billing_settings(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, b.BillingSettings)
    rate = rate_of(wish.rate_per_hour)
    await api.office.billing.customers.put_default_rate(user_of(request), rate)
    handovers = api.office.addons.handovers
    if wish.handover_check is not UNSET:
        await handovers.put_wanted(user_of(request), wish.handover_check)
    return answer(b.BillingSettings(rate_text(rate), await handovers.wanted()))
