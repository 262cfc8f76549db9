"""The sentences of the pages about what is taken out of the register, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair
from ocr_service.exports.left_out import REASONS, Reason
from ocr_service.exports.voucher_mapping import VALUES

FORMATS: Mapping[str, Pair] = {
    "xlsx": ("Excel 工作簿（发票、明细两张表）", "Excel workbook (invoices and line items)"),
    "csv": ("CSV 文本表", "CSV, a table of text"),
    "voucher": ("记账凭证", "Vouchers for a ledger"),
    "zip": ("原件压缩包（附 SHA-256 清单）", "Originals as a zip, with their SHA-256"),
    "print": ("打印清单（PDF）", "List for printing (PDF)"),
}

EXPORT_STATES: Mapping[str, Pair] = {
    "queued": ("排队中", "waiting"),
    "running": ("正在生成", "being made"),
    "done": ("已备好", "ready"),
    "failed": ("未能生成", "not made"),
}

_LEFT_OUT_ENGLISH = {
    Reason.COPY: "there twice: the same invoice has a voucher already",
    Reason.UNREVIEWED: "to review: review it first, or write unreviewed = true in the mapping",
    Reason.WITHDRAWN: "withdrawn",
    Reason.NO_DAY: "without a date",
    Reason.NO_AMOUNT: "lacks an amount that is needed",
    Reason.UNBALANCED: "does not balance: net and tax are not the total",
    Reason.NO_RULE: "no rule of the mapping fits",
    Reason.DESTROYED: "destroyed after its term",
    Reason.GONE: "not in the archive any more",
    Reason.NO_ITEMS: "its line items cannot be read; the row itself is there",
    Reason.DAMAGED: "its original is missing or damaged in the archive",
}
LEFT_OUT: Mapping[str, Pair] = {reason.value: (REASONS[reason], english) for reason, english in _LEFT_OUT_ENGLISH.items()}

_VALUES_ENGLISH = {
    **{"date": "day of issue", "year": "year", "month": "month", "period": "accounting period, such as 2026-03"},
    **{"voucher": "number of the voucher", "entry": "number of the entry, from 1 in each voucher", "summary": "summary of the entry"},
    **{"account": "code of the account", "account_name": "name of the account", "debit": "amount on the debit side"},
    **{"credit": "amount on the credit side", "amount": "amount of the entry", "supplier": "supplier, in entries of parties alone"},
    **{"customer": "customer, in entries of parties alone", "kind": "kind of invoice", "code": "code", "number": "number"},
    **{"seller_name": "seller", "seller_tax_id": "tax id of the seller", "buyer_name": "buyer", "buyer_tax_id": "tax id of the buyer"},
    **{"goods": "goods or service of the first line", "net": "amount without tax", "tax": "tax", "total": "total", "remarks": "remarks"},
    **{"id": "id in the archive"},
}
VOUCHER_VALUES: Mapping[str, Pair] = {value: (chinese, _VALUES_ENGLISH[value]) for value, chinese in VALUES.items()}

EXPORTS: Mapping[str, Pair] = {
    "nav_exports": ("导出", "Export"),
    "exports_title": ("导出", "Export"),
    "exports_lead": (
        "把台账里的发票取出来：表格、凭证、原件或打印清单。在台账里筛选、勾选后导出最方便；这里可以按日期导出全部。",
        "Take invoices out of the register. Filtering and choosing is done there; here you take all of some days.",
    ),
    "exports_kept": (
        "只有您看得到自己的导出，保留 {hours} 小时后自动删除。",
        "Only you see your exports; each is removed after {hours} hours.",
    ),
    "export_format": ("格式", "Form"),
    "export_from": ("开票日期从", "Issued from"),
    "export_to": ("到", "to"),
    "export_button": ("导出", "Export"),
    "export_csv_hint": (
        "用 Excel 打开请选工作簿：CSV 里的 20 位号码会被 Excel 改写。",
        "For Excel take the workbook: it changes numbers of 20 digits that it finds in CSV.",
    ),
    "exports_before": ("我的导出", "My exports"),
    "exports_none": ("还没有导出。", "Nothing was taken out yet."),
    "export_when": ("时间", "When"),
    "export_state": ("状态", "State"),
    "export_count": ("张数", "Invoices"),
    "export_progress": ("{done} / {total} 张", "{done} of {total}"),
    "export_made_of": ("按 {count} 张发票生成", "Made of {count} invoices"),
    "export_download": ("下载", "Download"),
    "export_size": ("{size} 字节", "{size} bytes"),
    "export_refresh": ("刷新进度", "Look again"),
    "export_running_lead": (
        "正在生成，可以离开这个页面，之后在“我的导出”里下载。",
        "It is being made. You may leave this page and fetch it later from your exports.",
    ),
    "export_until": ("保留到 {time}", "Kept until {time}"),
    "export_remove": ("删除这次导出", "Remove this export"),
    "export_left_out": ("没有导出的 {count} 张", "Left out: {count}"),
    "export_digest": ("文件指纹 SHA-256", "SHA-256 of the file"),
    "export_left_out_what": ("档案编号", "Invoice"),
    "export_left_out_why": ("原因", "Why"),
    "export_left_out_more": ("这里只列前 {count} 张，文件里有全部。", "The first {count} are listed; the file names all."),
    "export_gave_up": (
        "试了几次都没有完成。请缩小范围再导出；再不行请告诉管理员。",
        "It was tried several times and never ended. Take less at once, or tell an administrator.",
    ),
    "export_again": ("再导出一次", "Export again"),
    "export_nothing_chosen": ("还没有选发票：请勾选几张，或选择导出全部。", "No invoice was chosen: tick some, or take all."),
    "export_mappings": ("凭证映射", "Mappings of vouchers"),
    "export_mappings_lead": (
        "科目、摘要和列都写在映射里。自带的两份可以改，也可以另存为自己的。",
        "Accounts, summaries and columns are written there. Change those that are shipped, or keep your own.",
    ),
    "export_mapping_shipped": ("自带", "shipped"),
    "export_mapping_version": ("第 {version} 版", "version {version}"),
    "export_mapping_title": ("凭证映射：{name}", "Mapping of vouchers: {name}"),
    "export_mapping_name": ("名称（小写字母、数字、短横线）", "Name (lower-case letters, digits, dashes)"),
    "export_mapping_text": ("内容（TOML）", "Text (TOML)"),
    "export_mapping_values": ("花括号里可以写", "Values that may stand in braces"),
    "export_mapping_keep": ("保存", "Keep"),
    "export_mapping_kept": ("已保存。", "Kept."),
    "export_mapping_wrong": ("没有保存：{why}", "Not kept: {why}"),
}
