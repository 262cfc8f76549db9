"""How common a company or some goods are: counted where they are few, told by some days where they are many; in every database."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.access import EVERYTHING, Visibility
from models.invoice import LineItem
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.evidence import counting
from storage.catalogue.evidence.counting import BUYER, GOODS, SELLER, many_of
from storage.catalogue.evidence.weighing import shares_of
from storage.catalogue.evidence_tables import invoice_goods
from storage.catalogue.tables import invoices
from storage.catalogue.walls import on_invoices
from tests.support.catalogued import DIALECTS, a_reading, a_received, an_invoice, fresh

_ROWS, _RARE = 240, 3


@pytest.fixture(scope="module", params=DIALECTS)
def catalogue(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """One company sells nearly everything, on the days of a year."""
    with fresh(request) as catalogue:
        for number in range(_ROWS):
            is_rare = number % (_ROWS // _RARE) == 0
            invoice = an_invoice(
                invoice_number=f"{number:08}",
                issue_date=(date(2024, 1, 1) + timedelta(days=7 * number % 366)).isoformat(),
                seller_name="稀客茶行" if is_rare else "常客文具有限公司",
                buyer_name="示例集团",
                tax_inclusive_amount=f"{100 + number}.00",
            )
            received = replace(a_received(number), department="财务部" if number % 4 else "采购部")
            read = a_reading(received, replace(invoice, items=(LineItem("*茶*绿茶" if is_rare else "*文具*中性笔"),)))
            catalogue.record_reading(received, read, 1)
        yield catalogue


def _counted(catalogue: Catalogue, column: str, sees: Visibility) -> tuple[Counter[int], Counter[int]]:
    """What is counted, and how many there are of each."""
    with catalogue.database.reading() as connection:
        walls = on_invoices(connection, sees)
        linked = invoices.join(invoice_goods, invoice_goods.c.invoice_id == invoices.c.id)
        own = invoice_goods.c.goods_id if column == GOODS else invoices.c[column]
        exact = Counter(connection.scalars(select(own).select_from(linked).where(*walls)))
        return many_of(connection, column, [*exact, 10**6], shares_of(connection, sees), walls), exact


@pytest.mark.parametrize("column", [SELLER, BUYER, GOODS])
@pytest.mark.parametrize("sees", [EVERYTHING, Visibility(frozenset({"采购部"}))])
def test_the_few_are_counted(catalogue: Catalogue, column: str, sees: Visibility) -> None:
    counted, exact = _counted(catalogue, column, sees)

    assert counted == exact
    assert sum(exact.values()) == (_ROWS if sees.is_whole else _ROWS // 4)


@pytest.mark.parametrize("column", [SELLER, BUYER, GOODS])
def test_the_many_are_told_by_some_days(catalogue: Catalogue, column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_FEW", 20)
    monkeypatch.setattr(counting, "_DAYS", 120)

    counted, exact = _counted(catalogue, column, EVERYTHING)

    for identity, many in exact.items():
        assert counted[identity] == pytest.approx(many, rel=0.25)
        assert many > _RARE or counted[identity] == many
