"""Kinds by what data calls them."""

import re
import unicodedata

from models.invoice import InvoiceKind

_NAMES: tuple[tuple[str, InvoiceKind], ...] = (
    ("铁路电子客票", InvoiceKind.DIGITAL_RAILWAY),
    ("航空运输电子客票|电子客票行程单", InvoiceKind.DIGITAL_AIR),
    ("二手车", InvoiceKind.USED_VEHICLE),
    ("机动车", InvoiceKind.MOTOR_VEHICLE),
    ("通行费", InvoiceKind.TOLL_ELECTRONIC),
    (r"电子发票\(?增值税专用|数电.*专用|全面数字化.*专用", InvoiceKind.DIGITAL_SPECIAL),
    (r"电子发票\(?普通|数电.*普通|全面数字化.*普通", InvoiceKind.DIGITAL_GENERAL),
    ("电子专用发票", InvoiceKind.VAT_ELECTRONIC_SPECIAL),
    ("电子普通发票", InvoiceKind.VAT_ELECTRONIC_GENERAL),
    ("卷票|卷式", InvoiceKind.VAT_ROLL),
    ("增值税专用发票", InvoiceKind.VAT_SPECIAL),
    ("增值税普通发票", InvoiceKind.VAT_GENERAL),
    ("医疗.*票据|财政.*票据|非税", InvoiceKind.MEDICAL),
)
_LONGEST_NAME = 200
"""Characters of a name that are looked at; forms have titles of up to thirty."""


def kind_named(name: str) -> InvoiceKind | None:
    """The kind of a name such as 电子发票（普通发票）; None for one that is not known."""
    folded = "".join(unicodedata.normalize("NFKC", name[:_LONGEST_NAME]).split())
    return next((kind for pattern, kind in _NAMES if re.search(pattern, folded)), None)
