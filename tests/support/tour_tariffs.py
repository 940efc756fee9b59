"""The tour through prices, carriers' lists, and the reconciliation with a carrier's records."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from playwright.async_api import FilePayload, Page, expect

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, Api

if TYPE_CHECKING:
    from tests.support.tour import Tour

FIRST = example("DE", "005N").removeprefix("+49")
OLD = (
    "Vorwahl;Ziel;Preis/Min.;Verbindung;Takt\n"
    "49;Deutschland Festnetz;0,0085;0;1/1\n4915;Deutschland Mobil;0,0620;0;1/1\n"
    "43;Österreich Festnetz;0,0140;0;1/1\n4366;Österreich Mobil;0,1190;0,01;60/60\n"
    "48;Polen;0,0110;0;1/1\n33;Frankreich;0,0120;0;1/1\n3363;Frankreich Mobil;0,08;0;30/6\n"
)
NEW = (
    "Vorwahl;Ziel;Preis/Min.;Verbindung;Takt\n"
    "49;Deutschland Festnetz;0,0085;0;1/1\n4915;Deutschland Mobil;0,0590;0;1/1\n"
    "43;Österreich Festnetz;0,0140;0;1/1\n4366;Österreich Mobil;0,1190;0,01;60/30\n"
    "48;Polen;0,0110;0;1/1\n41;Schweiz;0,0190;0;1/1\n33;Frankreich;0,0120;0;1/1\n"
)


async def prices(tour: "Tour") -> None:
    await tour.prepare()
    async with Api(tour.stack.url, MANAGER) as api:
        made = (await api.post("/api/v1/price-lists", {"name": "Netz AG, Vertrag 2026"})).ok()
        path = f"/api/v1/price-lists/{made['id']}"
        try:
            await _pages(tour, made["id"])
        finally:
            (await api.ask("DELETE", path)).ok()


async def _pages(tour: "Tour", made: str) -> None:
    async with tour.phone(MANAGER, "/manage/prices") as boss:
        page = boss.page
        await boss.element("price-list").select_option(made)
        await boss.element("prices-import").click()
        await boss.element("prices-import-day").fill("2026-01-01")
        await _choose(boss.page, OLD)
        await boss.element("prices-import-start").click()
        await expect(boss.element("rate-+4915")).to_be_visible()
        await boss.element("prices-import").click()
        await boss.element("prices-import-day").fill("2036-12-01")
        await _choose(boss.page, NEW)
        await expect(boss.element("prices-import-preview")).to_be_visible()
        await tour.show("prices-import", page)
        await _choose(boss.page, NEW + "x;Unsinn;0,1;0;1/1\n355;Albanien;gratis;0;1/1\n")
        await expect(boss.element("prices-import-errors")).to_be_visible()
        await tour.show("prices-import-errors", page)
        await _choose(boss.page, NEW)
        await boss.element("prices-import-start").click()
        await expect(boss.element("rate-+41")).to_be_visible()
        await boss.element("price-check").fill("0151 23456789")
        await expect(boss.element("price-found")).to_contain_text("+4915")
        await page.wait_for_load_state("networkidle")
        await tour.show("prices", page)
        await boss.element("rate-add").click()
        await expect(boss.element("rate-dialog")).to_be_visible()
        await tour.show("prices-rate", page)
        await page.keyboard.press("Escape")
        await boss.element("price-list-edit").click()
        await expect(boss.element("price-list-dialog")).to_be_visible()
        await tour.show("prices-list", page)


async def _choose(page: Page, text: str) -> None:
    file = FilePayload(name="netz-ag.csv", mimeType="text/csv", buffer=text.encode())
    await page.get_by_test_id("prices-import-file").set_input_files(file)


async def reconciliation(tour: "Tour") -> None:
    """Needs calls: some are made, and the carrier's file tells of them with mistakes."""
    await tour.prepare()
    async with tour.phone() as phone:
        for _ in range(2):
            await phone.call(FIRST)
            await phone.reaches("talking")
            await phone.hang_up()
    async with Api(tour.stack.url, MANAGER) as api:
        calls = (await api.get("/api/v1/call-costs"))["items"]
        lines = [_line(call, n) for n, call in enumerate(calls[-2:])]
        times = [datetime.fromisoformat(call["at"]) for call in calls]
        lines += [f"{times[-1]:%Y-%m-%d %H:%M:%S};4366012345678;0:02:40", "Summe;;0:03:10"]
        content = "\n".join(["Beginn;Zielrufnummer;Dauer", *lines]) + "\n"
        made = await _reconcile(tour, content)
        (await api.ask("DELETE", f"/api/v1/reconciliations/{made}")).ok()
        for carrier in (await api.get("/api/v1/carriers"))["items"]:
            (await api.ask("DELETE", f"/api/v1/carriers/{carrier['id']}")).ok()


def _line(call: dict[str, Any], n: int) -> str:
    at = datetime.fromisoformat(call["at"])
    return (
        f"{at:%Y-%m-%d %H:%M:%S};{call['number'][1:]};{max(1, int(call['talk_seconds'])) + 30 * n}"
    )


async def _reconcile(tour: "Tour", content: str) -> str:
    async with tour.phone(MANAGER, "/manage/reconciliation") as boss:
        page = boss.page
        await expect(boss.element("reconcile")).to_be_visible()
        await tour.show("reconciliation-empty", page)
        await boss.element("reconcile").click()
        await boss.element("carrier-name").fill("Netz AG")
        file = FilePayload(name="november.csv", mimeType="text/csv", buffer=content.encode())
        await boss.element("carrier-file").set_input_files(file)
        await boss.element("mapping-zone").select_option("UTC")
        await tour.show("reconciliation-mapping", page)
        await boss.element("reconcile-start").click()
        await expect(boss.element("finding-1")).to_be_visible()
        await page.wait_for_load_state("networkidle")
        await tour.show("reconciliation", page)
        return str(await boss.element("reconciliation").input_value())
