"""What the processes of the service are made of."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import InvalidSetting
from ocr_service import cli
from ocr_service.composition import build_mirror, build_service, build_store
from ocr_service.index_place import index_name
from ocr_service.opened import Upload
from ocr_service.settings import Settings
from storage.mirrored import MirroredStore
from storage.s3 import S3Store
from tests.architecture.source_tree import ROOT
from tests.support.pictures import a_picture


def test_the_service_decodes_nothing_itself(tmp_path: Path) -> None:
    """In a process of its own, where nothing else has loaded a decoder: it takes a picture in and shows it, and still has none."""
    program = (
        "import sys; from ocr_service.composition import build_service; from ocr_service.opened import Upload; "
        "from ocr_service.settings import Settings; "
        f"service = build_service(Settings(archive={str(tmp_path / 'archive')!r})); "
        f"told = service.submit(Upload({a_picture(1)!r}, '1.png'), 'api'); "
        "service.preview(str(told.document.digest)); service.close(); print(*sys.modules)"
    )

    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()

    assert {"cv2", "numpy", "PIL", "pypdfium2", "pillow_heif", "libarchive", "xml.etree.ElementTree"} & set(loaded) == set()


def test_no_two_archives_on_s3_share_an_index() -> None:
    places = [
        ("s3://inv-2024/a", "http://one:9000"),
        ("s3://inv/2024/a", "http://one:9000"),
        ("s3://inv/2024-a", "http://one:9000"),
        ("s3://inv/2024/a", "http://two:9000"),
        ("s3://inv/2024/a", "http://one:9001"),
        ("s3://inv/2024/A", "http://one:9000"),
        ("s3://inv", "http://one:9000"),
    ]

    assert len({index_name(Settings(archive=archive, s3_endpoint=endpoint)) for archive, endpoint in places}) == len(places)


@pytest.mark.parametrize(
    ("archive", "endpoint"),
    [("s3://inv/a/", "http://one"), ("s3://inv/a", "HTTP://One:80/"), ("s3://inv//a", "http://one:80")],
)
def test_one_archive_on_s3_has_one_index_however_it_is_written(archive: str, endpoint: str) -> None:
    assert index_name(Settings(archive=archive, s3_endpoint=endpoint)) == index_name(
        Settings(archive="s3://inv/a", s3_endpoint="http://one")
    )


def test_a_region_that_is_set_is_not_asked_for() -> None:
    """An endpoint that nobody answers at: whoever asked it would fail."""
    settings = Settings(
        archive="s3://inv/a", s3_endpoint="http://127.0.0.1:9", s3_access_key="key", s3_secret_key="secret", s3_region="cn-north-1"
    )
    store = build_store(settings)
    assert isinstance(store, S3Store)

    assert "cn-north-1" in store._client.presigned_get_object("inv", "x")


def test_a_database_of_another_archive_is_refused(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'index.sqlite'}"
    build_service(Settings(archive=str(tmp_path / "one"), database=database)).catalogue.close()

    with pytest.raises(InvalidSetting, match="PIAOGEN_DATABASE"):
        build_service(Settings(archive=str(tmp_path / "two"), database=database))


def test_an_archive_that_is_copied_or_moved_keeps_its_index(tmp_path: Path) -> None:
    build_service(Settings(archive=str(tmp_path / "one"))).catalogue.close()
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    (tmp_path / "one").rename(tmp_path / "moved")

    for name in ("copy", "moved"):
        build_service(Settings(archive=str(tmp_path / name)), create=False).catalogue.close()


def test_an_older_copy_of_the_index_put_back_is_brought_up_to_date_by_the_next_command(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    service = build_service(Settings(archive=str(tmp_path / "archive")))
    service.submit(Upload(a_picture(1), "1.png"), "cli")
    service.catalogue.close()
    shutil.copy(tmp_path / "archive" / "catalogue.sqlite", tmp_path)
    service = build_service(Settings(archive=str(tmp_path / "archive")))
    service.submit(Upload(a_picture(2), "2.png"), "cli")
    service.catalogue.close()
    shutil.copy(tmp_path / "catalogue.sqlite", tmp_path / "archive")

    cli.find(number="12345678", archive=str(tmp_path / "archive"))

    assert "2 scans are not read yet" in capfd.readouterr().err


def test_a_search_says_that_the_index_names_what_an_older_copy_of_the_archive_does_not_hold(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    service = build_service(Settings(archive=str(tmp_path / "archive")))
    service.submit(Upload(a_picture(1), "1.png"), "cli")
    service.catalogue.close()
    shutil.rmtree(tmp_path / "archive" / "documents")

    cli.find(number="12345678", archive=str(tmp_path / "archive"))

    assert "目录与档案不一致" in capfd.readouterr().err


@pytest.mark.parametrize("mode", ["both", "later"])
def test_a_mirror_that_is_set_keeps_what_comes_in_and_serves_when_the_first_place_is_gone(tmp_path: Path, mode: str) -> None:
    settings = Settings(archive=str(tmp_path / "first"), mirror=str(tmp_path / "second"), mirror_mode=mode)
    service = build_service(settings)
    picture = a_picture()
    submitted = service.submit(Upload(picture, "a.png"), "cli")
    store = service.archive.store
    assert isinstance(store, MirroredStore)
    store.catch_up()
    service.catalogue.close()
    assert submitted.document is not None

    second = build_service(Settings(archive=str(tmp_path / "second")), create=False, renew=True)
    second.index.rebuild()

    assert b"".join(second.original(str(submitted.document.digest))[1].read()) == picture
    assert second.audit().sound
    second.catalogue.close()


def test_a_mirror_on_another_server_has_its_own_keys() -> None:
    settings = Settings(
        mirror="s3://inv/a", mirror_s3_endpoint="http://127.0.0.1:9", s3_access_key="of the archive", s3_secret_key="secret"
    )

    with pytest.raises(InvalidSetting, match="SECRET_KEY"):
        build_mirror(settings)
