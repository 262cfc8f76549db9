"""The unified invoice of motor vehicle sales: the paper form and its electronic successor."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import amount_in_words, cents, digits, resident_check, vehicle_number
from benchmarks.drawing.grid import Grid, Label, Rows, Value
from benchmarks.drawing.inventory import CITIES, person, pick, tax_id
from benchmarks.drawing.paper import Machine, Paper, finished, mark, sprockets
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, day_between, short_name, traveller

KIND = "motor_vehicle"
_BROWN: Colour = (146, 84, 52)
_UNSURE = ("remarks", "seller_address_phone", "seller_bank_account", "buyer_address_phone", "buyer_bank_account")
_TYPES = ("多用途乘用车", "小型轿车", "普通二轮摩托车", "重型半挂牵引车", "轻型栏板货车", "纯电动轿车")


@dataclass(frozen=True)
class _Sale:
    region: str
    province: str
    city: str
    code: str
    number: str
    day: date
    buyer: str
    buyer_id: str
    private: bool
    imported: bool
    rate: int
    net: Decimal
    tax: Decimal
    seller: str
    seller_id: str

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def _sale(rng: np.random.Generator, digital: bool) -> _Sale:
    region, province, _ = pick(rng, PROVINCES)
    day = day_between(rng, date(2024, 6, 1), date(2025, 12, 20)) if digital else day_between(rng, date(2014, 1, 5), date(2024, 5, 20))
    past = (day >= date(2018, 5, 1)) + (day >= date(2019, 4, 1))
    rate = (17, 16, 13)[past] if rng.random() < 0.85 else 3
    total = Decimal(int(rng.integers(45, 9000))) * 100
    net = cents(total * 100 / (100 + rate))
    private = rng.random() < 0.5
    body = f"{region[:2]}0199{rng.integers(1960, 2004)}{rng.integers(1, 13):02d}{rng.integers(1, 28):02d}{digits(rng, 3)}"
    number = f"{day.year % 100:02d}{region[:2]}2999{digits(rng, 12)}" if digital else digits(rng, 8)
    return _Sale(
        region,
        province,
        pick(rng, CITIES),
        f"1{region}{day.year % 100:02d}2{digits(rng, 2)}60",
        number,
        day,
        traveller(rng) if private else business(rng),
        body + resident_check(body) if private else tax_id(rng, region),
        private,
        rng.random() < 0.2,
        rate,
        net,
        total - net,
        f"{pick(rng, CITIES)}示例汽车销售服务有限公司",
        tax_id(rng, region),
    )


def draw_motor_vehicle(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one invoice."""
    name = ("paper", "paper, print shifted", "digital", "paper, second copy")[layout % 4]
    digital = name == "digital"
    sale = _sale(rng, digital)
    sheet = Sheet(210, 142, dpi) if digital else Sheet(241, 178, dpi, (250, 246, 240))
    form: Colour = (128, 22, 22) if digital else pick(rng, (_BROWN, (44, 84, 140))) if name != "paper, second copy" else (38, 92, 62)
    left, width = (8.0, 194.0) if digital else (20.0, 201.0)
    shift = (float(rng.uniform(-4, 5)), float(rng.uniform(-3, 2.2))) if "shifted" in name else (float(rng.uniform(-1, 1)), 0.0)
    machine = Machine(sheet, BLACK if digital else (58, 58, 84), "song", 0 if digital else pick(rng, (0, 24)), *shift)
    if digital:
        _digital_heading(sheet, sale, form)
    else:
        sprockets(sheet)
        _paper_heading(sheet, sale, form, machine, "抵扣联" if "second" in name else "发票联")
    _table(rng, Grid(sheet, machine, left, form), sale, width / 201.0, 30.0 if not digital else 31.0, digital=digital)
    _foot(rng, sheet, sale, form, machine, digital=digital)
    mark(sheet)
    unsure = (*_UNSURE, "buyer_tax_id") if sale.private else _UNSURE
    return finished(sheet, KIND, name, dpi, unsure=unsure)


