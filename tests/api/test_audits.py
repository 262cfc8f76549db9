"""What audits found: GET /v1/audits, the figures for Prometheus, and the line on the review page."""

import re

from ocr_service.checking import audit_now, drill_now
from storage import archive_layout as layout
from storage.audit_results import AUDITS
from tests.api.conftest import Desk
from tests.api.test_damaged_records import DIGEST, spoil
from tests.support.example_reading import SCAN


def figure(desk: Desk, name: str) -> float | None:
    found = re.search(rf"^{name} (\S+)$", desk.client.get("/metrics").text, re.MULTILINE)
    return None if found is None else float(found[1])


def test_before_the_first_audit_there_is_nothing_to_show(desk: Desk) -> None:
    desk.archived_invoice()

    assert desk.client.get("/v1/audits").json() == {"audits": [], "next_before": None}
    assert (figure(desk, "piaogen_audit_findings"), figure(desk, "piaogen_audit_last_sound_timestamp_seconds")) == (0, None)
    assert "最近核验" not in desk.client.get("/review", headers={"Accept-Language": "zh"}).text


def test_results_are_listed_newest_first_in_stretches(desk: Desk) -> None:
    desk.archived_invoice()
    audit_now(desk.service)
    drill_now(desk.service)
    spoil(desk, layout.original_key(DIGEST), SCAN.read_bytes()[:-1])
    audit_now(desk.service)

    body = desk.client.get("/v1/audits", params={"limit": 2}).json()
    ways = [(item["result"]["way"], item["result"]["sound"]) for item in body["audits"]]
    assert ways == [("walk", False), ("drill", True)]
    assert [(finding["kind"], finding["document"]) for finding in body["audits"][0]["result"]["findings"]] == [("damaged", str(DIGEST))]
    rest = desk.client.get("/v1/audits", params={"limit": 2, "before": body["next_before"]}).json()
    assert ([item["result"]["way"] for item in rest["audits"]], rest["next_before"]) == (["walk"], None)


def test_figures_and_the_review_page_say_how_the_archive_stands(desk: Desk) -> None:
    desk.archived_invoice()
    audit_now(desk.service)
    drill_now(desk.service)

    last = desk.client.get("/v1/audits").json()["audits"][-1]["result"]
    assert (last["verified"], last["documents"]) == (1, 1)
    assert "1/1 份完好" in desk.client.get("/review", headers={"Accept-Language": "zh"}).text
    sound_at = figure(desk, "piaogen_audit_last_sound_timestamp_seconds")
    assert sound_at == figure(desk, "piaogen_audit_last_timestamp_seconds") is not None
    assert (figure(desk, "piaogen_audit_findings"), figure(desk, "piaogen_drill_findings")) == (0, 0)

    spoil(desk, layout.original_key(DIGEST), SCAN.read_bytes()[:-1])
    audit_now(desk.service)
    assert (figure(desk, "piaogen_audit_findings"), figure(desk, "piaogen_audit_last_sound_timestamp_seconds")) == (1, sound_at)
    assert "发现 1 处问题" in desk.client.get("/review", headers={"Accept-Language": "zh"}).text


def test_a_damaged_result_is_listed_without_what_it_said(desk: Desk) -> None:
    audit_now(desk.service)
    [kept] = [found.key for found in desk.service.archive.store.list(AUDITS)]
    spoil(desk, kept)

    assert desk.client.get("/v1/audits").json()["audits"] == [{"key": kept, "result": None}]
