"""What an operator sees from outside: figures, the alerts that are made of them, and what to do for each."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from models.access import Role
from models.verification import Verdict
from ocr_service.figures import VERDICTS_SECONDS, Gauges
from storage.filesystem import FileSystemStore
from storage.log_records import block_to_bytes
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from tests.api.conftest import Desk
from tests.support.archived import put
from tests.support.logins import person
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "alerts.yaml"
ALERTS = [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
NAMES = [alert["alert"] for alert in ALERTS]


def told(client: TestClient) -> dict[str, float]:
    """Every figure by its name, labels' values behind it."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples]
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


def test_documents_are_counted_by_verdict_and_readings_as_they_end(desk: Desk) -> None:
    before = told(desk.client)
    desk.archived_invoice()
    desk.upload(("a.png", a_picture(0)))
    desk.read_everything()

    gauges = Gauges(desk.service, settings_in(desk.folder)).look()
    assert gauges.verdicts == {**dict.fromkeys(Verdict, 0), Verdict.NEEDS_REVIEW: 1, Verdict.UNREAD: 1}
    assert (before["piaogen_readings_total"], told(desk.client)["piaogen_readings_total"]) == (0, 2)


def test_verdicts_are_not_counted_for_every_question(desk: Desk) -> None:
    now = [0.0]
    gauges = Gauges(desk.service, settings_in(desk.folder), lambda: now[0])
    gauges.look()
    desk.archived_invoice()

    now[0] = VERDICTS_SECONDS - 1
    soon = gauges.look().verdicts[Verdict.NEEDS_REVIEW]
    now[0] = VERDICTS_SECONDS
    assert (soon, gauges.look().verdicts[Verdict.NEEDS_REVIEW]) == (0, 1)


def test_what_has_waited_longest_is_told_until_nothing_waits(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)))
    desk.upload(("b.png", a_picture(1)))
    first = min(received.received_at for received in desk.service.archive.documents())

    assert told(desk.client)["piaogen_queue_oldest_timestamp_seconds"] == pytest.approx(first.timestamp(), abs=1e-3)
    desk.read_everything()
    assert "piaogen_queue_oldest_timestamp_seconds" not in told(desk.client)


def test_room_is_told_of_folders_alone(desk: Desk) -> None:
    free = told(desk.client)["piaogen_free_bytes archive"]
    settings = settings_in(desk.folder)
    on_s3 = type(settings)(archive="s3://bucket/archive", mirror=str(desk.folder))

    assert 0 < free <= shutil.disk_usage(desk.folder).total
    assert set(Gauges(desk.service, on_s3).look().free_bytes) == {"mirror"}


def test_the_log_is_counted_and_a_change_in_it_told(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)))
    before = told(desk.client)
    newest = desk.service.activity.log.newest()
    assert newest is not None
    path = desk.folder / "archive" / newest.block.name.key
    path.chmod(0o600)
    path.write_bytes(block_to_bytes(replace(newest.block, nonce="0" * 16)))

    after = told(desk.client)
    assert (before["piaogen_log_blocks"], before["piaogen_log_holds"]) == (newest.block.name.number, 1)
    assert (after.get("piaogen_log_blocks"), after["piaogen_log_holds"]) == (None, 0)


def test_a_mirror_that_is_behind_says_how_far(tmp_path: Path) -> None:
    places = FileSystemStore(tmp_path / "archive"), FileSystemStore(tmp_path / "mirror")
    outbox = MirrorOutbox(tmp_path / "outbox.sqlite", "mirror")
    store = MirroredStore(*places, outbox, later=True)
    service = service_in(tmp_path, ScriptedReader(), store)
    put(store, "signers/" + "0" * 64 + ".pem", b"a key")

    lag = Gauges(service, settings_in(tmp_path)).look().lag
    with TestClient(create_app(service, settings=settings_in(tmp_path))) as client:
        figures = told(client)
    service.catalogue.close()

    assert lag is not None
    assert lag.objects > 0
    assert figures["piaogen_mirror_lag_objects"] >= lag.objects


def test_a_refused_login_is_counted(desk: Desk) -> None:
    admin = person(desk.client.app, Role.ADMIN, name="wang")  # type: ignore[arg-type]
    before = told(admin.client)["piaogen_login_failures_total"]
    answer = desk.client.post("/v1/sessions", json={"name": "wang", "password": "not this one at all"})

    assert (answer.status_code, before, told(admin.client)["piaogen_login_failures_total"]) == (401, 0, 1)


class TestAlerts:
    def test_the_rules_are_understood_by_prometheus_and_say_what_they_should(self) -> None:
        for command in (["check", "rules", RULES.name], ["test", "rules", "alerts_test.yaml"]):
            run = subprocess.run(["promtool", *command], cwd=RULES.parent, capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stdout + run.stderr

    @pytest.mark.parametrize("name", NAMES)
    def test_each_is_tried_and_explained(self, name: str) -> None:
        tried = (RULES.parent / "alerts_test.yaml").read_text(encoding="utf-8")
        explained = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

        assert re.search(rf'alertname(="|: ){name}', tried)
        assert f"`{name}`" in explained

    @pytest.mark.parametrize("alert", ALERTS, ids=NAMES)
    def test_each_says_in_chinese_and_english_what_is_wrong_and_what_to_do(self, alert: dict[str, dict[str, str]]) -> None:
        for text in (alert["annotations"]["summary"], alert["annotations"]["action"]):
            chinese, english = text.split(" · ", 1)
            assert re.search(r"[一-鿿]", chinese)
            assert not re.search(r"[一-鿿]", english)

    def test_they_speak_of_figures_that_there_are(self) -> None:
        known = set(re.findall(r'"(piaogen_\w+)"', (ROOT / "api" / "metrics.py").read_text(encoding="utf-8")))
        used = {name for alert in ALERTS for name in re.findall(r"\bpiaogen_\w+", str(alert["expr"]))}

        assert {name.removesuffix("_total") for name in used} - known == set()
        assert {"piaogen_audit_findings", "piaogen_readings", "piaogen_login_failures"} <= known
