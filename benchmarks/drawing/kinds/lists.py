"""Papers that go with invoices and are none: lists of tolls and trips, claims, statements, delivery notes, bank receipts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from benchmarks.drawing.digits import amount_in_words, digits
from benchmarks.drawing.document import Drawn, Page
from benchmarks.drawing.grid import Grid, Label, Rows, Value
from benchmarks.drawing.inventory import CITIES, person, pick, tax_id
from benchmarks.drawing.invoice import invent
from benchmarks.drawing.kinds.other import KIND, NEVER
from benchmarks.drawing.paper import Machine, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, clock, day_between, plate, station, traveller, yuan

_FORM: Colour = (40, 40, 46)
_FIRST, _LAST = date(2019, 1, 1), date(2025, 12, 1)


@dataclass(frozen=True)
class _List:
    """What stands on one: its title, what is said above the table, the table, what is said below it."""

    title: str
    head: Sequence[str]
    headings: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = field(default_factory=tuple)
    subtitle: str = ""


def draw_list(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Draw one paper that lists what invoices are for, or other people's invoices; its layout goes round with its place."""
    draw = _LISTS[place % len(_LISTS)]
    content = draw(rng)
    width = sum(content.widths) + 20
    sheet = Sheet(width, max(297.0 if width < 230 else 210.0, 84 + 7.2 * len(content.rows)), dpi)
    sheet.text(width / 2, 16, content.title, 6.0, _FORM, face="hei", align="m")
    if content.subtitle:
        sheet.text(width / 2, 23, content.subtitle, 3.2, _FORM, align="m")
    y = 30.0
    for at, text in enumerate(content.head):
        sheet.text(12 if at % 2 == 0 else width / 2 + 6, y, text, 3.4, BLACK)
        y += 6.0 if at % 2 else 0.0
    table = Rows(Grid(sheet, Machine(sheet, BLACK), 10, _FORM, 3.2, "song"), y + 7)
    table.row(7.2, *(Label(text, span) for text, span in zip(content.headings, content.widths, strict=True)))
    for row in content.rows:
        table.row(7.2, *(Value(text, span, size=3.0) for text, span in zip(row, content.widths, strict=True)))
    for at, text in enumerate(content.foot):
        sheet.text(12, table.y + 7 + 6.5 * at, text, 3.4, BLACK)
    mark(sheet)
    name = draw.__name__.removeprefix("_")
    truth: dict[str, object] = {"kind": KIND} | dict.fromkeys(NEVER)
    return Drawn("list", name, seed, place, dpi, (Page(sheet.finish(), tuple(sheet.prints)),), (truth,))


def _day(rng: np.random.Generator) -> date:
    return day_between(rng, _FIRST, _LAST)


def _moment(rng: np.random.Generator, day: date) -> str:
    hour, minute = clock(rng)
    return f"{day:%Y-%m-%d} {hour:02d}:{minute:02d}"


def _toll_summary(rng: np.random.Generator) -> _List:
    """收费公路通行费电子票据汇总单: the invoices of many journeys, one a row."""
    day, rows = _day(rng), []
    for at in range(int(rng.integers(2, 9))):
        one = invent("toll_electronic", int(rng.integers(0, 2**31)))
        start, end = station(rng)[0], station(rng)[0]
        rows.append((f"{at + 1}", one.code or "", one.number, f"{one.issue_date}", f"{start}站", f"{end}站", f"{one.total:.2f}"))
    head = (f"汇总单号：{digits(rng, 20)}", f"开具日期：{day}", f"购买方名称：{business(rng)}", f"纳税人识别号：{tax_id(rng, '4400')}")
    foot = (f"通行费电子票据共 {len(rows)} 张", "说明：本汇总单仅供报销使用，所列通行费电子发票以票面为准。")
    headings = ("序号", "发票代码", "发票号码", "开票日期", "入口站", "出口站", "价税合计")
    return _List("收费公路通行费电子票据汇总单", head, headings, (12, 34, 28, 28, 30, 30, 28), rows, foot)


def _toll_passages(rng: np.random.Generator) -> _List:
    """通行明细: where a car drove in and out."""
    province, rows = pick(rng, PROVINCES)[2], []
    letter, tail = plate(rng, province)
    for at in range(int(rng.integers(3, 12))):
        start, end, day = station(rng)[0], station(rng)[0], _day(rng)
        rows.append((f"{at + 1}", f"{start}收费站", _moment(rng, day), f"{end}收费站", _moment(rng, day), f"{yuan(rng, 5, 200):.2f}"))
    head = (f"车牌号：{province}{letter}{tail}", "车型：一型客车", f"ETC卡号：{digits(rng, 20)}", "支付方式：ETC")
    headings = ("序号", "入口", "入口时间", "出口", "出口时间", "通行费金额（元）")
    return _List(pick(rng, ("ETC通行明细", "高速公路通行费明细单")), head, headings, (12, 36, 36, 36, 36, 34), rows)


def _trips(rng: np.random.Generator) -> _List:
    """行程单 of a ride-hailing app."""
    rows, first, app = [], _day(rng), pick(rng, ("滴滴出行", "高德打车", "曹操出行"))
    for at in range(int(rng.integers(1, 7))):
        places = f"{station(rng)[0]}路口", f"{station(rng)[0]}大厦"
        rows.append(
            (f"{at + 1}", "快车", _moment(rng, first), f"{pick(rng, CITIES)}市", *places, f"{yuan(rng, 3, 40)}", f"{yuan(rng, 9, 120)}", "")
        )
    head = (
        f"申请日期：{first}",
        f"行程起止日期：{first} 至 {first}",
        f"行程人手机号：{'0' * 7}{digits(rng, 4)}",
        f"共{len(rows)}笔行程，合计{yuan(rng, 30, 900)}元",
    )
    headings = ("序号", "车型", "上车时间", "城市", "起点", "终点", "里程[公里]", "金额[元]", "备注")
    return _List(f"{app}-行程单", head, headings, (12, 16, 36, 20, 28, 28, 20, 20, 16), rows, ("页码：1/1",), "TRIP TABLE")


