"""Amounts stand in one notation on every page: ¥1,234.50 for people; what is typed and what programs read stays plain."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape

import pytest

from api.web.check_words import check_words
from api.web.language import Language
from api.web.money import AMOUNT_FIELDS, AMOUNT_RULES, of_field, yuan
from api.web.rendering import FOLDER
from models.invoice import FIELD_KEYS
from ocr_service.proof.rules import RULE_NAMES
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SCAN
from tests.support.statements import LIST, number, row
from tests.support.workbooks import xlsx

TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
_PRINTED = re.compile(r"\{\{[^{}]*?\}\}")
_AMOUNT = re.compile(r"\.(?:total|net|tax|amount|tax_amount|unit_price|tax_inclusive_amount)\s*(?:or \"\"\s*)?\}\}$")
_HIDDEN = re.compile(r"<(?:textarea|code|svg|ol class=.raw.).*?</(?:textarea|code|svg|ol)>|<[^>]*>", re.DOTALL)
"""What nobody reads as the page's own words: marks, what may be typed, and what the paper says letter by letter."""
_BARE = re.compile(r"(?<![\d.,¥\w-])-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{2})(?![\d.%\w]| 字节)")
"""A figure with groups of thousands or with cents that no sign of the yuan stands before."""


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Decimal("1234.5"), "¥1,234.50"),
        (Decimal("-3972.87"), "-¥3,972.87"),
        (Decimal(0), "¥0.00"),
        ("1234567", "¥1,234,567.00"),
        ("0.23893805", "¥0.23893805"),
        ("1e3", "1e3"),
        ("看不清", "看不清"),
        (None, "—"),
    ],
)
def test_an_amount_has_a_sign_groups_and_cents(amount: Decimal | str | None, shown: str) -> None:
    assert yuan(amount) == shown


def test_only_amounts_of_an_invoice_are_shown_as_amounts() -> None:
    assert set(FIELD_KEYS) >= AMOUNT_FIELDS
    assert set(RULE_NAMES) >= AMOUNT_RULES
    assert (of_field("1234.5", "tax_amount"), of_field("1234.5", "mileage"), of_field(None, "tax_amount")) == ("¥1,234.50", "1234.5", "")
    assert check_words("total_matches_words", "3972.87", Language.CHINESE) == "¥3,972.87"
    assert check_words("fare_fits_mileage", "about 29.50", Language.CHINESE) == "约 ¥29.50"
    assert check_words("red_invoice_is_negative", "-12.5, marked", Language.CHINESE) == "-¥12.50，注明红字"
    assert check_words("lines_sum_to_tax", "no line", Language.CHINESE) == "没有明细行"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_writes_no_amount_by_itself(template: object) -> None:
    source = template.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    shown = re.sub(r"(?:value|max)=\"[^\"]*\"", "", source)

    assert "¥" not in source and ",.2f" not in source
    assert [each for each in _PRINTED.findall(shown) if _AMOUNT.search(each) and "batch.total" not in each] == []


def test_every_amount_on_the_pages_of_an_invoice_stands_in_that_notation(desk: Desk, page: Callable[..., str]) -> None:
    invoice = desk.archived_invoice()
    lost = {"lost": "invoice", "lost_by": "王样", "discovered_on": "2026-03-02", "kind": "vat_special"}
    case = desk.client.post("/losses", data={**lost, "number": NUMBER, "total": "3972.87"}).url.path
    sent = xlsx({"发票基础信息1": [LIST, row(number(1), 价税合计="13972.8"), row(NUMBER, 价税合计="1.5")]})
    told = desk.client.post("/reconciliations", files=[("files", ("a.xlsx", sent))]).url.path
    desk.client.post(f"/v1/papers/{invoice}/events", json={"kind": "lent", "person": "王样"})
    batch = desk.upload((SCAN.name, SCAN.read_bytes()))["id"]
    pages = (
        *("/review", "/review/desk", f"/review/desk/{invoice}", "/review/alike", "/register", "/find", "/find?amount=3900~"),
        *(
            "/find?sentence=三千九百多 文具",
            f"/find?number={NUMBER}",
            f"/invoices/{invoice}",
            f"/invoices/{invoice}/correct",
            "/duplicates",
        ),
        *("/losses", f"/losses/new?invoice={invoice}", case.partition("?")[0], told.partition("?")[0], "/papers", f"/papers/{invoice}"),
        f"/batches/{batch}",
    )
    quantities = {item.quantity for item in desk.service.show(invoice).invoice.items}
    wrong: dict[str, set[str]] = {}
    shown = 0
    for address in pages:
        answer = desk.client.get(address, headers={"Accept": "text/html", "Accept-Language": "zh"}, follow_redirects=True)
        assert answer.status_code == 200, address
        text = unescape(_HIDDEN.sub(" ", answer.text))
        shown += text.count("¥")
        bare = set(_BARE.findall(text)) - quantities
        if bare:
            wrong[address] = bare

    assert wrong == {}
    assert shown > 20
