"""An object store in a bucket of any S3 server, through the MinIO SDK; only calls that every S3 server has."""

import base64
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from minio.helpers import check_bucket_name

from models.digest import Digest
from models.errors import InvalidSetting, ObjectConflict, ObjectLocked, ObjectNotFound, StoreUnavailable
from storage.object_store import StoredObject, require_digest, validate_key, validate_prefix

CONNECT_SECONDS = 2.0
"""Patience for a connection, twice: a server that is down is told within five seconds."""

READ_SECONDS = 15.0
"""Patience for the next bytes of an answer: a server may take its time to make a large file durable."""

_CONDITIONAL_TRIES = 3

_ASIDE = "~damaged/"
"""Where repairs move what is not right; nothing reads it but people."""

_LOCKED = frozenset({"AccessDenied", "ObjectLocked", "InvalidRequest"})
"""What servers answer when an object may not be removed yet; the first also means wrong keys."""

_NO_LOCK = frozenset({"ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration", "InvalidRequest", "NotImplemented"})
"""What servers answer where a bucket, or the server, has no object lock."""

_CHECK_KEYS = "check PIAOGEN_S3_ACCESS_KEY, PIAOGEN_S3_SECRET_KEY and what they may do in this bucket"
_ADVICE = {
    "AccessDenied": _CHECK_KEYS,
    "InvalidAccessKeyId": _CHECK_KEYS,
    "SignatureDoesNotMatch": _CHECK_KEYS,
    "NoSuchBucket": "the bucket is not there: check PIAOGEN_ARCHIVE and PIAOGEN_S3_ENDPOINT",
    "AuthorizationHeaderMalformed": "name the server's region in PIAOGEN_S3_REGION",
    "RequestTimeTooSkewed": "set the clock of this machine",
    "NotImplemented": "this server has no conditional writes (If-None-Match), which the archive needs: use one that has them",
}


