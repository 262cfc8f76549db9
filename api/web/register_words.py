"""The sentences of the register's page, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

VIEWS: Mapping[str, Pair] = {
    "all": ("全部", "All"),
    "month": ("本月开票", "Issued this month"),
    "received": ("本月收到", "Received this month"),
    "review": ("待复核", "Needs review"),
    "duplicates": ("重复", "Duplicates"),
    "tickets": ("车票", "Tickets"),
    "lent": ("纸票在外", "Paper is out"),
    "withdrawn": ("作废", "Withdrawn"),
}

FILTER_NAMES: Mapping[str, Pair] = {
    "date": ("开票期间", "Issued in"),
    "date_from": ("开票自", "Issued from"),
    "date_to": ("开票至", "Issued to"),
    "received": ("收到期间", "Received in"),
    "received_since": ("收到自", "Received from"),
    "received_until": ("收到至", "Received to"),
    "amount": ("价税合计", "Total"),
    "amount_min": ("价税合计不低于", "Total at least"),
    "amount_max": ("价税合计不高于", "Total at most"),
    "kind": ("种类", "Kind"),
    "seller": ("销售方", "Seller"),
    "buyer": ("购买方", "Buyer"),
    "party": ("销售方或购买方", "Seller or buyer"),
    "verdict": ("结论", "Verdict"),
    "batch": ("批次编号", "Upload"),
    "paper": ("纸票", "Paper"),
    "box": ("盒", "Box"),
    "department": ("部门", "Department"),
    "state": ("在册或作废", "Listed or withdrawn"),
    "duplicates": ("重复", "Duplicates"),
    "text": ("票面文字", "Words on the page"),
    "sort": ("排序", "Order"),
    "cursor": ("页", "Page"),
}

SORTS: Mapping[str, Pair] = {
    "issue_date": ("开票日期", "Issued"),
    "received": ("收到", "Received"),
    "amount": ("价税合计", "Total"),
    "seller": ("销售方", "Seller"),
    "number": ("号码", "Number"),
}

EXPORT_FORMS: Mapping[str, Pair] = {
    "xlsx": ("Excel 表格（xlsx）", "Excel workbook (xlsx)"),
    "csv": ("csv 表格", "Table of text (csv)"),
    "voucher:kingdee": ("金蝶凭证", "Vouchers for Kingdee"),
    "voucher:yonyou": ("用友凭证", "Vouchers for Yonyou"),
    "zip": ("原件（zip，附清单）", "Originals (zip, with a manifest)"),
    "print": ("打印清单（PDF）", "List for printing (PDF)"),
}

WRONG: Mapping[str, Pair] = {
    "range": ("起止颠倒，或同时给了一个值和一个范围。", "The ends are the wrong way round, or a value and a range are given together."),
    "unknown": ("台账没有这个条件，或没有这个取值。", "The register knows no such condition, or no such value."),
    "cursor": ("这个翻页位置不属于现在的排序，或已损坏。", "This place belongs to another order, or is damaged."),
    "name": ("请写名称中连续两个字以上，或税号。", "Write two characters of the name or more, or the tax id."),
    "days": ("请写 2026-03-20、2026-03、2026-Q1、2026、本月或上月。", "Write 2026-03-20, 2026-03, 2026-Q1, 2026 or this_month."),
    "amount": ("请写 1200 或 1200.50。", "Write 1200 or 1200.50."),
}
"""Why a filter is not understood."""

REGISTER: Mapping[str, Pair] = {
    "nav_register": ("台账", "Register"),
    "register_title": ("台账", "Register"),
    "register_views": ("视图", "Views"),
    "register_own_views": ("我的视图", "My views"),
    "register_filters": ("筛选", "Filter"),
    "register_more": ("更多条件", "More conditions"),
    "register_apply": ("筛选", "Filter"),
    "register_clear": ("清除", "Clear"),
    "register_any": ("不限", "Any"),
    "register_settled": ("已证实或人工确认", "Proved, or confirmed by a person"),
    "register_open": ("待复核或未识别", "Needs review, or unread"),
    "register_chosen_kinds": ("所选 {count} 种", "{count} kinds"),
    "register_chosen": ("所选 {count} 项", "{count} of them"),
    "register_listed": ("在册", "Listed"),
    "register_both": ("在册和作废", "Listed and withdrawn"),
    "register_only_duplicates": ("只看重复", "Duplicates only"),
    "register_no_duplicates": ("不含重复", "Without duplicates"),
    "register_period_hint": ("2026-03、2026-Q1、2026、本月、上月", "2026-03, 2026-Q1, 2026, this_month, last_month"),
    "register_name_hint": ("名称中连续两个字以上，或税号", "Two characters of the name or more, or the tax id"),
    "register_count": ("共 {count} 张", "{count} invoices"),
    "register_totals": ("全部合计", "Totals of all"),
    "register_table": ("发票", "Invoices"),
    "register_choose": ("选择", "Choose"),
    "register_choose_one": ("选择 {name}", "Choose {name}"),
    "register_choose_all": ("全部 {count} 张（整个筛选结果）", "All {count} (everything that the filter means)"),
    "register_choose_page": ("本页全选", "All of this page"),
    "register_net": ("金额", "Net"),
    "register_tax": ("税额", "Tax"),
    "register_total": ("价税合计", "Total"),
    "register_verdict": ("结论", "Verdict"),
    "register_sort_by": ("按{name}排序", "Sort by {name}"),
    "register_duplicate": ("重复", "Duplicate"),
    "register_next": ("下一页", "Next page"),
    "register_previous": ("上一页", "Previous page"),
    "register_first": ("回到第一页", "Back to the first page"),
    "register_pages": ("翻页", "Pages"),
    "register_export": ("导出", "Take out"),
    "register_export_as": ("导出为", "Take out as"),
    "register_empty": ("没有符合条件的发票。", "No invoice meets these conditions."),
    "register_gone": ("这一页的发票已不在此列表中。", "The invoices of this page are no longer in this list."),
    "register_empty_try": ("少选一个条件再试，或者清除全部条件。", "Try with a condition less, or clear all of them."),
    "register_wrong": ("这个条件无法理解", "This condition is not understood"),
    "register_wrong_value": ("{name}：{value}", "{name}: {value}"),
    "register_save": ("保存为我的视图", "Keep as a view of mine"),
    "register_view_name": ("视图名称", "Name of the view"),
    "register_save_button": ("保存", "Keep"),
    "register_saved": ("已保存。", "Kept."),
    "register_remove": ("删除视图 {name}", "Remove the view {name}"),
    "register_view_name_wrong": ("请给视图起一个不超过 {most} 个字的名称。", "Name the view in at most {most} letters."),
    "register_view_many": ("最多保存 {most} 个视图，请先删除一个。", "{most} views are kept at most: remove one first."),
}
