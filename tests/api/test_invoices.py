"""Finding, showing and taking out again."""

import io
from typing import Any

import pytest
from PIL import Image

from models.catalogue import IndexState
from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.example_reading import BUYER, CODE, NUMBER, SCAN, SELLER, TOTAL, example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.written_dates import REFUSED

CLUES = [
    {"number": "6346?197"},
    {"number": NUMBER, "code": CODE},
    {"seller": "文具"},
    {"buyer": "装饰"},
    {"tax_id": "9142019961183870XW"},
    {"amount": "3900~"},
    {"amount_min": "3000", "amount_max": "4000"},
    {"date": "2018-10"},
    {"date_from": "2018-09-01", "date_to": "2018-12"},
    {"kind": "vat_special"},
    {"text": "出库单号"},
    {},
]
MISSES = [{"number": "11111111"}, {"seller": "超市"}, {"amount": "1200"}, {"amount_max": "100"}, {"date_from": "2019"}, {"kind": "taxi"}]
WRONG = [
    {"amount": "lots"},
    {"date": "soon"},
    {"kind": "receipt"},
    {"amount": "1", "amount_min": "1"},
    {"date": "2019", "date_to": "2020"},
    {"amount_min": "2", "amount_max": "1"},
    {"date_from": "2020", "date_to": "2019"},
]


@pytest.mark.parametrize("clues", CLUES)
def test_query_and_json_find_the_same(desk: Desk, clues: dict[str, str]) -> None:
    invoice = desk.archived_invoice()

    by_query = desk.client.get("/v1/invoices", params=clues)
    by_json = desk.client.post("/v1/invoices/find", json=clues)
    assert (by_query.status_code, by_query.json()) == (200, by_json.json())
    assert [hit["invoice"]["id"] for hit in by_query.json()["hits"]] == [invoice]


@pytest.mark.parametrize("clues", MISSES)
def test_what_does_not_fit_is_not_found(desk: Desk, clues: dict[str, str]) -> None:
    desk.archived_invoice()

    assert desk.client.get("/v1/invoices", params=clues).json() == {"hits": [], "not_searchable": 0, "index_stale": False}


def test_a_hit_says_what_it_is_and_why(desk: Desk) -> None:
    desk.archived_invoice()

    [hit] = desk.client.get("/v1/invoices", params={"seller": "文具", "amount": "3900~"}).json()["hits"]
    summary = hit["invoice"]
    assert (summary["invoice_code"], summary["invoice_number"], summary["issue_date"]) == (CODE, NUMBER, "2018-10-02")
    assert (summary["seller_name"], summary["buyer_name"], summary["tax_inclusive_amount"]) == (SELLER, BUYER, TOTAL)
    assert {(reason["clue"], reason["how"]) for reason in hit["reasons"]} == {("seller", "part"), ("amount", "about")}
    assert 0 < hit["score"] <= 1


def test_what_cannot_be_searched_yet_is_counted(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)))

    assert desk.client.get("/v1/invoices", params={"number": "12345678"}).json()["not_searchable"] == 1


def test_an_answer_from_an_index_that_differs_from_the_archive_says_so(desk: Desk) -> None:
    desk.service.catalogue.note_state(IndexState(behind=True))

    assert desk.client.get("/v1/invoices").json()["index_stale"] is True
    ready = desk.client.get("/readyz")
    [component] = [component for component in ready.json()["components"] if component["name"] == "index"]
    assert (ready.status_code, component["ok"]) == (503, False)
    assert "older than the archive" in component["why"]


@pytest.mark.parametrize("clues", WRONG)
def test_a_clue_that_is_not_understood_is_refused(desk: Desk, clues: dict[str, str]) -> None:
    for answer in (desk.client.get("/v1/invoices", params=clues), desk.client.post("/v1/invoices/find", json=clues)):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_clue")


def test_a_date_that_may_mean_something_else_is_refused_with_how_to_write_it(desk: Desk) -> None:
    for text in REFUSED:
        for answer in (desk.client.get("/v1/invoices", params={"date": text}), desk.client.post("/v1/invoices/find", json={"date": text})):
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_clue"), text
            assert "write 2025-09-20, 2025-09, 2025-Q3 or 2025" in answer.json()["detail"]


