"""A person's way into the archive: from the desk a heap dropped at once, from the phone its tray; then the batch."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.clerks_day.clerk import Clerk, need
from benchmarks.clerks_day.folder import REFUSED, MixedFile

PASSWORD = "a-day-at-the-desk-2026"
LOGIN = "zhou"
_SECONDS_A_FILE = 30.0
_HAND = "Object.assign(document.createElement('input'), {type: 'file', multiple: true, id: 'in-hand'})"
_DROP = """(hand) => {
  const held = new DataTransfer();
  for (const file of hand.files) held.items.add(file);
  hand.remove();
  document.getElementById("drop").dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: held}));
}"""
_WAY_TO_THE_BATCH = ".sending p.small:not([hidden]) a, [data-batch-row] a"
_MAY_LEAVE = "() => window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"


def log_in(clerk: Clerk) -> str:
    """By name and password."""
    page = clerk.page
    page.goto(clerk.base)
    page.locator("#name").fill(LOGIN)
    page.locator("#password").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.locator("header .logout").wait_for()
    return clerk.text("header .who")


def drop(clerk: Clerk, paths: Sequence[Path]) -> str:
    """Drop all as one batch, and look away while it is sent: the page is loaded again in the middle."""
    page = clerk.page
    clerk.go("/")
    page.evaluate(f"document.querySelector('main').append({_HAND})")
    page.locator("#in-hand").set_input_files(list(paths))
    page.locator("#in-hand").evaluate(_DROP)
    page.locator(".sending").wait_for()
    clerk.wait_until(lambda: bool(page.evaluate(_MAY_LEAVE)), "keeping the files in the browser")
    middle = clerk.text(".sending-line")
    page.reload()
    _sent(clerk)
    trouble = clerk.texts(".sending-trouble li")
    need(page.locator(_WAY_TO_THE_BATCH).count(), "nothing leads to the batch after the page was loaded again")
    return f"{len(paths)} files; in the middle: {middle}; not taken: {', '.join(trouble) or 'none'}"


def choose(clerk: Clerk, paths: Sequence[Path]) -> str:
    """What is no photo, with the button for files."""
    clerk.go("/")
    with clerk.page.expect_file_chooser() as chooser:
        clerk.page.locator('label[for="files"]').click()
    chooser.value.set_files(list(paths))
    clerk.page.locator(".sending").wait_for()
    _sent(clerk)
    clerk.page.locator(".sending-files table.files, .sending-trouble li").first.wait_for()
    return f"{len(paths)} files; {clerk.text('.sending-line')}"


def _sent(clerk: Clerk) -> None:
    moving = clerk.page.locator(".sending > progress:visible")
    clerk.page.wait_for_timeout(500)
    clerk.wait_until(lambda: moving.count() == 0, "the end of sending", 600)


def shoot(clerk: Clerk, paths: Sequence[Path]) -> str:
    """Several photos into the tray, one of them taken again, another sent as it is; then everything is stored."""
    page = clerk.page
    clerk.go("/")
    page.locator('a[href="/phone"]').first.click()
    page.locator("#album").set_input_files(list(paths))
    tiles = page.locator(".tile")
    clerk.wait_until(lambda: tiles.count() == len(paths), f"{len(paths)} tiles", 60 + 3 * len(paths))
    told = page.locator(".tile .warn").count()
    page.get_by_role("button", name="重拍").first.click()
    page.get_by_role("button", name="拍下").click()
    page.locator("#camera").wait_for(state="hidden")
    use = page.get_by_role("button", name="就用这张")
    as_it_is = use.count()
    while use.count():
        use.first.click(no_wait_after=True)
        page.wait_for_timeout(100)
    count = page.locator("#tray-count")
    clerk.wait_until(lambda: count.get_attribute("data-waiting") == "0", "the end of sending", 120 + 5 * len(paths))
    refused = clerk.texts(".tile-state.refused")
    why = f"{len(refused)} not taken: {', '.join(dict.fromkeys(refused)) or 'none'}"
    return f"{len(paths)} photos, {told} with advice, 1 taken again, {as_it_is} used as they are; {clerk.text('#tray-count')}; {why}"


def open_batch(clerk: Clerk) -> str:
    """From the page of handing in, or from the tray, to the batch that was sent first; its progress, and once more after a refresh."""
    if clerk.page.url.endswith("/phone"):
        clerk.page.locator("#tray-batch").click()
    else:
        clerk.page.locator(_WAY_TO_THE_BATCH).first.click()
    clerk.page.wait_for_url("**/batches/*")
    first = clerk.text(".progress-line span")
    clerk.page.reload()
    return f"{first}; after a refresh: {clerk.text('.progress-line span')}"


def read(clerk: Clerk, files: int) -> str:
    """Wait until everything of the batch is read."""
    need("/batches/" in clerk.page.url, "this is no batch")
    section = clerk.page.locator("section[data-batch][data-finished=true]")
    clerk.wait_until(lambda: section.count() > 0, "the end of reading", 120 + _SECONDS_A_FILE * files)
    return f"{clerk.text('.progress-line span')}; {', '.join(clerk.texts('ul.counts li'))}"


def refusals(clerk: Clerk, files: Sequence[MixedFile]) -> str:
    """Each refused file says why; those that were not taken at the door are said to be missing."""
    page = clerk.page
    expected = sum(file.what in REFUSED for file in files)
    only = page.locator('ul.counts a[href*="state=refused"]')
    if not only.count():
        need(not expected, f"{expected} should be refused and none is listed")
        return "none"
    only.click()
    page.wait_for_url("**state=refused*")
    rows = page.locator('tr[data-state="refused"]')
    reasons = ["".join(row.locator(".bad").all_inner_texts()).strip() for row in rows.all()]
    need(all(reasons), "a refused file without a reason")
    page.locator("ul.counts a").first.click()
    page.wait_for_url(lambda url: "state=" not in url)
    missing = clerk.texts("section[data-batch] > .warn")
    return f"{len(reasons)} refused, each with its reason: {', '.join(dict.fromkeys(reasons))}; {', '.join(missing) or 'none missing'}"


def to_review(clerk: Clerk) -> str:
    """What is left to people of this batch leads to the review desk."""
    clerk.page.locator('a[href*="/review/desk?batch="]').click()
    clerk.page.locator(".desk, .desk-empty").wait_for()
    return clerk.text("h1 + .place, .desk-empty")
