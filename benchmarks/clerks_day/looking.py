"""The register, what is taken out of it, the page of one invoice, and finding one by what is remembered."""

import io
import zipfile
from dataclasses import dataclass

import pypdfium2

from benchmarks.clerks_day.clerk import Clerk, WentWrong, need

_NOBODYS = "2019年7月 月球车租赁 八万六千块"


@dataclass
class Seen:
    """An invoice that the clerk has looked at, as a person remembers it afterwards."""

    id: str = ""
    day: str = ""
    seller: str = ""
    total: str = ""

    @property
    def remembered(self) -> str:
        """In a sentence: the month, a part of the name, and about what it came to."""
        about = round(_yuan(self.total))
        return f"{self.day[:4]}年{int(self.day[5:7])}月 {self.seller[:6]} {about}块左右"


def register(clerk: Clerk) -> str:
    """All of it: the count and the sums."""
    clerk.go("/register")
    return "; ".join(clerk.texts(".sums > div"))


def filtered(clerk: Clerk) -> str:
    """One kind alone, then cleared."""
    page = clerk.page
    every = clerk.text(".sums .count dd")
    page.locator("#kind").select_option("taxi")
    page.locator("form.filters button[type=submit]").click()
    page.wait_for_url("**kind=taxi*")
    one = clerk.text(".sums .count dd")
    need(one != every, f"the filter leaves {one} of {every}")
    page.locator('form.filters a[href="/register"]').click()
    page.wait_for_url(lambda url: "kind=" not in url)
    return f"taxi: {one} of {every}"


def sorted_by_amount(clerk: Clerk) -> str:
    """The largest first."""
    page = clerk.page
    head = page.locator('table.register thead a[href*="amount"]')
    need(head.is_visible(), "the amounts cannot be sorted")
    head.click()
    page.wait_for_url("**sort=*amount*")
    amounts = [_yuan(text) for text in clerk.texts("td.at-total") if text != "—"]
    need(amounts in (sorted(amounts), sorted(amounts, reverse=True)), f"not in order: {amounts[:5]}")
    return f"{len(amounts)} rows in order, first {amounts[0]:,.2f}, last {amounts[-1]:,.2f}"


def taken_out(clerk: Clerk, form: str) -> str:
    """Two chosen invoices as a workbook, or all that is listed as a zip of originals: made, followed and fetched."""
    page = clerk.page
    clerk.go("/register")
    boxes = page.locator('input[name="ids"]')
    if form == "xlsx":
        boxes.nth(0).check()
        boxes.nth(min(1, boxes.count() - 1)).check()
    else:
        page.locator('input[name="all"]').check()
    page.locator("#format").select_option(form)
    page.locator(".take-out button[type=submit]").click()
    page.wait_for_url("**/exports/*")
    page.locator('a[href$="/file"]').wait_for()
    content = clerk.fetched('a[href$="/file"]')
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = file.namelist()
    need(names, "an empty file")
    return f"{len(content) / 1000:,.0f} kB, {len(names)} parts; {clerk.text('.notice p.muted')}"


def invoice(clerk: Clerk, seen: Seen) -> str:
    """The first one of the register that has a day, a seller and a total: upright, as it came, and its neighbours."""
    page = clerk.page
    clerk.go("/register")
    for row in page.locator("table.register tbody tr").all():
        day, seller, total = (" ".join(row.locator(f".at-{part}").inner_text().split()) for part in ("day", "seller", "total"))
        if "—" not in (day, seller, total):
            break
    else:
        raise WentWrong("no row with a day, a seller and a total")
    row.locator(".at-number a").click()
    page.locator("#record").wait_for()
    seen.id, seen.day, seen.seller, seen.total = page.url.rsplit("/", 1)[1], day, seller, total
    looks = page.locator("p.look a")
    if looks.count():
        looks.nth(1).click()
        page.wait_for_url("**look=original*")
        page.locator("p.look a").nth(0).click()
        page.wait_for_url(lambda url: "look=" not in url)
    walk = clerk.text("#walk") if page.locator("#walk").is_visible() else "no neighbours"
    if page.locator("#walk a").count():
        page.locator("#walk a").last.click()
        page.wait_for_url(lambda url: seen.id not in url)
        page.locator("#walk a").first.click()
        page.wait_for_url(f"**/{seen.id}")
    return f"{seen.day} {seen.seller} {seen.total}; {walk}; {clerk.text('section.verdict h2')}"


def withdrawn_and_back(clerk: Clerk) -> str:
    """Withdrawn with a reason, then put back."""
    told = []
    for action, reason in (("withdraw", "重复报销"), ("restore-to-list", "看错了")):
        fold = clerk.page.locator("details", has=clerk.page.locator(f'form[action$="/{action}"]')).last
        fold.locator("summary").first.click()
        fold.locator('input[name="reason"]').fill(reason)
        fold.locator("button[type=submit]").click()
        clerk.page.locator("main [role=status]").first.wait_for()
        told.append(clerk.text("main [role=status]"))
    return " ".join(told)


def printed(clerk: Clerk) -> str:
    """As paper."""
    clerk.page.wait_for_load_state("networkidle")
    with pypdfium2.PdfDocument(io.BytesIO(clerk.page.pdf(prefer_css_page_size=True))) as sheets:
        count = len(sheets)
    need(count == 1, f"{count} sheets")
    return "1 sheet"


def remembered(clerk: Clerk, seen: Seen) -> str:
    """In a vague sentence, which must lead to the invoice."""
    _ask(clerk, seen.remembered)
    links = clerk.page.locator('main a[href*="/invoices/"]')
    places = [link.get_attribute("href") or "" for link in links.all()]
    need(any(seen.id in place for place in places), f"{seen.remembered}: {', '.join(clerk.texts('#results h2'))}, and it is not there")
    return f"{seen.remembered}: {', '.join(clerk.texts('#results h2'))}"


def not_there(clerk: Clerk) -> str:
    """What nobody has: an honest no, which leads to a case."""
    _ask(clerk, _NOBODYS)
    need(clerk.page.locator("#nothing").count(), "it says to have found what is not there")
    told = clerk.text("#nothing")
    clerk.page.locator('main a[href*="/losses/new"]').first.click()
    clerk.page.wait_for_url("**/losses/new*")
    filled = [value for field in clerk.page.locator("main form input[type=text]").all() if (value := field.input_value())]
    return f"{told}; the form has {', '.join(filled) or 'nothing'}"


def _yuan(text: str) -> float:
    return float(text.lstrip("¥").replace(",", ""))


def _ask(clerk: Clerk, sentence: str) -> None:
    clerk.go("/find")
    clerk.page.locator("#sentence").fill(sentence)
    clerk.page.locator("form[role=search] button[type=submit]").first.click()
    clerk.page.locator("#results[data-asked]").wait_for(state="attached")
