"""Readings of invoices that nobody drew, as many as wanted: what a catalogue of that size would hold.

Some 60,000 companies of towns that no map shows; few of them make out most invoices (the r-th about 1/r as many as the first). A
page holds 350 to 400 characters without spaces, and amounts spread over four powers of ten as on real invoices.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from models.archive import Received
from models.digest import Digest
from models.document import DocumentRef, MediaType, TextLine
from models.geometry import Polygon
from models.invoice import FIELD_NAMES, FieldStatus, Invoice, InvoiceField, InvoiceKind, LineItem, Witness
from models.reading import Engine, Reading
from models.verification import Verdict

COMPANIES = 60_000
_START = datetime(2026, 1, 1, tzinfo=UTC)
_FIRST_DAY, _DAYS = date(2016, 1, 1), 3_650
_ENGINE = Engine("synthetic", "1", {})
_PAGE = Polygon.of([[0, 0], [1240, 0], [1240, 800], [0, 800]])
_SHARE_OF_COPIES = 0.05

_TOWNS = (
    "云岭",
    "青禾",
    "松川",
    "海棠",
    "白鹭",
    "临溪",
    "星湖",
    "望江岭",
    "石桥铺",
    "梅坞",
    "枫渡",
    "柳泉",
    "鹤洲",
    "砚台",
    "银杏",
    "长汀岸",
)
_SYLLABLES = (
    "安邦宝博昌成诚创达德鼎东丰福富高广国海涵汉航昊浩和恒宏华汇惠吉佳建健江杰金锦京晶景君凯康科兰蓝乐力利联良林凌龙隆茂美民明铭"
    "宁鹏平普启千强庆泉仁荣融瑞润森山尚升盛世顺思松太泰腾天同万旺威维文翔祥新鑫信星兴雄秀旭雅阳洋耀业依亿益银盈永优友宇裕元源远悦"
)
_TRADES = (
    *("科技", "贸易", "商贸", "实业", "餐饮管理", "酒店", "建筑工程", "装饰工程", "物流", "运输", "电子", "信息技术", "文化传媒", "广告"),
    *("五金机电", "机械设备", "医疗器械", "医药", "化工", "塑料制品", "纺织", "服饰", "食品", "农业发展", "能源", "环保", "物业服务"),
    *("印务", "办公用品", "汽车销售", "汽车服务", "教育咨询", "人力资源", "会计师事务所", "律师事务所", "检测技术", "通信", "电力", "燃气"),
)
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "有限公司分公司", "（特殊普通合伙）")
_GOODS = (
    *(
        "*餐饮服务*餐费",
        "*住宿服务*住宿费",
        "*运输服务*客运服务费",
        "*办公用品*复印纸",
        "*供电*电费",
        "*信息技术服务*软件服务费",
        "*汽油*92号汽油",
    ),
    *("*金属制品*不锈钢螺栓", "*物流辅助服务*快递费", "*会展服务*会议费", "*印刷品*图书", "*医疗器械*一次性手套", "*经纪代理服务*代订票费"),
    *("*塑料制品*密封件", "*电子元件*继电器", "*纸制品*瓦楞纸箱", "*建筑服务*工程款", "*劳务*加工费", "*通信服务*宽带费", "*水冰雪*水费"),
)
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "示例样本试印演小青川鹤梅枫柳泉"
_KINDS = (InvoiceKind.DIGITAL_GENERAL, InvoiceKind.VAT_SPECIAL, InvoiceKind.VAT_GENERAL, InvoiceKind.DIGITAL_SPECIAL)
_RATES = (Decimal("0.13"), Decimal("0.06"), Decimal("0.03"), Decimal("0.09"))
_COUNTIES = ("1101", "3101", "4403", "3301", "3205", "5101", "4201", "3702", "6101", "3501")
_CHECKED = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Archived(NamedTuple):
    """One document with its reading."""

    received: Received
    reading: Reading

    @property
    def invoice(self) -> Invoice:
        """The one invoice on it."""
        return self.reading.invoices[0]


def archived(place: int, seed: int, content: bytes = b"") -> Archived:
    """The document at a place of a set; one in twenty is another scan of the one before it. `content` is padding for its bytes."""
    rng = random.Random(seed * 1_000_003 + place)
    of = place - 1 if place and rng.random() < _SHARE_OF_COPIES else place
    invoice = _invoice(of, seed)
    digest = Digest.of(content or f"{seed}/{place}".encode())
    document = DocumentRef(digest, f"scan-{place:06d}.jpg", MediaType.JPEG, len(content) or 300_000, 1)
    received = Received(document, _START + timedelta(seconds=20 * place), "cli")
    return Archived(received, Reading(document, (invoice,), _ENGINE, {"reading": 0.0}))


def archive_of(count: int, seed: int) -> Iterator[Archived]:
    """All documents of a set."""
    return (archived(place, seed) for place in range(count))


@cache
def _company(rank: int) -> tuple[str, str]:
    """Name and tax id of a company. County 99 is nobody's."""
    rng = random.Random(rank)
    own = "".join(rng.choices(_SYLLABLES, k=rng.choice((2, 2, 2, 3))))
    name = f"{rng.choice(_TOWNS)}{rng.choice(('市', '', ''))}{own}{rng.choice(_TRADES)}{rng.choice(_FORMS)}"
    return name, f"91{rng.choice(_COUNTIES)[:4]}99{''.join(rng.choices('0123456789', k=8))}{''.join(rng.choices(_CHECKED, k=2))}"


