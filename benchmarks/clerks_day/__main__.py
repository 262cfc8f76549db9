"""One person's day at the pages in a real browser: does every step work, how long does it take, and is there a way onward everywhere.

`python -m benchmarks.clerks_day [--files N] [--sizes desk,phone] [--shots DIR]`. Of each size: a fresh archive, `piaogen serve` with worker
processes that really read, and a folder of so many mixed files drawn for it: tickets, scans, photos, digital invoices as PDF, OFD and XML,
archives, mails, doubles, and what must be refused with a reason. A step does not work when what it is for does not come, when a page
answers with an error, complains in the console, shows the key of a word, runs off the side or leads nowhere. Seconds are those of a
machine that clicks: people look longer.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.clerks_day.clerk import SIZES, Step, opened
from benchmarks.clerks_day.day import serving, spend
from benchmarks.clerks_day.folder import mixed
from benchmarks.machine import load_average
from benchmarks.report import Cell, Report, Table, arguments, names_among, positive, publish, scratch_folder, stated

_LINE = 150
COLUMNS = ("step", "size", "seconds", "ok", "seen")


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when a step did not work."""
    parser = arguments("clerks_day", __doc__)
    parser.add_argument("--files", type=positive, default=200, help="files that are handed in, of each size")
    parser.add_argument("--sizes", type=names_among(tuple(SIZES)), default=tuple(SIZES), metavar="NAMES", help="desk, phone or both")
    parser.add_argument("--shots", type=Path, default=None, metavar="DIR", help="a picture of the page after each step goes here")
    parser.add_argument("--workers", type=positive, default=2, help="processes that read")
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args(given)
    steps: list[Step] = []
    loads = []
    with sync_playwright() as playwright:
        browser = opened(playwright)
        for place, size in enumerate(options.sizes):
            drawn = mixed(options.files, options.seed + place)
            with scratch_folder(options) as folder, serving(folder.resolve(), options.workers) as base:
                steps += spend(browser, base, size, drawn, folder.resolve(), options.shots)
            loads.append(f"{size} {load_average()}")
        browser.close()
    publish(report_of(steps, stated(options), loads), options)
    return 0 if all(step.works for step in steps) else 1


def report_of(steps: Sequence[Step], options: dict[str, Cell], loads: Sequence[str]) -> Report:
    """A row for each step."""
    rows = tuple((step.name, step.size, step.seconds, "ok" if step.works else "not", _short(step.seen)) for step in steps)
    works = sum(step.works for step in steps)
    notes = (f"{works} of {len(steps)} steps work", f"load of the machine at the end of the day: {', '.join(loads)}")
    details: dict[str, object] = {"seen": [[step.size, step.name, step.seen] for step in steps]}
    return Report("clerks_day", options, (Table("A clerk's day", COLUMNS, rows),), notes, details)


def _short(seen: str) -> str:
    """As much as fits a line; the JSON has it all."""
    return seen if len(seen) <= _LINE else f"{seen[:_LINE]}…"


if __name__ == "__main__":
    sys.exit(main())
