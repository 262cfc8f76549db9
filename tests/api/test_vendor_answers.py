"""Programs written for Baidu's, Tencent's and Aliyun's OCR work when pointed here: the vendors' own packages are the judges.

Those run in processes of their own, since they warn of their own faults. Aliyun's needs packages that come without wheels, so that its
requests are made here by its description of ACS3-HMAC-SHA256.
"""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.compat import taking
from models.access import Scope
from models.archive import DocumentState
from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.example_reading import CODE, NUMBER, SCAN, SELLER, TOTAL
from tests.support.logins import access_of, machine
from tests.support.pictures import a_picture
from tests.support.reading_thread import reading_thread
from tests.support.scripted_service import settings_in
from tests.support.served import served

_BAIDU = """
import json, sys
from aip import AipOcr
from aip.base import AipBase
base, key, product, file = sys.argv[1:]
AipBase._AipBase__accessTokenUrl = base + "/compat/baidu/oauth/2.0/token"
AipOcr._AipOcr__vatInvoiceUrl = base + "/compat/baidu/rest/2.0/ocr/v1/vat_invoice"
AipOcr._AipOcr__taxiReceiptUrl = base + "/compat/baidu/rest/2.0/ocr/v1/taxi_receipt"
AipOcr._AipOcr__multipleInvoiceUrl = base + "/compat/baidu/rest/2.0/ocr/v1/multiple_invoice"
print(json.dumps(getattr(AipOcr("app", "any", key), product)(open(file, "rb").read())))
"""
_TENCENT = """
import base64, json, sys
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.ocr.v20181119 import models, ocr_client
base, key, secret, action, file = sys.argv[1:]
profile = ClientProfile(httpProfile=HttpProfile(endpoint=base.removeprefix("http://"), protocol="http"))
client = ocr_client.OcrClient(credential.Credential(key, secret), "ap-guangzhou", profile)
request = getattr(models, action + "Request")()
request.ImageBase64 = base64.b64encode(open(file, "rb").read()).decode()
try:
    print(getattr(client, action)(request).to_json_string())
except TencentCloudSDKException as error:
    print(json.dumps({"code": error.code, "message": error.message}))
"""


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def base(desk: Desk) -> Iterator[str]:
    """The address of another application over the same service, while a worker reads."""
    with reading_thread(desk.service, desk.folder), served(create_app(desk.service, settings=settings_in(desk.folder))) as address:
        yield address


@pytest.fixture
def key(app: FastAPI) -> str:
    _, secret = access_of(app).add_key("erp", [Scope.UPLOADS_WRITE, Scope.INVOICES_READ])
    return secret


