"""Digital invoices of particular trades: the form names the trade beside its code and asks for more, in columns or in a second table."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import cents, digits
from benchmarks.drawing.inventory import CITIES, pick
from benchmarks.drawing.invoice import DrawnInvoice, DrawnItem
from benchmarks.drawing.world import PROVINCES, masked_identity, plate, station, traveller

Column = tuple[str, float, str, float, float, str]
"""A heading, x its values are set against, their alignment, x of the heading's middle, the widest value (mm), and the cell."""

_MONEY: tuple[Column, ...] = (
    ("金 额", 147.0, "r", 142.0, 23.0, "amount"),
    ("税率/征收率", 164.0, "m", 164.0, 20.0, "tax_rate"),
    ("税 额", 203.8, "r", 198.0, 24.0, "tax_amount"),
)
_NAME: Column = ("项目名称", 6.0, "l", 24.0, 38.0, "name")


@dataclass(frozen=True)
class Service:
    """What a trade adds: its name on the form, other columns with the values of each line, and a second table of headings and rows."""

    name: str
    columns: tuple[Column, ...] = ()
    cells: tuple[dict[str, str], ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def with_service(rng: np.random.Generator, invoice: DrawnInvoice) -> tuple[DrawnInvoice, Service]:
    """Make an invoice one of a particular trade."""
    make = pick(rng, (_travel, _freight, _building, _letting))
    return make(rng, invoice)


def _line(rng: np.random.Generator, name: str, rate: int, *, counted: bool) -> DrawnItem:
    price = Decimal(int(rng.integers(900, 900000))) / 100
    return DrawnItem(
        name=name,
        amount=price,
        tax_rate=f"{rate}%",
        tax=cents(price * rate / 100),
        unit="次" if counted else None,
        quantity="1" if counted else None,
        unit_price=f"{price:.2f}" if counted else None,
    )


def _travel(rng: np.random.Generator, invoice: DrawnInvoice) -> tuple[DrawnInvoice, Service]:
    day = invoice.issue_date - timedelta(days=int(rng.integers(0, 9)))
    start, _ = station(rng)
    goal, _ = station(rng, start)
    row = (traveller(rng), masked_identity(rng, "1100"), f"{day:%Y-%m-%d}", start, goal, "", pick(rng, ("网约车", "出租汽车", "公路客运")))
    headings = ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级", "交通工具类型")
    item = _line(rng, "*运输服务*客运服务费", 3, counted=True)
    return replace(invoice, items=(item,)), Service("旅客运输服务", headings=headings, rows=(row,))


def _freight(rng: np.random.Generator, invoice: DrawnInvoice) -> tuple[DrawnInvoice, Service]:
    _, _, sign = pick(rng, PROVINCES)
    letter, tail = plate(rng, sign)
    row = ("公路运输", f"{sign}{letter}{tail}", pick(rng, CITIES), pick(rng, CITIES), pick(rng, ("日用百货", "钢材", "水果")))
    headings = ("运输工具种类", "运输工具牌号", "起运地", "到达地", "运输货物名称")
    item = _line(rng, "*运输服务*国内道路货物运输", 9, counted=True)
    return replace(invoice, items=(item,)), Service("货物运输服务", headings=headings, rows=(row,))


def _building(rng: np.random.Generator, invoice: DrawnInvoice) -> tuple[DrawnInvoice, Service]:
    columns: tuple[Column, ...] = (
        _NAME,
        ("建筑服务发生地", 62.0, "m", 62.0, 32.0, "where"),
        ("建筑项目名称", 104.0, "m", 104.0, 40.0, "project"),
        *_MONEY,
    )
    cells = {"where": f"{pick(rng, CITIES)}示例区", "project": f"示例{pick(rng, ('办公楼', '厂房', '道路'))}{digits(rng, 1)}期工程"}
    item = _line(rng, "*建筑服务*工程款", 9, counted=False)
    return replace(invoice, items=(item,)), Service("建筑服务", columns, (cells,))


def _letting(rng: np.random.Generator, invoice: DrawnInvoice) -> tuple[DrawnInvoice, Service]:
    columns: tuple[Column, ...] = (
        _NAME,
        ("产权证书/不动产权证号", 68.0, "m", 68.0, 42.0, "deed"),
        ("面积单位", 110.0, "m", 110.0, 18.0, "measure"),
        *_MONEY,
    )
    cells = {"deed": f"示例不动产权第{digits(rng, 7)}号", "measure": "平方米"}
    item = _line(rng, "*经营租赁*房屋租金", 5, counted=False)
    place = f"{pick(rng, CITIES)}示例区样本路{rng.integers(1, 300)}号"
    remarks = f"不动产地址：{place}；租赁期起止：{invoice.issue_date:%Y-%m-%d} {invoice.issue_date + timedelta(days=89):%Y-%m-%d}"
    return replace(invoice, items=(item,), remarks=remarks), Service("不动产经营租赁服务", columns, (cells,))
