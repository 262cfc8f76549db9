"""An invoice: its kind, its fields with their witnesses, its line items."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.document import CharacterChoices, TextLine
from models.geometry import Polygon
from models.verification import Check, Verdict


class InvoiceKind(StrEnum):
    """The kinds in circulation."""

    VAT_SPECIAL = "vat_special"
    VAT_GENERAL = "vat_general"
    VAT_ROLL = "vat_roll"
    VAT_ELECTRONIC_SPECIAL = "vat_electronic_special"
    VAT_ELECTRONIC_GENERAL = "vat_electronic_general"
    TOLL_ELECTRONIC = "toll_electronic"
    DIGITAL_SPECIAL = "digital_special"
    DIGITAL_GENERAL = "digital_general"
    DIGITAL_RAILWAY = "digital_railway"
    DIGITAL_AIR = "digital_air"
    BLOCKCHAIN = "blockchain"
    MOTOR_VEHICLE = "motor_vehicle"
    USED_VEHICLE = "used_vehicle"
    MACHINE_PRINTED = "machine_printed"
    FIXED_AMOUNT = "fixed_amount"
    TAXI = "taxi"
    TRAIN = "train"
    AIR_ITINERARY = "air_itinerary"
    COACH = "coach"
    TOLL = "toll"
    MEDICAL = "medical"
    OTHER = "other"

    @property
    def chinese(self) -> str:
        """The name a clerk uses."""
        return _CHINESE[self]

    @property
    def is_digital(self) -> bool:
        """Whether it is identified by a 20-digit number alone (数电票)."""
        return self.value.startswith("digital_")


_CHINESE = {
    InvoiceKind.VAT_SPECIAL: "增值税专用发票",
    InvoiceKind.VAT_GENERAL: "增值税普通发票",
    InvoiceKind.VAT_ROLL: "增值税普通发票（卷票）",
    InvoiceKind.VAT_ELECTRONIC_SPECIAL: "增值税电子专用发票",
    InvoiceKind.VAT_ELECTRONIC_GENERAL: "增值税电子普通发票",
    InvoiceKind.TOLL_ELECTRONIC: "通行费电子发票",
    InvoiceKind.DIGITAL_SPECIAL: "电子发票（增值税专用发票）",
    InvoiceKind.DIGITAL_GENERAL: "电子发票（普通发票）",
    InvoiceKind.DIGITAL_RAILWAY: "电子发票（铁路电子客票）",
    InvoiceKind.DIGITAL_AIR: "电子发票（航空运输电子客票行程单）",
    InvoiceKind.BLOCKCHAIN: "区块链电子普通发票",
    InvoiceKind.MOTOR_VEHICLE: "机动车销售统一发票",
    InvoiceKind.USED_VEHICLE: "二手车销售统一发票",
    InvoiceKind.MACHINE_PRINTED: "通用机打发票",
    InvoiceKind.FIXED_AMOUNT: "通用定额发票",
    InvoiceKind.TAXI: "出租车票",
    InvoiceKind.TRAIN: "火车票",
    InvoiceKind.AIR_ITINERARY: "航空运输电子客票行程单",
    InvoiceKind.COACH: "客运车票",
    InvoiceKind.TOLL: "过路过桥费票",
    InvoiceKind.MEDICAL: "医疗/财政票据",
    InvoiceKind.OTHER: "其他",
}


class FieldStatus(StrEnum):
    """How far a value may be trusted; `corrected` and `confirmed` are a person's word: changed, or seen and agreed to."""

    PROVED = "proved"
    READ = "read"
    REPAIRED = "repaired"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


class Witness(StrEnum):
    """Who says so. Two that can err independently prove a value together; a person is heard, and proves nothing."""

    PRINTED = "printed"
    SECOND_PRINT = "second_print"
    QR = "qr"
    QR_CRC = "qr_crc"
    CHECK_DIGIT = "check_digit"
    ARITHMETIC = "arithmetic"
    WORDS = "words"
    EMBEDDED = "embedded"
    SECOND_READING = "second_reading"
    PERSON = "person"


