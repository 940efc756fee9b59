"""Statements on paper: what a letter says is what the other files and the API say."""

from collections.abc import Mapping
from decimal import Decimal

from tests.support.exchange import Exchange
from tests.support.signing_in import Client, get, send
from tests.support.statement_api import (
    Row,
    cells,
    charge,
    october,
    pdf_text,
    printed,
    printed_sums,
    written,
)

pytest_plugins = ["tests.support.served"]

TASKS = 45
GERMAN: Mapping[str, str] = {"language": "de"}
POLISH = "Zażółć gęślą jaźń: Rückrufe für die Przedsiębiorstwo Wielobranżowe Świętosława"


async def many_tasks(client: Client) -> None:
    """Tasks of all areas with odd minutes, one with a title that needs three lines."""
    areas = ("backoffice_de", "backoffice_eu", "sales_de", "sales_eu", "backoffice", "sales")
    tasks = ["task,title,customer,area"]
    tasks += [
        f"A-{n},{POLISH if n == 30 else f'Aufgabe {n}'},Solaris AG,{areas[n % 6]}"
        for n in range(TASKS)
    ]
    work = ["task,user,day,minutes"]
    work += [f"A-{n},anna@example.test,2026-10-{n % 28 + 1:02},{7 + n * 13}" for n in range(TASKS)]
    for path, lines in (("/tasks/import", tasks), ("/work-times/import", work)):
        answer = await client.post(f"/api/v1{path}", data="\n".join(lines).encode())
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["errors"] == []


async def test_a_letter_says_what_the_other_files_say(
    office: Exchange, office_client: Client
) -> None:
    customer = await october(office, office_client)
    await many_tasks(office_client)
    for n, cents in enumerate((49_90, 1_249_00, -10_05)):
        assert await charge(office, customer, f"addon:{n}", cents)
    path = f"/statements/{customer}-2026-10"
    shown = await get(office_client, path)
    answer = await office_client.get(f"/api/v1{path}.pdf", params=GERMAN)
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    pages = pdf_text(await answer.read())
    rows, charges = written(await (await office_client.get(f"/api/v1{path}.csv")).text())
    assert printed(pages) == rows
    assert len(rows) == TASKS + 1 == len(shown["lines"])
    assert [row.amount for row in rows] == [Decimal(line["amount"]) for line in shown["lines"]]
    assert printed_sums(pages) == {
        "Aufgaben": sum(row.amount for row in rows),
        "Zusatzleistungen": sum(charges),
        "Gesamtbetrag": Decimal(shown["totals"]["amount"]),
    }
    assert sum(charges) == Decimal(shown["totals"]["charges"]) == Decimal("1288.85")
    sheet = cells(await (await office_client.get(f"/api/v1{path}.xlsx")).read())
    last = TASKS + 1 + 3 + 2
    assert Decimal(sheet[f"T{last}"] or "") == Decimal(shown["totals"]["amount"])
    assert f"T{last + 1}" not in sheet
    assert [Decimal(sheet[f"T{n}"] or "") for n in range(2, TASKS + 3)] == [r.amount for r in rows]

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von {len(pages)}" in page
        assert "ENTWURF" in page
    # Tables that go on have their heads again.
    assert all("inbegriffen" in page for page in pages[:-1])
    assert "Zażółć gęślą jaźń: Rückrufe" in pages[-2] + pages[-1]


async def test_a_final_letter_stays_as_it_is_and_a_correction_says_what_it_replaces(
    office: Exchange, office_client: Client
) -> None:
    customer = await october(office, office_client)
    close = {"task": "T-7", "right_area": "backoffice_eu", "how": "corrected", "month": "2026-10"}
    assert (await send(office_client, "POST", "/factor-guard", close))[0] == 200
    _, final = await send(
        office_client, "POST", "/statements", {"customer": customer, "month": "2026-10"}
    )
    path = f"/api/v1/statements/{final['id']}"
    first = await (await office_client.get(f"{path}.pdf", params=GERMAN)).read()
    [page] = pdf_text(first)
    assert "ENTWURF" not in page
    assert "Abrechnung 2026-0001 · Oktober 2026" in page
    assert printed([page]) == [
        Row("T-7", 1, 61, 2700, 180, Decimal("1.3"), Decimal(234), 235, Decimal("156.67"))
    ]
    assert printed_sums([page]) == {"Gesamtbetrag": Decimal("156.67")}

    work = {"user": "ben@example.test", "day": "2026-10-01", "minutes": 60}
    await send(office_client, "PUT", "/tasks/T-7/work-time", work)
    await send(office_client, "POST", f"/statements/{final['id']}/correct", {"reason": "Vergessen"})
    assert await (await office_client.get(f"{path}.pdf", params=GERMAN)).read() == first
    [row] = (await get(office_client, "/statements", month="2026-10"))["items"]
    answer = await office_client.get(f"/api/v1/statements/{row['documents'][0]['id']}.pdf")
    [page] = pdf_text(await answer.read())
    # Boss reads English.
    assert "Statement 2026-0002 · October 2026 · Correction" in page
    assert "This document replaces statement 2026-0001. Reason: Vergessen" in page
    assert "Before €156.67, now €210.00, difference €53.33." in page
    answer = await office_client.get(f"{path}.pdf", params={"language": "fr"})
    assert (answer.status, (await answer.json())["error_id"]) == (400, "bad-language")


async def test_without_a_rate_there_are_no_amounts_and_it_says_so(
    office: Exchange, office_client: Client
) -> None:
    customer = await october(office, office_client)
    await send(office_client, "PUT", "/billing-settings", {"rate_per_hour": None})
    answer = await office_client.get(f"/api/v1/statements/{customer}-2026-10.pdf", params=GERMAN)
    [page] = pdf_text(await answer.read())
    assert "kein Stundensatz" in page
    assert "Gesamtbetrag –" in page
    assert printed([page]) == []
