"""The unified invoice of used vehicle sales: buyer, seller, vehicle, price, and the market that wrote it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import amount_in_words, digits, resident_check, vehicle_number
from benchmarks.drawing.grid import Grid, Label, Rows, Value
from benchmarks.drawing.inventory import CITIES, person, pick, tax_id
from benchmarks.drawing.paper import Machine, Paper, finished, mark, sprockets
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, day_between, plate, short_name, traveller

KIND = "used_vehicle"
_NAMES = ("paper", "paper, print shifted", "digital")
# a registration's number is no certificate of conformity; the market and the auctioneer are neither buyer nor seller
_UNSURE = ("certificate_number", "remarks", "buyer_address_phone", "seller_address_phone", "buyer_bank_account", "seller_bank_account")


@dataclass(frozen=True)
class _Side:
    name: str
    number: str
    private: bool
    address: str
    phone: str


def _side(rng: np.random.Generator, region: str) -> _Side:
    private = rng.random() < 0.6
    body = f"{region[:2]}0199{rng.integers(1960, 2004)}{rng.integers(1, 13):02d}{rng.integers(1, 28):02d}{digits(rng, 3)}"
    return _Side(
        traveller(rng) if private else business(rng),
        body + resident_check(body) if private else tax_id(rng, region),
        private,
        f"{pick(rng, CITIES)}示例区样本路{rng.integers(1, 999)}号",
        f"0000-555{digits(rng, 4)}",
    )


def draw_used_vehicle(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one invoice."""
    name = _NAMES[layout % len(_NAMES)]
    digital = name == "digital"
    region, province, sign = pick(rng, PROVINCES)
    day = day_between(rng, date(2024, 6, 1), date(2025, 12, 20)) if digital else day_between(rng, date(2014, 1, 5), date(2024, 5, 20))
    sheet = Sheet(210, 168, dpi) if digital else Sheet(241, 178, dpi, (250, 247, 240))
    form: Colour = (128, 22, 22) if digital else pick(rng, ((146, 84, 52), (96, 40, 110)))
    shift = (float(rng.uniform(-4, 4)), float(rng.uniform(-2.6, 2.0))) if "shifted" in name else (float(rng.uniform(-1, 1)), 0.0)
    machine = Machine(sheet, BLACK if digital else (54, 54, 84), "song", 0 if digital else pick(rng, (0, 24)), *shift)
    short = f"{day.year % 100:02d}"
    number = f"{short}{region[:2]}2999{digits(rng, 12)}" if digital else digits(rng, 8)
    code = f"0{region}{short}{rng.integers(1, 9):03d}17"
    buyer, seller = _side(rng, region), _side(rng, region)
    _heading(sheet, form, machine, province, code, number, day, digital=digital)
    rows = Rows(Grid(sheet, machine, 8 if digital else 20, form), 32.0 if digital else 31.0, 194 / 201 if digital else 1.0)
    if not digital:
        _machine_rows(rng, rows, code, number)
    _sides(rows, buyer, seller)
    _vehicle(rng, rows, sign)
    market = f"{pick(rng, CITIES)}示例二手车交易市场有限公司"
    market_id = tax_id(rng, region)
    _market(rng, rows, market, market_id)
    y = rows.y + 4
    sheet.text(rows.at(4), y, "开票单位（盖章）", 3.4, form, face="kai")
    sheet.text(rows.at(90), y, "开票人", 3.4, form, face="kai")
    machine.put(rows.at(104), y, person(rng), 3.4, "drawer")
    if not digital:
        spot = (float(rng.uniform(45, 90)), float(rng.uniform(138, 150)))
        sheet.company_seal(*spot, market, market_id, float(rng.uniform(-10, 10)), float(rng.uniform(0.3, 0.7)))
    mark(sheet)
    unsure = [*_UNSURE]
    unsure += ["buyer_tax_id"] if buyer.private else []
    unsure += ["seller_tax_id"] if seller.private else []
    return finished(sheet, KIND, name, dpi, unsure=unsure)


def _heading(sheet: Sheet, form: Colour, machine: Machine, province: str, code: str, number: str, day: date, *, digital: bool) -> None:
    middle = sheet.size[0] / 2
    if digital:
        sheet.text(middle, 10.4, "电子发票（二手车销售统一发票）", 5.6, form, face="kai", align="m")
        sheet.supervisory_seal(middle, 20, short_name(province))
        for y, label, text, key, value in (
            (14.0, "发票号码：", number, "invoice_number", None),
            (20, "开票日期：", f"{day:%Y年%m月%d日}", "issue_date", day.isoformat()),
        ):
            sheet.text(150, y, label, 3.2, form, face="kai")
            sheet.text(166.5, y, text, 3.2, BLACK, key=key, value=value)
        return
    sprockets(sheet)
    sheet.supervisory_seal(middle, 15, short_name(province))
    sheet.text(middle, 12, "二手车销售统一发票", 6.2, form, face="kai", align="m", spacing=2.6)
    sheet.text(middle, 22, "发票联", 6.0, form, face="kai", align="m", spacing=9, key="copy_name")
    sheet.text(21, 26.5, "开票日期", 3.6, form, face="kai")
    machine.put(42, 26, day.isoformat(), 3.6, "issue_date")
    for y, label, text, key in ((20.5, "发票代码", code, "invoice_code"), (26.0, "发票号码", number, "invoice_number")):
        sheet.text(170, y, label, 3.6, form, face="kai")
        sheet.text(187, y, text, 4.0, BLACK, face="figures", key=key)


