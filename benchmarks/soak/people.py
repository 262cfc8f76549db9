"""Those who use the service meanwhile: they hand in, set right, ask again, look, and log in, and note what they are told."""

import io
import random
import threading
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx2 as httpx

from benchmarks.soak.grounds import CLERK, PASSWORD, Grounds
from benchmarks.soak.ledger import Ledger, Said
from benchmarks.uploads import small_pictures
from models.digest import Digest
from tests.support.invoice_data import DIGITAL, NUMBER

_AGAIN_SECONDS = 0.2
_TRIES = 3_000
_OPEN_ENDED = frozenset({503})
_PAGES = (
    "/find?text=示例",
    "/review",
    "/v1/review",
    "/v1/log?limit=20",
    "/v1/audits",
    "/v1/invoices?seller=示例&amount=106",
    "/v1/capabilities",
)


@dataclass(slots=True)
class Person:
    """One of them: a thread that does one thing after the other until it is told to stop."""

    grounds: Grounds
    ledger: Ledger
    rng: random.Random
    number: int
    of: int
    """How many of its sort there are; a document's corrections are one person's alone, so that their order is known."""
    pause: tuple[float, float]
    """Seconds between two acts, from and to."""
    client: httpx.Client = field(init=False)
    _made: int = 0
    _waiting: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.grounds.key}"}
        self.client = httpx.Client(base_url=self.grounds.url, timeout=60, headers=headers)

    def work(self, done: threading.Event, acts: Sequence[tuple[Callable[["Person"], None], int]]) -> None:
        """Act until done; whoever gets no answer waits a moment and goes on."""
        choices, weights = zip(*acts, strict=True)
        while not done.wait(self.rng.uniform(*self.pause)):
            try:
                self.rng.choices(choices, weights)[0](self)
            except httpx.TransportError:
                self.ledger.count("unanswered")
                done.wait(_AGAIN_SECONDS)
        self.client.close()

    def hand_in(self) -> None:
        """A picture, an e-invoice or a zip of two, sent again until it is acknowledged; now and then something that came before."""
        kind = self.rng.choices(("data", "picture", "zip", "again"), (10, 1, 2, 2))[0]
        if kind == "picture":
            contents = small_pictures(1, self.rng.randrange(1 << 30))
        elif kind == "again" and self.ledger.acknowledged():
            contents = [self.ledger.sent[self._some_document()]]
        else:
            contents = [self._an_invoice() for _ in range(2 if kind == "zip" else 1)]
        self.ledger.offer(contents)
        file = _zipped(contents) if kind == "zip" else contents[0]
        key = {"Idempotency-Key": f"{self.number}-{self.rng.getrandbits(64):x}"} if self.rng.random() < 0.5 else {}
        for _ in range(_TRIES):
            if self._taken(file, contents, key):
                return
            self._waiting.wait(_AGAIN_SECONDS)
        self.ledger.blame("an upload was never acknowledged")

    def _taken(self, file: bytes, contents: Sequence[bytes], key: dict[str, str]) -> bool:
        try:
            answer = self.client.post("/v1/uploads", files=[("files", ("scan", file))], headers=key)
        except httpx.TransportError:
            self.ledger.count("unanswered")
            return False
        if answer.status_code != httpx.codes.ACCEPTED:
            # A request that was cut off may still be at work when it comes again under the same key.
            self._require(answer, {202, 409})
            return False
        body = answer.json()
        got = {file["digest"] for file in body["files"] if file["state"] != "refused"}
        if got != {str(Digest.of(content)) for content in contents}:
            codes = {(file["error"] or {}).get("code") for file in body["files"]}
            if not codes <= {"out_of_resources", "unavailable", "busy", "store_unavailable", "catalogue_unavailable", None}:
                self.ledger.blame(f"an upload was answered with {sorted(map(str, codes))}")
            self.ledger.count("file given back")
            return False
        self.ledger.acknowledge(contents, body["id"])
        self.ledger.count("uploads")
        return True

    def set_right(self) -> None:
        """Write something into an invoice that was read."""
        found = self._own_invoice()
        if found is None:
            return
        digest, invoice_id, etag = found
        self._made += 1
        value = f"核对{self.number}之{self._made}"
        self.ledger.ask(digest)
        body = {"fields": {"remarks": value}, "reason": "对照纸质原件"}
        try:
            answer = self.client.patch(f"/v1/invoices/{invoice_id}", json=body, headers={"If-Match": etag})
        except httpx.TransportError:
            self.ledger.say(invoice_id, Said(value, certain=False))
            raise
        if answer.status_code == httpx.codes.OK:
            self.ledger.say(invoice_id, Said(value, certain=True))
            self.ledger.count("corrections", "invoice.corrected")
        elif answer.status_code in _OPEN_ENDED:
            self.ledger.say(invoice_id, Said(value, certain=False))
            self.ledger.count("unavailable")
        else:
            self._require(answer, {404, 409, 412})

    def vouch(self) -> None:
        """Confirm an invoice as it was read."""
        found = self._own_invoice()
        if found is None:
            return
        digest, invoice_id, etag = found
        self.ledger.ask(digest)
        answer = self.client.post(f"/v1/invoices/{invoice_id}/confirm", json={"fields": ["issue_date"]}, headers={"If-Match": etag})
        if self._require(answer, {200, 404, 409, 412, 422}) and answer.status_code == httpx.codes.OK:
            self.ledger.count("confirmations", "invoice.confirmed")

    def ask_again(self) -> None:
        """Have a document read again."""
        if not self.ledger.acknowledged():
            return
        digest = self._some_document()
        self.ledger.ask(digest)
        answer = self.client.post(f"/v1/invoices/{digest}/reprocess")
        if self._require(answer, {202, 409}) and answer.status_code == httpx.codes.ACCEPTED:
            self.ledger.count("reprocessings")

    def download(self) -> None:
        """Take an original out and hold it against what was sent."""
        if not self.ledger.acknowledged():
            return
        digest = self._some_document()
        answer = self.client.get(f"/v1/invoices/{digest}/original")
        if not self._require(answer, {200}):
            return
        self.ledger.count("downloads", "original.downloaded")
        if answer.content != self.ledger.sent[digest]:
            self.ledger.blame(f"other bytes came out of {digest}")

    def look(self) -> None:
        """A list, a page, a preview, a batch."""
        if not self.ledger.acknowledged():
            return
        digest = self._some_document()
        batch = self.rng.choice(self.ledger.batches)
        own = (f"/v1/batches/{batch}", f"/documents/{digest}", f"/v1/invoices/{digest}/preview")
        path = self.rng.choice((*_PAGES, *own))
        if self._require(self.client.get(path), {200, 304} if path != own[2] else {200, 404}):
            self.ledger.count("views")

    def log_in(self) -> None:
        """With a password, and out again."""
        with httpx.Client(base_url=self.grounds.url, timeout=60) as visitor:
            answer = visitor.post("/v1/sessions", json={"name": CLERK, "password": PASSWORD})
            if self._require(answer, {201}):
                self.ledger.count("logins", "login")
                self._require(visitor.delete("/v1/sessions"), {204})

    def _own_invoice(self) -> tuple[Digest, str, str] | None:
        """A document, its first invoice and the version as it stands, when it was read."""
        mine = [digest for digest in list(self.ledger.acknowledged()) if digest.hex[0] in self._share()]
        if not mine:
            return None
        digest = self.rng.choice(mine)
        invoice_id = f"{digest.hex[:20]}-1"
        answer = self.client.get(f"/v1/invoices/{invoice_id}")
        if not self._require(answer, {200, 404}) or answer.status_code != httpx.codes.OK:
            return None
        return digest, invoice_id, answer.headers["etag"]

    def _share(self) -> str:
        return "0123456789abcdef"[self.number % self.of :: self.of]

    def _some_document(self) -> Digest:
        return self.rng.choice(self.ledger.acknowledged())

    def _an_invoice(self) -> bytes:
        return DIGITAL.replace(NUMBER, f"2511{self.rng.randrange(10**16):016}").encode()

    def _require(self, answer: httpx.Response, expected: set[int]) -> bool:
        """Whether the service answered as it should; being away for a while is no fault."""
        if answer.status_code in _OPEN_ENDED:
            self.ledger.count("unavailable")
            return False
        if answer.status_code in expected:
            return True
        self.ledger.blame(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
        return False


UPLOADER = ((Person.hand_in, 1),)
CORRECTOR = ((Person.set_right, 6), (Person.vouch, 1), (Person.ask_again, 1))
VISITOR = ((Person.look, 8), (Person.download, 4), (Person.log_in, 1))


def _zipped(contents: Sequence[bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in enumerate(contents):
            archive.writestr(f"{place}.xml", content)
    return stream.getvalue()
