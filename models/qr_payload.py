"""The QR code of an invoice: its fields, its checksum, and telling it from other codes on the page.

Layout: `01,kind,code,number,amount,yyyymmdd,check code,CRC`, sometimes with a trailing comma or NUL, with an empty check
code left out, with an unpadded or lower-case CRC. It was worked out from public payloads; no notice publishes it. Nor does one
publish the checksum: four rules are known, and genuine codes exist that follow none of them.

Blockchain invoices have two other forms, without a CRC: the address of the tax bureau's page with the number and the total in
fen (分, unverified), and a list with the seller's taxpayer id before the amount and a hash at the end.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qs, urlsplit

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
    "61": InvoiceKind.DIGITAL_AIR,
}
"""Field 2 of the payload. 51 is missing on purpose: it is an old 电子普票 with a code and a railway e-ticket without one."""

_BLOCKCHAIN = "blockchain"
"""Stands for field 2 where the code is of a blockchain invoice's own form."""

_TOTAL_KINDS = {"31", "32", "51", _BLOCKCHAIN}
"""Kinds whose amount is the total with tax; the tax-control kinds carry the amount without tax."""

_KNOWN_AMOUNTS = {"01", "04", "10", "20", "31", "32", "51"}
"""Kinds of which public payloads show what their amount is; of the others (03, 11, 14, 15, 61, blockchain) it is unverified."""


_NO_CHECKSUM = frozenset({"888"})
"""Stands in the place of the checksum on e-invoices of 2017 that have none."""


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
        if self.kind_code == _BLOCKCHAIN:
            return InvoiceKind.BLOCKCHAIN
        if self.kind_code == "51":
            return InvoiceKind.VAT_ELECTRONIC_GENERAL if self.invoice_code else InvoiceKind.DIGITAL_RAILWAY
        return KIND_OF_QR.get(self.kind_code)

    @property
    def amount_is_total(self) -> bool:
        """Whether the amount includes tax."""
        return self.kind_code in _TOTAL_KINDS and not self.invoice_code

    def as_witness_to(self, *printed: Decimal | None) -> "QrPayload":
        """The payload, without its amount when that is of an unverified kind and none of the face's amounts: then it says nothing."""
        if self.kind_code in _KNOWN_AMOUNTS or self.amount in printed:
            return self
        return replace(self, amount=None)

    @property
    def crc_holds(self) -> bool | None:
        """Whether the checksum fits under any known rule; None when the payload carries none."""
        if not self.crc:
            return None
        body = self.text[: _crc_start(self.text)].encode()
        known = {crc16(body), crc16(body.removesuffix(b",")), crc16_modbus(body)}
        if self.crc == self.crc.lower():
            known.add(crc16_x25(body))
        if int(self.crc, 16) in known:
            return True
        return None if self.crc in _NO_CHECKSUM else False


def parse_qr_payload(text: str) -> QrPayload | None:
    """Read an invoice's QR text; None for any other code on the page (payment, company, buyer's header …)."""
    cleaned = text.strip().strip("\0").strip()
    blockchain = _blockchain_address(cleaned) or _blockchain_list(cleaned)
    if blockchain is not None:
        return blockchain
    parts = cleaned.removesuffix(",").split(",") if cleaned.count(",") > 7 else cleaned.split(",")
    if not 6 <= len(parts) <= 9 or parts[0] != "01" or not re.fullmatch(r"\d{2}", parts[1]):
        return None
    _, kind_code, code, number, amount, issued, *rest = parts
    if not re.fullmatch(r"\d{10}|\d{12}|", code) or not re.fullmatch(r"\d{8}|\d{20}", number):
        return None
    if len(code) == 12 and code[8] == "9" and not code.startswith("0"):
        return None  # a blockchain invoice's code without the hash that its form has
    check_code = next((part for part in rest if re.fullmatch(r"\d{20}", part)), "")
    crc = next((part for part in rest if re.fullmatch(r"[0-9A-Fa-f]{1,4}", part)), "")
    return QrPayload(cleaned, kind_code, code, number, _amount(amount), _date(issued), check_code, crc)


def _blockchain_address(text: str) -> QrPayload | None:
    """`https://bcfp.…chinatax.gov.cn/…?hash=…&bill_num=…&total_amount=…`, the total in fen."""
    if not text.lower().startswith(("http://bcfp.", "https://bcfp.")):
        return None
    try:
        address = urlsplit(text)
        said = {key: values[0] for key, values in parse_qs(address.query).items()}
    except ValueError:
        return None
    number, fen = said.get("bill_num", ""), said.get("total_amount", "")
    if not (address.hostname or "").endswith(".chinatax.gov.cn") or not re.fullmatch(r"[0-9]{8}", number):
        return None
    amount = Decimal(fen) / 100 if re.fullmatch(r"[0-9]{1,12}", fen) else None
    return QrPayload(text, _BLOCKCHAIN, "", number, amount, None, "", "")


def _blockchain_list(text: str) -> QrPayload | None:
    """`01,10,code,number,seller's taxpayer id,amount,yyyymmdd,hash` with a hash of 64 or 66 hexadecimal digits."""
    match = re.fullmatch(r"01,\d{2},([0-9]{12}),([0-9]{8}),[0-9A-Z]{15,20},([0-9.\-]+),([0-9\-]+),(?:0[xX])?[0-9A-Fa-f]{64,66},?", text)
    if match is None:
        return None
    code, number, amount, issued = match.groups()
    return QrPayload(text, _BLOCKCHAIN, code, number, _amount(amount), _date(issued), "", "")


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


def crc16_x25(data: bytes) -> int:
    """CRC-16 with polynomial 0x1021 reflected, all ones at the start and at the end (X-25): 0x906E for `123456789`.

    Some issuers' tax-control e-invoices have it, in lower-case digits.
    """
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ 0x8408 if register & 1 else register >> 1
    return register ^ 0xFFFF


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
