"""Names of files as browsers, phones and scripts write them into a form."""

import pytest

from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.pictures import a_picture


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('filename="发票.png"'.encode(), "发票.png"),
        ('filename="发票.png"'.encode("gbk"), "发票.png"),
        ('filename="電子發票.png"'.encode("big5"), "電子發票.png"),
        (b"filename*=utf-8''%E5%8F%91%E7%A5%A8.png", "发票.png"),
        (b"filename*=UTF-8'zh'%E5%8F%91%E7%A5%A8.png; filename=\"x.png\"", "发票.png"),
        (b"filename=\"x.png\"; filename*=gbk''%B7%A2%C6%B1.png", "发票.png"),
        (b"filename*=unheard-of''%E5%8F%91%E7%A5%A8.png", "发票.png"),
        (b"filename=plain.png", "plain.png"),
        (b'filename="a;b.png"', "a;b.png"),
    ],
)
def test_a_name_is_understood_in_whatever_way_it_is_written(desk: Desk, written: bytes, shown: str) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="files"; ' + written + b"\r\n\r\n" + a_picture() + b"\r\n--b--\r\n"
    answer = desk.client.post("/v1/uploads", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert answer.status_code == 202, answer.text
    (file,) = answer.json()["files"]
    assert (file["file_name"], file["digest"]) == (shown, str(Digest.of(a_picture())))


def test_a_name_in_the_encoding_of_the_form_is_understood(desk: Desk) -> None:
    disposition = 'Content-Disposition: form-data; name="files"; filename="发票.png"'.encode("gb18030")
    body = b"--b\r\n" + disposition + b"\r\n\r\n" + a_picture() + b"\r\n--b--\r\n"
    answer = desk.client.post("/v1/uploads", content=body, headers={"Content-Type": "multipart/form-data; boundary=b; charset=gb18030"})

    assert [file["file_name"] for file in answer.json()["files"]] == ["发票.png"]
