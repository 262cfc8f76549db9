"""Whatever is asked, `find` answers what a plain loop over all invoices would."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import EVERYTHING
from models.archive import invoice_id
from models.clues import AmountClue, Clues, DateClue
from models.errors import InvalidClue
from models.invoice import Invoice, InvoiceKind
from models.verification import Verdict
from storage.catalogue import search_tables
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.normal_form import identifier, pattern, plain
from tests.support.catalogued import DIALECTS, a_received, an_invoice, fresh, index

CODES = ("3100199130", "031001900104", "", None)
NUMBERS = ("08765432", "08765433", "87654321", "23312000000012345678", "A1Z000123", "8765", None)
NAMES = ("上海和平饭店有限公司", "上海和乎饭店有限公司", "北京（海淀）酒店", "100%_Hotel [*]", 'O\'Neil "Inn"', "一二一二一二一", None)
TAX_IDS = ("91310099803893084B", "310099803893084", "91440399671649249F", "440399671649249", None)
AMOUNTS = ("1200.00", "1200.01", "1132.08", "67.92", "-1200.00", "0.00", None)
DEPARTURES = ("2019-03-20 08:05", "2021-01-01 23:59", "08:05", None)
DATES = ("2019-03-19", "2019-03-20", "2020-02-29", "not a date", None)
LINES = ("*住宿服务*住宿费", "50%_off", "１２００．００元", "ab cd", 'it\'s "quoted" (or not) AND NEAR*', "住", "ﬁne ẞtraße")

WORTH_ASKING = [text for values in (CODES, NUMBERS, NAMES, TAX_IDS, AMOUNTS, LINES) for text in values if text]


def _pool() -> list[tuple[int, Invoice]]:
    """Invoices that mix all the values above; some share their identity."""
    pool = []
    for number in range(24):
        values = {
            "invoice_code": CODES[number % 4],
            "invoice_number": NUMBERS[number * 5 % 7],
            "seller_name": NAMES[number % 7],
            "buyer_name": NAMES[(number * 3 + 1) % 7],
            "seller_tax_id": TAX_IDS[number % 5],
            "buyer_tax_id": TAX_IDS[(number * 2 + 1) % 5],
            "tax_inclusive_amount": AMOUNTS[number % 7],
            "tax_exclusive_amount": AMOUNTS[(number + 2) % 7],
            "tax_amount": AMOUNTS[(number * 3 + 3) % 7],
            "issue_date": DATES[number % 5],
            "departure_time": DEPARTURES[number % 4],
        }
        kind = (InvoiceKind.VAT_SPECIAL, InvoiceKind.TAXI)[number % 2]
        lines = (LINES[number % 7], LINES[(number * 3 + 2) % 7])
        pool.append((number, an_invoice(*lines, kind=kind, verdict=list(Verdict)[number % 3], **values)))
    return pool


POOL = _pool()

SPOILING = st.sampled_from(["?", "*", "", "%", "_", "平", " ", "1", "'", '"'])


@pytest.fixture(scope="module", params=DIALECTS)
def filled(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """Every invoice of the pool, in each database."""
    with fresh(request) as catalogue:
        for number, invoice in POOL:
            index(catalogue, number, invoice)
        yield catalogue


@pytest.fixture(scope="module", params=["few", "many"])
def catalogue(request: pytest.FixtureRequest, filled: Catalogue) -> Iterator[Catalogue]:
    """Both ways in which a condition is held against the invoices: what few rows meet, and what many do."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "many":
            patch.setattr(search_tables, "FEW", -1)
        yield filled


def _parts(texts: list[str]) -> st.SearchStrategy[str]:
    """Pieces of known texts, some of their characters spoiled, or anything at all."""

    @st.composite
    def part(draw: st.DrawFn) -> str:
        text = draw(st.sampled_from(texts))
        start = draw(st.integers(0, len(text) - 1))
        piece = text[start : draw(st.integers(start + 1, len(text)))]
        for _ in range(draw(st.integers(0, 2))):
            place = draw(st.integers(0, len(piece)))
            piece = (
                piece[:place]
                + draw(st.sampled_from(["?", "*", "", "%", "_", "平", " ", "1", "'", '"']))
                + piece[place + draw(st.integers(0, 1)) :]
            )
        return piece

    return st.one_of(part(), st.text(max_size=6))


