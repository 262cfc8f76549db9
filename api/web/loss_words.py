"""The words of the pages about lost invoices, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair
from ocr_service.loss_texts import TEXT_NAMES

LOST_COPIES: Mapping[str, Pair] = {
    "invoice": ("发票联", "the buyer's invoice copy"),
    "deduction": ("抵扣联", "the buyer's deduction copy"),
    "invoice_and_deduction": ("发票联和抵扣联", "both of the buyer's copies"),
    "bookkeeping": ("记账联", "the seller's bookkeeping copy"),
    "whole": ("整张（单联）", "the whole paper, of which there is one"),
    "file": ("电子文件", "electronic file"),
}

CIRCUMSTANCES: Mapping[str, Pair] = {
    "ordinary": ("一般遗失", "lost"),
    "seller_gone": ("遗失，且销售方已找不到", "lost, and the seller is gone"),
    "held_by_tax_bureau": ("税务机关调出（换票证）", "held by the tax bureau"),
}

MARKS: Mapping[str, Pair] = {
    "two_sources": ("两处来源一致", "two sources agree"),
    "one_source": ("仅一处来源", "one source"),
    "unverified": ("未核实", "unverified"),
    "inference": ("推断，仅供参考，不是规定", "an inference: advice, no rule"),
}

USES: Mapping[str, Pair] = {
    "deduction": ("抵扣进项税额", "deduction of input tax"),
    "refund": ("申报退税", "refund"),
    "booking": ("记账凭证", "booking"),
}

STEP_STATES: Mapping[str, Pair] = {
    "open": ("未办", "open"),
    "done": ("已办", "done"),
    "waived": ("不需办理", "not needed"),
}

LINK_STATES: Mapping[str, Pair] = {
    "proposed": ("疑似，等待确认", "it may be the one: please say"),
    "proved": ("号码已证实，自动关联", "its number is proved: linked by itself"),
    "confirmed": ("已确认", "confirmed"),
}

ENDINGS: Mapping[str, Pair] = {
    "replaced": ("替代件已取得并办结", "replaced"),
    "found": ("原件找回", "the original was found"),
    "fetched_again": ("已重新取得电子文件", "fetched again"),
    "returned": ("税务机关已归还", "returned by the tax bureau"),
    "written_off": ("不入账、不抵扣，自行承担", "neither booked nor deducted"),
    "mistaken": ("登记有误", "recorded by mistake"),
}

LOSS_TEXTS: Mapping[str, Pair] = dict(TEXT_NAMES)

LOSS_FIELDS: Mapping[str, Pair] = {
    "lost": ("遗失联次", "Lost copy"),
    "circumstance": ("情形", "Circumstance"),
    "discovered_on": ("发现日期", "Discovered on"),
    "lost_by": ("遗失人", "Who lost it"),
    "deducted": ("是否已抵扣", "Deducted"),
    "booked": ("是否已入账", "Booked"),
    "voucher": ("记账凭证号", "Voucher"),
    "kind": ("票种", "Kind"),
    "code": ("发票代码", "Invoice code"),
    "number": ("发票号码", "Invoice number"),
    "issued_on": ("开票日期", "Date of issue"),
    "seller_name": ("销售方名称", "Seller"),
    "seller_tax_id": ("销售方纳税人识别号", "Seller's taxpayer id"),
    "buyer_name": ("购买方名称", "Buyer"),
    "total": ("价税合计（元）", "Total (yuan)"),
    "person": ("办理人", "Who did it"),
    "on": ("办理日期", "On which day"),
    "note": ("说明", "Note"),
    "invoice": ("已归档的发票编号或文件指纹", "Id or digest of what was archived"),
    "source": ("文件来源", "From where the file came"),
    "digest": ("文件指纹 SHA-256", "SHA-256 of the file"),
    "state": ("办理情况", "State"),
    "outcome": ("结案方式", "How it ends"),
    "texts": ("材料文字", "Texts of the papers"),
    "step": ("手续", "Step"),
}

LOSSES: Mapping[str, Pair] = {
    "nav_losses": ("遗失", "Losses"),
    "losses_title": ("遗失案", "Lost invoices"),
    "losses_lead": (
        "纸质发票遗失，于发现当日书面报告税务机关；用什么替代、要办哪些手续，按票种和联次列出。",
        "A lost paper invoice is reported to the tax authority on the day of discovery; what replaces it and which steps are due follows "
        "from its kind and copy.",
    ),
    "losses_new": ("开立遗失案", "Open a loss case"),
    "losses_none": ("没有遗失案。", "There is no case."),
    "losses_open": ("办理中", "Open"),
    "losses_closed": ("已结案", "Closed"),
    "losses_all": ("全部", "All"),
    "losses_show": ("显示", "Show"),
    "losses_overdue": ("逾期 {count} 项", "overdue: {count}"),
    "losses_overdue_title": ("有逾期的手续", "Steps are overdue"),
    "losses_due": ("最近期限", "Next term"),
    "losses_state": ("状态", "State"),
    "losses_case": ("发票", "Invoice"),
    "losses_unknown": ("号码不详", "number unknown"),
    "loss_new_said": ("查票时说的：{sentence}", "Said when it was searched for: {sentence}"),
    "loss_new_lead": (
        "档案里没有这张发票也可以登记：记得什么填什么，以后收到会自动比对。",
        "An invoice that is not in the archive can be recorded as well: say what is remembered; it is matched when it turns up.",
    ),
    "loss_new_from": ("遗失的是档案中的这张发票：", "Lost is this archived invoice:"),
    "loss_new_save": ("登记", "Record"),
    "loss_kind_unknown": ("不清楚", "not known"),
    "loss_yes": ("是", "yes"),
    "loss_no": ("否", "no"),
    "loss_unknown": ("不清楚", "not known"),
    "loss_title": ("遗失案 {number}", "Loss of {number}"),
    "loss_back": ("全部遗失案", "All cases"),
    "loss_saved": ("已保存。", "Saved."),
    "loss_wrong_field": ("请检查：{field}", "Please check: {field}"),
    "loss_missing": ("还没有办完：{steps}", "Still open: {steps}"),
    "loss_difference": ("{field}：遗失的是 {one}，这一份是 {another}", "{field}: the lost one has {one}, this one {another}"),
    "loss_stale": (
        "别人刚改过这个遗失案。下面是最新内容，请核对后再保存。",
        "Somebody else has just changed this case. Below is what stands now; look again before you save.",
    ),
    "loss_rule_title": ("用什么替代", "What replaces it"),
    "loss_serves": ("可用作：{uses}", "It serves as: {uses}"),
    "loss_ground": ("依据", "Ground"),
    "loss_link_title": ("档案中的发票", "The archived invoice"),
    "loss_link_none": ("档案中没有影像；收到后会自动比对。", "It is not in the archive; it is matched when it turns up."),
    "loss_link_look": ("打开发票", "Look at it"),
    "loss_link_yes": ("就是这一张", "This is the one"),
    "loss_link_no": ("不是这一张", "It is another one"),
    "loss_link_search": ("在档案中查找", "Search the archive"),
    "loss_link_name": ("发票编号", "Id of the invoice"),
    "loss_link_save": ("关联", "Link"),
    "loss_steps_title": ("手续", "Steps"),
    "loss_step_due": ("期限 {day}", "due {day}"),
    "loss_step_late": ("逾期", "overdue"),
    "loss_step_optional": ("可选", "optional"),
    "loss_step_record": ("登记办理情况", "Record it"),
    "loss_step_save": ("保存", "Save"),
    "loss_step_said": ("{day} 由{person}办理", "{day}, {person}"),
    "loss_step_paper": ("归档的文件", "What was archived"),
    "loss_refetched": ("与档案原件一致", "the same bytes as the archived original"),
    "loss_refetched_other": ("与档案原件不是同一个文件", "another file than the archived original"),
    "loss_refetched_alone": ("档案中没有原件可比", "nothing in the archive to compare with"),
    "loss_facts_title": ("基本情况", "What is known"),
    "loss_facts_save": ("保存", "Save"),
    "loss_facts_archived": (
        "发票内容以档案为准，要改请更正那张发票。",
        "What is known of the invoice is the archive's: correct it there.",
    ),
    "loss_texts_title": ("材料文字", "Texts of the papers"),
    "loss_texts_hint": (
        "打印前可逐段修改；清空即恢复通用文字。＿＿ 处请填写。",
        "Each can be written anew before printing; empty it for the usual words. Fill in the blanks.",
    ),
    "loss_texts_save": ("保存文字", "Save the texts"),
    "loss_pack_title": ("打印材料", "Papers"),
    "loss_pack_hint": (
        "办理清单、情况说明、报告表、函件、审批单和存档证据，内容取自档案。",
        "Checklist, statements, forms, letter, approval sheet and evidence, filled in from the archive.",
    ),
    "loss_pack_pdf": ("下载 PDF", "Download the PDF"),
    "loss_pack_zip": ("下载压缩包（含原件）", "Zip with the original"),
    "loss_close_title": ("结案", "Close the case"),
    "loss_close_save": ("结案", "Close"),
    "loss_close_hint": ("结案后不能再修改。", "A closed case cannot be changed."),
    "loss_closed_by": ("结案：{ending}，{day}，{by}", "{ending}, {day}, {by}"),
    "loss_history_title": ("办理记录", "History"),
    "loss_history_line": ("第 {version} 版，{time}，{by}", "version {version}, {time}, {by}"),
    "loss_opened_by": ("{by} 于 {time} 登记", "recorded by {by}, {time}"),
}
