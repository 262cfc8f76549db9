"""The text beside a file that was refused: what is wrong with it, and what to do."""

from collections.abc import Sequence
from datetime import datetime

from models.archive import DocumentState
from models.calendar_words import CHINA
from models.shown_text import as_shown
from ocr_service.ways_in import CHINESE_REASONS, TakenFile

_STATES = {
    DocumentState.QUEUED: "已存好 archived",
    DocumentState.DUPLICATE: "以前收过 archived before",
    DocumentState.REFUSED: "没有收 refused",
}


def reason_text(name: str, files: Sequence[TakenFile], at: datetime) -> str:
    """Why a file lies among the refused, in Chinese and English; of a zip or a mail what became of each file in it."""
    refused = [file for file in files if file.state is DocumentState.REFUSED]
    kept = len(files) - len(refused)
    moment = at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    lines = [as_shown(name), f"{moment} 北京时间", ""]
    if kept:
        lines += [
            f"里面有 {len(refused)} 个文件没有收，另外 {kept} 个已存好。",
            f"{len(refused)} of the files in it were refused; the other {kept} are archived.",
        ]
    else:
        lines += ["没有收进票根，原样放在这里。", "It was not archived, and lies here as it was."]
    for file in refused:
        lines += ["", *_refusal(file, named=len(files) > 1)]
    lines += ["", "改好以后放回收票文件夹即可。", "Put it right, then put it back into the watched folder.", ""]
    if len(files) > 1:
        lines += [f"{_STATES[file.state]}  {as_shown(file.name)}" for file in files]
        lines.append("")
    return "\n".join(lines)


def _refusal(file: TakenFile, *, named: bool) -> list[str]:
    assert file.error is not None
    chinese = CHINESE_REASONS.get(file.error.code, "文件有问题，没有收。")
    said = [chinese, as_shown(f"[{file.error.code}] {file.error.message}")]
    return [as_shown(file.name), *said] if named else said