def _claim(rng: np.random.Generator) -> _List:
    """费用报销单, whose sum is said in figures and in words."""
    sums = [yuan(rng, 10, 900) for _ in range(int(rng.integers(2, 6)))]
    rows = [
        (f"{pick(rng, ('差旅费', '交通费', '办公费', '住宿费'))}", f"{_day(rng)}", f"{int(rng.integers(1, 5))}", f"{one:.2f}")
        for one in sums
    ]
    total = sum(sums[1:], sums[0])
    head = (
        f"部门：{pick(rng, CITIES)}办事处",
        f"报销日期：{_day(rng):%Y年%m月%d日}",
        f"报销人：{traveller(rng)}",
        f"单据编号：{digits(rng, 8)}",
    )
    foot = (
        f"合计（大写）：{amount_in_words(total)}",
        f"合计（小写）：￥{total:.2f}",
        f"审批：{person(rng)}    会计：{person(rng)}    收款人：{traveller(rng)}",
    )
    return _List(
        pick(rng, ("费用报销单", "差旅费报销单", "报销审批单")),
        head,
        ("费用项目", "发生日期", "单据张数", "金额"),
        (60, 46, 36, 44),
        rows,
        foot,
    )


def _expenses(rng: np.random.Generator) -> _List:
    """费用汇总表: a bookkeeper's table of invoices."""
    rows = []
    for at in range(int(rng.integers(3, 10))):
        one = invent(pick(rng, ("vat_electronic_general", "digital_general", "vat_general")), int(rng.integers(0, 2**31)))
        title = {"digital_general": "电子发票（普通发票）", "vat_general": "增值税普通发票"}.get(one.kind, "增值税电子普通发票")
        rows.append((f"{at + 1}", title, one.code or "", one.number, f"{one.issue_date}", one.seller.name[:12], f"{one.total:.2f}"))
    headings = ("序号", "发票类型", "发票代码", "发票号码", "开票日期", "销售方名称", "价税合计")
    head = (f"编制单位：{business(rng)}", f"编制日期：{_day(rng)}")
    return _List(pick(rng, ("费用汇总表", "发票明细表", "进项发票清单")), head, headings, (12, 44, 32, 46, 28, 52, 28), rows)


def _statement(rng: np.random.Generator) -> _List:
    """对账单 between two companies."""
    sums = [yuan(rng, 100, 9000) for _ in range(int(rng.integers(2, 8)))]
    rows = [(f"{_day(rng)}", f"XS{digits(rng, 10)}", "示例商品", f"{int(rng.integers(1, 99))}", f"{one:.2f}") for one in sums]
    total = sum(sums[1:], sums[0])
    head = (f"客户名称：{business(rng)}", f"对账日期：{_day(rng)}", f"供货单位：{business(rng)}", f"对账单号：{digits(rng, 8)}")
    foot = (f"合计金额（大写）：{amount_in_words(total)}    （小写）：￥{total:.2f}", "请核对无误后签字盖章回传。")
    return _List("对账单", head, ("日期", "单号", "品名", "数量", "金额"), (34, 44, 44, 26, 38), rows, foot)


def _delivery(rng: np.random.Generator) -> _List:
    """送货单, with a number as red as an invoice's."""
    sums = [yuan(rng, 10, 900) for _ in range(int(rng.integers(2, 6)))]
    rows = [(f"{at + 1}", "示例商品", "箱", "1", f"{one:.2f}", f"{one:.2f}") for at, one in enumerate(sums)]
    total = sum(sums[1:], sums[0])
    head = (f"收货单位：{business(rng)}", f"No.{digits(rng, 8)}", f"送货日期：{_day(rng):%Y年%m月%d日}", f"联系电话：0000-{digits(rng, 7)}")
    foot = (f"合计（大写）：{amount_in_words(total)}    ￥{total:.2f}", f"送货人：{person(rng)}    收货人：{person(rng)}")
    title = f"{business(rng)}{pick(rng, ('送货单', '销售出库单', '发货清单'))}"
    return _List(title, head, ("序号", "品名", "单位", "数量", "单价", "金额"), (14, 60, 22, 22, 32, 36), rows, foot)


def _bank(rng: np.random.Generator) -> _List:
    """电子回单 of a bank."""
    total, day = yuan(rng, 100, 90000), _day(rng)
    rows = [
        ("户名", business(rng), "户名", business(rng)),
        ("账号", digits(rng, 19), "账号", digits(rng, 19)),
        ("开户行", "示例银行示例支行", "开户行", "示例银行样张支行"),
        ("金额（大写）", amount_in_words(total), "金额（小写）", f"￥{total:.2f}"),
        ("交易流水号", digits(rng, 16), "交易日期", f"{day}"),
        ("用途", "货款", "摘要", "转账"),
    ]
    head = (f"回单编号：{digits(rng, 12)}", f"日期：{day:%Y年%m月%d日}")
    foot = (f"验证码：{digits(rng, 12)}", "重要提示：本回单不作为收款方发货依据，请勿重复记账。")
    return _List(
        f"示例银行{pick(rng, ('电子回单', '客户专用回单', '业务回单'))}", head, ("付款人", "", "收款人", ""), (30, 66, 30, 66), rows, foot
    )


_LISTS: tuple[Callable[[np.random.Generator], _List], ...] = (
    *(_toll_summary, _trips, _toll_passages, _claim),
    *(_expenses, _statement, _delivery, _bank),
)
