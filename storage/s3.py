"""An object store in a bucket of any S3 server, through the MinIO SDK; only calls that every S3 server has."""

import base64
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from minio.helpers import check_bucket_name

from models.digest import Digest
from models.errors import InvalidSetting, ObjectConflict, ObjectNotFound, StoreUnavailable
from storage.object_store import StoredObject, require_digest, validate_key, validate_prefix

CONNECT_SECONDS = 2.0
"""Patience for a connection, twice: a server that is down is told within five seconds."""

READ_SECONDS = 15.0
"""Patience for the next bytes of an answer: a server may take its time to make a large file durable."""

_CONDITIONAL_TRIES = 3

_ASIDE = "~damaged/"
"""Where repairs move what is not right; nothing reads it but people."""

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

    def __init__(self, client: Minio, bucket: str, prefix: str = "") -> None:
        self._client = client
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
    ) -> Self:
        """A store in `bucket` below `prefix` at `endpoint` (`http://host:port` or `https://host`); nothing is sent yet.

        Certificates are checked against those that this machine trusts. Only connecting is tried again (once): whether a
        request whose answer was lost has been carried out is for the caller to find out by asking again.

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
        return cls(client, bucket, prefix)

    def prepare(self) -> None:
        """Make the bucket when it is not there and the keys may do so."""
        with self._translated():
            if not self._client.bucket_exists(self._bucket):
                try:
                    self._client.make_bucket(self._bucket)
                except S3Error as error:
                    # Another process was faster.
                    if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
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
        validate_key(key)
        with self._translated(key):
            response = self._client.get_object(self._bucket, self._above + key)
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

    @property
    def _place(self) -> str:
        return f"s3://{self._bucket}/{self._above}".rstrip("/")

    def _put_new(self, key: str, data: bytes, expected: Digest) -> bool:
        """True when the server took the object, False when it says that there is one, or that another write is on its way."""
        checksum = base64.b64encode(bytes.fromhex(expected.hex)).decode()
        # The SDK's public put_object cannot send If-None-Match: it turns every header that it does not know into metadata.
        with self._translated():
            try:
                answer = self._client._put_object(
                    self._bucket, self._above + key, data, {"If-None-Match": "*", "x-amz-checksum-sha256": checksum}
                )
            except S3Error as error:
                if error.code in {"PreconditionFailed", "ConditionalRequestConflict"}:
                    return False
                raise
            if not answer.etag:  # any web server may say 200 to anything; only S3 says what it has stored
                raise ServerError("it acknowledged a write without an ETag", 200)
        return True

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