@pytest.mark.parametrize("clue", [{"date": 2025.10}, {"date_from": 2025.1}, {"number": 1e7}, {"limit": True}])
def test_a_json_number_that_lost_what_was_written_is_refused(desk: Desk, clue: dict[str, object]) -> None:
    answer = desk.client.post("/v1/invoices/find", json=clue)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert "in quotation marks" in answer.json()["detail"]


def test_of_two_values_for_one_clue_none_is_dropped_silently(desk: Desk) -> None:
    answer = desk.client.get("/v1/invoices", params={"date": ["2018", "2019"]})

    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (422, "given more than once; give it once")
    assert desk.client.get("/find", params={"date": ["2018", "2019"]}).status_code == 422


@pytest.mark.parametrize("wrong", [{"sellar": "x"}, {"amount-min": "1"}])
def test_a_misspelt_clue_never_widens_the_search(desk: Desk, wrong: dict[str, str]) -> None:
    for answer in (desk.client.get("/v1/invoices", params=wrong), desk.client.post("/v1/invoices/find", json=wrong)):
        assert answer.status_code == 422
        assert "known are text, number, code, seller" in answer.json()["detail"]


@pytest.mark.parametrize("limit", [0, 201])
def test_a_limit_has_limits(desk: Desk, limit: int) -> None:
    assert desk.client.get("/v1/invoices", params={"limit": limit}).status_code == 422


def test_amounts_in_json_may_be_numbers(desk: Desk) -> None:
    desk.archived_invoice()

    assert len(desk.client.post("/v1/invoices/find", json={"amount": 3972.87}).json()["hits"]) == 1


def test_an_invoice_is_shown_with_everything_around_it(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    body = desk.client.get(f"/v1/invoices/{invoice}").json()
    number = body["invoice"]["fields"]["invoice_number"]
    assert (number["value"], number["status"], number["witnesses"]) == (NUMBER, "proved", ["printed", "second_print"])
    assert body["invoice"]["verdict"] == body["summary"]["verdict"] == "needs_review"
    assert (body["document"]["digest"], body["document"]["size"]) == (str(Digest.of(SCAN.read_bytes())), SCAN.stat().st_size)
    assert [version["version"] for version in body["versions"]] == [1]
    assert len(body["invoice"]["items"]) == 3


def test_every_link_of_an_invoice_leads_somewhere(desk: Desk) -> None:
    links = desk.client.get(f"/v1/invoices/{desk.archived_invoice()}").json()["links"]
    crops = links.pop("crops")
    reprocess, *_ = (links.pop(name) for name in ("reprocess", "confirm", "override", "withdraw", "restore-to-list"))

    assert {desk.client.get(address).status_code for address in (*links.values(), *crops.values())} == {200}
    assert desk.client.post(reprocess).status_code == 202


@pytest.mark.parametrize("path", ["", "/original", "/preview", "/crops/invoice_number", "/copies"])
def test_an_unknown_invoice_is_not_found(desk: Desk, path: str) -> None:
    answer = desk.client.get(f"/v1/invoices/00112233445566778899-1{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "invoice_not_found")


def test_the_original_comes_back_byte_for_byte_under_its_name_and_hash(desk: Desk) -> None:
    desk.upload(("发票 (三月).png", a_picture(0)))

    answer = desk.client.get(f"/v1/invoices/{Digest.of(a_picture(0))}/original")
    assert answer.content == a_picture(0)
    assert answer.headers["etag"] == f'"{Digest.of(a_picture(0))}"'
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"__ ____.png\"; filename*=UTF-8''%E5%8F%91%E7%A5%A8%20%28%E4%B8%89%E6%9C%88%29.png"
    )


RANGES = [
    ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/{size}"),
    ("bytes=10-", 206, slice(10, None), "bytes 10-{last}/{size}"),
    ("bytes=-5", 206, slice(-5, None), None),
    ("bytes=0-999999999", 206, slice(0, None), "bytes 0-{last}/{size}"),
    ("bytes=0-1,5-6", 200, slice(0, None), None),
    ("pages=1-2", 200, slice(0, None), None),
    ("bytes=-", 200, slice(0, None), None),
]


@pytest.mark.parametrize(("wanted", "status", "part", "told"), RANGES)
def test_a_part_of_the_original_can_be_asked_for(desk: Desk, wanted: str, status: int, part: slice, told: str | None) -> None:
    desk.upload(("a.png", a_picture(0)))
    content = a_picture(0)

    answer = desk.client.get(f"/v1/invoices/{Digest.of(content)}/original", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (status, content[part])
    if told is not None:
        assert answer.headers["content-range"] == told.format(size=len(content), last=len(content) - 1)


@pytest.mark.parametrize("wanted", ["bytes=99999-", "bytes=-0", "bytes=9-3"])
def test_a_range_outside_the_file_is_not_satisfiable(desk: Desk, wanted: str) -> None:
    desk.upload(("a.png", a_picture(0)))

    answer = desk.client.get(f"/v1/invoices/{Digest.of(a_picture(0))}/original", headers={"Range": wanted})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(a_picture(0))}"


def test_what_the_browser_has_is_not_sent_again(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    for address in (f"/v1/invoices/{invoice}/{part}" for part in ("original", "preview", "crops/invoice_number")):
        etag = desk.client.get(address).headers["etag"]
        answer = desk.client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})

        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert answer.headers["vary"] == "Authorization, Cookie"
        assert desk.client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_range_of_another_version_is_not_mixed_in(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)))
    headers = {"Range": "bytes=0-3", "If-Range": '"sha256:other"'}

    assert desk.client.get(f"/v1/invoices/{Digest.of(a_picture(0))}/original", headers=headers).status_code == 200


