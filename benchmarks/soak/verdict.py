"""At the end: everything that was acknowledged held against what the archive says, and the archive against itself."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.soak.grounds import Grounds
from benchmarks.soak.ledger import Ledger, Said
from models.digest import Digest
from models.errors import PiaogenError
from ocr_service.composition import build_service
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings, read_settings
from ocr_service.vouching import history
from tests.support.waiting import until

DRAIN_SECONDS = 1800.0
_FIELD = "remarks"
_CAME_IN = ("upload.accepted", "upload.duplicate", "document.found")
"""What names a document that was acknowledged: one whose sender was cut off and sent it again is a duplicate of what had arrived."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is lost, doubled or wrong, each as a sentence; and how much was looked at."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    wrong: tuple[str, ...]
    counts: dict[str, int]

    @property
    def is_clean(self) -> bool:
        """Whether none of them holds anything."""
        return not (self.lost or self.doubled or self.wrong)


def settings_of(grounds: Grounds) -> Settings:
    """The settings of its server."""
    return read_settings({name: value for name, value in grounds.server.environment.items() if name.startswith("PIAOGEN_")})


def drain(grounds: Grounds) -> None:
    """Wait until the workers have read what waits; fail when that takes half an hour."""
    service = build_service(settings_of(grounds))
    try:
        until(lambda: _is_idle(service), seconds=DRAIN_SECONDS)
    finally:
        service.close()


def _is_idle(service: ArchiveService) -> bool:
    try:
        return not service.queue.waiting() and not service.queue.running()
    except PiaogenError:
        return False


def judge(grounds: Grounds, ledger: Ledger, *, audits: bool = True) -> Verdict:
    """Compare; the server has ended, the second place answers. Without `audits` the archive's own are left out."""
    service = build_service(settings_of(grounds))
    try:
        kept = set(service.archive.digests())
        listed = set(service.catalogue.digests())
        entries = _logged(service)
        lost = [f"{digest} is not kept" for digest in sorted(ledger.sent.keys() - kept)]
        lost += [f"{digest} is not listed" for digest in sorted(ledger.sent.keys() - listed)]
        lost += _lost_bytes(service, ledger, kept)
        doubled: list[str] = [f"{digest} was never sent" for digest in sorted(kept - ledger.offered)]
        for digest in sorted(kept):
            doubled += _doubled_versions(service, ledger, digest)
            doubled += [f"{digest} was accepted {entries[f'upload.accepted {digest}']} times"] * (entries[f"upload.accepted {digest}"] > 1)
        wrong = [*ledger.faults, *_unsaid(service, ledger, lost, doubled), *_missing_entries(entries, ledger)]
        versions = sum(len(service.archive.manifests(digest)) for digest in kept)
        counts = {
            "documents": len(kept),
            "versions": versions,
            "corrections": sum(said.certain for all_said in ledger.said.values() for said in all_said),
            "log entries": sum(count for name, count in entries.items() if " " not in name),
        }
        counts |= {f"documents {state.value}": count for state, count in service.counts().items() if count}
    finally:
        service.close()
    wrong += _audited(grounds) if audits else ()
    return Verdict(tuple(lost), tuple(doubled), tuple(wrong), counts)


def _lost_bytes(service: ArchiveService, ledger: Ledger, kept: set[Digest]) -> Iterator[str]:
    for digest in sorted(ledger.sent.keys() & kept):
        try:
            if service.archive.original(digest) != ledger.sent[digest]:
                yield f"{digest} has other bytes"
        except PiaogenError as error:
            yield f"{digest}: {error.code}"


def _doubled_versions(service: ArchiveService, ledger: Ledger, digest: Digest) -> Iterator[str]:
    """Versions follow each other from 1, and there are no more of them than were asked for; so do the invoices in the index."""
    numbers = [manifest.version for manifest in service.archive.manifests(digest)]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{digest} has versions {numbers}"
    if len(numbers) > 1 + ledger.asked[digest]:
        yield f"{digest} has {len(numbers)} versions, and {ledger.asked[digest]} were asked for"
    reading = service.reading(digest)
    expected = 0 if reading is None else len(reading.invoices)
    found = len(service.invoices_of(digest))
    if found != expected:
        yield f"{digest} has {expected} invoices, and {found} in the index"


def _unsaid(service: ArchiveService, ledger: Ledger, lost: list[str], doubled: list[str]) -> Iterator[str]:
    """Each correction that was acknowledged stands once, in its order; one without an answer once or never."""
    for invoice_id, said in sorted(ledger.said.items()):
        try:
            standing = [
                correction.changed[_FIELD].now
                for entry in history(service, invoice_id)
                for correction in entry.corrections
                if _FIELD in correction.changed
            ]
            shown = service.show(invoice_id).invoice.fields[_FIELD].value
        except (PiaogenError, KeyError) as error:
            lost.append(f"the corrections of {invoice_id}: {error}")
            continue
        times = Counter(standing)
        lost += [f"the correction {one.value} of {invoice_id}" for one in said if one.certain and not times[one.value]]
        doubled += [f"the correction {value} of {invoice_id}" for value, count in times.items() if count > 1]
        if not _is_in_order(standing, said):
            yield f"the corrections of {invoice_id} stand as {standing}"
        if standing and shown != standing[-1]:
            yield f"{invoice_id} says {shown}, and was last corrected to {standing[-1]}"


def _is_in_order(standing: Sequence[str | None], said: Sequence[Said]) -> bool:
    order = {one.value: place for place, one in enumerate(said)}
    places = [order.get(value or "", -1) for value in standing]
    return all(one < other for one, other in pairwise([-1, *places]))


def _logged(service: ArchiveService) -> Counter[str]:
    """How often the log names each action, and each action with its subject."""
    entries: Counter[str] = Counter()
    for stored in service.activity.log.after(None):
        for entry in stored.block.entries:
            entries[str(entry.action)] += 1
            entries[f"{entry.action} {entry.subject}"] += 1
    return entries


def _missing_entries(entries: Counter[str], ledger: Ledger) -> Iterator[str]:
    """What was acknowledged and must be in the log, is in the log: by number, and documents one by one."""
    for action, count in ledger.logged.items():
        if action != "original.downloaded" and entries[action] < count:
            yield f"{count} times {action} was acknowledged, the log has {entries[action]}"
    for digest in ledger.sent:
        if not any(entries[f"{action} {digest}"] for action in _CAME_IN):
            yield f"{digest} came in without an entry"


def _audited(grounds: Grounds) -> Iterator[str]:
    """What the archive's own audits say, both places compared."""
    for arguments in (("audit",), ("audit", "--log"), ("drill", "--sample", "20")):
        done = grounds.command(*arguments)
        if done.returncode:
            yield f"piaogen {' '.join(arguments)} ends with {done.returncode}: {_shortened(done.stdout or done.stderr)}"


def _shortened(text: str) -> str:
    try:
        return json.dumps(json.loads(text).get("findings", text), ensure_ascii=False)[:1000]
    except (ValueError, AttributeError):
        return text[-1000:].replace(os.linesep, " ")