def _maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), st.none(), st.none(), strategy)


WRITTEN_AMOUNTS = [f"{text}{about}" for text in (*AMOUNTS, "1150", "67.9") if text for about in ("", "~")]
AMOUNT_CLUES = st.one_of(
    st.sampled_from(WRITTEN_AMOUNTS).map(AmountClue.parse),
    st.tuples(st.integers(-130_000, 130_000), st.integers(0, 130_000)).map(
        lambda range_: AmountClue(Decimal(range_[0]) / 100, Decimal(sum(range_)) / 100)
    ),
)
DATE_CLUES = st.one_of(
    st.sampled_from(["2019-03-19", "2019-03", "2019", "2020", "2021"]).map(DateClue.parse),
    st.just(DateClue.between(None, date(2019, 3, 19))),
)

CLUES = st.builds(
    Clues,
    text=_maybe(_parts(WORTH_ASKING)),
    number=_maybe(_parts([text for text in NUMBERS if text])),
    code=_maybe(_parts([text for text in CODES if text])),
    seller=_maybe(_parts([text for text in NAMES if text])),
    buyer=_maybe(_parts([text for text in NAMES if text])),
    tax_id=_maybe(_parts([text for text in TAX_IDS if text])),
    amount=_maybe(AMOUNT_CLUES),
    date=_maybe(DATE_CLUES),
    kind=_maybe(st.sampled_from([InvoiceKind.VAT_SPECIAL, InvoiceKind.TAXI, InvoiceKind.TOLL])),
    limit=st.just(200),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clues=CLUES)
def test_find_answers_what_a_loop_over_all_invoices_would(catalogue: Catalogue, clues: Clues) -> None:
    try:
        hits = catalogue.find(clues, EVERYTHING)
    except InvalidClue:
        assert _says_nothing(clues)
        return
    assert not _says_nothing(clues)

    matching = [(number, invoice) for number, invoice in POOL if _fits(invoice, clues)]
    shown = {_identity(number, invoice): _name(number) for number, invoice in sorted(matching, key=_by_worth)}
    assert {hit.invoice.id for hit in hits} == set(shown.values())
    for hit in hits:
        number = next(number for number, _ in POOL if _name(number) == hit.invoice.id)
        same = [other for other, invoice in POOL if _identity(other, invoice) == _identity(number, POOL[number][1]) and other != number]
        assert hit.copies == tuple(_name(other) for other in sorted(same, reverse=True))
        assert 0 < hit.score <= 1
        assert len(hit.reasons) == _given(clues)
    ranks = [(-hit.score, -hit.invoice.received_at.timestamp()) for hit in hits]
    assert ranks == sorted(ranks)


@settings(max_examples=100, deadline=None)
@given(clues=CLUES, limit=st.integers(1, 5))
def test_a_smaller_limit_gives_the_first_of_the_same_answer(catalogue: Catalogue, clues: Clues, limit: int) -> None:
    shorter = replace(clues, limit=limit)
    try:
        whole = catalogue.find(clues, EVERYTHING)
    except InvalidClue:
        return

    assert catalogue.find(shorter, EVERYTHING) == whole[:limit]


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.characters(), max_size=60))
def test_no_text_breaks_a_search(catalogue: Catalogue, text: str) -> None:
    for clues in (Clues(text=text), Clues(number=text), Clues(code=text), Clues(seller=text), Clues(buyer=text), Clues(tax_id=text)):
        try:
            hits = catalogue.find(clues, EVERYTHING)
        except InvalidClue:
            continue
        fitting = {_identity(number, invoice) for number, invoice in POOL if _fits(invoice, clues)}
        assert len(hits) == len(fitting)


def _name(number: int) -> str:
    return invoice_id(a_received(number).document.digest, 1)


def _by_worth(entry: tuple[int, Invoice]) -> tuple[int, int]:
    """The last of a sorted list is the copy to show: accepted before needs_review before unread, then the newest."""
    return -list(Verdict).index(entry[1].verdict), entry[0]


def _identity(number: int, invoice: Invoice) -> object:
    value = invoice.value("invoice_number")
    return number if value is None else (identifier(invoice.value("invoice_code") or ""), identifier(value))