def _image(desk: Desk, address: str) -> Image.Image:
    answer = desk.client.get(address)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content))


def test_preview_and_crop_are_pictures_of_the_page(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    preview, crop = (_image(desk, f"/v1/invoices/{invoice}/{part}") for part in ("preview", "crops/invoice_number"))
    with Image.open(SCAN) as scan:
        assert (preview.format, preview.size) == ("JPEG", scan.size)
    assert crop.format == "PNG"
    assert crop.width < 300 and crop.height < 80


@pytest.mark.parametrize("field", ["vin", "nonsense"])
def test_a_field_without_a_place_has_no_crop(desk: Desk, field: str) -> None:
    answer = desk.client.get(f"/v1/invoices/{desk.archived_invoice()}/crops/{field}")

    assert (answer.status_code, answer.json()["code"]) == (404, "field_not_found")


def test_another_scan_of_the_same_invoice_is_its_copy(desk: Desk) -> None:
    first = desk.archived_invoice()
    desk.reader.scripts[Digest.of(a_picture(0))] = lambda scan: reading_of(scan, example_invoice())
    desk.upload(("second.png", a_picture(0)))
    desk.read_everything()

    [hit] = desk.client.get("/v1/invoices", params={"number": NUMBER}).json()["hits"]
    copies = desk.client.get(f"/v1/invoices/{first}/copies").json()["copies"]
    assert [copy["file_name"] for copy in copies] == ["second.png"]
    assert {hit["invoice"]["id"], *hit["copies"]} == {first, copies[0]["id"]}


def test_reading_again_makes_a_new_version_and_keeps_the_old(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    answer = desk.client.post(f"/v1/invoices/{invoice}/reprocess")
    desk.read_everything()

    body: dict[str, Any] = desk.client.get(f"/v1/invoices/{invoice}").json()
    assert (answer.status_code, answer.json()) == (202, {"digest": body["document"]["digest"], "state": "queued"})
    assert [version["version"] for version in body["versions"]] == [1, 2]
    assert body["versions"][1]["previous"] is not None


def test_a_damaged_original_is_never_handed_out(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)))
    [path] = [path for path in desk.folder.rglob("*") if path.is_file() and path.read_bytes() == a_picture(0)]
    path.chmod(0o644)
    path.write_bytes(b"other")

    answer = desk.client.get(f"/v1/invoices/{Digest.of(a_picture(0))}/original")
    assert (answer.status_code, answer.json()["code"]) == (500, "digest_mismatch")
