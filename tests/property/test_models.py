"""What holds for every value, not only for those that somebody thought of."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from models.calendar_words import FIRST_YEAR, LAST_YEAR, Doubt, understand
from models.digest import Digest
from models.document import DocumentRef, MediaType, TextLine
from models.geometry import Polygon, Transform
from models.invoice import FIELD_KEYS, FieldStatus, Invoice, InvoiceField, InvoiceKind, LineItem, Witness
from models.money import format_amount, parse_amount, parse_words, write_words
from models.qr_payload import crc16, parse_qr_payload
from models.reading import Engine, Reading
from models.reading_json import reading_from_bytes, reading_to_bytes
from models.verification import Check, Outcome, Verdict

AMOUNTS = st.integers(-(10**14) + 1, 10**14 - 1).map(lambda cents: Decimal(cents) / 100)
NUMBERS = st.floats(-5000, 5000).map(lambda value: round(value, 1))
POLYGONS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=6).map(lambda points: Polygon(tuple(points)))
CONFIDENCES = st.floats(0, 1).map(lambda value: round(value, 4))
TEXTS = st.text(st.characters(), max_size=12)


@given(AMOUNTS)
def test_words_written_are_words_read(amount: Decimal) -> None:
    assert parse_words(write_words(amount)) == amount


@given(AMOUNTS)
def test_amounts_written_are_amounts_read(amount: Decimal) -> None:
    assert parse_amount(f"¥{amount:,.2f}") == amount
    assert parse_amount(format_amount(amount)) == amount


@given(TEXTS)
def test_no_text_breaks_a_parser(text: str) -> None:
    parse_words(text)
    parse_amount(text)
    parse_qr_payload(text)


LIKE_DATES = st.lists(
    st.one_of(
        st.integers(0, 2200).map(str),
        st.sampled_from(["-", "/", ".", " ", "年", "月", "日", "第", "季度", "Q", "Sep", "十", "二〇二五", "0", "2025", "廿", "th", ","]),
    ),
    min_size=1,
    max_size=7,
).map("".join)


@given(st.one_of(LIKE_DATES, TEXTS))
def test_no_text_means_a_day_that_no_paper_has(text: str) -> None:
    days = understand(text)

    if not isinstance(days, Doubt):
        assert FIRST_YEAR <= days.first.year == days.last.year <= LAST_YEAR
        assert days.first <= days.last


@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_a_day_is_understood_however_it_is_written(day: date) -> None:
    year, month = day.year, day.month
    for text in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{year}/{month}/{day.day}",
        f"{year}年{month}月{day.day}日",
        f"{day.day} {day:%b} {year}",
    ):
        assert understand(text) == (day, day)
    if day.day > 12:
        assert understand(f"{day.day}.{month}.{year}") == understand(f"{month}/{day.day}/{year}") == (day, day)


@given(st.integers(0, 10**8 - 1), st.integers(0, 10**9), st.dates())
def test_a_payload_with_its_checksum_holds(number: int, cents: int, issued: object) -> None:
    body = f"01,10,044001900111,{number:08},{Decimal(cents) / 100:.2f},{issued:%Y%m%d},98765432109876543210,"
    payload = parse_qr_payload(f"{body}{crc16(body.encode()):04X},")

    assert payload is not None
    assert payload.crc_holds is True


@given(st.lists(st.floats(-3, 3), min_size=8, max_size=8), st.tuples(st.floats(0, 3000), st.floats(0, 3000)))
def test_a_transform_and_its_inverse_cancel(rows: list[float], point: tuple[float, float]) -> None:
    a, b, c, d, e, f, _, _ = rows
    assume(abs(a * e - b * d) > 0.05)
    transform = Transform((a, b, c * 100, d, e, f * 100, 0.0, 0.0, 1.0))
    x, y = transform.inverse().point(transform.point(point))

    assert abs(x - point[0]) < 1e-4
    assert abs(y - point[1]) < 1e-4


FIELDS = st.builds(
    InvoiceField,
    value=st.none() | TEXTS,
    raw=TEXTS,
    confidence=CONFIDENCES,
    page=st.integers(1, 9),
    polygon=st.none() | POLYGONS,
    status=st.sampled_from(FieldStatus),
    witnesses=st.lists(st.sampled_from(Witness), max_size=3, unique=True).map(tuple),
    alternatives=st.lists(TEXTS, max_size=2).map(tuple),
)
CELL = st.none() | TEXTS
INVOICES = st.builds(
    Invoice,
    kind=st.sampled_from(InvoiceKind),
    title=TEXTS,
    page=st.integers(1, 9),
    polygon=POLYGONS,
    fields=st.dictionaries(st.sampled_from(FIELD_KEYS), FIELDS, max_size=4),
    items=st.lists(st.builds(LineItem, CELL, CELL, CELL, CELL, CELL, CELL, CELL, CELL), max_size=3).map(tuple),
    checks=st.lists(st.builds(Check, TEXTS, st.sampled_from(Outcome), st.just(("invoice_code",)), CELL, CELL), max_size=3).map(tuple),
    verdict=st.sampled_from(Verdict),
    lines=st.lists(st.builds(TextLine, TEXTS, CONFIDENCES, POLYGONS), max_size=3).map(tuple),
)
READINGS = st.builds(
    Reading,
    document=st.builds(DocumentRef, st.binary(max_size=4).map(Digest.of), TEXTS, st.sampled_from(MediaType), st.integers(1, 10**9)),
    invoices=st.lists(INVOICES, max_size=2).map(tuple),
    engine=st.builds(Engine, TEXTS, TEXTS, st.just({"detection": "d"})),
    timings_ms=st.just({"reading": 812.0}),
)


@given(READINGS)
def test_a_reading_survives_its_json(reading: Reading) -> None:
    content = reading_to_bytes(reading)

    assert reading_from_bytes(content) == reading
    assert reading_to_bytes(reading_from_bytes(content)) == content
    assert json.loads(content)["schema_version"] == 1
