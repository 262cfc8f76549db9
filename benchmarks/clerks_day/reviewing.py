"""The review desk: with the keyboard alone at a desk, with taps on a phone."""

from collections.abc import Mapping

from benchmarks.clerks_day.clerk import Clerk, WentWrong, need

_MENDED: Mapping[str, str] = {
    "seller_name": "青禾市示例商贸有限公司",
    "buyer_name": "白石县样本咨询有限公司",
    "issue_date": "2026-11-03",
    "travel_date": "2026-11-03",
    "tax_inclusive_amount": "88.00",
    "passenger_name": "周样",
}
"""What is typed into the first of these fields that is asked about."""
_READ = "#word #rows-open input[type=text]:not([value=''])"
"""A field that is asked about and was read: what is on the picture is an invoice."""
_TYPED_OTHERWISE = "12345678"
_MOST = 60
"""So many invoices are passed over to find one of the wanted sort."""


def accept(clerk: Clerk) -> str:
    """One that was read: confirmed as it stands, or accepted with a reason where a check does not hold."""
    name = _sought(clerk, _READ)
    first = _save(clerk)
    if first == name:
        _accept_with_a_reason(clerk)
    return f"confirmed {'with a reason ' if first == name else ''}and on to the next: {_place(clerk)}"


def mend(clerk: Clerk) -> str:
    """One field typed anew."""
    name = _sought(clerk, _READ)
    fields = clerk.page.locator("#rows-open input[type=text]:visible")
    keys = [field.get_attribute("data-field") or "" for field in fields.all()]
    key = next((key for key in keys if key in _MENDED), keys[0])
    clerk.page.locator(f"#field-{key}").focus()
    if clerk.is_phone:
        clerk.page.locator(f"#field-{key}").fill(_MENDED.get(key, _TYPED_OTHERWISE))
    else:
        clerk.page.keyboard.press("Control+A")
        clerk.page.keyboard.type(_MENDED.get(key, _TYPED_OTHERWISE))
    if _save(clerk) == name:
        _accept_with_a_reason(clerk)
    return f"{key} mended: {_place(clerk)}"


def no_invoice(clerk: Clerk) -> str:
    """Set aside with X."""
    return _aside(clerk, "x", "not_invoice")


def retake(clerk: Clerk) -> str:
    """Sent back with R."""
    return _aside(clerk, "r", "retake")


def back_to_the_list(clerk: Clerk) -> str:
    """By Escape, and what the list says."""
    if clerk.is_phone or clerk.page.locator(".desk-empty").count():
        clerk.page.locator("#to-list").click()
    else:
        clerk.page.keyboard.press("Escape")
        clerk.page.keyboard.press("Escape")
    clerk.page.wait_for_url("**/review")
    waits = ", ".join(clerk.texts("main > p.muted")) or "nothing waits"
    return f"{clerk.page.locator('table.hits tbody tr').count()} rows on the first page; {waits}"


def _aside(clerk: Clerk, key: str, ground: str) -> str:
    name = _sought(clerk, f"#aside-{ground}")
    if clerk.is_phone:
        clerk.page.locator(f"#aside-{ground} summary").click()
        clerk.page.locator(f"#aside-{ground} button").click()
    else:
        clerk.page.keyboard.press("Escape") if _types(clerk) else None
        clerk.page.keyboard.press(key)
        clerk.page.keyboard.press("Enter")
    _leaves(clerk, name)
    need(clerk.page.locator("[role=status]").count(), "nothing says that it was done")
    return f"{clerk.text('main [role=status]')} {_place(clerk)}"


def _save(clerk: Clerk) -> str:
    """Confirm or save; the name of what is shown then, the same where something is left open."""
    name = _name(clerk)
    if clerk.is_phone:
        clerk.page.locator("#save").click()
    else:
        if not _types(clerk):
            clerk.page.locator("#save").focus()
        clerk.page.keyboard.press("Enter")
    clerk.wait_until(lambda: _name(clerk) != name or clerk.page.locator("main .bad-notice[role=alert]").count() > 0, "an answer to saving")
    clerk.page.wait_for_load_state()
    return _name(clerk)


def _accept_with_a_reason(clerk: Clerk) -> None:
    name = _name(clerk)
    if not clerk.page.locator("#accept").count():
        raise WentWrong(f"it stays open and nothing offers to accept it: {'; '.join(clerk.texts('main [role=alert]'))}")
    if clerk.is_phone:
        clerk.page.locator("#accept-reason").fill("纸票核对无误")
        clerk.page.locator("#save").click()
    else:
        clerk.page.keyboard.press("Escape")
        clerk.page.keyboard.press("o")
        clerk.page.keyboard.type("纸票核对无误")
        clerk.page.keyboard.press("Enter")
    _leaves(clerk, name)


def _leaves(clerk: Clerk, name: str) -> None:
    clerk.wait_until(lambda: _name(clerk) != name, "the next one")
    clerk.page.wait_for_load_state()


def _sought(clerk: Clerk, wanted: str) -> str:
    """Go on until one shows what is wanted; its name."""
    for _ in range(_MOST):
        clerk.page.locator("html.scripted").wait_for(state="attached")
        if clerk.page.locator(wanted).first.is_visible():
            return _name(clerk)
        following = clerk.page.locator("#next")
        need(following.count(), f"nothing in the queue has {wanted}: {_place(clerk)}")
        name = _name(clerk)
        if clerk.is_phone:
            following.click()
        else:
            clerk.page.keyboard.press("Escape") if _types(clerk) else None
            clerk.page.keyboard.press("j")
        _leaves(clerk, name)
    raise WentWrong(f"none of {_MOST} has {wanted}")


def _types(clerk: Clerk) -> bool:
    return bool(clerk.page.evaluate("document.activeElement?.matches('input[type=text], textarea, select')"))


def _name(clerk: Clerk) -> str:
    return clerk.page.url.split("?")[0].rsplit("/", 1)[1]


def _place(clerk: Clerk) -> str:
    return clerk.text(".place, .desk-empty")