class S3Store:
    """Objects in a bucket, named by `prefix` and their keys.

    Writing is a conditional PUT (`If-None-Match: *`), so the server itself refuses to replace anything; it is given the SHA-256
    to check what arrived.
    """

    def __init__(self, client: Minio, bucket: str, prefix: str = "", lock_years: int = 0) -> None:
        self._client = client
        self._lock_years = lock_years
        self._lock_seen = False
        self._bucket = bucket
        prefix = prefix.strip("/")
        if prefix:
            try:
                validate_key(prefix)
            except ValueError:
                raise InvalidSetting(f"not a prefix for an archive: {prefix!r}; use ASCII letters, digits, - _ . and /") from None
        self._above = prefix + "/" if prefix else ""

    @classmethod
    def connect(
        cls,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        prefix: str = "",
        *,
        region: str | None = None,
        read_seconds: float = READ_SECONDS,
        lock_years: int = 0,
    ) -> Self:
        """A store in `bucket` below `prefix` at `endpoint` (`http://host:port` or `https://host`); nothing is sent yet.

        With `lock_years` the server is told to keep every object so many years from the end of this one, whoever asks to remove it
        (object lock in its mode COMPLIANCE); a server that does not is refused.

        Certificates are checked against those that this machine trusts. Only connecting is tried again (once): whether a request whose
        answer was lost has been carried out is for the caller to find out by asking again.

        Raises:
            InvalidSetting: endpoint, keys, bucket or prefix cannot be used.
        """
        try:
            address = urlsplit(endpoint)
        except ValueError:
            address = urlsplit("")
        if address.scheme not in {"http", "https"} or not address.hostname or address.path.strip("/") or address.query or address.username:
            raise InvalidSetting("PIAOGEN_S3_ENDPOINT is not an S3 endpoint; write http://host:port or https://host")
        if not access_key or not secret_key:
            raise InvalidSetting("an S3 archive needs PIAOGEN_S3_ACCESS_KEY and PIAOGEN_S3_SECRET_KEY")
        pool = urllib3.PoolManager(
            maxsize=16,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds),
            retries=urllib3.Retry(total=2, connect=1, read=0, status=0, other=0, redirect=0, backoff_factor=0.1),
        )
        try:
            check_bucket_name(bucket)
            client = Minio(address.netloc, access_key, secret_key, secure=address.scheme == "https", region=region, http_client=pool)
        except ValueError as error:
            raise InvalidSetting(f"cannot use bucket {bucket!r} at {endpoint!r}: {error}") from error
        return cls(client, bucket, prefix, lock_years)

    def prepare(self) -> None:
        """Make the bucket when it is not there and the keys may do so; raise InvalidSetting where it has no lock and one is asked for."""
        with self._translated():
            if not self._client.bucket_exists(self._bucket):
                try:
                    self._client.make_bucket(self._bucket, object_lock=self._lock_years > 0)
                except S3Error as error:
                    # Another process was faster.
                    if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                        raise
            if self._lock_years:
                try:
                    self._client.get_object_lock_config(self._bucket)
                except S3Error as error:
                    if error.code in _NO_LOCK:
                        raise self._without_lock() from error
                    raise

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Keep the bytes by a conditional PUT; see ObjectStore."""
        validate_key(key)
        require_digest(key, data, expected)
        for _ in range(_CONDITIONAL_TRIES):
            if self._put_new(key, data, expected):
                return True
            try:
                existing = self.get(key)
            except ObjectNotFound:
                continue  # a competing write was refused as well (409): nobody has it yet
            if existing != data:
                raise ObjectConflict(
                    f"{key} already holds other bytes; they were left as they are: run an audit, and restore the object from a backup "
                    "if it is damaged",
                    key=key,
                )
            return False
        raise StoreUnavailable(f"{self._place} neither takes nor has {key}; try again", key=key)

    def get(self, key: str) -> bytes:
        """The bytes of the object; see ObjectStore."""
        return self._read(key)

    def part(self, key: str, start: int, length: int) -> bytes:
        """A range of the object; see ObjectStore."""
        try:
            return self._read(key, start, length)
        except StoreUnavailable as error:
            if error.details.get("code") != "InvalidRange":
                raise
            return b""  # it ends before

    def _read(self, key: str, start: int = 0, length: int = 0) -> bytes:
        """So many bytes, all for 0."""
        validate_key(key)
        with self._translated(key):
            response = self._client.get_object(self._bucket, self._above + key, start, length)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

    def stat(self, key: str) -> StoredObject:
        """Size of the object; see ObjectStore."""
        validate_key(key)
        with self._translated(key):
            try:
                found = self._client.stat_object(self._bucket, self._above + key)
            except S3Error as error:
                # The answer to HEAD has no body, so the SDK calls every 404 NoSuchKey, also that of a bucket which is gone.
                if error.code == "NoSuchKey":
                    self._require_bucket()
                raise
            return StoredObject(key, found.size or 0)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object by pages of 1,000; see ObjectStore."""
        validate_prefix(prefix)
        objects = self._client.list_objects(self._bucket, prefix=self._above + prefix, recursive=True)
        while True:
            with self._translated():
                found = next(objects, None)
            if found is None:
                return
            name = found.object_name or ""
            key = name.removeprefix(self._above)
            if not name.endswith("/") and not key.startswith(_ASIDE):  # some servers list folders as objects
                yield StoredObject(key, found.size or 0)

    def check_writable(self) -> None:
        """Ask for the bucket: server, keys and bucket are right. Whether the server's disks are full only a put can tell."""
        with self._translated():
            self._require_bucket()

    def set_aside(self, key: str) -> None:
        """Copy the object below `~damaged/` and remove it; see Mendable."""
        validate_key(key)
        name = self._above + key
        aside = f"{self._above}{_ASIDE}{uuid.uuid4().hex}-{key.replace('/', '-')}"
        with suppress(ObjectNotFound), self._translated(key):
            self._client.copy_object(self._bucket, aside, CopySource(self._bucket, name))
            self._client.remove_object(self._bucket, name)

    def purge(self, key: str) -> None:
        """Remove the object with all its versions, and what was set aside of it; see Purge."""
        validate_key(key)
        set_aside = re.compile(rf"[0-9a-f]{{32}}-{re.escape(key.replace('/', '-'))}")
        for name in (key, *(name for name in self._set_aside() if set_aside.fullmatch(name.removeprefix(_ASIDE)))):
            self._purge_versions(self._above + name)
        with suppress(ObjectNotFound):
            self.stat(key)
            raise StoreUnavailable(f"{self._place} says that {key} is removed and still has it: look into the server's log", key=key)

    def _set_aside(self) -> Iterator[str]:
        with self._translated():
            for found in self._client.list_objects(self._bucket, prefix=self._above + _ASIDE, recursive=True, include_version=True):
                yield (found.object_name or "").removeprefix(self._above)

    def _purge_versions(self, name: str) -> None:
        """A bucket that keeps versions (object lock needs it) only hides what is removed without naming one."""
        with self._translated():
            versions = list(self._client.list_objects(self._bucket, prefix=name, recursive=True, include_version=True))
        for version in versions:
            if version.object_name != name:
                continue
            try:
                with self._translated():
                    self._client.remove_object(self._bucket, name, version_id=version.version_id)
            except StoreUnavailable as error:
                if error.details.get("code") in _LOCKED and self._is_locked(name, version.version_id, datetime.now(UTC)):
                    raise ObjectLocked(
                        f"the server keeps {name} for longer by its object lock: destroy it again when that has run out", key=name
                    ) from error
                raise

    def _is_locked(self, name: str, version: str | None, until: datetime) -> bool:
        """Whether the server itself keeps an object until then or longer."""
        with self._translated():
            try:
                lock = self._client.get_object_retention(self._bucket, name, version)
            except S3Error as error:
                if error.code in _NO_LOCK:
                    return False
                raise
        return lock is not None and lock.retain_until_date >= until

    @property
    def _place(self) -> str:
        return f"s3://{self._bucket}/{self._above}".rstrip("/")

    def _put_new(self, key: str, data: bytes, expected: Digest) -> bool:
        """True when the server took the object, False when it says that there is one, or that another write is on its way."""
        headers: dict[str, str | list[str] | tuple[str]] = {
            "If-None-Match": "*",
            "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(expected.hex)).decode(),
        }
        until = datetime(datetime.now(UTC).year + self._lock_years + 1, 1, 1, tzinfo=UTC)
        if self._lock_years:
            headers |= {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
        # The SDK's public put_object cannot send If-None-Match: it turns every header that it does not know into metadata.
        with self._translated():
            try:
                answer = self._client._put_object(self._bucket, self._above + key, data, headers)
            except S3Error as error:
                if error.code in {"PreconditionFailed", "ConditionalRequestConflict"}:
                    return False
                if self._lock_years and error.code in _NO_LOCK:
                    raise self._without_lock() from error
                raise
            if not answer.etag:  # any web server may say 200 to anything; only S3 says what it has stored
                raise ServerError("it acknowledged a write without an ETag", 200)
        if self._lock_years and not self._lock_seen:
            if not self._is_locked(self._above + key, None, until):  # some servers take the headers and mean nothing by it
                raise self._without_lock()
            self._lock_seen = True
        return True

    def _without_lock(self) -> InvalidSetting:
        return InvalidSetting(
            f"PIAOGEN_S3_LOCK_YEARS is set and {self._place} has no object lock: make a bucket that has it and copy the archive "
            "there, or unset it"
        )

    def _require_bucket(self) -> None:
        if not self._client.bucket_exists(self._bucket):
            raise StoreUnavailable(f"{self._place}: {_ADVICE['NoSuchBucket']}", bucket=self._bucket)

    @contextmanager
    def _translated(self, key: str | None = None) -> Iterator[None]:
        """Turn what the SDK raises into our errors; NoSuchKey means ObjectNotFound only where a key was asked for."""
        try:
            yield
        except S3Error as error:
            if error.code == "NoSuchKey" and key is not None:
                raise ObjectNotFound(f"no object {key} in {self._place}", key=key) from None
            advice = _ADVICE.get(error.code or "", "try again; if it stays so, look into the server's log")
            raise StoreUnavailable(f"{self._place} answered {error.code} ({error.message}): {advice}", code=error.code or "") from error
        except (ServerError, InvalidResponseError, ValueError, ParseError) as error:  # the last two: an answer that is no S3 XML
            raise StoreUnavailable(
                f"{self._place} did not answer as an S3 server: check PIAOGEN_S3_ENDPOINT, or try again ({error})"
            ) from error
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            reason = getattr(error, "reason", None) or error
            raise StoreUnavailable(f"{self._place} does not answer: is its server running? Try again when it is ({reason})") from error