def _machine_rows(rng: np.random.Generator, rows: Rows, code: str, number: str) -> None:
    grid, start = rows.grid, rows.y
    rows.row(20, Label("", 28), Value(None, 62), Label("税|控|码", 8), Value(None, 103))
    cipher = "".join(pick(rng, tuple("0123456789+-*/<>")) for _ in range(112))
    for place in range(4):
        grid.machine.put(rows.at(101), start + 3.2 + 4.5 * place, cipher[28 * place : 28 * place + 28], 3.6, spacing=0.9)
    for place, (label, text, key) in enumerate(
        (("机打代码", code, "invoice_code"), ("机打号码", number, "invoice_number"), ("机器编号", digits(rng, 12), "machine_number"))
    ):
        grid.sheet.spread(rows.at(4), rows.at(24), start + 4 + 6 * place, label, 3.2, grid.form)
        grid.machine.put(rows.at(33), start + 4 + 6 * place, text, 3.5, key)


def _sides(rows: Rows, buyer: _Side, seller: _Side) -> None:
    for role, side in (("买", buyer), ("卖", seller)):
        key = {"买": "buyer", "卖": "seller"}[role]
        rows.row(
            7.7,
            Label(f"{role}方单位/个人", 32),
            Value(side.name, 76, f"{key}_name"),
            Label("单位代码/身份证号码", 36),
            Value(side.number, 57, None if side.private else f"{key}_tax_id"),
        )
        rows.row(7.7, Label(f"{role}方单位/个人住址", 32), Value(side.address, 100), Label("电话", 16), Value(side.phone, 53))


def _vehicle(rng: np.random.Generator, rows: Rows, sign: str) -> None:
    letter, tail = plate(rng, sign)
    model = f"示例牌{pick(rng, tuple('SQHX'))}L{digits(rng, 4)}{pick(rng, tuple('ABCEX'))}"
    rows.row(
        9,
        Label("车牌照号", 22),
        Value(f"{sign}{letter}{tail}", 40, "plate_number"),
        Label("登记证号", 22),
        Value(digits(rng, 12), 47),
        Label("车辆类型", 22),
        Value(pick(rng, ("小型轿车", "小型普通客车", "轻型货车")), 48, "vehicle_type"),
    )
    rows.row(
        9,
        Label("车架号/|车辆识别代码", 28),
        Value(vehicle_number(rng), 52, "vin"),
        Label("厂牌型号", 20),
        Value(model, 40, "vehicle_model"),
        Label("转入地车辆|管理所名称", 26),
        Value(f"{pick(rng, CITIES)}车辆管理所", 35),
    )
    total = Decimal(int(rng.integers(30, 4200))) * 100
    at, grid = rows.y + 4.7, rows.grid
    rows.row(9.4, Label("车价合计（大写）", 36), Value(None, 165))
    grid.sheet.crossed_circle(rows.at(42), at, 1.8, grid.machine.ink)
    grid.machine.put(rows.at(47), at, amount_in_words(total), 3.5, "tax_inclusive_amount_in_words", fit=80)
    grid.sheet.text(rows.at(136), at, "小写", 3.4, grid.form, face="kai")
    grid.machine.put(rows.at(148), at, f"￥{total:.2f}", 3.6, "tax_inclusive_amount", value=f"{total:.2f}")


def _market(rng: np.random.Generator, rows: Rows, market: str, market_id: str) -> None:
    """Who dealt and who wrote: an auctioneer's rows are often empty."""
    auction = f"{pick(rng, CITIES)}示例拍卖有限公司" if rng.random() < 0.3 else None
    address = f"{market[:3]}示例区样本路{rng.integers(1, 999)}号"
    rows.row(7.7, Label("经营、拍卖单位", 32), Value(auction, 169))
    rows.row(
        7.7,
        Label("经营、拍卖单位地址", 32),
        Value(address if auction else None, 79),
        Label("纳税人识别号", 28),
        Value(tax_id(rng, "1100") if auction else None, 62),
    )
    rows.row(7.7, Label("开户银行、账号", 32), Value(None, 101), Label("电话", 16), Value(None, 52))
    rows.row(7.7, Label("二手车市场", 32), Value(market, 79), Label("纳税人识别号", 28), Value(market_id, 62))
    rows.row(7.7, Label("地址", 32), Value(address, 169))
    rows.row(
        7.7,
        Label("开户银行、账号", 32),
        Value(f"示例银行{market[:2]}支行 0000{digits(rng, 14)}", 101),
        Label("电话", 16),
        Value(f"0000-555{digits(rng, 4)}", 52),
    )
    rows.row(9, Label("备注", 16), Value(pick(rng, (None, "本单仅供示例", f"过户号{digits(rng, 8)}")), 185))
