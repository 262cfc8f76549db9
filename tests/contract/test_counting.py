"""How common a company or some goods are is counted when they come, for each department; in every database."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.access import EVERYTHING, Visibility
from models.invoice import LineItem
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.evidence.counting import many_of
from storage.catalogue.evidence_rows import BUYER, GOODS, SELLER
from storage.catalogue.evidence_tables import invoice_goods
from storage.catalogue.tables import invoices
from storage.catalogue.walls import on_invoices
from tests.support.catalogued import DIALECTS, a_reading, a_received, an_invoice, fresh

_ROWS, _RARE = 240, 3
OURS, THEIRS = "采购部", "财务部"


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
            received = replace(a_received(number), department=THEIRS if number % 4 else OURS)
            read = a_reading(received, replace(invoice, items=(LineItem("*茶*绿茶" if is_rare else "*文具*中性笔"),)))
            catalogue.record_reading(received, read, 1)
        yield catalogue


def _counted(catalogue: Catalogue, what: str, sees: Visibility) -> tuple[Counter[int], Counter[int]]:
    """What is counted, and how many there are of each."""
    with catalogue.database.reading() as connection:
        linked = invoices.join(invoice_goods, invoice_goods.c.invoice_id == invoices.c.id)
        own = invoice_goods.c.goods_id if what == GOODS else invoices.c[f"{what}_company"]
        every = set(connection.scalars(select(own).select_from(linked)))
        exact = Counter(connection.scalars(select(own).select_from(linked).where(*on_invoices(connection, sees))))
        return many_of(connection, what, [*every, 10**6], sees), exact


@pytest.mark.parametrize("what", [SELLER, BUYER, GOODS])
@pytest.mark.parametrize(
    "sees", [EVERYTHING, Visibility(frozenset({OURS})), Visibility(frozenset({OURS, THEIRS})), Visibility(frozenset())]
)
def test_all_that_are_seen_are_counted(catalogue: Catalogue, what: str, sees: Visibility) -> None:
    counted, exact = _counted(catalogue, what, sees)

    assert counted == exact
    assert sum(exact.values()) == sum(many for whose, many in ((OURS, _ROWS // 4), (THEIRS, _ROWS * 3 // 4)) if sees.shows(whose))
