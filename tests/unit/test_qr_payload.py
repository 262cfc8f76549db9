"""The invoice's QR code. All payloads are invented; checksums were computed from the rule."""

from datetime import date
from decimal import Decimal

import pytest

from models.invoice import InvoiceKind
from models.qr_payload import crc16, crc16_modbus, crc16_x25, parse_qr_payload

VARIANT_A = (
    "01,01,3100199130,12345678,1000.00,20190315,,2F55",
    "01,04,031001900104,12345678,943.40,20191001,12345678901234567890,A4A8",
    "01,10,044001900111,87654321,188.68,20190601,98765432109876543210,EF06",
    "01,31,,24312000000012345678,1130.00,20240301,,8EAF",
    "01,32,,24312000000012345679,88.00,20240301,,984D",
)
VARIANT_B = (
    "01,01,3100199130,12345678,1000.00,20190315,,35AF",
    "01,04,031001900104,12345678,943.40,20191001,12345678901234567890,E0A6",
    "01,10,044001900111,87654321,188.68,20190601,98765432109876543210,ADEC",
    "01,31,,24312000000012345678,1130.00,20240301,,1E0E",
    "01,32,,24312000000012345679,88.00,20240301,,B11B",
)


def test_checksums_of_the_catalogue() -> None:
    assert (crc16(b"123456789"), crc16_modbus(b"123456789")) == (0xFEE8, 0x4B37)


@pytest.mark.parametrize("text", [*VARIANT_A, *VARIANT_B])
@pytest.mark.parametrize("tail", ["", ",", ",\0"])
def test_either_variant_of_the_checksum_holds(text: str, tail: str) -> None:
    payload = parse_qr_payload(text + tail)

    assert payload is not None
    assert payload.crc_holds is True


@pytest.mark.parametrize("text", VARIANT_A)
def test_an_altered_digit_breaks_the_checksum(text: str) -> None:
    payload = parse_qr_payload(text.replace("8.", "9.", 1).replace("3.40", "3.41").replace("1000.00", "1000.01").replace("1130", "1131"))

    assert payload is not None
    assert payload.crc_holds is False


def test_a_lower_case_checksum_may_be_one_of_another_rule() -> None:
    body = "01,10,044001900111,87654321,188.68,20190601,98765432109876543210,"
    checksum = f"{crc16_x25(body.encode()):04x}"
    lower, upper = parse_qr_payload(f"{body}{checksum},"), parse_qr_payload(f"{body}{checksum.upper()},")

    assert crc16_x25(b"123456789") == 0x906E
    assert lower is not None and lower.crc_holds is True
    assert upper is not None and upper.crc_holds is False


def test_a_placeholder_is_no_checksum() -> None:
    payload = parse_qr_payload("01,10,044001700111,87654321,188.68,20170601,98765432109876543210,888,")

    assert payload is not None and (payload.crc, payload.crc_holds) == ("888", None)


def test_every_field_is_read() -> None:
    payload = parse_qr_payload(VARIANT_A[2])

    assert payload is not None
    assert (payload.kind, payload.invoice_code, payload.invoice_number) == (InvoiceKind.VAT_ELECTRONIC_GENERAL, "044001900111", "87654321")
    assert (payload.amount, payload.issue_date, payload.check_code) == (Decimal("188.68"), date(2019, 6, 1), "98765432109876543210")
    assert not payload.amount_is_total


def test_a_digital_invoice_carries_its_total_and_no_code() -> None:
    payload = parse_qr_payload(VARIANT_A[4])

    assert payload is not None
    assert (payload.kind, payload.invoice_code, payload.amount_is_total) == (InvoiceKind.DIGITAL_GENERAL, "", True)


def test_a_left_out_check_code_shifts_nothing() -> None:
    payload = parse_qr_payload("01,01,3100199130,12345678,1000.00,20190315,F74D,")

    assert payload is not None
    assert (payload.check_code, payload.crc) == ("", "F74D")


