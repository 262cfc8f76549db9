"""Whether anything is lost, doubled or not told when `piaogen watch` and `piaogen mail` are killed (SIGKILL) at random moments.

`python -m benchmarks.killed_ways_in [--kills N]`. Before each kill files are put into a real folder (new ones, one that came before, one to
be refused, one that is still being written), and mails are delivered to a real Dovecot. After the last kill each command runs once to
its end.
"""

import io
import os
import random
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from PIL import Image

from benchmarks.report import Report, Table, arguments, positive, publish, scratch_folder, stated
from models.access import EVERYTHING
from models.activity import Action
from models.digest import Digest
from models.mail import MAILS, mail_from_body
from ocr_service.activity import Activity
from ocr_service.composition import build_service
from ocr_service.log_inspection import check_log
from ocr_service.logs import log_to_stderr
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.watching.folder import WHY, WatchedFolder
from storage.activity_log import ActivityLog
from storage.log_audit import CAME_IN
from tests.support.dovecot import MailServer, dovecot
from tests.support.mails import mail

COLUMNS = ("way in", "kills", "in the midst", "pieces", "documents", "lost", "doubled", "untold", "archive and log")
_REFUSED = b"no invoice"
_AGAIN = Action.UPLOAD_DUPLICATE
"""Noted as often as a file comes."""
_PATIENCE = 60.0
_USER = "fapiao"


class Verdict(NamedTuple):
    """What became of everything that was handed in; `midst` is how many kills came after the first piece of their round was settled."""

    way: str
    kills: int
    midst: int
    pieces: int
    documents: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    untold: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.untold or self.findings)


