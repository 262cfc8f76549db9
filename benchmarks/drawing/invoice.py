"""One invented invoice: every number on it agrees with every other, and `truth` says what a perfect reader returns."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.drawing import inventory
from benchmarks.drawing.digits import QR_KIND, amount_in_words, digits, invoice_code, sealed_payload
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.table import DrawnItem, goods_line, red_line, roll_line, tax_text, toll_line, with_discount, with_margin_taxed

__all__ = ["KINDS", "PAPER", "TAXATIONS", "DrawnInvoice", "DrawnItem", "Party", "invent"]

KINDS = (
    "vat_special",
    "vat_general",
    "vat_electronic_general",
    "vat_electronic_special",
    "digital_general",
    "digital_special",
    "toll_electronic",
    "vat_roll",
)
PAPER = ("vat_special", "vat_general", "vat_roll")
TAXATIONS = ("ordinary", "exempt", "margin")
_ZERO = Decimal(0)
_TITLES = {
    "vat_special": "增值税专用发票",
    "vat_general": "增值税普通发票",
    "vat_electronic_general": "增值税电子普通发票",
    "toll_electronic": "增值税电子普通发票",
    "vat_electronic_special": "增值税电子专用发票",
    "vat_roll": "增值税普通发票",
    "blockchain": "电子普通发票",
    "digital_general": "电子发票（普通发票）",
    "digital_special": "电子发票（增值税专用发票）",
}


@dataclass(frozen=True)
class Party:
    """A buyer or a seller; a line the issuer left blank is None."""

    name: str
    tax_id: str | None = None
    address_phone: str | None = None
    bank_account: str | None = None


@dataclass(frozen=True)
class DrawnInvoice:
    """An invented invoice. Empty parts of the form are None; `crc_variant` is A or B, the two checksums real issuers use.

    `qr_text` is the text of a code that is no list of fields.
    """

    kind: str
    region: str
    code: str | None
    number: str
    issue_date: date
    buyer: Party
    seller: Party
    items: tuple[DrawnItem, ...]
    drawer: str
    payee: str | None = None
    reviewer: str | None = None
    remarks: str | None = None
    check_code: str | None = None
    machine_number: str | None = None
    cipher: tuple[str, ...] = ()
    copy_name: str | None = None
    with_qr: bool = True
    crc_variant: str = "A"
    whole_after_jiao: bool = False
    qr_text: str | None = None

    @property
    def title(self) -> str:
        """The printed title, with the region where the kind prints one."""
        return ("" if self.kind.startswith("digital") else inventory.REGIONS[self.region]) + _TITLES[self.kind]

    @property
    def amount(self) -> Decimal:
        """Yuan without tax (with tax on a roll, which does not part them)."""
        return sum((item.amount for item in self.items), _ZERO)

    @property
    def tax(self) -> Decimal | None:
        """Yuan of tax, None where the form prints ***."""
        known = [item.tax for item in self.items if item.tax is not None]
        return sum(known, _ZERO) if known else None

    @property
    def total(self) -> Decimal:
        """Yuan with tax."""
        return self.amount + (self.tax or _ZERO)

    @property
    def total_in_words(self) -> str:
        """The total as the form writes it out."""
        return amount_in_words(self.total, whole_after_jiao=self.whole_after_jiao)

    @property
    def qr_payload(self) -> str | None:
        """The text of the QR code, None when none is printed; digital invoices carry the total with tax, all others without."""
        if not self.with_qr or self.qr_text is not None:
            return self.qr_text
        amount = self.total if self.kind.startswith("digital") else self.amount
        fields = (
            "01",
            QR_KIND[self.kind],
            self.code or "",
            self.number,
            f"{amount:.2f}",
            f"{self.issue_date:%Y%m%d}",
            self.check_code or "",
        )
        return sealed_payload(",".join(fields) + ",", self.crc_variant)

    @property
    def truth(self) -> dict[str, object]:
        """The fields a perfect reader returns, in the keys of the JSON contract; None for what is not printed."""
        roll = self.kind == "vat_roll"
        truth: dict[str, object] = {
            "kind": self.kind,
            "invoice_code": self.code,
            "invoice_number": self.number,
            "issue_date": self.issue_date.isoformat(),
            "check_code": self.check_code,
            "machine_number": self.machine_number,
        }
        for role, party in (("buyer", self.buyer), ("seller", self.seller)):
            truth[f"{role}_name"] = party.name
            truth[f"{role}_tax_id"] = party.tax_id
            truth[f"{role}_address_phone"] = party.address_phone
            truth[f"{role}_bank_account"] = party.bank_account
        truth |= {
            "tax_exclusive_amount": None if roll else f"{self.amount:.2f}",
            "tax_amount": None if roll else tax_text(self.tax),
            "tax_inclusive_amount": f"{self.total:.2f}",
            "tax_inclusive_amount_in_words": self.total_in_words,
            "items": [item.truth for item in self.items],
            "payee": self.payee,
            "reviewer": self.reviewer,
            "drawer": None if roll else self.drawer,
            "remarks": self.remarks,
            "copy_name": self.copy_name,
        }
        for key in ("plate_number", "vehicle_type", "passage_from", "passage_to"):
            told = {value for item in self.items if (value := item.passage[key])}
            if len(told) == 1:
                truth[key] = told.pop()
        return truth


def _party(rng: np.random.Generator, region: str, *, contacts: bool) -> Party:
    name = inventory.company(rng)
    return Party(
        name=name,
        tax_id=inventory.tax_id(rng, region),
        address_phone=inventory.address_phone(rng, name[:3]) if contacts else None,
        bank_account=inventory.bank_account(rng, name[:3]) if contacts else None,
    )


def _issue_date(rng: np.random.Generator, kind: str) -> date:
    first, last = (date(2017, 9, 1), date(2021, 12, 28))
    if kind.startswith("digital"):
        first, last = (date(2023, 1, 4), date(2025, 12, 28))
    elif kind == "vat_electronic_special":
        first, last = (date(2021, 1, 21), date(2023, 12, 28))
    elif kind == "toll_electronic":
        first, last = (date(2018, 6, 1), date(2025, 6, 28))
    return first + timedelta(days=int(rng.integers(0, (last - first).days)))


def _remarks(rng: np.random.Generator, kind: str, buyer: Party, seller: Party) -> str | None:
    if rng.random() < 0.4:
        return None
    if kind.startswith("digital") and rng.random() < 0.5:
        address, _, phone = inventory.address_phone(rng, seller.name[:3]).partition(" ")
        bank, _, account = inventory.bank_account(rng, buyer.name[:3]).partition(" ")
        return f"购方开户银行:{bank}; 银行账号:{account}; 销售方地址:{address}; 电话:{phone};"
    return f"{pick(rng, inventory.TESTERS)}：{digits(rng, 11)}"


def invent(
    kind: str,
    seed: int,
    *,
    lines: int = 2,
    with_qr: bool | None = None,
    discount: bool = False,
    taxation: str = "ordinary",
    red: bool = False,
    copy_name: str | None = None,
) -> DrawnInvoice:
    """Invent a consistent invoice of a kind.

    The same arguments give the same invoice. `lines` counts table lines before a discount line is added (1 to 8 fit the form).
    `with_qr` None means what is usual for the kind. `taxation` is ordinary, exempt (免税, tax ***) or margin (差额, rate ***, one line).
    `red` reverses every amount. `copy_name` is 发票联 or 抵扣联 on paper.
    """
    if kind not in KINDS or taxation not in TAXATIONS or not 1 <= lines <= 8:
        msg = f"cannot invent {kind!r} with {lines} lines, taxation {taxation!r}"
        raise ValueError(msg)
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    digital, special = kind.startswith("digital"), kind.endswith("special")
    region = pick(rng, tuple(inventory.REGIONS))
    day = _issue_date(rng, kind)
    contacts = not digital and kind != "vat_roll"
    seller = _party(rng, region, contacts=contacts)
    buyer = _party(rng, pick(rng, tuple(inventory.REGIONS)), contacts=contacts and (special or rng.random() < 0.5))
    if kind in ("vat_electronic_general", "vat_roll") and rng.random() < 0.3:
        buyer = Party(name="个人")
    small = not special and rng.random() < 0.2
    plate = f"{pick(rng, tuple(inventory.PLATES))}X{digits(rng, 5)}"
    if kind == "toll_electronic":
        items = tuple(toll_line(rng, day, plate) for _ in range(lines))
    elif kind == "vat_roll":
        items = tuple(roll_line(rng) for _ in range(lines))
    else:
        items = tuple(goods_line(rng, kind, day, small=small, taxation=taxation) for _ in range(lines))
    remarks = _remarks(rng, kind, buyer, seller) if kind != "vat_roll" else None
    if taxation == "margin":
        only, remarks = with_margin_taxed(items[0])
        items = (only,)
    if discount:
        items = with_discount(items)
    number = digits(rng, 8)
    if digital:
        # digits 6 to 8 of a real number count up from zero; nines keep an invented one apart
        number = f"{day.year % 100:02d}{region[:2]}2999{digits(rng, 12)}"
    if red:
        items = tuple(red_line(item) for item in items)
        blue = f"{day.year % 100:02d}{region[:2]}2999{digits(rng, 12)}"
        remarks = f"被红冲蓝字数电发票号码：{blue}" if digital else f"对应正数发票号码：{digits(rng, 8)}"
    code = invoice_code(rng, kind, region, day.year - int(rng.random() < 0.3))
    checked = not digital and kind != "vat_special"
    machine = not digital and kind != "vat_special" and (kind != "vat_general" or rng.random() < 0.5)
    cipher = tuple("".join(pick(rng, tuple("0123456789+-*/<>")) for _ in range(28)) for _ in range(4))
    paper = kind in PAPER
    return DrawnInvoice(
        kind=kind,
        region=region,
        code=code,
        number=number,
        issue_date=day,
        buyer=buyer,
        seller=seller,
        items=items,
        drawer=inventory.person(rng),
        payee=None if digital else inventory.person(rng),
        reviewer=None if digital or kind == "vat_roll" else inventory.person(rng),
        remarks=remarks,
        check_code=digits(rng, 20) if checked else None,
        machine_number=digits(rng, 12) if machine else None,
        cipher=() if digital or kind == "vat_roll" else cipher,
        copy_name=(copy_name or "发票联") if paper else None,
        with_qr=kind not in ("vat_special", "vat_roll") if with_qr is None else with_qr,
        crc_variant="B" if rng.random() < 0.15 and not digital else "A",
        whole_after_jiao=paper or bool(rng.random() < 0.3),
    )