def _paper_heading(sheet: Sheet, sale: _Sale, form: Colour, machine: Machine, copy: str) -> None:
    sheet.supervisory_seal(120, 15, short_name(sale.province))
    sheet.text(120, 12, "机动车销售统一发票", 6.2, form, face="kai", align="m", spacing=2.6)
    sheet.text(120, 22, copy, 6.0, form, face="kai", align="m", spacing=9, key="copy_name")
    sheet.text(21, 26.5, "开票日期", 3.6, form, face="kai")
    machine.put(42, 26, sale.day.isoformat(), 3.6, "issue_date")
    for y, label, text, key in ((20.5, "发票代码", sale.code, "invoice_code"), (26, "发票号码", sale.number, "invoice_number")):
        sheet.text(170, y, label, 3.6, form, face="kai")
        sheet.text(187, y, text, 4.0, BLACK, face="figures", key=key)
    sheet.column(226, 55, 150, f"第一联 {copy}（购货单位付款凭证）（手开无效）", 3.0, form)
    sheet.rotated(15, 110, "示例税函〔2017〕01号 示例印务中心制", 2.6, form, -90)


def _digital_heading(sheet: Sheet, sale: _Sale, form: Colour) -> None:
    sheet.text(105, 10.4, "电子发票（机动车销售统一发票）", 5.6, form, face="kai", align="m")
    sheet.supervisory_seal(105, 20, short_name(sale.province))
    for y, label, text, key, value in (
        (14, "发票号码：", sale.number, "invoice_number", None),
        (20, "开票日期：", f"{sale.day:%Y年%m月%d日}", "issue_date", sale.day.isoformat()),
    ):
        sheet.text(150, y, label, 3.2, form, face="kai")
        sheet.text(166.5, y, text, 3.2, BLACK, key=key, value=value)


def _table(rng: np.random.Generator, grid: Grid, sale: _Sale, share: float, top: float, *, digital: bool) -> None:
    form = Rows(grid, top, share)
    if not digital:
        cipher = "".join(pick(rng, tuple("0123456789+-*/<>")) for _ in range(150))
        start = form.y
        form.row(24, Label("", 28), Value(None, 62), Label("税|控|码", 8), Value(None, 103))
        for place in range(5):
            grid.machine.put(grid.left + 100, start + 3 + 4.5 * place, cipher[30 * place : 30 * place + 30], 3.6, spacing=0.8)
        for place, (label, text, key) in enumerate(
            (
                ("机打代码", sale.code, "invoice_code"),
                ("机打号码", sale.number, "invoice_number"),
                ("机器编号", digits(rng, 12), "machine_number"),
            )
        ):
            at = start + 4.5 + 7.2 * place
            grid.sheet.spread(grid.left + 4, grid.left + 24, at, label, 3.2, grid.form)
            grid.machine.put(grid.left + 33, at, text, 3.5, key)
    label = "购买方名称及|身份证号码/|组织机构代码" if not digital else "购买方名称"
    start = form.y
    form.row(
        14, Label(label, 28), Value(None, 72), Label("纳税人识别号", 30), Value(None if sale.private else sale.buyer_id, 71, "buyer_tax_id")
    )
    grid.machine.put(form.at(30), start + 4, sale.buyer, 3.3, "buyer_name")
    if sale.private or not digital:
        grid.machine.put(form.at(30), start + 9.6, sale.buyer_id, 3.3, None if sale.private else "buyer_tax_id")
    model = f"示例牌{pick(rng, tuple('SQHX'))}L{digits(rng, 4)}{pick(rng, tuple('ABCEX'))}"
    kind, origin = pick(rng, _TYPES), "示例国" if sale.imported else sale.city
    form.row(
        9.5,
        Label("车辆类型", 28),
        Value(kind, 42, "vehicle_type"),
        Label("厂牌型号", 22),
        Value(model, 54, "vehicle_model"),
        Label("产地", 15),
        Value(origin, 40),
    )
    certificate = None if sale.imported else f"W{pick(rng, tuple('ABSX'))}L{digits(rng, 12)}"
    abroad = f"{pick(rng, tuple('ABX'))}{digits(rng, 11)}" if sale.imported else None
    inspection = f"{digits(rng, 12)}" if sale.imported and rng.random() < 0.6 else None
    form.row(
        9.5,
        Label("合格证号", 28),
        Value(certificate, 42, "certificate_number"),
        Label("进口证明书号", 24),
        Value(abroad, 50),
        Label("商检单号", 20),
        Value(inspection, 37),
    )
    engine = f"{pick(rng, ('SL15T', 'H4G', 'XM20'))}{digits(rng, 7)}"
    form.row(
        9.5,
        Label("发动机号码", 28),
        Value(engine, 62, "engine_number"),
        Label("车辆识别代号/车架号码", 38),
        Value(vehicle_number(rng), 73, "vin"),
    )
    _money(rng, form, sale)


