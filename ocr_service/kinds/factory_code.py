"""The code that a printing works puts on the tickets that it prints: code and number in words, not the layout of the tax system."""

import re
from collections.abc import Iterable

from models.document import QrCode
from models.invoice import Witness
from ocr_service.evidence import Candidate

_CODE = re.compile(r"发票代码\W{0,3}(\d{12}|\d{10})(?!\d)")
_NUMBER = re.compile(r"发票号码\W{0,3}(\d{8})(?!\d)")


def factory_candidates(codes: Iterable[QrCode]) -> dict[str, Candidate]:
    """Code and number that such a QR code names; nothing when none does, or when two name different ones."""
    found: dict[str, set[str]] = {"invoice_code": set(), "invoice_number": set()}
    for code in codes:
        for key, pattern in (("invoice_code", _CODE), ("invoice_number", _NUMBER)):
            found[key].update(pattern.findall(code.payload))
    return {key: Candidate(values.pop(), "", 1.0, None, Witness.QR) for key, values in found.items() if len(values) == 1}
