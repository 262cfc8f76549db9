"""The sentences of the pages about reconciliations, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair
from models import reconciliation
from models.reconciliation import LineClass


def _class(one: LineClass, english: str) -> tuple[str, Pair]:
    return one.value, (reconciliation.CLASS_NAMES[one], english)


CLASSES: Mapping[str, Pair] = dict(
    [
        _class(LineClass.EQUAL, "the same"),
        _class(LineClass.DIFFERS, "contents differ"),
        _class(LineClass.STATEMENT_ONLY, "listed, not archived"),
        _class(LineClass.ARCHIVE_ONLY, "archived, not listed"),
        _class(LineClass.SUSPECTED, "perhaps the same, look at it"),
        _class(LineClass.NUMBER_LOST, "number lost"),
        _class(LineClass.UNREADABLE, "cannot be compared"),
        _class(LineClass.STATUS_CONFLICT, "status conflict"),
        _class(LineClass.SELECTED_NOT_BOOKED, "selected, not booked"),
        _class(LineClass.BOOKED_NOT_SELECTED, "booked, not selected"),
        _class(LineClass.TWICE, "twice"),
    ]
)

CLASS_MEANINGS: Mapping[str, Pair] = {
    "equal": ("清单与档案一致。", "List and archive say the same."),
    "differs": ("号码相同，金额、日期或单位不同。", "The same number; an amount, a day or a party differs."),
    "statement_only": (
        "清单上有，档案里没有扫描件：还没收到、还没扫描，或者丢了。以后扫描进来会自动再核对。",
        "On the list and without a scan: not received, not scanned, or lost. Later scans are tried again.",
    ),
    "archive_only": (
        "同一期间档案里有，清单上没有：号码有误、不属于本清单，或者不真。",
        "Archived within the period and not on the list: a wrong number, another kind of list, or not genuine.",
    ),
    "suspected": ("只有一部分线索相符，请人来认。", "Only some clues agree; somebody has to look."),
    "number_lost": (
        "号码被当成数值保存，位数已经丢失，无法核对：请从电子税务局重新导出，不要另存。",
        "The number was saved as a quantity and has lost digits: export the list anew and do not save it with another program.",
    ),
    "unreadable": ("没有号码，或有内容看不懂。", "There is no number, or something cannot be read."),
    "status_conflict": (
        "税局已作废、红冲或提示异常，而档案或账上仍按正常保存。",
        "Voided, reversed or under suspicion at the tax bureau, and kept or booked here as if it were good.",
    ),
    "selected_not_booked": ("已勾选抵扣，账上没有。", "Selected for deduction, and in no ledger that was taken in."),
    "booked_not_selected": ("账上有，没有勾选抵扣。", "Booked, and not selected for deduction."),
    "twice": ("同一张发票出现在两笔凭证或两行里。", "One invoice in two vouchers or rows."),
}

LISTS: Mapping[str, Pair] = {
    "invoice_list": ("全量发票查询", "List of all invoices"),
    "invoice_lines": ("全量发票查询（明细）", "List of all invoices, by line"),
    "deduction_selection": ("抵扣勾选", "Selection for deduction"),
    "deduction_certified": ("用途确认信息", "Certified for deduction"),
    "download_list": ("下载导入清单", "List for downloading"),
    "booking_list": ("发票入账", "List of bookings"),
    "kingdee_k3": ("金蝶 K/3 凭证", "Vouchers of Kingdee K/3"),
    "kingdee_cloud": ("金蝶凭证", "Vouchers of Kingdee"),
    "yonyou": ("用友凭证", "Vouchers of Yonyou"),
    "mapped": ("自定义表格", "A table of one's own"),
}

INVOICE_STATES: Mapping[str, Pair] = {
    "normal": ("正常", "in order"),
    "voided": ("已作废", "voided"),
    "partly_reversed": ("部分红冲", "partly reversed"),
    "reversed": ("全额红冲", "reversed"),
    "out_of_control": ("失控", "out of control"),
    "unknown": ("未注明", "not said"),
}

RECONCILIATION: Mapping[str, Pair] = {
    "nav_reconciliations": ("对账", "Reconcile"),
    "reconciliations_title": ("对账", "Reconciliation"),
    "reconciliations_lead": (
        "把电子税务局导出的清单或账务软件导出的凭证交上来，与档案逐张核对。先看统计，再收下。",
        "Hand in the tax platform's exports or the ledger's vouchers and hold them against the archive. Look at the counts first.",
    ),
    "reconciliation_files": ("清单文件", "Files of the list"),
    "reconciliation_files_hint": (
        ".xlsx、.xls、.csv；同一种清单可以一次选几个文件，期间重叠也没关系。文件名不重要，按栏目辨认。",
        ".xlsx, .xls, .csv. Several files of one list may overlap. What they are called does not matter; titles do.",
    ),
    "reconciliation_button": ("核对", "Compare"),
    "reconciliations_none": ("还没有对过账。", "Nothing was reconciled yet."),
    "reconciliations_before": ("已有的对账", "Reconciliations so far"),
    "reconciliation_when": ("时间", "When"),
    "reconciliation_list": ("清单", "List"),
    "reconciliation_period": ("期间", "Period"),
    "reconciliation_open": ("待处理", "To look into"),
    "reconciliation_lines": ("行数", "Lines"),
    "reconciliation_clean": ("全部一致", "All the same"),
    "reconciliation_preview": ("预览，尚未收下", "Preview, not taken in"),
    "reconciliation_preview_lead": (
        "这是预览，还没有收下。统计无误就收下；收下后才算数。",
        "A preview: nothing rests on it until you take it in.",
    ),
    "reconciliation_take_in": ("收下", "Take in"),
    "reconciliation_arrived": ("{count} 张原来缺的发票后来有了扫描件。", "Scans of {count} missing invoices came since."),
    "reconciliation_run": ("重新核对", "Compare again"),
    "reconciliation_tax_period": ("税款所属期 {period}", "Certified for {period}"),
    "reconciliation_settled": ("上次以来核对上 {count} 张。", "{count} lines found their scan since the last run."),
    "reconciliation_new": ("本次新出现 {count} 张。", "{count} invoices are new on this list."),
    "reconciliation_all": ("全部", "All"),
    "reconciliation_classes": ("分类", "Classes"),
    "reconciliation_received": ("取得发票", "Received"),
    "reconciliation_issued": ("开具发票", "Issued"),
    "reconciliation_no_side": ("认不出哪一方是本单位：请先登记本单位税号。", "Neither side is known to be ours: name our companies first."),
    "reconciliation_not_ours": ("{count} 张的购销双方都不是本单位。", "In {count} lines neither side is ours."),
    "reconciliation_repeated": ("重复出现 {count} 行，按一张计。", "{count} rows repeat an invoice; each counts once."),
    "reconciliation_silent": ("{count} 行凭证不涉及发票。", "{count} rows of the ledger speak of no invoice."),
    "reconciliation_ignored": ("未识别的工作表：{names}", "Sheets that were not understood: {names}"),
    "reconciliation_unknown": ("未用到的栏目（已保留）：{names}", "Columns without use here (kept): {names}"),
    "reconciliation_invoice": ("发票", "Invoice"),
    "reconciliation_party": ("对方", "Other party"),
    "reconciliation_amount": ("价税合计", "Total"),
    "reconciliation_class": ("结果", "Result"),
    "reconciliation_next": ("下一步", "Next step"),
    "reconciliation_look": ("看这张发票", "Look at the invoice"),
    "reconciliation_candidate": ("可能是这张", "Perhaps this one"),
    "reconciliation_export_again": ("请重新导出", "Export it anew"),
    "reconciliation_is_new": ("新", "new"),
    "reconciliation_was": ("上次：{name}", "before: {name}"),
    "reconciliation_case": ("遗失案 {case}", "Loss case {case}"),
    "reconciliation_voucher": ("凭证 {name}", "Voucher {name}"),
    "reconciliation_differs": ("{field}：清单 {statement}，档案 {archive}", "{field}: {statement} on the list, {archive} in the archive"),
    "reconciliation_empty": ("这一类没有。", "Nothing of this class."),
    "reconciliation_xlsx": ("导出 Excel", "Export as Excel"),
    "recalled_listed": ("对账清单里有这张发票，只是没有扫描件：", "A list that was reconciled names it; only a scan is missing:"),
    "holes_title": ("断档提示", "Holes in series"),
    "holes_lead": (
        "按月来的发票缺了哪个月，连号中间缺了哪一张。只是提示，不是结论。",
        "A month without what comes by the month, a number between two. Hints only.",
    ),
    "holes_months": ("缺的月份", "Months missing"),
    "holes_numbers": ("缺的号码", "Numbers missing"),
    "holes_none": ("没有发现。", "None was found."),
    "reconciliation_more": ("后面的", "Following ones"),
    "reconciliation_first": ("从头看", "From the beginning"),
    "reconciliation_no_number": ("没有号码", "no number"),
    "reconciliation_place": ("{sheet} 第 {row} 行", "{sheet} row {row}"),
}