def _money(rng: np.random.Generator, form: Rows, sale: _Sale) -> None:
    """The rows below the vehicle: the price, who sold it, and the tax."""
    grid, words = form.grid, amount_in_words(sale.total)
    at = form.y + 5.2
    form.row(10.4, Label("价税合计", 28), Value(None, 173))
    grid.sheet.crossed_circle(form.at(38), at, 1.8, grid.machine.ink)
    grid.machine.put(form.at(43), at, words, 3.5, "tax_inclusive_amount_in_words", fit=78)
    grid.sheet.text(form.at(130), at, "小写", 3.4, grid.form, face="kai")
    sign = pick(rng, ("￥", "¥"))
    grid.machine.put(form.at(142), at, f"{sign}{sale.total:.2f}", 3.6, "tax_inclusive_amount", value=f"{sale.total:.2f}")
    form.row(
        9.5, Label("销货单位名称", 28), Value(sale.seller, 92, "seller_name"), Label("电话", 14), Value(f"0000-555{digits(rng, 4)}", 67)
    )
    form.row(
        9.5, Label("纳税人识别号", 28), Value(sale.seller_id, 92, "seller_tax_id"), Label("账号", 14), Value(f"0000{digits(rng, 14)}", 67)
    )
    address, bank = f"{sale.city}示例区样本路{rng.integers(1, 999)}号", f"示例银行{sale.city[:2]}支行"
    form.row(9.5, Label("地址", 28), Value(address, 80), Label("开户银行", 26), Value(bank, 67))
    tax = f"{sign}{sale.tax:.2f}"
    office = f"示例税务局{sale.city[:2]}分局 1{sale.region}99{digits(rng, 4)}"
    form.row(
        11.5,
        Label("增值税税率|或征收率", 28),
        Value(f"{sale.rate}%", 24),
        Label("增值税|税额", 16),
        Value(tax, 38, "tax_amount", f"{sale.tax:.2f}", 3.5),
        Label("主管税务|机关及代码", 28),
        Value(office, 67),
    )
    at = form.y + 4.8
    form.row(
        9.6,
        Label("不含税价", 28),
        Value(None, 44),
        Label("完税凭证号码", 26),
        Value(None, 44),
        Label("吨位", 12),
        Value(pick(rng, ("-", "", "1.495")), 16),
        Label("限乘人数", 18),
        Value(pick(rng, ("5", "7", "2")), 13),
    )
    grid.sheet.text(form.at(31), at, "小写", 3.0, grid.form, face="kai")
    grid.machine.put(form.at(40), at, f"{sign}{sale.net:.2f}", 3.4, "tax_exclusive_amount", value=f"{sale.net:.2f}")


def _foot(rng: np.random.Generator, sheet: Sheet, sale: _Sale, form: Colour, machine: Machine, *, digital: bool) -> None:
    y = 137.0 if digital else 160.5
    if not digital:
        sheet.text(22, y, "销货单位盖章", 3.4, form, face="kai")
    sheet.text(96, y, "开票人", 3.4, form, face="kai")
    machine.put(110, y, person(rng), 3.4, "drawer")
    sheet.text(160, y, "备注：一车一票", 3.4, form, face="kai")
    if not digital:
        spot = (float(rng.uniform(45, 95)), float(rng.uniform(138, 150)))
        sheet.company_seal(*spot, sale.seller, sale.seller_id, float(rng.uniform(-10, 10)), float(rng.uniform(0.3, 0.7)))
