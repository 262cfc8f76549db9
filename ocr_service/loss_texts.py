"""The free texts of a loss pack: what stands in each until somebody writes it anew. In our own words; blanks are for people to fill in.

None of them asks for a new invoice, a red invoice or a newspaper notice, and none declares a received invoice void.
"""

from collections.abc import Mapping

from models.errors import InvalidCase
from models.loss import LossCase, StepState
from models.loss_rules import APPROVALS, Circumstance, LossRules, LostCopy, StepKind

BLANK = "＿＿＿＿＿＿"

TEXT_NAMES: Mapping[str, tuple[str, str]] = {
    "unit": ("本单位名称", "Name of the own unit"),
    "unit_tax_id": ("本单位纳税人识别号", "Taxpayer id of the own unit"),
    "contact": ("联系人、电话、收件地址", "Contact, telephone, address"),
    "tax_authority": ("主管税务机关全称", "Full name of the tax authority"),
    "course": ("遗失经过", "Course of events"),
    "search": ("已作的查找", "Search made"),
    "obtained": ("取得和付款情况", "How it was obtained and paid"),
    "promise": ("承诺", "Promise"),
    "report_account": ("报告表：挂失损毁情况说明", "Report form: account"),
    "report_declaration": ("报告表：挂失声明", "Report form: declaration"),
    "letter": ("致销售方函：正文", "Letter to the seller: text"),
    "approval_reason": ("审批单：事由", "Approval sheet: reason"),
    "ticket": ("当事人说明：行程和事由", "Account of the person: trip and reason"),
    "held_note": ("换票证：说明", "Exchange certificate: note"),
    "proof_note": ("无法取得替代件：说明", "No replacement can be had: note"),
}
"""Every text by its name, with what a clerk calls it, Chinese and English."""


def texts_of(case: LossCase, rules: LossRules, unit: str, unit_tax_id: str) -> dict[str, str]:
    """Every text as it is printed: what somebody wrote, else what stands there from the start.

    Args:
        case: Whose papers they are.
        rules: What counts for it.
        unit: Our own name as the archived invoice has it, empty where it is not known.
        unit_tax_id: Our own taxpayer id, likewise.
    """
    return {**_default(case, rules, unit, unit_tax_id), **case.texts}


def named_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts that somebody wrote; raise InvalidCase for a name that no text has."""
    unknown = next((name for name in texts if name not in TEXT_NAMES), None)
    if unknown is not None:
        raise InvalidCase(f"no text of a case is called {unknown}; known are {', '.join(TEXT_NAMES)}", field="texts")
    return dict(texts)


def texts_for(case: LossCase, rules: LossRules) -> tuple[str, ...]:
    """The names of those that the papers of this case have, in the order of `TEXT_NAMES`."""
    steps = set(case.rule(rules).steps)
    named: set[str] = set()
    if StepKind.EXCHANGE_CERTIFICATE in steps:
        named = {"tax_authority", "held_note"}
    elif StepKind.FETCH_AGAIN not in steps:
        named = {"unit", "course", "search", "obtained", "promise"}
    if steps & set(APPROVALS):
        named |= {"approval_reason"}
    if StepKind.REPORT in steps:
        named |= {"unit_tax_id", "tax_authority", "report_account", "report_declaration"}
    if StepKind.SELLER_REQUEST in steps:
        named |= {"letter", "contact"}
    if StepKind.PROOF_UNOBTAINABLE in steps:
        named |= {"proof_note"}
    if StepKind.STATEMENT in steps and case.circumstance is Circumstance.ORDINARY:
        named |= {"ticket"}
    return tuple(name for name in TEXT_NAMES if name in named)


def _default(case: LossCase, rules: LossRules, unit: str, unit_tax_id: str) -> dict[str, str]:
    day = _day(case)
    lost = _lost(case)
    rule = case.rule(rules)
    return {
        "unit": unit or BLANK,
        "unit_tax_id": unit_tax_id or BLANK,
        "contact": f"联系人：{BLANK}　电话：{BLANK}　地址：{BLANK}",
        "tax_authority": BLANK + "税务局",
        "course": f"{day}，发现上列发票{lost}遗失，遗失人为{case.lost_by}。遗失的时间、地点和经过：{BLANK}{BLANK}{BLANK}。",
        "search": f"发现后已在下列地方查找，没有找到：{BLANK}{BLANK}。",
        "obtained": f"该发票因{BLANK}取得，价款以{BLANK}方式支付，付款日期{BLANK}。",
        "promise": (
            "以上情况属实。该发票的原件没有、今后也不会再次用于报销、入账或抵扣；如果找回，立即交给财务部门，与替代件一并保管。"
            "如有不实，由签字人承担责任。"
        ),
        "report_account": f"{day}发现上列发票{lost}遗失，原因：{BLANK}。已经查找：{BLANK}。后续处理：{rule.replacement}。",
        "report_declaration": "本单位报告的上列发票确已遗失，所填内容真实、完整。遗失的发票如被找回，将及时向税务机关说明。",
        "letter": _letter(case, rule.replacement),
        "approval_reason": f"上列发票{lost}遗失，现以“{rule.replacement}”代替，请审批。",
        "ticket": (
            f"出行人：{case.lost_by}　事由：{BLANK}\n行程（日期、起讫地点、车次或航班、座位）：{BLANK}{BLANK}\n"
            f"票价：{BLANK}　同行人或证明人：{BLANK}\n所附材料（订单截图、会议通知等）：{BLANK}"
        ),
        "held_note": f"上列发票由税务机关调出查验，换票证编号：{BLANK}，经办税务人员：{BLANK}，预计归还日期：{BLANK}。",
        "proof_note": f"销售方已无法出具替代件，原因（注销、吊销、被认定为非正常户、破产等）：{BLANK}。查询日期和途径：{BLANK}。",
    }


def _letter(case: LossCase, replacement: str) -> str:
    held = "已抵扣" if case.deducted else "未抵扣" if case.deducted is False else ""
    booked = "已入账" if case.booked else "未入账" if case.booked is False else ""
    stands = "、".join(part for part in (held, booked) if part)
    reported = case.state_of(StepKind.REPORT) is StepState.DONE
    lines = [
        f"贵公司向我单位开具的上列发票{_lost(case)}已被我单位遗失" + (f"（{stands}）。" if stands else "。"),
        f"现请贵公司核对存根后，提供：{replacement}。复印件请保持清晰，最好注明“与原件一致”并注明日期。",
        "我们不要求重新开具发票，也不要求开具红字发票。",
        "我单位承诺该发票不会重复入账或抵扣。" + ("遗失情况已报告税务机关。" if reported else ""),
        f"请于{BLANK}前寄至下列地址。附：遗失情况说明一份。",
    ]
    return "\n".join(lines)


def _lost(case: LossCase) -> str:
    """`的抵扣联` after the word invoice; nothing where there is but one copy."""
    return "" if case.lost in (LostCopy.WHOLE, LostCopy.FILE) else f"的{case.lost.chinese}"


def _day(case: LossCase) -> str:
    day = case.discovered_on
    return f"{day.year}年{day.month}月{day.day}日"
