"""Rows of a workbook as a reader of the format finds them."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

from pbx.web.workbooks import Workbook
from tests.support.statement_api import cells


def test_each_kind_of_value_is_found_again() -> None:
    rows, file = io.BytesIO(), io.BytesIO()
    book = Workbook(rows, [f"h{n}" for n in range(28)], [10] * 28)
    # The second one o'clock of the night in which clocks are set back.
    at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    book.add([(at, date(2026, 10, 5), "<a & b>\x01 zażółć €", " =1+1 ", 3, Decimal("12.50"), None)])
    book.add([(*[None] * 27, "x" * 40_000)])
    book.save(file)
    found = cells(file.getvalue())
    assert (found["A1"], found["AB1"]) == ("h0", "h27")
    assert abs(Decimal(found["A2"] or "") - (46320 + Decimal(150) / 1440)) < Decimal("0.00001")
    assert [found[f"{column}2"] for column in "BCDEF"] == [
        *("46300", "<a & b> zażółć €", " =1+1 ", "3", "12.50"),
    ]
    assert "G2" not in found
    assert len(found["AB3"] or "") == 32_767
