"""Who writes to whom on a statement: final ones keep it, whatever settings and files say later."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert

from pbx.domain.company import Company
from pbx.domain.months import Month
from pbx.store.billing_tables import statements
from pbx.store.documents import packed
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_boss, send
from tests.support.statement_api import october, pdf_text

pytest_plugins = ["tests.support.served"]

OLD = Company("Alt & Söhne GmbH", ("Altweg 1", "50667 Köln"), ("+49 221 1",), ("USt-IdNr. DE1",))
NEW = Company("Neu AG", ("Neuweg 2", "10115 Berlin"), ("+49 30 2",), ("USt-IdNr. DE2",))
LEEDS = {
    "language": "en",
    "address_extra": "Accounts payable",
    "street": "1 High Street",
    "postcode": "LS1 4AP",
    "city": "Leeds",
    "country": "United Kingdom",
}
COLOGNE = {"name": "Solaris Köln", "street": "Ring 7", "postcode": "50667", "city": "Köln"}


@asynccontextmanager
async def configured(office: Exchange, company: Company, folder: Path) -> AsyncIterator[Client]:
    """The API after a start with these settings."""
    from tests.support.served import serving  # pytest wants to load it first

    assert office.database is not None
    office.company = company
    folder.mkdir()
    async with serving(office, office.database, folder) as client:
        yield client


async def pdf(client: Client, statement: str) -> bytes:
    answer = await client.get(f"/api/v1/statements/{statement}.pdf")
    assert answer.status == 200
    return await answer.read()


async def test_a_final_letter_keeps_its_letterhead_and_its_language(
    office: Exchange, tmp_path: Path
) -> None:
    async with configured(office, OLD, tmp_path / "old") as client:
        customer = await october(office, client)
        status, _ = await send(client, "PATCH", f"/customers/{customer}", LEEDS)
        assert status == 200
        close = {"task": "T-7", "right_area": "backoffice_eu", "how": "corrected"}
        await send(client, "POST", "/factor-guard", {**close, "month": "2026-10"})
        month = {"customer": customer, "month": "2026-10"}
        _, final = await send(client, "POST", "/statements", month)
        first = await pdf(client, final["id"])
    [page] = pdf_text(first)
    assert "Statement 2026-0001 · October 2026" in page
    window = page[page.index("Alt & Söhne GmbH · Altweg 1 · 50667 Köln") :].split("\n")
    assert window[1:6] == [
        *("Solaris AG", "Accounts payable", "1 High Street", "LS1 4AP Leeds", "UNITED KINGDOM")
    ]
    for text in ("+49 221 1", "USt-IdNr. DE1", "Total amount €156.67", "Page 1 of 1"):
        assert text in page

    async with configured(office, NEW, tmp_path / "new") as client:
        await as_boss(client)
        home = {**LEEDS, **COLOGNE, "language": "de", "country": "", "address_extra": ""}
        assert (await send(client, "PATCH", f"/customers/{customer}", home))[0] == 200
        assert await pdf(client, final["id"]) == first
        # Drafts follow today's settings and today's file.
        [draft] = pdf_text(await pdf(client, f"{customer}-2026-10"))
        assert "Neu AG · Neuweg 2 · 10115 Berlin\nSolaris Köln\nRing 7\n50667 Köln\n" in draft
        assert "Entwurf" in draft
        # So do statements from before letterheads were kept; of those nobody knows the address.
        [page] = pdf_text(await pdf(client, await _earlier(office, final["id"])))
        assert "Neu AG · Neuweg 2 · 10115 Berlin\nSolaris AG Number 2026-0099\n" in page
        assert "Leeds" not in page
        reason = {"reason": "Umzug"}
        _, second = await send(client, "POST", f"/statements/{final['id']}/correct", reason)
        assert (second["address"], second["language"]) == (["Ring 7", "50667 Köln"], "de")
        [page] = pdf_text(await pdf(client, second["id"]))
        assert "Abrechnung 2026-0002" in page
        assert "USt-IdNr. DE2" in page
        assert await pdf(client, final["id"]) == first


async def _earlier(office: Exchange, document_id: str) -> str:
    """The same statement of the month before, as it was kept before there were letterheads."""
    assert office.database is not None
    known = await office.database.statements.document(document_id)
    assert known is not None
    statement = replace(known.statement, month=Month(2026, 9))
    earlier = replace(known, id="earlier", number="2026-0099", statement=statement, letterhead=None)
    async with office.database._engine.write() as conn:
        values = {**packed(earlier), "year": 2026, "sequence": 0}
        await conn.execute(insert(statements).values(values))
    return earlier.id
