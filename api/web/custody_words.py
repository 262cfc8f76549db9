"""The sentences of the pages about invoices that came twice and about the paper itself, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

SAME_BY: Mapping[str, Pair] = {
    "number": ("号码相同", "the same number"),
    "number_alone": ("号码相同，发票代码缺失或不同", "the same number, a code missing or another"),
    "seller_amount_date": ("有一份没有号码；销售方、金额、日期都相同", "one has no number; seller, amount and date are the same"),
}

PAPER_EVENTS: Mapping[str, Pair] = {
    "received": ("签收", "Received"),
    "handed_over": ("交接", "Handed over"),
    "bound": ("装订", "Bound"),
    "boxed": ("入盒", "Boxed"),
    "lent": ("借出", "Lent"),
    "taken": ("税局调取", "Taken by the tax bureau"),
    "returned": ("归还", "Returned"),
    "missing": ("盘点缺失", "Missing"),
    "found": ("找到", "Found"),
}

PAPER_STATES: Mapping[str, Pair] = {
    "expected": ("未签收", "not received"),
    "received": ("已签收", "received"),
    "handed_over": ("已交接", "handed over"),
    "bound": ("已装订", "bound"),
    "boxed": ("已入盒", "in its box"),
    "lent": ("借出中", "lent"),
    "taken": ("税局调取中", "with the tax bureau"),
    "missing": ("缺失", "missing"),
}

PAPER_FIELDS: Mapping[str, Pair] = {
    "person": ("交件人 / 接收人 / 借阅人", "From, to, or lent to"),
    "voucher": ("凭证号", "Voucher number"),
    "volume": ("册", "Volume"),
    "box": ("盒", "Box"),
    "place": ("位", "Place"),
    "due": ("应还日期", "Due back"),
    "certificate": ("换票证号", "Number of the receipt (换票证)"),
    "note": ("备注", "Note"),
}

PAPER_WRONG: Mapping[str, Pair] = {
    "person": ("请填写人。", "Say who."),
    "voucher": ("请填写凭证号。", "Give the voucher number."),
    "box": ("请填写盒。", "Give the box."),
    "due": ("请填写应还日期。", "Say when it is due back."),
    "certificate": ("请填写换票证号。", "Give the number of the receipt."),
    "note": ("通常先签收再做这一步，入盒前先装订；跳过请在备注里说明原因。", "A usual step is left out: say why in the note."),
    "kind": ("请选择做了什么。", "Choose what happened."),
    "label": ("这是另一个档案的标签。", "This label belongs to another archive."),
    "unknown": ("没有这张票，请核对标签号。", "There is no such invoice: check the code."),
    "stale": ("别人刚记过一笔，请看过再记。", "Somebody else recorded something just now: look again."),
    "not_out": ("没有借出，不能归还。请先补记借出或税局调取。", "Nobody has it. Record first that it was lent or taken."),
    "not_missing": ("不是缺失，不用找到。", "It is not missing."),
    "out": ("还在别人手里。请先记归还。", "Somebody has it. Record first that it was returned."),
    "text": ("文字太长，或含不能显示的字符。", "A text is too long or cannot be shown."),
}

CUSTODY: Mapping[str, Pair] = {
    "nav_papers": ("纸票", "Papers"),
    "papers_title": ("纸票", "Papers"),
    "papers_lead": (
        "每张纸票现在在哪里、经过谁的手。扫标签或输入标签号，记下发生了什么。",
        "Where each paper is, and through whose hands it went. Scan labels or type their codes, and record what happened.",
    ),
    "papers_record": ("记一笔", "Record what happened"),
    "papers_labels": ("标签号，一行一个", "Codes of labels, one a line"),
    "papers_labels_hint": (
        "扫到的自动加在这里；也可照标签下面的字输入",
        "What is scanned is added here; or type what is below the code",
    ),
    "papers_scan": ("扫标签", "Scan labels"),
    "papers_scan_stop": ("停止扫描", "Stop scanning"),
    "papers_scan_denied": ("用不了相机，请输入标签号。", "The camera cannot be used: type the codes."),
    "papers_kind": ("做了什么", "What happened"),
    "papers_more": ("只填与这一步有关的", "Only what belongs to it"),
    "papers_save": ("记下", "Record"),
    "papers_saved": ("已记：{state}", "Recorded: {state}"),
    "papers_out": ("在外的纸票", "Papers that somebody has"),
    "papers_out_none": ("没有借出或被调取的纸票。", "Nobody has any."),
    "papers_overdue": ("逾期", "overdue"),
    "papers_missing": ("缺失的纸票", "Missing papers"),
    "papers_missing_none": ("没有缺失的纸票。", "None is missing."),
    "papers_open_case": ("开立遗失案", "Open a loss case"),
    "papers_boxes": ("档案盒", "Boxes"),
    "papers_boxes_none": ("还没有入盒的纸票。", "Nothing is in a box yet."),
    "papers_in_box": ("盒 {box}", "Box {box}"),
    "papers_many": ("{count} 张", "{count} papers"),
    "papers_look": ("查一张", "Look one up"),
    "papers_look_label": ("标签号", "Code of the label"),
    "papers_look_button": ("查看", "Look"),
    "papers_back": ("返回纸票", "Back to papers"),
    "paper_title": ("纸票去向", "Where the paper is"),
    "paper_of": ("发票 {number}", "Invoice {number}"),
    "paper_nothing": ("还没有记录。", "Nothing was recorded yet."),
    "paper_history": ("经过", "What happened"),
    "paper_label": ("标签", "Label"),
    "paper_label_alt": ("这张票的标签二维码", "Code of this paper's label"),
    "paper_see": ("纸票去向与记录", "Where the paper is, and what happened to it"),
    "column_paper": ("发票", "Invoice"),
    "column_when": ("时间", "When"),
    "column_who": ("记录人", "Recorded by"),
    "column_what": ("做了什么", "What"),
    "column_said": ("内容", "Details"),
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
