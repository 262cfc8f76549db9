"""Several papers on one sheet, told apart by what they print once; no engine is needed here."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Box, Polygon, Transform
from ocr_service.stages.splitting import split
from tests.support.faces import a_special_invoice

UPSIDE_DOWN = Transform((-1, 0, 1000, 0, -1, 1000, 0, 0, 1))


def line(text: str, box: Box) -> TextLine:
    return TextLine(text, 0.99, Polygon.rectangle(box))


def column(texts: Sequence[str], left: float, top: float, *, step: float = 40, height: float = 20) -> list[TextLine]:
    """Texts below each other from a corner, 400 pixels wide."""
    return [line(text, Box(left, top + step * place, left + 400, top + step * place + height)) for place, text in enumerate(texts)]


def invoice_lines(left: float, top: float) -> list[TextLine]:
    """What one invoice prints once, 400 x 200 pixels from a corner."""
    texts = [
        "山东增值税普通发票",
        "发票号码：12345678",
        "开票日期：2024年03月01日",
        "价税合计（大写）壹佰圆整",
        "（小写）¥100.00",
        "开票人：王试",
    ]
    return column(texts, left, top)


def taxi(number: str, *, left: float = 50, top: float = 50, gap: float = 0) -> list[TextLine]:
    """A taxi receipt of 10 lines; `gap` pixels of blank paper lie between its head and its body."""
    head = ["示例市出租汽车专用发票", "发票代码：199012100001", f"发票号码：{number}", "电话：99990000"]
    body = ["车号：示A·99T99", "日期：2021年05月06日", "上车：08:11", "下车：08:32", "里程：7.3公里", "金额：23.50元"]
    return [*column(head, left, top, step=24), *column(body, left, top + 96 + gap, step=24)]


def plain_taxi(number: str, *, left: float = 50, top: float = 50) -> list[TextLine]:
    """One of another city: no labels for code and number, both times in one row, its title lost under a seal."""
    head = ["发票联", "199012200002", number, "电话：99990000"]
    body = ["车号：示B·11A11", "日期：2022-07-08", "09:11-09:40", "里程：8.1", "单价：2.30", "等候：00:01:10", "金额：¥25.00"]
    return column([*head, *body], left, top, step=24)


def train(number: str, *, left: float = 50, top: float = 50) -> list[TextLine]:
    texts = [
        number,
        "青禾南站 G9901 望江东站",
        "2021年05月06日09:15开 05车11F号",
        "￥123.5元 二等座",
        "限乘当日当次车",
        "9900001990****0018张示例",
    ]
    return column(texts, left, top)


def recognized(
    lines: Sequence[TextLine], codes: tuple[QrCode, ...] = (), to_flat: Transform | None = None, size: float = 1000
) -> RecognizedPage:
    outline = Polygon.rectangle(Box(0, 0, size, size))
    return RecognizedPage(1, outline, tuple(lines), codes, to_flat or Transform(), size, size)


def texts(piece: RecognizedPage) -> list[str]:
    return [one.text for one in piece.lines]


def shares(*groups: Sequence[TextLine]) -> list[list[str]]:
    """The texts of each piece, sorted, of a sheet on which these groups of lines stand."""
    pieces = split(recognized([one for group in groups for one in group], size=3000))
    return sorted(sorted(texts(piece)) for piece in pieces)


def expected(*groups: Sequence[TextLine]) -> list[list[str]]:
    return sorted(sorted(one.text for one in group) for group in groups)


def test_a_page_with_one_invoice_stays_whole() -> None:
    page = recognized(invoice_lines(50, 50))

    assert split(page) == (page,)


@pytest.mark.parametrize("second", [(50, 500), (500, 50)])
def test_two_invoices_are_parted_where_nothing_is_printed(second: tuple[float, float]) -> None:
    first_lines, second_lines = invoice_lines(50, 50), invoice_lines(*second)
    code = QrCode("01,04", Polygon.rectangle(Box(second[0], second[1] + 20, second[0] + 30, second[1] + 36)))

    first, other = split(recognized([*first_lines, *second_lines], (code,)))

    assert (list(first.lines), list(other.lines)) == (first_lines, second_lines)
    assert (first.qr_codes, other.qr_codes) == ((), (code,))


def test_each_piece_has_its_own_frame_and_the_outline_of_its_paper() -> None:
    _, lower = split(recognized([*invoice_lines(50, 50), *invoice_lines(50, 500)]))

    box = lower.polygon.box
    assert lower.to_flat.point(lower.polygon.points[0]) == pytest.approx((0, 0))
    assert (lower.flat_width, lower.flat_height) == pytest.approx((box.width, box.height))
    assert 400 < box.top < 500
    assert 720 < box.bottom < 800
    assert 0 <= box.left < 50
    assert 0 < box.right < 600


def test_the_cut_follows_the_level_frame_of_a_page_that_stands_on_its_head() -> None:
    lines = [*invoice_lines(50, 50), *invoice_lines(50, 500)]
    seen = [TextLine(one.text, one.confidence, UPSIDE_DOWN.inverse().polygon(one.polygon)) for one in lines]

    first, second = split(recognized(seen, to_flat=UPSIDE_DOWN))

    assert (list(first.lines), list(second.lines)) == (seen[:6], seen[6:])


def test_four_invoices_are_all_parted() -> None:
    lines = [one for corner in ((50, 50), (550, 50), (50, 500), (550, 500)) for one in invoice_lines(*corner)]

    assert [len(piece.lines) for piece in split(recognized(lines))] == [6, 6, 6, 6]


def test_a_line_across_the_gap_keeps_the_page_whole() -> None:
    lines = [*invoice_lines(50, 50), *invoice_lines(500, 50), line("税总函〔2024〕号", Box(40, 112, 900, 128))]

    assert len(split(recognized(lines))) == 1


def test_a_heading_of_the_sheet_does_not_hold_papers_together() -> None:
    heading = line("原始凭证粘贴单", Box(200, 20, 800, 40))

    pieces = split(recognized([heading, *invoice_lines(50, 150), *invoice_lines(550, 150)]))

    assert len(pieces) == 2
    assert sum(len(piece.lines) for piece in pieces) == 13


def test_a_second_copy_of_a_few_labels_is_not_a_second_invoice() -> None:
    extra = [line("发票号码：12345678", Box(50, 600, 450, 620)), line("开票日期：2024年03月01日", Box(50, 640, 450, 660))]

    assert len(split(recognized([*invoice_lines(50, 50), *extra]))) == 1


@pytest.mark.parametrize("other_first", [True, False])
def test_taxi_receipts_of_two_cities_one_below_the_other_are_cut(other_first: bool) -> None:
    tops = (50, 420) if other_first else (420, 50)
    papers = [*plain_taxi("90000001", top=tops[0]), *taxi("90000002", top=tops[1])]

    assert len(split(recognized(papers))) == 2


def test_taxi_receipts_that_share_no_title_are_parted_side_by_side() -> None:
    untitled = [line for line in taxi("90000002", left=520) if "出租" not in line.text]

    assert len(split(recognized([*plain_taxi("90000001"), *untitled]))) == 2


def test_a_strip_of_taxi_receipts_is_cut_between_them_although_they_have_wider_gaps_inside() -> None:
    strip = [taxi(f"9000000{place}", top=50 + 300 * place, gap=34) for place in range(5)]

    assert shares(*strip) == expected(*strip)


def test_tickets_side_by_side_are_parted() -> None:
    tickets = [taxi("90000001", left=50), taxi("90000002", left=520), taxi("90000003", left=990)]

    assert shares(*tickets) == expected(*tickets)


def test_two_journeys_by_train_are_two_tickets() -> None:
    tickets = [train("A999901"), train("A999902", top=400)]

    assert shares(*tickets) == expected(*tickets)


def test_papers_of_different_families_are_parted() -> None:
    papers = [taxi("90000001"), train("A999901", left=600), invoice_lines(50, 600)]

    assert shares(*papers) == expected(*papers)


def test_a_stub_that_repeats_code_and_number_stays_with_its_ticket() -> None:
    ticket = ["示例省通用定额发票", "发票代码 199012100001", "发票号码 90000001", "伍拾元整"]

    assert len(shares(column(ticket, 50, 50), column([*ticket, "存根联"], 600, 50))) == 1


def test_consecutive_numbers_are_two_tickets() -> None:
    tickets = [
        column(["示例省通用定额发票", "发票代码 199012100001", f"发票号码 {number}", "伍拾元整"], 50 + 550 * place, 50)
        for place, number in enumerate(("90000001", "90000002"))
    ]

    assert shares(*tickets) == expected(*tickets)


def test_an_invoice_with_marks_of_two_families_stays_whole() -> None:
    """A road toll e-invoice has dates, plates and prices above, sums and names below."""
    above = ["示例增值税电子普通发票", "发票号码：90000001", "开票日期：2021年05月06日", "车牌号 示A99T99 金额 单价"]
    below = ["价税合计（大写）壹佰圆整", "（小写）¥100.00", "收款人：张示例", "开票人：李示例"]

    assert len(shares(column(above, 50, 50), column(below, 50, 600))) == 1


def test_a_paper_form_with_both_parties_stays_whole() -> None:
    page = a_special_invoice()

    assert split(page) == (page,)


def test_a_ticket_pasted_upside_down_gets_a_frame_of_its_own() -> None:
    upright = train("A999901")
    turned = [TextLine(one.text, one.confidence, UPSIDE_DOWN.polygon(one.polygon)) for one in train("A999902", left=50, top=50)]

    first, second = split(recognized([*upright, *turned]))

    assert first.to_flat.polygon(first.lines[1].polygon).box.top < first.to_flat.polygon(first.lines[-1].polygon).box.top
    assert "A999902" in texts(second)
    heights = {one.text: second.to_flat.polygon(one.polygon).box.top for one in second.lines}
    assert heights["A999902"] < heights["限乘当日当次车"]


def test_a_receipt_that_another_covers_in_part_is_not_cut_through() -> None:
    """Between head and body of the lower receipt lies a blank strip; above it stands all of the other receipt, whose head is hidden."""
    lower = taxi("90000001", top=50, gap=400)
    upper = taxi("90000002", left=500, top=120)[4:]

    assert len(shares(lower, upper)) == 1


def test_the_talk_around_a_paper_on_a_long_screen_is_left_out() -> None:
    talk = [(40.0, 90.0 * row, "上个月的餐费") for row in range(12)] + [(40.0, 2600.0 + 90 * row, "辛苦了") for row in range(12)]
    paper = [
        *(
            (300.0, 1500.0, "电子发票（普通发票）"),
            (700.0, 1530.0, "发票号码：24312000000012345678"),
            (700.0, 1560.0, "开票日期：2024年05月06日"),
        ),
        *(
            (40.0, 1600.0, "名称：青禾市演示有限公司"),
            (40.0, 1700.0, "价税合计（大写）"),
            (700.0, 1700.0, "（小写）¥12.00"),
            (40.0, 1760.0, "开票人：王试"),
        ),
    ]
    lines = [TextLine(text, 1.0, Polygon.rectangle(Box(x, y, x + 200, y + 20))) for x, y, text in (*talk, *paper)]
    whole = RecognizedPage(1, Polygon.rectangle(Box(0, 0, 1080, 4000)), tuple(lines), (), Transform(), 1080, 4000)

    (piece,) = split(whole)

    assert {line.text for line in piece.lines} == {text for *_, text in paper}
    assert piece.flat_height < 450
    (kept,) = split(replace(whole, flat_height=2000))
    assert len(kept.lines) == len(lines)