def _someone(rng: random.Random) -> tuple[str, str]:
    """A company, the r-th with a chance of about 1/r."""
    return _company(int(COMPANIES ** rng.random()) if rng.random() < 0.8 else rng.randrange(COMPANIES))


def _person(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2))))


def _digits(rng: random.Random, count: int) -> str:
    return str(rng.randrange(10**count)).rjust(count, "0")


def _invoice(place: int, seed: int) -> Invoice:
    rng = random.Random((seed * 1_000_003 + place) * 2 + 1)
    kind = rng.choice(_KINDS)
    issued = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    seller, buyer = _someone(rng), _someone(rng)
    items = [_item(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    net = sum((Decimal(item.amount or 0) for item in items), Decimal(0))
    tax = sum((Decimal(item.tax_amount or 0) for item in items), Decimal(0))
    digital = kind in (InvoiceKind.DIGITAL_GENERAL, InvoiceKind.DIGITAL_SPECIAL)
    values = {
        "invoice_code": None if digital else f"{rng.choice(_COUNTIES)}{issued.year % 100:02d}{_digits(rng, 4)}",
        "invoice_number": f"{issued.year % 100:02d}{rng.choice(_COUNTIES)[:2]}2000000{_digits(rng, 9)}" if digital else _digits(rng, 8),
        "issue_date": issued.isoformat(),
        "check_code": None if digital else _digits(rng, 20),
        "buyer_name": buyer[0],
        "buyer_tax_id": buyer[1],
        "seller_name": seller[0],
        "seller_tax_id": seller[1],
        "tax_exclusive_amount": str(net),
        "tax_amount": str(tax),
        "tax_inclusive_amount": str(net + tax),
        "drawer": _person(rng),
        "payee": None if digital else _person(rng),
        "remarks": f"合同号HT-{issued.year}-{_digits(rng, 6)}",
    }
    known = {key: value for key, value in values.items() if value is not None}
    cells = [
        value
        for item in items
        for value in (item.name, item.unit, item.quantity, item.unit_price, item.amount, item.tax_rate, item.tax_amount)
    ]
    printed = (f"{FIELD_NAMES[key]}:{value}" for key, value in known.items())
    contact = f"{_digits(rng, 8)} 示例银行{seller[0][:2]}支行{_digits(rng, 18)}"
    lines = (kind.chinese, *printed, contact, *filter(None, cells))
    return Invoice(
        kind=kind,
        title=kind.chinese,
        page=1,
        polygon=_PAGE,
        fields={key: InvoiceField(value, value, 0.98, 1, _PAGE, FieldStatus.READ, (Witness.PRINTED,)) for key, value in known.items()},
        items=tuple(items),
        checks=(),
        verdict=Verdict.NEEDS_REVIEW if rng.random() < 0.1 else Verdict.ACCEPTED,
        lines=tuple(TextLine(line, 0.98, _PAGE) for line in lines),
    )


def _item(rng: random.Random) -> LineItem:
    rate = rng.choice(_RATES)
    quantity = rng.choice((1, 1, 2, 3, 5, 10, 20, rng.randrange(1, 500)))
    price = Decimal(round(min(10 ** rng.gauss(1.8, 0.7), 99_999.0) * 100)) / 100
    amount = (price * quantity).quantize(Decimal("0.01"))
    tax = (amount * rate).quantize(Decimal("0.01"))
    return LineItem(rng.choice(_GOODS), None, rng.choice("个次箱台件"), str(quantity), str(price), str(amount), f"{rate:.0%}", str(tax))
