"""Receipts of hospitals and public offices (财政票据): not invoices, but clerks keep them with invoices."""

from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import amount_in_words, digits
from benchmarks.drawing.grid import Grid, Label, Rows, Value
from benchmarks.drawing.inventory import CITIES, person, pick, tax_id
from benchmarks.drawing.paper import Machine, Paper, finished, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, day_between, short_name, traveller, yuan

KIND = "medical"
_TREATMENTS = ("西药费", "中成药费", "检查费", "化验费", "治疗费", "诊查费", "卫生材料费", "注射费", "挂号费")
_FEES = (("考试报名费", "人次"), ("证照工本费", "本"), ("诉讼费", "件"), ("学费", "学年"), ("住宿费", "学年"), ("资料费", "份"))


def draw_medical(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one receipt."""
    name, draw = (("clinic, electronic", _clinic), ("public fees, electronic", _fees), ("clinic, paper", _slip))[layout % 3]
    sheet = draw(rng, dpi)
    mark(sheet)
    # whose signature and which remarks belong to which field, these papers do not say one way
    unsure = ("drawer", "remarks", "seller_tax_id", "copy_name", "machine_number")
    return finished(sheet, KIND, name, dpi, unsure=unsure, items=True)


def _check(rng: np.random.Generator) -> str:
    return "".join(pick(rng, tuple("0123456789abcdef")) for _ in range(6))


def _head(rng: np.random.Generator, sheet: Sheet, form: Colour, region: str, payer: str, payer_id: str | None, day: date) -> None:
    """Code and number on the left, payer below, check code on the right, as the fiscal platform sets them."""
    code = f"{region[:2]}06{rng.integers(1, 10):02d}{day.year % 100:02d}"
    rows = (
        (10, 25, "票据代码：", code, "invoice_code", None),
        (124, 25, "票据号码：", digits(rng, 10), "invoice_number", None),
        (10, 31, "交款人统一社会信用代码：", payer_id, "buyer_tax_id", None),
        (124, 31, "校验码：", _check(rng), "check_code", None),
        (10, 37, "交款人：", payer, "buyer_name", None),
        (124, 37, "开票日期：", day.isoformat(), "issue_date", None),
    )
    for x, y, label, text, key, value in rows:
        sheet.text(x, y, label, 3.3, form, face="song")
        sheet.text(x + sheet.width_of(label, 3.3) + 0.5, y, text, 3.3, BLACK, key=key, value=value)


def _foot(rng: np.random.Generator, sheet: Sheet, form: Colour, y: float, office: str, office_id: str) -> None:
    cells = (
        (10, "收款单位（章）：", office, "seller_name"),
        (112, "复核人：", person(rng), "reviewer"),
        (152, "收款人：", person(rng), "payee"),
    )
    for x, label, text, key in cells:
        sheet.text(x, y, label, 3.3, form, face="song")
        sheet.text(x + sheet.width_of(label, 3.3) + 0.5, y, text, 3.3, BLACK, key=key)
    sheet.company_seal(62, y - 8, office, office_id, float(rng.uniform(-6, 6)), float(rng.uniform(0.3, 0.6)), size=0.8, words="财务专用章")


def _clinic(rng: np.random.Generator, dpi: int) -> Sheet:
    """Two columns of charges, the total, then what the insurance pays."""
    region, province, _ = pick(rng, PROVINCES)
    day = day_between(rng, date(2020, 1, 8), date(2025, 12, 20))
    sheet, form = Sheet(210, 140, dpi), (20, 20, 24)
    where = pick(rng, ("门诊", "住院"))
    sheet.text(105, 11, f"{province}医疗{where}收费票据（电子）", 5.8, form, face="song", align="m")
    sheet.supervisory_seal(105, 17, short_name(province))
    _head(rng, sheet, form, region, traveller(rng), None, day)
    names = [_TREATMENTS[place] for place in rng.permutation(len(_TREATMENTS))[: int(rng.integers(2, 9))]]
    charges = [(name, int(rng.integers(1, 9)), yuan(rng, 2, 480)) for name in names]
    for x in (10, 105, 200):
        sheet.line(x, 42, x, 84, form)
    for y in (42.0, 49.0, 84.0, 92.0, 112.0):
        sheet.line(10, y, 200, y, form)
    for half in (0, 1):
        for x, label in ((28, "项目名称"), (58, "数量/单位"), (84, "金额（元）")):
            sheet.text(x + 95 * half, 45.5, label, 3.2, form, face="song", align="m")
    for place, (name, count, amount) in enumerate(charges):
        x, y = 95 * (place % 2), 53 + 6.2 * (place // 2)
        sheet.text(12 + x, y, name, 3.2, BLACK, key=f"items.{place}.name")
        sheet.text(56 + x, y, f"{count}", 3.2, BLACK, align="r", key=f"items.{place}.quantity")
        sheet.text(56.2 + x, y, "/次", 3.2, BLACK, key=f"items.{place}.unit", value="次")
        sheet.text(96 + x, y, f"{amount:.2f}", 3.2, BLACK, align="r", key=f"items.{place}.amount")
    total = sum((amount for _, _, amount in charges), Decimal(0))
    sheet.text(12, 88, "金额合计（大写）", 3.3, form, face="song")
    sheet.text(42, 88, amount_in_words(total), 3.5, BLACK, key="tax_inclusive_amount_in_words")
    sheet.text(130, 88, "（小写）", 3.3, form, face="song")
    sheet.text(146, 88, f"{total:.2f}", 3.5, BLACK, key="tax_inclusive_amount")
    fund = (total * Decimal("0.6")).quantize(Decimal("0.01"))
    sheet.column(13.5, 93, 111, "其他信息", 3.0, form)
    for place, text in enumerate(
        (
            f"业务流水号：{digits(rng, 12)}",
            f"门诊号：{digits(rng, 8)}",
            f"就诊日期：{day:%Y%m%d}",
            f"医保统筹基金支付：{fund}",
            f"个人账户支付：{total - fund}",
            "个人现金支付：0.00",
        )
    ):
        sheet.text(18 + 62 * (place % 3), 97 + 8 * (place // 3), text, 3.0, BLACK)
    _foot(rng, sheet, form, 119, f"{pick(rng, CITIES)}示例人民医院", tax_id(rng, region))
    return sheet


def _fees(rng: np.random.Generator, dpi: int) -> Sheet:
    """The unified receipt of public income: items with codes, standards and amounts."""
    region, province, _ = pick(rng, PROVINCES)
    day = day_between(rng, date(2019, 6, 1), date(2025, 12, 20))
    sheet, form = Sheet(210, 130, dpi), (150, 40, 44)
    private = rng.random() < 0.5
    sheet.text(
        105,
        11,
        f"{province}{pick(rng, ('非税收入统一票据', '公益事业捐赠统一票据', '资金往来结算票据'))}（电子）",
        5.6,
        form,
        face="kai",
        align="m",
    )
    sheet.supervisory_seal(105, 17, short_name(province))
    _head(rng, sheet, form, region, traveller(rng) if private else business(rng), None if private else tax_id(rng, region), day)
    rows = Rows(Grid(sheet, Machine(sheet, BLACK), 10, form, 3.1, "song"), 42)
    widths = (24, 52, 18, 18, 28, 30, 20)
    labels = ("项目编码", "项目名称", "单位", "数量", "标准", "金额（元）", "备注")
    rows.row(7, *(Label(label, width) for label, width in zip(labels, widths, strict=True)))
    total = Decimal(0)
    for place, chosen in enumerate(rng.permutation(len(_FEES))[: int(rng.integers(1, 5))]):
        name, unit = _FEES[chosen]
        count, price = int(rng.integers(1, 4)), yuan(rng, 10, 900, "5")
        total += count * price
        texts = (digits(rng, 6), name, unit, f"{count}", f"{price:.2f}", f"{count * price:.2f}", None)
        cells = (None, "name", "unit", "quantity", "unit_price", "amount", None)
        rows.row(
            7,
            *(
                Value(text, width, None if cell is None else f"items.{place}.{cell}")
                for text, cell, width in zip(texts, cells, widths, strict=True)
            ),
        )
    rows.row(7, *(Value(None, width) for width in widths))
    rows.row(
        8,
        Label("金额合计（大写）", 34),
        Value(amount_in_words(total), 84, "tax_inclusive_amount_in_words"),
        Label("（小写）", 22),
        Value(f"{total:.2f}", 50, "tax_inclusive_amount"),
    )
    rows.row(10, Label("其他信息", 24), Value(pick(rng, (None, f"缴款码：{digits(rng, 20)}")), 166))
    _foot(rng, sheet, form, rows.y + 8, f"{pick(rng, CITIES)}示例{pick(rng, ('大学', '考试中心', '公证处'))}", tax_id(rng, region))
    return sheet


def _slip(rng: np.random.Generator, dpi: int) -> Sheet:
    """The older paper receipt of a clinic, filled in by a needle printer."""
    region, province, _ = pick(rng, PROVINCES)
    day = day_between(rng, date(2012, 1, 8), date(2020, 12, 20))
    sheet, form = Sheet(122, 150, dpi, (250, 247, 240)), pick(rng, ((150, 40, 44), (36, 70, 140)))
    sheet.text(61, 10, f"{province}医疗机构门诊收费收据", 4.8, form, face="kai", align="m", fit=110)
    sheet.supervisory_seal(61, 18, short_name(province))
    sheet.text(12, 30, "票据代码：", 3.1, form, face="song")
    sheet.text(28, 30, f"{region[:2]}10{day.year % 100:02d}{rng.integers(10, 99)}", 3.8, BLACK, face="figures", key="invoice_code")
    sheet.text(66, 30, "No.", 3.4, form, face="song")
    sheet.text(73, 30, digits(rng, 10), 4.2, (196, 40, 44), face="figures", key="invoice_number")
    machine = Machine(sheet, (50, 50, 90), "song", pick(rng, (16, 24)), float(rng.uniform(-2, 2)), float(rng.uniform(-1.4, 1.4)))
    sheet.text(12, 38, "姓名：", 3.2, form, face="song")
    machine.put(24, 38, traveller(rng), 3.4, "buyer_name")
    sheet.text(66, 38, "日期：", 3.2, form, face="song")
    machine.put(77, 38, f"{day:%Y-%m-%d}", 3.4, "issue_date")
    sheet.box(10, 43, 112, 112, form)
    sheet.line(10, 50, 112, 50, form)
    for x, label in ((30, "项 目"), (88, "金 额")):
        sheet.text(x, 46.5, label, 3.2, form, face="song", align="m")
    names = [_TREATMENTS[place] for place in rng.permutation(len(_TREATMENTS))[: int(rng.integers(2, 8))]]
    total = Decimal(0)
    for place, name in enumerate(names):
        amount = yuan(rng, 2, 320)
        total += amount
        machine.put(16, 54.5 + 6.4 * place, name, 3.4, f"items.{place}.name")
        machine.put(100, 54.5 + 6.4 * place, f"{amount:.2f}", 3.4, f"items.{place}.amount", align="r")
    sheet.line(10, 104, 112, 104, form)
    sheet.text(12, 108, "合计（大写）", 3.2, form, face="song")
    machine.put(33, 108, amount_in_words(total), 3.3, "tax_inclusive_amount_in_words", fit=46)
    sheet.text(81, 108, "￥", 3.2, form, face="song")
    machine.put(86, 108, f"{total:.2f}", 3.4, "tax_inclusive_amount")
    office = f"{pick(rng, CITIES)}示例{pick(rng, ('中医院', '卫生服务中心', '口腔医院'))}"
    sheet.text(12, 120, "收款单位：", 3.2, form, face="song")
    machine.put(29, 120, office, 3.4, "seller_name")
    sheet.text(74, 120, "收款人：", 3.2, form, face="song")
    machine.put(88, 120, person(rng), 3.4, "payee")
    sheet.company_seal(40, 130, office, None, float(rng.uniform(-10, 10)), float(rng.uniform(0.3, 0.6)), size=0.75, words="收费专用章")
    return sheet
