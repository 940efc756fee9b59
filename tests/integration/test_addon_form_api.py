"""Add-ons over real HTTP: what customers see and book behind a link, and at which price."""

from datetime import date, timedelta

from tests.support.addons import BOOKING, book, letters, made_link, upload
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_boss, get, send

pytest_plugins = ["tests.support.served"]


async def test_a_customer_books_by_link(office: Exchange, office_client: Client) -> None:
    form, link = await made_link(office_client, email="sommer@example.test", send=True)
    assert link["usable"]
    [(subject, to)] = await letters(office)
    assert ("Zusätze" in subject, to) == (True, ("sommer@example.test",))

    shown = await get(office_client, form, language="en")
    assert (shown["customer"], shown["email"]) == ("Kunde", "sommer@example.test")
    prices = {each["option"]: each["price"] for each in shown["options"]}
    assert prices == {
        "extension": "0.00",
        "mailbox": "0.00",
        "own-number": "99.00",
        "country-number": "99.00",
    }
    assert [each["price"] for each in shown["greetings"]] == ["0.00", "49.90", "99.90", "249.00"]
    assert [each["factor"] for each in shown["factors"]] == ["1.2", "1.3", "2.0", "2.1"]
    assert "Spoken by a professional" in {each["name"] for each in shown["greetings"]}
    status, quote = await send(
        office_client, "POST", f"{form}/quote", {"option": "own-number", "greeting": "vpa"}
    )
    assert (status, quote["total"], len(quote["items"])) == (200, "198.90", 2)
    status, problem = await send(office_client, "POST", f"{form}/quote", {"option": "mailbox"})
    assert (status, problem["error_id"]) == (400, "greeting-needed")

    assert (await upload(office_client, form, b"broken"))[1]["error_id"] == "greeting-unreadable"
    assert (await upload(office_client, form, b"x" * 1001))[1]["error_id"] == "greeting-too-large"
    status, problem = await send(office_client, "POST", f"{form}/orders", BOOKING)
    assert (status, problem["error_id"]) == (400, "recording-needed")
    status, sent = await upload(office_client, form, b"a greeting")
    assert (status, sent["duration_seconds"]) == (201, 10)
    assert await (await office_client.get(sent["audio"])).read() == b"a greeting"
    wish = {**BOOKING, "upload": sent["upload"]}
    status, problem = await send(
        office_client, "POST", f"{form}/orders", {**wish, "price": "49.00"}
    )
    assert (status, problem["error_id"]) == (409, "price-changed")
    assert "49.90" in problem["detail"]
    status, order = await send(office_client, "POST", f"{form}/orders", wish)
    assert (status, order["total"], order["number"]) == (201, "49.90", "Z-1")
    again = await send(office_client, "POST", f"{form}/orders", wish)
    assert (again[0], again[1]["id"]) == (200, order["id"])
    [listed] = (await get(office_client, f"{form}/orders"))["items"]
    assert [each["step"] for each in listed["steps"]] == [
        *("greeting", "configured", "test-call", "informed"),
    ]

    told = await letters(office)
    assert {address for _, to in told for address in to} == {
        *("boss@example.test", "admin@example.test", "root@example.test", "sommer@example.test"),
    }
    [confirmation] = [subject for subject, to in told if to == ("sommer@example.test",)]
    assert "Z-1" in confirmation

    await as_boss(office_client)
    [card] = (await get(office_client, "/addon-orders", query="z-1"))["items"]
    assert (card["next_step"], card["total"], card["steps"]) == ("greeting", "49.90", 4)
    found = await get(office_client, f"/addon-orders/{order['id']}")
    assert (found["booked_by"], found["upload_seconds"]) == ("Frau Sommer", 10)
    assert found["status_url"] == link["url"]
    assert await (await office_client.get(found["upload_audio"])).read() == b"a greeting"

    path = f"/customers/{card['customer_id']}/booking-links"
    assert (await send(office_client, "DELETE", f"{path}/{link['id']}"))[1]["usable"] is False
    for where in (form, f"{form}/orders"):
        assert (await send(office_client, "GET", where))[1]["error_id"] == "link-revoked"
    assert (await send(office_client, "GET", f"{form}x"))[1]["error_id"] == "bad-link"


async def test_links_of_others_and_too_many_requests(
    office: Exchange, office_client: Client
) -> None:
    form, _ = await made_link(office_client, days=1)
    status, sent = await upload(office_client, form, b"a greeting")
    await as_boss(office_client)
    wish = {"name": "Andere", "language": "en"}
    status, other = await send(office_client, "POST", "/customers", wish)
    path = f"/customers/{other['id']}/booking-links"
    link = (await send(office_client, "POST", path, {}))[1]
    theirs = link["url"].rpartition("/")[2]
    # Nobody chose a language: the form, and what is written about an order, is in the customer's.
    form_of_theirs = await get(office_client, f"/addon-form/{theirs}")
    assert (link["language"], form_of_theirs["language"]) == ("en", "en")
    by_hand = {"key": "by-hand-1", "customer_id": other["id"], "option": "extension"}
    for more, language in (({}, "en"), ({"key": "by-hand-2", "language": "de"}, "de")):
        _, made = await send(office_client, "POST", "/addon-orders", {**by_hand, **more})
        assert made["language"] == language
    taken = {**BOOKING, "upload": sent["upload"]}
    status, problem = await send(office_client, "POST", f"/addon-form/{theirs}/orders", taken)
    assert (status, problem["error_id"]) == (404, "unknown-upload")
    audio = await office_client.get(f"/api/v1/addon-form/{theirs}/greetings/{sent['upload']}")
    assert audio.status == 404
    tries = [(await upload(office_client, form, b"again"))[0] for _ in range(10)]
    assert (tries[0], tries[-1]) == (201, 403)
    await office.clock.advance(86_401)
    assert (await send(office_client, "GET", form))[1]["error_id"] == "link-expired"


async def test_prices_have_a_day_and_what_is_booked_keeps_its_own(office_client: Client) -> None:
    form, _ = await made_link(office_client)
    await as_boss(office_client)
    [shipped] = (await get(office_client, "/addon-prices"))["items"]
    assert (shipped["shipped"], shipped["current"], shipped["vpa"]) == (True, True, "99.90")
    day = (date.today() - timedelta(days=1)).isoformat()
    wish = {"valid_from": day, "supplied": "59,90"}
    [row, last] = (await send(office_client, "PUT", "/addon-prices", wish))[1]["items"]
    assert last == {**shipped, "current": False}
    assert (row["supplied"], row["vpa"], row["current"], row["orders"]) == (
        *("59.90", "99.90", True, 0),
    )
    later = (date.today() + timedelta(days=30)).isoformat()
    await send(office_client, "PUT", "/addon-prices", {"valid_from": later, "vpa": "120"})
    bad = {"valid_from": later, "vpa": "teuer"}
    assert (await send(office_client, "PUT", "/addon-prices", bad))[1]["error_id"] == "bad-price"
    order = (await book(office_client, form, price="59.90"))["id"]
    status, problem = await send(office_client, "PUT", "/addon-prices", {"valid_from": day})
    assert (status, problem["error_id"]) == (409, "addon-prices-in-use")
    answer = await send(office_client, "DELETE", f"/addon-prices/{later}")
    assert [row["valid_from"] for row in answer[1]["items"]] == [day, shipped["valid_from"]]
    assert (await send(office_client, "DELETE", f"/addon-prices/{day}"))[0] == 409
    assert (await get(office_client, f"/addon-orders/{order}"))["total"] == "59.90"
