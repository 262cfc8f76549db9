"""The sentences of the pages about invoices that came twice and about the paper itself, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

SAME_BY: Mapping[str, Pair] = {
    "number": ("号码相同", "the same number"),
    "number_alone": ("号码相同，发票代码缺失或不同", "the same number, a code missing or another"),
    "seller_amount_date": ("有一份没有号码；销售方、金额、日期都相同", "one has no number; seller, amount and date are the same"),
}

CUSTODY: Mapping[str, Pair] = {
    "nav_duplicates": ("重复", "Duplicates"),
    "duplicates_title": ("重复的发票", "Invoices that came twice"),
    "duplicates_lead": (
        "同一张发票存了不止一份文件。票面互相矛盾的要查明：同一张发票不会有两个金额。",
        "One invoice in more than one file. Look into those that contradict each other: no invoice has two totals.",
    ),
    "duplicates_none": ("这里没有重复的发票。", "No duplicates here."),
    "duplicates_open": ("待判断 {count}", "To decide: {count}"),
    "duplicates_decided": ("已判断 {count}", "Decided: {count}"),
    "decided_same": ("{by} 于 {time} 判断：同一张。", "{by} decided {time}: the same invoice."),
    "decided_different": ("{by} 于 {time} 判断：不是同一张。", "{by} decided {time}: different invoices."),
    "decide_reason": ("说明（可不填）", "Remark (optional)"),
    "decide_reason_hint": ("如：发票联与抵扣联", "Such as: two copies of one form"),
    "decide_same": ("同一张", "The same"),
    "decide_different": ("不同", "Different"),
    "duplicates_group": ("{number}：{count} 份文件", "{number}: {count} files"),
    "duplicates_alarm": ("票面互相矛盾：", "They contradict each other:"),
    "duplicates_certain": ("同一张发票", "The same invoice"),
    "duplicates_suspected": ("疑似同一张发票", "Perhaps the same invoice"),
    "duplicates_differs": ("不一致", "differs"),
    "duplicates_file": ("文件", "File"),
    "page_before": ("上一页", "Previous page"),
    "page_next": ("下一页", "Next page"),
}
