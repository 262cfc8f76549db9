"""The sentences of the page of our own companies, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

COMPANY_WRONG: Mapping[str, Pair] = {
    "name": ("请填写单位名称，不超过 200 个字。", "Name the company, in at most 200 characters."),
    "tax_ids": ("税号是 15 到 20 位数字和大写字母。", "A tax id has 15 to 20 digits and capital letters."),
    "taken": ("这个税号已登记在另一家单位名下。", "That tax id is another company's here."),
    "ended": ("没有登记这家单位，可能别人已经移出。", "That company is not on the list; somebody may have ended it."),
    "stale": (
        "别人刚改过本单位名单。下面是最新内容，请核对后再保存。",
        "Somebody else has just changed the list. Below is what stands now.",
    ),
}
"""What was wrong with a form, by the field of the refusal."""

COMPANIES: Mapping[str, Pair] = {
    "nav_companies": ("本单位", "Our companies"),
    "companies_title": ("本单位", "Our companies"),
    "companies_lead": (
        "本单位的名称和税号：对账、凭证和报销检查凭税号认出发票的哪一方是本单位。",
        "Our companies and their tax ids: by them reconciliation, vouchers and checks of claims know which side of an invoice is ours.",
    ),
    "companies_none": ("还没有登记本单位。", "No company of ours is named yet."),
    "companies_by_administrator": ("由管理员在“本单位”页登记。", "An administrator names them on the page “Our companies”."),
    "company_name": ("单位名称", "Company"),
    "company_name_hint": ("与发票上印的一致", "As invoices print it"),
    "company_tax_ids": ("税号", "Tax ids"),
    "company_tax_ids_hint": (
        "现在用的写第一个，以前用过的写在后面，用空格隔开",
        "The one in use first, former ones after it, with spaces between",
    ),
    "company_former": ("曾用 {ids}", "formerly {ids}"),
    "company_add": ("登记本单位", "Name a company"),
    "company_add_hint": ("名称或现用税号已登记的，按这里填写的更正。", "One that has this name or this tax id already is changed to this."),
    "company_end": ("移出", "End"),
    "company_end_hint": (
        "移出后不再认作本单位；以前登记过仍有记录，已做的对账不变。",
        "It counts as ours no more. That it did stays on record, and what was reconciled stays as it is.",
    ),
    "company_saved": ("已登记：{name}", "Named: {name}"),
    "company_ended": ("已移出：{name}", "Ended: {name}"),
}