FIELD_NAMES: Mapping[str, str] = {
    "invoice_code": "发票代码",
    "invoice_number": "发票号码",
    "issue_date": "开票日期",
    "check_code": "校验码",
    "machine_number": "机器编号",
    "buyer_name": "购买方名称",
    "buyer_tax_id": "购买方税号",
    "buyer_address_phone": "购买方地址、电话",
    "buyer_bank_account": "购买方开户行及账号",
    "seller_name": "销售方名称",
    "seller_tax_id": "销售方税号",
    "seller_address_phone": "销售方地址、电话",
    "seller_bank_account": "销售方开户行及账号",
    "tax_exclusive_amount": "金额（不含税）",
    "tax_amount": "税额",
    "tax_inclusive_amount": "价税合计",
    "tax_inclusive_amount_in_words": "价税合计（大写）",
    "payee": "收款人",
    "reviewer": "复核",
    "drawer": "开票人",
    "remarks": "备注",
    "copy_name": "联次",
    "passenger_name": "旅客姓名",
    "ticket_number": "票号",
    "train_number": "车次",
    "from_station": "出发站",
    "to_station": "到达站",
    "departure_time": "出发时间",
    "seat": "座位",
    "seat_class": "席别",
    "check_gate": "检票口",
    "serial": "票底序列号",
    "sold_at": "售票处",
    "mileage": "里程",
    "unit_price": "单价",
    "boarding_time": "上车时间",
    "alighting_time": "下车时间",
    "waiting_time": "等候时间",
    "fuel_surcharge": "燃油附加费",
    "entry_station": "入口",
    "exit_station": "出口",
    "passage_from": "通行日期起",
    "passage_to": "通行日期止",
    "plate_number": "车牌号",
    "vehicle_type": "车辆类型",
    "vin": "车辆识别代号",
    "engine_number": "发动机号码",
    "vehicle_model": "厂牌型号",
    "certificate_number": "合格证号",
}
"""What a clerk calls each field."""

_REFERENCE = re.compile(r"详见.{0,8}清单|^.?见.{0,4}清单")

FIELD_KEYS: tuple[str, ...] = tuple(FIELD_NAMES)
"""Every key that a field can have, in the order in which people expect to read them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One witness's word for one field.

    `value` is normalised for the wire (None when something is printed that could not be understood), `raw` is the text as the
    engine gave it, `polygon` is in pixels of the original page image. `choices` has what each character of `raw` may be, or is
    empty where the engine gives no alternatives. `page` is where it stands when that is not the invoice's first page.
    """

    value: str | None
    raw: str
    confidence: float
    polygon: Polygon | None
    witness: Witness
    choices: tuple[CharacterChoices, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the witnesses of one invoice said before anything was proved, so that it can be proved anew; the QR code stands beside it.

    `kind` is the one that was believed, `kind_votes` has who named which. `candidates` are in the order of trust. `embedded` has the values
    of the file's own data by field key, None where the face was held against none. `missing` is what the file lists and does not hold, None
    for a file without lists; `cut_at` names the sides (`left`, `top` …) at which the face goes on beyond its picture.
    """

    kind: InvoiceKind
    kind_votes: Mapping[str, InvoiceKind]
    candidates: Mapping[str, tuple[Candidate, ...]]
    embedded: Mapping[str, str] | None = None
    missing: tuple[str, ...] | None = None
    cut_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceField:
    """One value with its evidence.

    `value` is None when something is printed that nobody could read (`unreadable`). `raw` is the text as the engine gave it,
    empty when the value was never printed but known from a QR code. `polygon` is in pixels of the original page image and None
    when the value has no place of its own. Amounts and quantities are decimal strings in yuan, dates YYYY-MM-DD.
    """

    value: str | None
    raw: str
    confidence: float
    page: int
    polygon: Polygon | None
    status: FieldStatus
    witnesses: tuple[Witness, ...]
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineItem:
    """One row of the table, every cell as a string or None when blank; amounts in yuan as decimal strings."""

    name: str | None = None
    specification: str | None = None
    unit: str | None = None
    quantity: str | None = None
    unit_price: str | None = None
    amount: str | None = None
    tax_rate: str | None = None
    tax_amount: str | None = None

    @property
    def refers_to_list(self) -> bool:
        """Whether it only says that the lines stand on a list: `（详见销货清单）`."""
        return self.name is not None and _REFERENCE.search("".join(self.name.split())) is not None


def counted_lines(items: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """The rows that make up the sums: where a list follows, the row that refers to it says once more what the list says."""
    return tuple(item for item in items if not item.refers_to_list) or tuple(items)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice as read and proved; `polygon` is its outline in pixels of the original image of `page` (from 1)."""

    kind: InvoiceKind
    title: str
    page: int
    polygon: Polygon
    fields: Mapping[str, InvoiceField]
    items: tuple[LineItem, ...]
    checks: tuple[Check, ...]
    verdict: Verdict
    lines: tuple[TextLine, ...] = field(default=())
    qr_payload: str = ""
    """The text of its own QR code, empty where none was read."""
    evidence: Evidence | None = None
    """None in a record from before it was kept."""

    def value(self, key: str) -> str | None:
        """The value of a field, or None when it is absent or unreadable."""
        found = self.fields.get(key)
        return None if found is None else found.value

    @property
    def identity(self) -> tuple[str, str] | None:
        """Code and number (code empty for 数电票); None when the number is not known. Two scans that share it are copies."""
        number = self.value("invoice_number")
        return None if number is None else (self.value("invoice_code") or "", number)
