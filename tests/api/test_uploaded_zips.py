"""A zip that is handed in: each of its files stands for itself."""

from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.ofd_files import an_ofd, zipped
from tests.support.pictures import a_picture


def test_every_file_of_a_zip_has_a_state_of_its_own(desk: Desk) -> None:
    content = zipped({"三月/1.png": a_picture(1), "笔记.txt": b"hello", "../../2.png": a_picture(2), "again.png": a_picture(1)})

    files = desk.upload(("三月.zip", content))["files"]

    assert [(file["file_name"], file["state"]) for file in files] == [
        ("1.png", "queued"),
        ("笔记.txt", "refused"),
        ("2.png", "queued"),
        ("again.png", "duplicate"),
    ]
    assert desk.service.archive.original(Digest.of(a_picture(2))) == a_picture(2)


def test_a_zip_without_a_file_is_an_empty_batch(desk: Desk) -> None:
    batch = desk.upload(("三月.zip", zipped({"__MACOSX/1.png": b"", ".hidden": b""})))

    assert (batch["files"], batch["finished"]) == ([], True)


def test_an_ofd_is_no_such_zip(desk: Desk) -> None:
    content = an_ofd()
    (file,) = desk.upload(("发票.ofd", content))["files"]

    assert (file["file_name"], file["state"], file["digest"]) == ("发票.ofd", "queued", str(Digest.of(content)))


def test_a_zip_that_cannot_be_unpacked_is_one_refused_file_and_the_rest_goes_on(desk: Desk) -> None:
    broken = zipped({"1.png": a_picture(1)})[:-10]
    bomb = zipped({"bomb.png": bytes(20_000_000), "ok.png": a_picture(2)})

    files = desk.upload(("broken.zip", broken), ("bomb.zip", bomb), ("0.png", a_picture(0)))["files"]

    assert [(file["state"], file["error"] and file["error"]["code"]) for file in files] == [
        ("refused", "unreadable_file"),
        ("refused", "file_too_large"),
        ("queued", None),
        ("queued", None),
    ]
    assert files[1]["file_name"] == "bomb.zip!bomb.png"
