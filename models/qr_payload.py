"""The QR code of an invoice: its fields, its checksum, and telling it from other codes on the page.

Layout: `01,kind,code,number,amount,yyyymmdd,check code,CRC`, sometimes with a trailing comma or NUL, with an empty check
code left out, with an unpadded or lower-case CRC. It was worked out from public payloads; no notice publishes it.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from models.invoice import InvoiceKind

KIND_OF_QR = {
    "01": InvoiceKind.VAT_SPECIAL,
    "04": InvoiceKind.VAT_GENERAL,
    "10": InvoiceKind.VAT_ELECTRONIC_GENERAL,
    "11": InvoiceKind.VAT_ROLL,
    "14": InvoiceKind.TOLL_ELECTRONIC,
    "20": InvoiceKind.VAT_ELECTRONIC_SPECIAL,
    "31": InvoiceKind.DIGITAL_SPECIAL,
    "32": InvoiceKind.DIGITAL_GENERAL,
    "03": InvoiceKind.MOTOR_VEHICLE,
    "15": InvoiceKind.USED_VEHICLE,
}
"""Field 2 of the payload. 51 is missing on purpose: it is an old 电子普票 with a code and a railway e-ticket without one."""

_TOTAL_KINDS = {"31", "32", "51"}
"""Kinds whose amount is the total with tax; the tax-control kinds carry the amount without tax."""


@dataclass(frozen=True, slots=True)
class QrPayload:
    """One decoded invoice code; `amount` in yuan is with tax when `amount_is_total`, else without (domain rule, not certain for 04)."""

    text: str
    kind_code: str
    invoice_code: str
    invoice_number: str
    amount: Decimal | None
    issue_date: date | None
    check_code: str
    crc: str

    @property
    def kind(self) -> InvoiceKind | None:
        """The kind that field 2 names, None when it is unknown."""
        if self.kind_code == "51":
            return InvoiceKind.VAT_ELECTRONIC_GENERAL if self.invoice_code else InvoiceKind.DIGITAL_RAILWAY
        return KIND_OF_QR.get(self.kind_code)

    @property
    def amount_is_total(self) -> bool:
        """Whether the amount includes tax."""
        return self.kind_code in _TOTAL_KINDS and not self.invoice_code

    @property
    def crc_holds(self) -> bool | None:
        """Whether the checksum fits under any known variant; None when the payload carries none."""
        if not self.crc:
            return None
        body = self.text[: _crc_start(self.text)].encode()
        return int(self.crc, 16) in {crc16(body), crc16(body.removesuffix(b",")), crc16_modbus(body)}


def parse_qr_payload(text: str) -> QrPayload | None:
    """Read an invoice's QR text; None for any other code on the page (payment, company, buyer's header …)."""
    cleaned = text.strip().strip("\0").strip()
    parts = cleaned.removesuffix(",").split(",") if cleaned.count(",") > 7 else cleaned.split(",")
    if not 6 <= len(parts) <= 9 or parts[0] != "01" or not re.fullmatch(r"\d{2}", parts[1]):
        return None
    _, kind_code, code, number, amount, issued, *rest = parts
    if not re.fullmatch(r"\d{10}|\d{12}|", code) or not re.fullmatch(r"\d{8}|\d{20}", number):
        return None
    if len(code) == 12 and code[8] == "9" and not code.startswith("0"):
        return None  # the blockchain form puts a taxpayer id where the others have the amount
    check_code = next((part for part in rest if re.fullmatch(r"\d{20}", part)), "")
    crc = next((part for part in rest if re.fullmatch(r"[0-9A-Fa-f]{1,4}", part)), "")
    return QrPayload(cleaned, kind_code, code, number, _amount(amount), _date(issued), check_code, crc)


def crc16(data: bytes) -> int:
    """CRC-16 with polynomial 0x8005, zero start, unreflected (catalogue name UMTS): 0xFEE8 for `123456789`."""
    register = 0
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = ((register << 1) ^ 0x8005) & 0xFFFF if register & 0x8000 else (register << 1) & 0xFFFF
    return register


def crc16_modbus(data: bytes) -> int:
    """CRC-16 with the same polynomial reflected, all ones at the start (MODBUS), as railway e-tickets use it: 0x4B37 for `123456789`."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return register


def _crc_start(text: str) -> int:
    """Where the checksum begins: behind the last comma that is not a trailing one."""
    return text.removesuffix(",").rfind(",") + 1


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _date(text: str) -> date | None:
    match = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})", text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