def _run(program: str, *given: str) -> Any:
    done = subprocess.run([sys.executable, "-c", program, *given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_baidus_program_reads_an_invoice(desk: Desk, base: str, key: str) -> None:
    answer = _run(_BAIDU, base, key, "vatInvoice", str(SCAN))

    words = answer["words_result"]
    assert (words["InvoiceCode"], words["InvoiceNum"], words["SellerName"]) == (CODE, NUMBER, SELLER)
    assert (words["AmountInFiguers"], words["InvoiceDate"]) == (TOTAL, "2018年10月02日")
    assert words["CommodityName"][1] == {"row": "2", "word": "*印刷品*示例图书：发票识别原理与应用（第2版）"}
    assert words["CommodityType"] == [{"row": "3", "word": "M10×45"}]
    assert answer["words_result_num"] == len(words)
    [told] = answer["piaogen"]["invoices"]
    assert (told["verdict"], told["fields"]["invoice_number"]["status"]) == ("needs_review", "proved")
    assert desk.service.document(Digest.of(SCAN.read_bytes())).state is DocumentState.NEEDS_REVIEW


def test_baidus_program_is_told_of_several_with_their_places(base: str, key: str) -> None:
    [found] = _run(_BAIDU, base, key, "multipleInvoice", str(SCAN))["words_result"]

    assert (found["type"], found["left"], found["width"]) == ("vat_invoice", 0, 1343)
    assert found["result"]["InvoiceNum"] == [{"word": NUMBER}]


def test_baidus_program_is_told_what_is_wrong(base: str, key: str, tmp_path: Any) -> None:
    text = tmp_path / "text.txt"
    text.write_text("no picture")

    assert _run(_BAIDU, base, "wrong", "vatInvoice", str(SCAN))["error_code"] == 110
    assert _run(_BAIDU, base, key, "taxiReceipt", str(SCAN))["error_code"] == 282103
    assert _run(_BAIDU, base, key, "vatInvoice", str(text))["error_code"] == 216201


def test_tencents_program_reads_an_invoice(base: str, key: str) -> None:
    answer = _run(_TENCENT, base, key, key, "VatInvoiceOCR", str(SCAN))

    named = {info["Name"]: info["Value"] for info in answer["VatInvoiceInfos"]}
    assert (named["发票代码"], named["发票号码"], named["小写金额"], named["开票日期"]) == (CODE, NUMBER, f"¥{TOTAL}", "2018年10月02日")
    assert answer["Items"][0]["Name"] == "*供电*电费"
    assert answer["VatInvoiceInfos"][1]["Polygon"]["LeftTop"]["X"] > 0


def test_tencents_program_reads_whatever_there_is(base: str, key: str) -> None:
    [item] = _run(_TENCENT, base, key, key, "RecognizeGeneralInvoice", str(SCAN))["MixedInvoiceItems"]

    assert (item["Code"], item["SubType"], item["Type"]) == ("OK", "VatSpecialInvoice", 3)
    assert item["SingleInvoiceInfos"]["VatSpecialInvoice"]["Number"] == NUMBER


def test_tencents_program_is_told_what_is_wrong(base: str, key: str) -> None:
    assert _run(_TENCENT, base, "wrong", "wrong", "VatInvoiceOCR", str(SCAN))["code"] == "AuthFailure.SecretIdNotFound"
    assert _run(_TENCENT, base, key, "wrong", "VatInvoiceOCR", str(SCAN))["code"] == "AuthFailure.SignatureFailure"
    assert _run(_TENCENT, base, key, key, "IDCardOCR", str(SCAN))["code"] == "InvalidAction"


def _ask_aliyun(client: TestClient, key: str, action: str, body: bytes, *, secret: str = "", query: str = "") -> Any:
    payload = hashlib.sha256(body).hexdigest()
    headers = {
        "host": "testserver",
        "x-acs-action": action,
        "x-acs-content-sha256": payload,
        "x-acs-date": "2026-11-30T10:00:00Z",
        "x-acs-signature-nonce": "7",
        "x-acs-version": "2021-07-07",
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{quote(query, safe='=&~%')}\n{lines}\n{names}\n{payload}"
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new((secret or key).encode(), text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={names},Signature={signature}"
    return client.post(f"/?{query}" if query else "/", content=body, headers=headers)


def test_an_invoice_is_answered_as_aliyun_does(desk: Desk, app: FastAPI, key: str) -> None:
    with reading_thread(desk.service, desk.folder):
        answer = _ask_aliyun(desk.client, key, "RecognizeInvoice", SCAN.read_bytes(), query="PageNo=1")
        mixed = _ask_aliyun(desk.client, key, "RecognizeMixedInvoices", SCAN.read_bytes())

    assert answer.status_code == 200, answer.text
    data = json.loads(answer.json()["Data"])
    assert (data["data"]["invoiceCode"], data["data"]["invoiceNumber"], data["data"]["totalAmount"]) == (CODE, NUMBER, TOTAL)
    assert data["data"]["invoiceDetails"][2]["specification"] == "M10×45"
    assert data["piaogen"]["invoices"][0]["kind"] == "vat_special"
    [sub] = json.loads(mixed.json()["Data"])["subMsgs"]
    assert (sub["type"], sub["result"]["data"]["invoiceNumber"]) == ("VATInvoice", NUMBER)


def test_aliyuns_programs_are_told_what_is_wrong(desk: Desk, key: str) -> None:
    codes = {
        name: (answer.status_code, answer.json()["Code"])
        for name, answer in {
            "key": _ask_aliyun(desk.client, "wrong", "RecognizeInvoice", b"x"),
            "signature": _ask_aliyun(desk.client, key, "RecognizeInvoice", b"x", secret="other"),
            "action": _ask_aliyun(desk.client, key, "RecognizeIdcard", b"x"),
            "nothing": _ask_aliyun(desk.client, key, "RecognizeInvoice", b""),
            "address": _ask_aliyun(desk.client, key, "RecognizeInvoice", b"", query="Url=http%3A%2F%2F127.0.0.1%2F"),
        }.items()
    }

    assert codes == {
        "key": (404, "InvalidAccessKeyId.NotFound"),
        "signature": (400, "SignatureDoesNotMatch"),
        "action": (404, "InvalidAction.NotFound"),
        "nothing": (400, "MissingBody"),
        "address": (400, "InvalidParameter"),
    }


def test_what_is_not_read_in_time_is_archived_and_answered_later(desk: Desk, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "WAIT_SECONDS", 0.0)
    form = {"image": base64.b64encode(SCAN.read_bytes()).decode()}
    path = f"/compat/baidu/rest/2.0/ocr/v1/vat_invoice?access_token={key}"

    first = desk.client.post(path, data=form)
    assert first.json()["error_code"] == 18
    assert str(Digest.of(SCAN.read_bytes())) in first.json()["error_msg"]
    desk.read_everything()

    assert desk.client.post(path, data=form).json()["words_result"]["InvoiceNum"] == NUMBER


def test_files_are_not_fetched_from_addresses(desk: Desk, key: str) -> None:
    path = f"/compat/baidu/rest/2.0/ocr/v1/vat_invoice?access_token={key}"

    assert desk.client.post(path, data={"url": "http://169.254.169.254/"}).json()["error_code"] == 216100
    assert desk.client.post(path, data={}).json()["error_code"] == 216101
    assert desk.client.post(path, data={"image": "%%%"}).json()["error_code"] == 216201


def test_a_key_needs_both_rights_and_its_department_is_kept(desk: Desk, app: FastAPI) -> None:
    for scope in (Scope.UPLOADS_WRITE, Scope.INVOICES_READ):
        _, secret = access_of(app).add_key("half", [scope])
        answer = desk.client.post(f"/compat/baidu/rest/2.0/ocr/v1/vat_invoice?access_token={secret}", data={"image": "AAAA"})
        assert answer.json()["error_code"] == 6
    _, secret = access_of(app).add_key("ours", [Scope.UPLOADS_WRITE, Scope.INVOICES_READ], department="财务部")
    form = {"image": base64.b64encode(a_picture(0)).decode()}
    with reading_thread(desk.service, desk.folder):
        desk.client.post(f"/compat/baidu/rest/2.0/ocr/v1/vat_invoice?access_token={secret}", data=form)
    assert desk.service.received(Digest.of(a_picture(0))).department == "财务部"


def test_our_own_way_to_show_a_key_is_taken_too(desk: Desk, app: FastAPI) -> None:
    ours = machine(app, Scope.UPLOADS_WRITE, Scope.INVOICES_READ)
    with reading_thread(desk.service, desk.folder):
        answer = ours.client.post(
            "/compat/tencent",
            json={"ImageBase64": base64.b64encode(SCAN.read_bytes()).decode()},
            headers={"X-TC-Action": "VatInvoiceOCR"},
        )
    assert answer.json()["Response"]["VatInvoiceInfos"][0]["Value"] == "湖北增值税专用发票"
