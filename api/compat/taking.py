"""A file out of a vendor's request: archived like any upload, read by the workers, and waited for."""

import base64
import binascii
import time
from dataclasses import dataclass

import anyio
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.access import Allowed, by_key, department_for, keep_sender
from api.admission import UploadGate
from api.body_guard import allow_upload
from api.budgets import Sender, Spending, sender_of
from api.compat.refusals import NotLetIn, Refusal, Refuse, Refused
from api.compat.signatures import aliyun_key, baidu_key, tencent_key
from models.access import Principal, Right
from models.archive import DocumentState
from models.digest import Digest
from models.errors import NotAuthenticated
from models.reading import Reading
from ocr_service.access import Access
from ocr_service.acting import act_as
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService

WAIT_SECONDS = 50.0
"""How long an answer waits for its reading: the vendors' own programs give up after 60 seconds. What is not read by then is archived all
the same, and the same request again is answered with what was read."""
_POLL_SECONDS = 0.2
_IN_HAND = (DocumentState.QUEUED, DocumentState.RUNNING)
ORIGINAL_PATH = "piaogen.vendor_path"
"""Where the scope has the path that was signed."""


@dataclass(frozen=True, slots=True)
class AllowedByVendor(Allowed):
    """Lets pass who shows a key in a vendor's way, or in ours."""

    refuse: Refuse

    async def __call__(self, request: Request) -> Principal:
        """Find out who asks.

        Raises:
            NotLetIn: what was shown in the vendor's way opens nothing, or not this.
            NotAuthenticated, NotAllowed: the same for whoever shows nothing, or something in our way.
        """
        secret = shown_key(request)
        if secret is None:
            return await Allowed.__call__(self, request)
        access = request.app.state.access
        assert isinstance(access, Access)
        try:
            principal = await run_in_threadpool(by_key, access, secret)
            act_as(principal.name)
            request.state.principal = principal
        except NotAuthenticated as error:
            raise NotLetIn(Refused(Refusal.KEY, error.message), self.refuse) from None
        if not principal.may(*self.rights):
            raise NotLetIn(Refused(Refusal.RIGHT, f"{principal.name} may not do this"), self.refuse)
        return principal


def shown_key(request: Request) -> str | None:
    """The key that a request shows in its vendor's way; None where it shows none."""
    authorization = request.headers.get("authorization", "")
    of_header = tencent_key(authorization) or aliyun_key(authorization) or baidu_key(authorization)
    return request.query_params.get("access_token") or of_header


@dataclass(frozen=True, slots=True)
class Taking:
    """One request on its way: who sent it, and where files go."""

    request: Request
    service: ArchiveService
    gate: UploadGate
    access: Access
    caller: Principal

    @property
    def sender(self) -> Sender:
        """Who pays for it."""
        return sender_of(self.request)

    async def body(self) -> bytes:
        """The whole body, in its turn.

        Raises:
            Refused: whoever hands in may not read, and this is answered with what was read; nothing was taken.
            Busy, BudgetSpent, StoreUnavailable.
        """
        if not self.caller.may(Right.READ):
            raise Refused(Refusal.RIGHT, f"{self.caller.name} may not do this: it needs the right to read beside that to upload")
        allow_upload(self.request)
        place = await self.gate.enter(self.sender.name)
        try:
            body = await self.request.body()
        finally:
            place.leave()
        self.sender.spend_bytes(Spending.UPLOADED, len(body))
        return body

    async def read(self, content: bytes) -> Reading:
        """Archive a file and wait for what is read in it.

        Raises:
            Refused: it is still being read.
            RefusedInput, BudgetSpent, StoreUnavailable, CatalogueUnavailable.
        """
        self.sender.spend(Spending.JOBS)
        digest = await run_in_threadpool(self._submit, content)
        deadline = time.monotonic() + WAIT_SECONDS
        while (await run_in_threadpool(self.service.document, digest)).state in _IN_HAND:
            if time.monotonic() > deadline:
                raise Refused(Refusal.LATER, f"archived as {digest} and still being read: send the same again for what was read")
            await anyio.sleep(_POLL_SECONDS)
        reading = await run_in_threadpool(self.service.reading, digest)
        if reading is None or not reading.invoices:
            raise Refused(Refusal.NOTHING, f"archived as {digest}, but no invoice was read in it")
        return reading

    def _submit(self, content: bytes) -> Digest:
        department = department_for(self.caller, None)
        batch = self.service.open_batch("api")
        submission = self.service.submit(Upload(content, "compat"), "api", batch=batch, department=department)
        keep_sender(self.access, self.caller, batch, department)
        if submission.error is not None:
            raise submission.error
        assert submission.document is not None
        return submission.document.digest


def decoded(text: str) -> bytes:
    """The bytes of a file in Base64, also as a data URL; raise Refused."""
    plain = text.partition(",")[2] if text.startswith("data:") else text
    try:
        content = base64.b64decode("".join(plain.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(Refusal.IMAGE, "the image is no Base64") from None
    if not content:
        raise Refused(Refusal.NO_IMAGE, "there is no image in the request: send its bytes")
    return content


def refuse_address() -> Refused:
    """The refusal to fetch a file from an address."""
    return Refused(Refusal.ADDRESS, "files are not fetched from addresses here: send the bytes")
