"""The demonstration: archive a folder of pictures, lose one of them, find it by what is remembered, and get it back bit by bit. Then the
story of a loss: a list of the tax bureau names an invoice that nobody handed in, a case is opened, the paper turns up, its case is met.

Everything goes through the command line, as somebody would type it: `python deploy/demo.py --archive FOLDER PICTURES`. What is
lost and what is remembered of it comes from the archive's own answers.
"""

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

PIAOGEN = Path(sys.executable).with_name("piaogen")
MISLAID = "scan-01.jpg"
"""Lies in a drawer while the others are handed in: a 增值税专用发票 on paper, which can be lost."""


class DemoFailed(Exception):
    """Something was not as promised."""


def main() -> int:
    """Run the demonstration; 0 when the lost invoice came back with the same hash."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, required=True, help="folder of the demo's archive; one that is there is moved aside")
    parser.add_argument("pictures", type=Path, help="folder of pictures to archive")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="piaogen-demo-") as folder:
            _demonstrate(arguments.archive, arguments.pictures, Path(folder))
    except DemoFailed as error:
        _say(f"\n演示失败 the demonstration failed: {error}")
        return 1
    return 0


def _demonstrate(archive: Path, pictures: Path, folder: Path) -> None:
    if archive.exists():
        aside = archive.with_name(f"{archive.name}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        archive.rename(aside)
        _say(f"上次的演示档案已移到 the earlier demo archive is now {aside}")
    piaogen = Piaogen(archive)
    desk, drawer = folder / "desk", folder / "drawer"
    shutil.copytree(pictures, desk)
    drawer.mkdir()
    (desk / MISLAID).rename(drawer / MISLAID)
    fingerprints = {path.name: _sha256(path) for path in desk.iterdir()}

    _title("一、准备识别模型", "The OCR weights, each file checked by its SHA-256")
    piaogen.run("weights")
    _title("二、归档", f"Archive {len(fingerprints)} pictures: the original first, reading later")
    piaogen.run("ingest", str(desk))
    _title("三、每张发票的栏目、凭据和校验", "Every invoice with its fields, witnesses and checks")
    invoices = piaogen.ask("find", "--limit", "200")
    for invoice in {invoice["digest"]: invoice for invoice in invoices}.values():
        piaogen.run("show", invoice["id"])

    lost = _pick(invoices)
    _title("四、丢失一张", f"Lose one: {lost['file_name']} is deleted")
    (desk / lost["file_name"]).unlink()
    clues = _clues(lost)
    _title("五、凭线索查找", "Find it: a part of the seller's name, about how much, the month")
    piaogen.run("find", *clues)
    if lost["id"] not in {name for hit in piaogen.ask("find", *clues) for name in (hit["id"], *hit["copies"])}:
        raise DemoFailed(f"{lost['id']} is not among the answers")

    _title("六、取回原件", "Restore the original")
    piaogen.run("export", lost["id"], "--output", str(folder / "restored"))
    expected = fingerprints[lost["file_name"]]
    restored = [path for path in (folder / "restored").iterdir() if _sha256(path) == expected]
    _say(f"\n丢失前 before  sha256:{expected}")
    if not restored:
        raise DemoFailed("no restored file has this hash")
    _say(f"取回后 after   sha256:{_sha256(restored[0])}")
    _say("\n一致：找回的与丢失的分毫不差。  The same, bit by bit.")
    _tell_a_loss(piaogen, invoices, drawer, archive.with_name(f"{archive.name}-loss-pack.pdf"))

    _say(f"档案在 the archive is in {archive}；`make serve` 打开网页 shows it in a browser")
    _say("命令行再试 or go on in this shell:")
    _say(f'    export PATH="{PIAOGEN.parent}:$PATH" PIAOGEN_ARCHIVE={shlex.quote(str(archive))}')
    _say(f"    piaogen find {shlex.join(clues)}")


def _tell_a_loss(piaogen: "Piaogen", archived: list[dict[str, Any]], drawer: Path, pack: Path) -> None:
    """From the list that names an invoice which is not there to the papers of its loss."""
    lost = _printed(piaogen.ask("read", str(drawer / MISLAID))[0]["invoices"][0])
    listed = drawer.with_name("全量发票查询导出结果.xlsx")
    _write_list(listed, [*archived, lost])
    sentence = _sentence(lost)

    _title("七、对账", "The tax bureau's list against the archive: it names one invoice that nobody handed in")
    piaogen.run("reconcile", str(listed))
    _title("八、立案", "Open a case for it: what replaces it, what is due when, and on what ground")
    known = {"code": "invoice_code", "number": "invoice_number", "seller": "seller_name", "date": "issue_date"}
    clues = [part for option, key in known.items() for part in (f"--{option}", lost[key])]
    about = ["--kind", lost["kind"], "--amount", lost["tax_inclusive_amount"]]
    piaogen.run("loss", "open", "--lost", "invoice_and_deduction", "--lost-by", "王样", *about, *clues)
    case = piaogen.ask("loss", "list")[0]["id"]
    _title("九、凭一句话查找", "Look for it in one sentence: it is not there, and the answer says so")
    piaogen.run("find", sentence)
    _title("十、找到了", "The paper lies in a drawer: once it is archived, its case is met by itself, and the sentence finds it")
    piaogen.run("ingest", str(drawer))
    piaogen.run("find", sentence)
    piaogen.run("loss", "show", case)
    if not piaogen.ask("loss", "show", case)[0]["link"]:
        raise DemoFailed("the case has not met its invoice")
    _title("十一、遗失材料", "The papers of the case, every figure as the archive has it; and the list once more")
    piaogen.run("loss", "pack", case, "--output", str(pack))
    piaogen.run("reconcile", str(listed))


def _printed(invoice: dict[str, Any]) -> dict[str, Any]:
    """What stands on an invoice that was only read, under the names that `find` gives an archived one."""
    return {"kind": invoice["kind"], **{key: field["value"] for key, field in invoice["fields"].items()}}


def _sentence(invoice: dict[str, Any]) -> str:
    """What somebody says of it: the month, two characters of the seller's name, about how much, how the number ends."""
    year, month, _ = invoice["issue_date"].split("-")
    trade = invoice["seller_name"].removesuffix("有限公司")[-2:]
    about = Decimal(f"{Decimal(invoice['tax_inclusive_amount']):.1g}")
    return f"{year}年{int(month)}月 {trade} {about:f}左右 尾号{invoice['invoice_number'][-3:]}"