def test_a_short_checksum_is_not_padded_away() -> None:
    body = next(
        text for amount in range(1, 5000) if crc16((text := f"01,32,,24312000000012345679,{amount}.00,20240301,,").encode()) < 0x100
    )
    payload = parse_qr_payload(f"{body}{crc16(body.encode()):X}")

    assert payload is not None
    assert payload.crc_holds is True


def test_a_missing_checksum_proves_nothing() -> None:
    payload = parse_qr_payload("01,32,,24312000000012345679,88.00,2024-03-01,,")

    assert payload is not None
    assert payload.crc_holds is None
    assert payload.issue_date == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("01,51,044001900111,87654321,188.68,20170601,98765432109876543210,0000", InvoiceKind.VAT_ELECTRONIC_GENERAL),
        ("01,51,,24312000000012345679,88.00,20241201,,0000", InvoiceKind.DIGITAL_RAILWAY),
        ("01,99,,24312000000012345679,88.00,20241201,,0000", None),
    ],
)
def test_kind_51_is_told_apart_by_its_code(text: str, kind: InvoiceKind | None) -> None:
    payload = parse_qr_payload(text)

    assert payload is not None
    assert payload.kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.invalid/pay?a=1,2,3,4,5,6,7",
        "01,10,144031909110,01000000,91440399671649249F,5.45,20190320,abcdef",
        "$01" + "5Y+R56Wo" * 4 + "$",
        "02,10,044001900111,87654321,188.68,20190601,,EF06",
        "01,10,0440019001,8765432,188.68,20190601,,EF06",
    ],
)
def test_other_codes_on_the_page_are_not_taken_for_the_invoice(text: str) -> None:
    assert parse_qr_payload(text) is None


HASH = "0f" * 33


def test_the_address_of_a_blockchain_invoice_names_its_number_and_its_total_in_fen() -> None:
    payload = parse_qr_payload(
        f"https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash={HASH}&bill_num=01234567&total_amount=10250",
    )

    assert payload is not None
    assert (payload.kind, payload.invoice_code, payload.invoice_number) == (InvoiceKind.BLOCKCHAIN, "", "01234567")
    assert (payload.amount, payload.amount_is_total, payload.crc_holds) == (Decimal("102.5"), True, None)


def test_the_list_of_a_blockchain_invoice_has_a_taxpayer_id_before_its_amount() -> None:
    payload = parse_qr_payload(f"01,10,144031909110,01234567,91440399671649249F,102.50,20190320,{HASH}")

    assert payload is not None
    assert (payload.kind, payload.invoice_code, payload.invoice_number) == (InvoiceKind.BLOCKCHAIN, "144031909110", "01234567")
    assert (payload.amount, payload.issue_date) == (Decimal("102.50"), date(2019, 3, 20))


@pytest.mark.parametrize(
    "text",
    [
        f"https://bcfp.example.invalid/verify/scan?hash={HASH}&bill_num=01234567&total_amount=10250",
        f"https://bcfp.chinatax.gov.cn.example.invalid/scan?hash={HASH}&bill_num=01234567&total_amount=10250",
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?bill_num=0123456&total_amount=10250",
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan",
        "https://bcfp.[shenzhen/verify",
    ],
)
def test_other_addresses_are_no_blockchain_invoice(text: str) -> None:
    assert parse_qr_payload(text) is None


def test_an_amount_of_unverified_meaning_is_a_witness_only_where_the_face_prints_it() -> None:
    payload = parse_qr_payload(f"https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash={HASH}&bill_num=01234567&total_amount=10250")

    assert payload is not None
    assert payload.as_witness_to(None, Decimal("102.50")).amount == Decimal("102.5")
    assert payload.as_witness_to(Decimal("10250")).amount is None
    assert payload.as_witness_to(Decimal("10250")).invoice_number == "01234567"


def test_an_amount_of_a_known_kind_stays_a_witness_against_the_face() -> None:
    payload = parse_qr_payload(VARIANT_A[4])

    assert payload is not None
    assert payload.as_witness_to(Decimal("99.00")).amount == Decimal("88.00")
