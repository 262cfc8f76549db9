"""Object lock on a real S3 server: what is locked stays, and a server without lock is not believed."""

import uuid
from datetime import UTC, datetime

import pytest

from models.digest import Digest
from models.errors import InvalidSetting, ObjectLocked
from storage.s3 import S3Store
from tests.support.archived import put
from tests.support.seaweedfs import S3Server


def a_store(server: S3Server, bucket: str, lock_years: int) -> S3Store:
    return S3Store.connect(server.endpoint, server.access_key, server.secret_key, bucket, read_seconds=60, lock_years=lock_years)


def a_bucket() -> str:
    return f"b-{uuid.uuid4().hex}"


def test_what_is_written_under_lock_can_be_removed_by_nobody_before_its_time(s3_server: S3Server) -> None:
    store = a_store(s3_server, a_bucket(), 1)
    store.prepare()
    put(store, "originals/ab/scan", b"scan")

    with pytest.raises(ObjectLocked):
        store.purge("originals/ab/scan")

    assert store.get("originals/ab/scan") == b"scan"


def test_it_is_kept_until_so_many_years_after_the_end_of_this_one(s3_server: S3Server) -> None:
    bucket = a_bucket()
    store = a_store(s3_server, bucket, 30)
    store.prepare()
    put(store, "originals/ab/scan", b"scan")

    lock = store._client.get_object_retention(bucket, "originals/ab/scan")

    assert lock is not None
    assert (lock.mode, lock.retain_until_date) == ("COMPLIANCE", datetime(datetime.now(UTC).year + 31, 1, 1, tzinfo=UTC))


def test_a_locked_object_is_still_written_once_only(s3_server: S3Server) -> None:
    store = a_store(s3_server, a_bucket(), 1)
    store.prepare()

    assert store.put("k", b"one", Digest.of(b"one")) is True
    assert store.put("k", b"one", Digest.of(b"one")) is False


@pytest.mark.parametrize("is_prepared", [True, False])
def test_a_bucket_without_lock_is_refused_when_one_is_asked_for(s3_server: S3Server, is_prepared: bool) -> None:
    bucket = a_bucket()
    a_store(s3_server, bucket, 0).prepare()
    store = a_store(s3_server, bucket, 1)

    with pytest.raises(InvalidSetting, match="no object lock"):
        if is_prepared:
            store.prepare()
        else:
            put(store, "originals/ab/scan", b"scan")


def test_a_server_that_takes_the_request_for_a_lock_and_forgets_it_is_not_believed(s3_server: S3Server) -> None:
    bucket = a_bucket()
    a_store(s3_server, bucket, 1).prepare()
    forgetful = a_store(s3_server, bucket, 1)
    kept = forgetful._client._put_object

    def without_lock(bucket: str, name: str, data: bytes, headers: dict[str, str]) -> object:
        return kept(bucket, name, data, {key: value for key, value in headers.items() if "lock" not in key})

    forgetful._client._put_object = without_lock  # type: ignore[method-assign,assignment]

    with pytest.raises(InvalidSetting, match="no object lock"):
        put(forgetful, "originals/ab/scan", b"scan")


def test_versions_that_a_bucket_keeps_of_an_unlocked_object_are_removed_with_it(s3_server: S3Server) -> None:
    bucket = a_bucket()
    a_store(s3_server, bucket, 1).prepare()
    store = a_store(s3_server, bucket, 0)
    put(store, "originals/ab/scan", b"scan")
    store._client.remove_object(bucket, "originals/ab/scan")

    store.purge("originals/ab/scan")

    assert list(store._client.list_objects(bucket, recursive=True, include_version=True)) == []