def _write_list(path: Path, invoices: list[dict[str, Any]]) -> None:
    """An export as the tax bureau's account gives it, with these invoices."""
    columns = {
        "发票代码": "invoice_code",
        "发票号码": "invoice_number",
        "销方识别号": "seller_tax_id",
        "销方名称": "seller_name",
        "购方识别号": "buyer_tax_id",
        "购买方名称": "buyer_name",
        "开票日期": "issue_date",
        "价税合计": "tax_inclusive_amount",
    }
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("发票基础信息")
        sheet.write_row(0, 0, [*columns, "发票状态"])
        for row, invoice in enumerate(invoices, start=1):
            sheet.write_row(row, 0, [*(invoice[key] or "" for key in columns.values()), "正常"])


class Piaogen:
    """The command line over one archive, free of whatever settings this shell has."""

    def __init__(self, archive: Path) -> None:
        kept = {"PIAOGEN_WEIGHTS"}
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("PIAOGEN_") or name in kept}
        self._archive = archive

    def run(self, command: str, *arguments: str) -> None:
        """Run a command for the person who watches; raise DemoFailed when it fails."""
        line = [command, *arguments]
        typed = (f'"{word}"' if " " in word else word for word in line)
        _say(f"$ piaogen {' '.join(typed)}")
        self._call(line, stdout=None)

    def ask(self, command: str, *arguments: str) -> list[dict[str, Any]]:
        """Run a command for its JSON lines."""
        answer = self._call([command, *arguments, "--json"], stdout=subprocess.PIPE)
        return [json.loads(line) for line in answer.splitlines()]

    def _call(self, line: list[str], stdout: int | None) -> str:
        command = [str(PIAOGEN), *line, "--archive", str(self._archive)]
        done = subprocess.run(command, env=self._environment, stdout=stdout, text=True, encoding="utf-8", check=False)
        if done.returncode:
            raise DemoFailed(f"piaogen {line[0]} ended with {done.returncode}")
        return done.stdout or ""


def _pick(invoices: list[dict[str, Any]]) -> dict[str, Any]:
    """One of which enough was read to remember it by; a proved one when there is any."""
    memorable = [
        invoice
        for invoice in invoices
        if len(invoice["seller_name"] or "") >= 4 and invoice["issue_date"] and Decimal(invoice["tax_inclusive_amount"] or 0) > 0
    ]
    if not memorable:
        raise DemoFailed("no invoice was read well enough to be remembered")
    return min(memorable, key=lambda invoice: (invoice["verdict"] != "accepted", invoice["file_name"], invoice["id"]))


def _clues(invoice: dict[str, Any]) -> list[str]:
    """What somebody would remember: four characters of the name, two digits of the amount, the month."""
    name = invoice["seller_name"]
    behind_city = name.partition("市")[2]
    part = (behind_city if len(behind_city) > 1 else name[2:])[:4]
    about = Decimal(f"{Decimal(invoice['tax_inclusive_amount']):.2g}")
    return ["--seller", part, "--amount", f"{about:f}~", "--date", invoice["issue_date"][:7]]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _title(chinese: str, english: str) -> None:
    _say(f"\n══ {chinese}  {english}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
