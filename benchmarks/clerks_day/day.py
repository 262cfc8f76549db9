"""The order of one person's day, and the server that it is spent at."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.clerks_day import following, handing_in, looking, reviewing
from benchmarks.clerks_day.clerk import Clerk, Step, at_work
from benchmarks.clerks_day.folder import MOST_BYTES, OF_A_PHONE, OUR_NAME, OUR_TAX_ID, Mixed, written
from benchmarks.server_process import ServerProcess
from models.errors import BadUsage

_TOO_LARGE = ("413", "Failed to load resource")


@contextmanager
def serving(folder: Path, workers: int, **further: str) -> Iterator[str]:
    """A fresh archive with one clerk and one company of ours, served by real processes; yields its address.

    `further` are PIAOGEN_ variables.
    """
    settings = {
        "PIAOGEN_SIGNING_KEY": str(folder / "signing-key.pem"),
        "PIAOGEN_MAX_UPLOAD_BYTES": str(MOST_BYTES),
        "PIAOGEN_MIN_FREE_MEGABYTES": "1",
        **further,
    }
    server = ServerProcess(folder / "archive", folder / "server.log", workers=workers, settings=settings)
    person = ("user", "add", handing_in.LOGIN, "--role", "clerk", "--display-name", "周样", "--password-stdin")
    _command(server, *person, told=f"{handing_in.PASSWORD}\n")
    _command(server, "company", "add", OUR_NAME, OUR_TAX_ID)
    with server:
        yield server.url


def spend(browser: Browser, base: str, size: str, mixed: Mixed, folder: Path, shots: Path | None) -> list[Step]:
    """One day, from logging in to looking at what the day came to."""
    context, clerk = at_work(browser, size, base, shots)
    try:
        clerk.step("登录", partial(handing_in.log_in, clerk))
        if clerk.is_phone:
            _hand_in_by_phone(clerk, mixed, folder)
        else:
            paths = written(mixed.files, folder / "files")
            clerk.step("收票", partial(handing_in.drop, clerk, paths), expected=_TOO_LARGE)
            _batch(clerk, mixed)
        _review(clerk)
        _look(clerk, mixed, folder)
    finally:
        context.close()
    return clerk.steps


def _hand_in_by_phone(clerk: Clerk, mixed: Mixed, folder: Path) -> None:
    photos = tuple(file for file in mixed.files if file.what in OF_A_PHONE)
    others = tuple(file for file in mixed.files if file.what not in OF_A_PHONE)
    clerk.step("收票", partial(handing_in.choose, clerk, written(others, folder / "others")), expected=_TOO_LARGE)
    clerk.step("手机", partial(handing_in.shoot, clerk, written(photos, folder / "photos")), expected=_TOO_LARGE)
    _batch(clerk, Mixed(photos, mixed.listed))


def _batch(clerk: Clerk, mixed: Mixed) -> None:
    clerk.step("批次", partial(handing_in.open_batch, clerk))
    clerk.step("批次读完", partial(handing_in.read, clerk, len(mixed.files)))
    clerk.step("未收的原因", partial(handing_in.refusals, clerk, mixed.files))
    clerk.step("去复核这一批", partial(handing_in.to_review, clerk))


def _review(clerk: Clerk) -> None:
    clerk.step("复核台确认", partial(reviewing.accept, clerk))
    clerk.step("复核台改字段", partial(reviewing.mend, clerk))
    clerk.step("复核台不是发票", partial(reviewing.no_invoice, clerk))
    clerk.step("复核台退回重拍", partial(reviewing.retake, clerk))
    clerk.step("待复核", partial(reviewing.back_to_the_list, clerk))


def _look(clerk: Clerk, mixed: Mixed, folder: Path) -> None:
    seen = looking.Seen()
    clerk.step("台账", partial(looking.register, clerk))
    clerk.step("台账筛选", partial(looking.filtered, clerk))
    clerk.step("台账排序", partial(looking.sorted_by_amount, clerk))
    clerk.step("导出xlsx", partial(looking.taken_out, clerk, "xlsx"))
    clerk.step("导出zip", partial(looking.taken_out, clerk, "zip"))
    clerk.step("发票", partial(looking.invoice, clerk, seen))
    clerk.step("打印", partial(looking.printed, clerk))
    clerk.step("作废与恢复", partial(looking.withdrawn_and_back, clerk))
    clerk.step("查票", partial(looking.remembered, clerk, seen))
    clerk.step("查不到", partial(looking.not_there, clerk))
    clerk.step("遗失案", partial(following.case, clerk))
    clerk.step("遗失材料", partial(following.pack, clerk))
    clerk.step("对账", partial(following.reconcile, clerk, mixed.listed, folder))
    clerk.step("清单缺票", partial(following.missing_case, clerk))
    clerk.step("纸票", partial(following.papers, clerk, seen))
    clerk.step("重复", partial(following.duplicates, clerk))
    clerk.step("今日", partial(following.today, clerk))


def _command(server: ServerProcess, *arguments: str, told: str = "") -> None:
    line = [sys.executable, "-m", "ocr_service.cli", *arguments]
    done = subprocess.run(line, env=server.environment, input=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadUsage(f"the archive could not be set up: {done.stderr[-500:]}")
