"""The e-invoice of Shenzhen's chain of blocks: the electronic form without a cipher, its code an address with a hash."""

from dataclasses import replace

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.face import sheet_of_invoice
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.invoice import invent
from benchmarks.drawing.paper import Paper, finished

KIND = "blockchain"
_REGION = "4403"


def draw_blockchain(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one invoice: one line, several, or without tax."""
    name = ("one line", "several lines", "exempt")[layout % 3]
    lines = int(rng.integers(2, 6)) if name == "several lines" else 1
    base = invent("vat_electronic_general", int(rng.integers(0, 2**31)), lines=lines, taxation="exempt" if name == "exempt" else "ordinary")
    invoice = replace(
        base,
        kind=KIND,
        region=_REGION,
        code=f"1{_REGION}{base.issue_date.year % 100:02d}09{pick(rng, ('110', '111'))}",
        cipher=(),
        machine_number=None,
        check_code="".join(pick(rng, tuple("0123456789abcdef")) for _ in range(5)),
        buyer=replace(base.buyer, address_phone=None, bank_account=None),
        reviewer=None,
    )
    hashed = "".join(pick(rng, tuple("0123456789abcdef")) for _ in range(66))
    # the total is counted in fen
    payload = (
        f"https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash={hashed}&bill_num={invoice.number}&total_amount={int(invoice.total * 100)}"
    )
    invoice = replace(invoice, remarks=invoice.remarks or f"订单号：{digits(rng, 10)}", qr_text=payload)
    sheet = sheet_of_invoice(invoice, dpi, (float(rng.uniform(-8, 4)), 0.0), float(rng.uniform(0.5, 0.8)))
    paper = finished(sheet, KIND, name, dpi, qr=payload, items=True)
    return replace(paper, truth=invoice.truth)
