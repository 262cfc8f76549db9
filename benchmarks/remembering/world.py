"""A company group's invoices that nobody wrote, by the million: sellers with brands and branches, goods, amounts as they are spread.

Nothing here is shared with what searches: names, goods and the words that people have for them are this module's own.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from math import exp
from typing import NamedTuple

from models.archive import Received
from models.digest import Digest
from models.document import DocumentRef, MediaType, TextLine
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, InvoiceField, InvoiceKind, LineItem, Witness
from models.reading import Engine, Reading
from models.verification import Verdict
from storage.catalogue.recording import Read

TODAY = date(2026, 1, 15)
_FIRST_DAY, _DAYS = date(2023, 1, 1), 1_096
START = datetime(2026, 1, 16, tzinfo=UTC)
RECEIVED_EVERY = 5
"""Seconds."""
_MEDIAN, _SPREAD = 1_400.0, 1.88
"""Of totals in yuan, lognormal: one in twenty is above 31,000."""
_SHARE_OF_BRANDS = 0.45
_INVOICES_A_SELLER = 19
_PAGE = Polygon.of([[0, 0], [1240, 0], [1240, 800], [0, 800]])
_ENGINE = Engine("synthetic", "1", {})


def _pairs(words: str) -> tuple[str, ...]:
    """Words of two characters."""
    return tuple(words[start : start + 2] for start in range(0, len(words), 2))


_CITIES = _pairs(
    "北京上海广州深圳杭州南京苏州成都武汉西安重庆天津青岛厦门长沙郑州济南合肥福州昆明宁波无锡东莞佛山沈阳大连长春南昌贵阳南宁太原"
)
_DISTRICTS = _pairs("朝阳海淀浦东徐汇天河南山西湖鼓楼姑苏武侯洪山雁塔渝中和平市南思明岳麓金水历下蜀山台江五华鄞州滨湖莞城禅城")
_OWN = (
    "安邦宝博昌诚创达德鼎东丰福富高广国海涵汉航昊浩恒宏华汇惠吉佳建健江杰金锦京晶景君凯康科兰蓝乐力联良林凌龙隆茂美民明铭宁鹏平普启千强庆泉仁荣融瑞润"
    "森山尚升盛世顺思松泰腾天同万旺威维文翔祥新鑫信星兴雄秀旭雅阳洋耀业依亿益银盈永优友宇裕元源远悦"
)
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")


class Brand(NamedTuple):
    """A brand as its companies print it, the kind of its goods, and what else people call it."""

    name: str
    goods: str
    english: str | None = None
    short: str | None = None


_KNOWN = (
    Brand("希尔顿", "住宿", "Hilton"),
    Brand("万豪", "住宿", "Marriott"),
    Brand("喜来登", "住宿", "Sheraton"),
    Brand("洲际", "住宿", "InterContinental"),
    Brand("香格里拉", "住宿", "Shangri-La"),
    Brand("如家", "住宿"),
    Brand("全季", "住宿"),
    Brand("亚朵", "住宿"),
    Brand("锦江之星", "住宿"),
    Brand("海底捞", "餐饮"),
    Brand("星巴克", "餐饮", "Starbucks"),
    Brand("麦当劳", "餐饮", "McDonald's"),
    Brand("肯德基", "餐饮", "KFC"),
    Brand("必胜客", "餐饮", "Pizza Hut"),
    Brand("西贝", "餐饮"),
    Brand("顺丰", "快递"),
    Brand("圆通", "快递"),
    Brand("中国石油化工", "汽油", None, "中石化"),
    Brand("中国石油天然气", "汽油", None, "中石油"),
    Brand("国家电网", "电费"),
    Brand("中国移动通信", "通信", None, "中国移动"),
    Brand("中国电信", "通信"),
    Brand("沃尔玛", "食品", "Walmart"),
    Brand("家乐福", "食品", "Carrefour"),
    Brand("宜家", "家具", "IKEA"),
    Brand("得力", "办公"),
    Brand("晨光", "办公"),
    Brand("联想", "电脑", "Lenovo"),
    Brand("戴尔", "电脑", "Dell"),
    Brand("惠普", "电脑", "HP"),
)
_BRANDS = 110


class Goods(NamedTuple):
    """Goods as an invoice prints them, and what people call them."""

    group: str
    printed: str
    spoken: tuple[str, ...]


_GOODS = (
    Goods("住宿", "*住宿服务*住宿费", ("住宿", "酒店", "房费")),
    Goods("住宿", "*住宿服务*客房服务", ("客房", "住店")),
    Goods("住宿", "*会展服务*会议服务费", ("会议", "会务费")),
    Goods("餐饮", "*餐饮服务*餐费", ("餐费", "吃饭", "聚餐")),
    Goods("餐饮", "*餐饮服务*餐饮服务", ("餐饮", "请客")),
    Goods("餐饮", "*餐饮服务*外卖服务", ("外卖",)),
    Goods("快递", "*物流辅助服务*快递费", ("快递", "寄件")),
    Goods("快递", "*运输服务*运费", ("运费", "货运")),
    Goods("汽油", "*汽油*92号车用汽油", ("汽油", "加油")),
    Goods("汽油", "*汽油*95号车用汽油", ("95号", "油费")),
    Goods("汽油", "*柴油*0号车用柴油", ("柴油",)),
    Goods("电费", "*供电*电费", ("电费", "用电")),
    Goods("电费", "*供电*居民生活用电", ("用电",)),
    Goods("通信", "*电信服务*通话费", ("话费", "电话费")),
    Goods("通信", "*电信服务*宽带服务费", ("宽带", "网费")),
    Goods("食品", "*软饮料*矿泉水", ("矿泉水", "水")),
    Goods("食品", "*焙烤食品*月饼", ("月饼",)),
    Goods("食品", "*水果*苹果", ("水果", "苹果")),
    Goods("食品", "*茶及饮料*绿茶", ("茶叶", "绿茶")),
    Goods("食品", "*乳制品*纯牛奶", ("牛奶",)),
    Goods("家具", "*家具*办公椅", ("椅子", "办公椅")),
    Goods("家具", "*家具*会议桌", ("桌子", "会议桌")),
    Goods("家具", "*家具*文件柜", ("柜子", "文件柜")),
    Goods("办公", "*纸制品*A4复印纸", ("打印纸", "复印纸", "A4纸")),
    Goods("办公", "*文具*中性笔", ("签字笔", "笔")),
    Goods("办公", "*计算机配套产品*墨盒", ("墨盒",)),
    Goods("办公", "*计算机配套产品*硒鼓", ("硒鼓", "碳粉")),
    Goods("电脑", "*计算机*笔记本电脑", ("笔记本", "电脑")),
    Goods("电脑", "*计算机*台式机", ("台式机", "主机")),
    Goods("电脑", "*计算机外部设备*显示器", ("显示器", "屏幕")),
    Goods("电脑", "*计算机外部设备*打印机", ("打印机",)),
    Goods("电脑", "*计算机外部设备*键盘", ("键盘",)),
    Goods("软件", "*信息技术服务*软件开发服务", ("软件开发", "开发费")),
    Goods("软件", "*信息技术服务*云服务费", ("云服务", "服务器租用")),
    Goods("软件", "*信息技术服务*技术服务费", ("技术服务",)),
    Goods("装修", "*建筑服务*装修工程款", ("装修", "工程款")),
    Goods("装修", "*建筑服务*安装服务费", ("安装费",)),
    Goods("装修", "*涂料*内墙乳胶漆", ("乳胶漆", "油漆")),
    Goods("五金", "*金属制品*不锈钢螺栓", ("螺丝", "螺栓")),
    Goods("五金", "*电线电缆*铜芯电缆", ("电缆", "电线")),
    Goods("五金", "*照明装置*LED灯", ("灯", "LED灯")),
    Goods("五金", "*手动工具*扳手", ("扳手", "工具")),
    Goods("机械", "*通用设备*离心泵", ("水泵", "离心泵")),
    Goods("机械", "*通用设备*空气压缩机", ("空压机",)),
    Goods("机械", "*轴承*深沟球轴承", ("轴承",)),
    Goods("化工", "*化学试剂*无水乙醇", ("酒精", "乙醇")),
    Goods("化工", "*塑料制品*密封圈", ("密封圈",)),
    Goods("医药", "*医疗器械*一次性手套", ("手套",)),
    Goods("医药", "*化学药品制剂*消毒液", ("消毒液", "消毒水")),
    Goods("医药", "*医疗服务*体检费", ("体检",)),
    Goods("广告", "*广告服务*广告发布费", ("广告",)),
    Goods("广告", "*设计服务*设计费", ("设计费",)),
    Goods("广告", "*印刷品*宣传册", ("宣传册", "印刷")),
    Goods("咨询", "*鉴证咨询服务*审计费", ("审计",)),
    Goods("咨询", "*法律服务*律师费", ("律师费",)),
    Goods("咨询", "*人力资源服务*招聘服务费", ("招聘",)),
    Goods("培训", "*非学历教育服务*培训费", ("培训",)),
    Goods("物业", "*企业管理服务*物业费", ("物业",)),
    Goods("物业", "*经营租赁*房屋租金", ("房租", "租金")),
    Goods("物业", "*水冰雪*自来水", ("水费",)),
    Goods("物业", "*生活服务*保洁服务费", ("保洁", "打扫")),
    Goods("汽车", "*劳务*汽车维修费", ("修车", "汽车维修")),
    Goods("汽车", "*橡胶制品*轮胎", ("轮胎",)),
    Goods("汽车", "*经营租赁*车辆租赁费", ("租车",)),
)
_TRADES = {
    "住宿": ("酒店管理", "酒店", "大酒店"),
    "餐饮": ("餐饮管理", "餐饮", "餐饮服务"),
    "快递": ("速运", "快递", "物流"),
    "汽油": ("石油销售", "石油", "加油站"),
    "电费": ("电力", "供电"),
    "通信": ("通信", "集团"),
    "食品": ("商业", "超市", "食品"),
    "家具": ("家居", "家具"),
    "办公": ("办公用品", "文具"),
    "电脑": ("电脑", "电子科技"),
    "软件": ("信息技术", "软件", "科技"),
    "装修": ("装饰工程", "建筑工程"),
    "五金": ("五金机电", "电气"),
    "机械": ("机械设备", "机电设备"),
    "化工": ("化工", "新材料"),
    "医药": ("医药", "医疗器械"),
    "广告": ("广告", "文化传媒"),
    "咨询": ("会计师事务所", "企业管理咨询"),
    "培训": ("教育咨询", "教育科技"),
    "物业": ("物业服务", "物业管理"),
    "汽车": ("汽车服务", "汽车销售服务"),
}
_GROUPS = tuple(_TRADES)
_BY_GROUP = {group: tuple(goods for goods in _GOODS if goods.group == group) for group in _GROUPS}
DEPARTMENTS = _pairs("研发市场销售财务人事行政采购生产工程质量客服运营法务物流信息产品设计后勤审计安全")


class Seller(NamedTuple):
    """A company that makes out invoices: its name, its parts as people remember them, its goods, and its brand if it is of one."""

    name: str
    city: str
    own: str
    trade: str
    branch: str | None
    group: str
    brand: Brand | None
    tax_id: str


class Told(NamedTuple):
    """What an invoice says, as far as stories need it; amounts in yuan."""

    place: int
    seller: Seller
    buyer: str
    day: date
    goods: Goods
    total: Decimal
    net: Decimal
    code: str | None
    number: str
    kind: InvoiceKind
    department: str


@cache
def brands() -> tuple[Brand, ...]:
    """The brands, of which a few make out most invoices."""
    rng = random.Random(1)
    taken = {brand.name for brand in _KNOWN}
    found = list(_KNOWN)
    while len(found) < _BRANDS:
        name = "".join(rng.sample(_OWN, rng.choice((2, 2, 3))))
        if name not in taken:
            taken.add(name)
            found.append(Brand(name, rng.choice(_GROUPS)))
    return tuple(found)


@cache
def seller(number: int) -> Seller:
    """One company; the even ones are branches of brands."""
    rng = random.Random(number * 7 + 3)
    city = rng.choice(_CITIES)
    tax_id = f"91{rng.randrange(10**6):06}MA{rng.randrange(10**8):08}"
    if number % 2 == 0:
        brand = brands()[(number // 2) % _BRANDS]
        trade = rng.choice(_TRADES[brand.goods])
        branch = f"{rng.choice(_DISTRICTS)}{rng.choice(('', '第一', '第二', '新'))}{rng.choice(('分公司', '店', '营业部'))}"
        name = f"{rng.choice((city, city + '市', ''))}{brand.name}{trade}{rng.choice(_FORMS)}{city if rng.random() < 0.3 else ''}{branch}"
        return Seller(name, city, brand.name, trade, branch, brand.goods, brand, tax_id)
    group = rng.choice(_GROUPS)
    own = "".join(rng.sample(_OWN, rng.choice((2, 2, 3))))
    trade = rng.choice(_TRADES[group])
    where = rng.choice((city, city, city + "市", city + rng.choice(_DISTRICTS)))
    return Seller(f"{where}{own}{trade}{rng.choice(_FORMS)}", city, own, trade, None, group, None, tax_id)


@cache
def _buyers() -> tuple[str, ...]:
    rng = random.Random(2)
    return tuple(f"{rng.choice(_CITIES)}远景{trade}有限公司" for trade in ("科技", "制造", "能源", "贸易", "投资") for _ in range(8))


def told(place: int, rows: int, seed: int) -> Told:
    """The invoice at a place of a world of so many."""
    rng = random.Random((seed * 1_000_003 + place) * 2 + 1)
    sellers = max(rows // _INVOICES_A_SELLER, 2 * _BRANDS)
    half = sellers // 2
    # The r-th brand's branches have about 1/r as many invoices as those of the first.
    number = 2 * _branch(rng, half) if rng.random() < _SHARE_OF_BRANDS else 2 * rng.randrange(half) + 1
    who = seller(number)
    day = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    total = Decimal(max(round(min(_MEDIAN * exp(rng.gauss(0, _SPREAD)), 5e6) * 100), 100)).scaleb(-2)
    if rng.random() < 0.25:
        total = Decimal(max(round(total), 1)).quantize(Decimal("0.01"))
    rate = rng.choice((Decimal("0.13"), Decimal("0.06"), Decimal("0.03"), Decimal("0.09")))
    net = (total / (1 + rate)).quantize(Decimal("0.01"))
    is_digital = rng.random() < 0.5
    number_text = (
        f"{day.year % 100}{rng.choice(('11', '31', '44', '33', '32'))}2000000{rng.randrange(10**9):09}"
        if is_digital
        else f"{rng.randrange(10**8):08}"
    )
    code = None if is_digital else f"0{rng.choice(('4403', '1100', '3100', '3300'))}{day.year % 100}00{rng.choice('1347')}11"
    special = rng.random() < 0.4
    digital_kind = InvoiceKind.DIGITAL_SPECIAL if special else InvoiceKind.DIGITAL_GENERAL
    paper_kind = InvoiceKind.VAT_SPECIAL if special else InvoiceKind.VAT_GENERAL
    return Told(
        place,
        who,
        rng.choice(_buyers()),
        day,
        rng.choice(_BY_GROUP[who.group]),
        total,
        net,
        code,
        number_text,
        digital_kind if is_digital else paper_kind,
        rng.choice(DEPARTMENTS),
    )


def _branch(rng: random.Random, half: int) -> int:
    brand = int(_BRANDS ** rng.random()) - 1 if rng.random() < 0.5 else rng.randrange(_BRANDS)
    return brand + _BRANDS * rng.randrange(max(half // _BRANDS, 1))


def documents(rows: int, seed: int) -> Iterator[Read]:
    """All invoices as they are indexed, each a document of its own."""
    for place in range(rows):
        yield _read(told(place, rows, seed), seed)


def digest_of(place: int, seed: int) -> Digest:
    """The digest of the document at a place."""
    return Digest.of(f"{seed}/{place}".encode())


def kind_title(kind: InvoiceKind) -> str:
    """What stands at the head of an invoice of a kind."""
    return kind.chinese


def _read(said: Told, seed: int) -> Read:
    document = DocumentRef(digest_of(said.place, seed), f"scan-{said.place:07d}.jpg", MediaType.JPEG, 300_000, 1)
    received = Received(document, START + timedelta(seconds=RECEIVED_EVERY * said.place), "cli", department=f"{said.department}部")
    values = {
        "invoice_code": said.code,
        "invoice_number": said.number,
        "issue_date": said.day.isoformat(),
        "seller_name": said.seller.name,
        "seller_tax_id": said.seller.tax_id,
        "buyer_name": said.buyer,
        "tax_inclusive_amount": str(said.total),
        "tax_exclusive_amount": str(said.net),
        "tax_amount": str(said.total - said.net),
    }
    fields = {
        key: InvoiceField(value, value, 0.98, 1, _PAGE, FieldStatus.READ, (Witness.PRINTED,))
        for key, value in values.items()
        if value is not None
    }
    item = LineItem(said.goods.printed, None, "项", "1", str(said.net), str(said.net), None, None)
    lines = (TextLine(said.kind.chinese, 0.98, _PAGE), TextLine(said.goods.printed, 0.98, _PAGE))
    invoice = Invoice(said.kind, kind_title(said.kind), 1, _PAGE, fields, (item,), (), Verdict.ACCEPTED, lines)
    return Read(received, Reading(document, (invoice,), _ENGINE, {}), 1)