def _given(clues: Clues) -> int:
    written = (clues.text, clues.number, clues.code, clues.seller, clues.buyer, clues.tax_id)
    return sum(bool(text and text.strip()) for text in written) + sum(clue is not None for clue in (clues.amount, clues.date, clues.kind))


def _says_nothing(clues: Clues) -> bool:
    """Whether a clue that is not blank holds nothing to look for."""
    identifiers = [pattern(text) for text in (clues.number, clues.code, clues.tax_id) if text and text.strip()]
    names = [plain(text) for text in (clues.seller, clues.buyer) if text and text.strip()]
    return (
        any(not wanted or (len(wanted) < 2 and wanted not in "?*") for wanted in identifiers)
        or any(len(wanted) < 2 for wanted in names)
        or bool(clues.text and clues.text.strip() and not plain(clues.text))
    )


def _fits(invoice: Invoice, clues: Clues) -> bool:
    return (
        (_blank(clues.number) or _identifier_fits(invoice.value("invoice_number"), str(clues.number)))
        and (_blank(clues.code) or _identifier_fits(invoice.value("invoice_code"), str(clues.code)))
        and (_blank(clues.tax_id) or any(_tax_id_fits(invoice.value(f"{side}_tax_id"), str(clues.tax_id)) for side in ("seller", "buyer")))
        and (_blank(clues.seller) or _name_fits(invoice.value("seller_name"), str(clues.seller)))
        and (_blank(clues.buyer) or _name_fits(invoice.value("buyer_name"), str(clues.buyer)))
        and (_blank(clues.text) or _text_fits(invoice, str(clues.text)))
        and (clues.amount is None or _amount_fits(invoice, clues.amount))
        and (clues.date is None or _date_fits(invoice, clues.date))
        and (clues.kind is None or invoice.kind is clues.kind)
    )


def _blank(text: str | None) -> bool:
    return text is None or not text.strip()


def _identifier_fits(stored: str | None, clue: str) -> bool:
    key, wanted = identifier(stored or ""), pattern(clue)
    if not set("?*") & set(wanted):
        return wanted in key
    expression = "".join({"?": ".", "*": ".*"}.get(character, re.escape(character)) for character in wanted)
    return key != "" and re.fullmatch(expression, key) is not None


def _tax_id_fits(stored: str | None, clue: str) -> bool:
    key, wanted = identifier(stored or ""), pattern(clue)
    return _identifier_fits(stored, clue) or (len(wanted) == 18 and len(key) == 15 and wanted[2:17] == key)


def _name_fits(stored: str | None, clue: str) -> bool:
    name, wanted = plain(stored or ""), plain(clue)
    return wanted in name or (len(wanted) >= 5 and _one_off(name, wanted))


def _one_off(name: str, wanted: str) -> bool:
    """Whether some text one edit away from `wanted` stands in the name."""
    left_out = {wanted[:place] + wanted[place + 1 :] for place in range(len(wanted))}
    replaced = {wanted[:place] + character + wanted[place + 1 :] for place in range(len(wanted)) for character in set(name)}
    put_in = {wanted[:place] + character + wanted[place:] for place in range(len(wanted) + 1) for character in set(name)}
    return any(text in name for text in left_out | replaced | put_in)


def _text_fits(invoice: Invoice, clue: str) -> bool:
    lines = [plain(line.text) for line in invoice.lines] + [plain(field.value) for field in invoice.fields.values() if field.value]
    return all(any(plain(word) in line for line in lines) for word in clue.split())


def _amount_fits(invoice: Invoice, clue: AmountClue) -> bool:
    keys = ("tax_inclusive_amount", "tax_exclusive_amount", "tax_amount")
    return any(clue.low <= Decimal(value) <= clue.high for value in map(invoice.value, keys) if value is not None)


def _date_fits(invoice: Invoice, clue: DateClue) -> bool:
    values = (value or "" for value in (invoice.value("issue_date"), (invoice.value("departure_time") or "")[:10]))
    days = [date.fromisoformat(value) for value in values if re.fullmatch(r"\d{4}-\d\d-\d\d", value)]
    return bool(days) and clue.first <= days[0] <= clue.last