class Way(Protocol):
    """A way in under trial."""

    name: str

    @property
    def arguments(self) -> Sequence[str]:
        """The command."""

    @property
    def settings(self) -> Mapping[str, str]:
        """Its environment."""

    def hand_in(self, number: int) -> None:
        """Put in what comes before the kill of this number."""

    def ended(self) -> None:
        """Nothing more is put in."""

    def judge(self, service: ArchiveService) -> tuple[int, set[Digest], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Pieces, documents that have to be there, and what is lost, doubled and untold of the rest."""


def a_picture(number: int) -> bytes:
    """A picture that no other number has."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (number >> 16 & 255, number >> 8 & 255, number & 255)).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass
class Folder:
    """`piaogen watch`."""

    inbox: Path
    name: str = "watched folder"
    put: dict[str, bytes] = field(default_factory=dict)
    half: list[tuple[io.BufferedWriter, bytes]] = field(default_factory=list)

    @property
    def arguments(self) -> Sequence[str]:
        """The command."""
        return ("watch", str(self.inbox))

    @property
    def settings(self) -> Mapping[str, str]:
        """What a test of seconds needs."""
        return {"PIAOGEN_WATCH_STILL_SECONDS": "1"}

    def hand_in(self, number: int) -> None:
        """Two new files, one that came before under another name, one to be refused, and one that is not written to its end yet."""
        self.ended()
        for place in range(2):
            self._put(f"{number}-{place}.png", a_picture(3 * number + place))
        self._put(f"{number}-again.png", a_picture(3 * max(0, number - 1)))
        self._put(f"{number}.docx", _REFUSED)
        content = a_picture(3 * number + 2)
        name = f"{number}-slow.png"
        writer = (self.inbox / name).open("wb")
        writer.write(content[:40])
        writer.flush()
        self.put[name] = content
        self.half.append((writer, content[40:]))

    def ended(self) -> None:
        """What was half written is written to its end."""
        for writer, rest in self.half:
            writer.write(rest)
            writer.close()
        self.half.clear()

    def judge(self, service: ArchiveService) -> tuple[int, set[Digest], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Every file lies in one place aside, as it was, and in the batch once; what was refused beside its reason."""
        aside = [path for home in ("archived", "refused") for path in (self.inbox / home).rglob("*") if path.is_file()]
        reasons = {path.name for path in aside if path.name.endswith(WHY)}
        files = [path for path in aside if path.name not in reasons]
        found = Counter(path.name for path in files)
        whole = {path.name for path in files if self.put.get(path.name) == path.read_bytes()}
        watched = WatchedFolder(service, self.inbox, lambda _: None, 1)
        items = Counter(item.file_name for item in service.batches.batch(watched._delivery(()).batch_id, EVERYTHING).items)
        lost = [name for name in self.put if name not in whole]
        doubled = [name for name, count in (found + items).items() if count > 2]
        refused = [name for name in self.put if name.endswith(".docx")]
        untold = [name for name in refused if name + WHY not in reasons] + [name for name in self.put if name not in items]
        wanted = {Digest.of(content) for content in self.put.values() if content != _REFUSED}
        return len(self.put), wanted, tuple(lost), tuple(doubled), tuple(untold)

    def _put(self, name: str, content: bytes) -> None:
        self.put[name] = content
        # As programs do that know how: written under another name, then renamed.
        part = self.inbox / f"{name}.part"
        part.write_bytes(content)
        part.rename(self.inbox / name)


@dataclass
class Mailbox:
    """`piaogen mail`."""

    server: MailServer
    name: str = "mailbox"
    sent: list[bytes] = field(default_factory=list)
    pictures: set[Digest] = field(default_factory=set)

    @property
    def arguments(self) -> Sequence[str]:
        """The command."""
        return ("mail",)

    @property
    def settings(self) -> Mapping[str, str]:
        """Where the mailbox is."""
        return {f"PIAOGEN_{name.upper()}": value for name, value in self.server.settings(_USER).items()}

    def hand_in(self, number: int) -> None:
        """A mail with two new files, one with a file that came before and one to be refused, and one that brings nothing."""
        pictures = [a_picture(1_000_000 + 2 * number + place) for place in range(2)]
        earlier = a_picture(1_000_000 + 2 * max(0, number - 1))
        self.pictures |= {Digest.of(content) for content in (*pictures, earlier)}
        mails = (
            mail(("a.png", pictures[0]), ("b.png", pictures[1]), number=3 * number),
            mail(("again.png", earlier), ("c.docx", _REFUSED), number=3 * number + 1),
            mail(text="https://invoices.example/", number=3 * number + 2),
        )
        self.server.deliver(_USER, *mails)
        self.sent += mails

    def ended(self) -> None:
        """Nothing is on its way."""

    def judge(self, service: ArchiveService) -> tuple[int, set[Digest], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Every message lies in one mailbox aside, has one record of one version, and each of its files is in one batch once."""
        lying = Counter(Digest.of(message) for name in ("Archived", "Refused") for message in self.server.lying(_USER, name))
        keeper = RecordKeeper.over(service)
        kept = keeper.newest(MAILS)
        recorded = Counter(version.attachments[0] for version in kept if version.attachments)
        sent = [Digest.of(message) for message in self.sent]
        lost = [f"message {digest}" for digest in sent if not lying[digest]]
        lost += [f"bytes of {digest}" for digest in recorded if Digest.of(keeper.histories.attachment(digest)) != digest]
        doubled = [f"message {digest}" for digest, count in (lying + recorded).items() if count > 2]
        doubled += [version.subject for version in kept if version.number > 1]
        for version in kept:
            items = Counter(item.file_name for item in service.batches.batch(mail_from_body(version.body).batch, EVERYTHING).items)
            doubled += [f"{version.subject} {name}" for name, count in items.items() if count > 1]
        untold = [f"message {digest}" for digest in sent if not recorded[digest]]
        return len(sent), set(self.pictures), tuple(lost), tuple(doubled), tuple(untold)


def killed(way: Way, archive: Path, kills: int, rng: random.Random) -> Verdict:
    """Hand in, start, kill, so often; then run once to the end, and look at everything."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIAOGEN_") or name == "PIAOGEN_WEIGHTS"}
    environment = kept | {"PIAOGEN_ARCHIVE": str(archive)} | dict(way.settings)
    command = [sys.executable, "-m", "ocr_service.cli", *way.arguments, "--json"]
    midst = 0
    for number in range(kills):
        way.hand_in(number)
        midst += _killed_once(command, environment, rng)
    way.ended()
    for _ in range(2):
        subprocess.run([*command, "--once"], env=environment, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with closing(build_service(Settings(archive=str(archive)))) as service:
        return _judged(way, service, kills, midst)


def _killed_once(command: Sequence[str], environment: Mapping[str, str], rng: random.Random) -> bool:
    """Start it, let it settle none to three pieces and a little more, and kill it; whether it had settled one."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wanted, come = rng.randrange(4), threading.Semaphore(0)
    assert process.stdout is not None
    thread = threading.Thread(target=_heard, args=(process.stdout, come))
    thread.start()
    pause = threading.Event()
    settled = all(come.acquire(timeout=_PATIENCE) for _ in range(wanted))
    # Without a piece to wait for: somewhere between its first line of code and the first pieces.
    pause.wait(rng.uniform(0, 0.2) if wanted else rng.uniform(0.3, 6))
    process.kill()
    process.wait()
    thread.join()
    process.stdout.close()
    return settled and wanted > 0


def _heard(lines: Iterable[str], come: threading.Semaphore) -> None:
    for _ in lines:
        come.release()


def _judged(way: Way, service: ArchiveService, kills: int, midst: int) -> Verdict:
    pieces, wanted, lost, doubled, untold = way.judge(service)
    standing = set(service.archive.digests())
    service.index.compare_all()
    # What a kill left without entry is noted by the next worker, a day later at most.
    log = ActivityLog(service.archive.store)
    Activity(log, service.activity.index, lambda: service.clock() + timedelta(days=1)).heal()
    entries = _came_in(log)
    lost += tuple(f"document {digest}" for digest in wanted - standing)
    doubled += tuple(f"document {digest}" for digest in standing - wanted)
    doubled += tuple(f"entries of {subject}" for subject, actions in entries.items() if len(actions) > actions.count(_AGAIN) + 1)
    untold += tuple(f"entry of {digest}" for digest in standing if not entries[str(digest)])
    findings = tuple(f"{met.kind.value} {met.key}" for met in (*service.audit().findings, *check_log(service).findings))
    return Verdict(way.name, kills, midst, pieces, len(standing), lost, doubled, untold, findings)


def _came_in(log: ActivityLog) -> Mapping[str, list[str]]:
    """What the log says of each document's arrival; one that a kill left without entry is told of when it comes again."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for stored in log.after(None):
        for entry in stored.block.entries:
            if entry.action in CAME_IN:
                found[entry.subject].append(entry.action)
    return found


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when anything was lost, doubled or untold."""
    parser = arguments("killed_ways_in", __doc__)
    parser.add_argument("--kills", type=positive, default=50)
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args(given)
    log_to_stderr()
    rng = random.Random(options.seed)
    with scratch_folder(options) as folder, dovecot() as server:
        inbox = folder / "inbox"
        inbox.mkdir()
        ways: tuple[Way, ...] = (Folder(inbox), Mailbox(server))
        verdicts = [killed(way, folder / f"archive-{place}", options.kills, rng) for place, way in enumerate(ways)]
    rows = tuple(_row(verdict) for verdict in verdicts)
    details = {verdict.way: {"lost": verdict.lost, "doubled": verdict.doubled, "untold": verdict.untold} for verdict in verdicts}
    publish(Report("killed_ways_in", stated(options), (Table("Killed while they take things in", COLUMNS, rows),), (), details), options)
    return 0 if all(verdict.is_sound for verdict in verdicts) else 1


def _row(verdict: Verdict) -> tuple[str | int, ...]:
    counts = (len(verdict.lost), len(verdict.doubled), len(verdict.untold))
    sound = "sound" if not verdict.findings else f"{len(verdict.findings)} findings"
    return (verdict.way, verdict.kills, verdict.midst, verdict.pieces, verdict.documents, *counts, sound)


if __name__ == "__main__":
    sys.exit(main())
