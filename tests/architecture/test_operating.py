"""What an operator takes from `deploy/` is understood by the programs that it is for, and speaks of things that exist."""

import json
import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from ocr_service.settings import CONFIG, PREFIX, Settings
from tests.architecture.source_tree import ROOT

UNIT = ROOT / "deploy/systemd/piaogen.service"
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text(encoding="utf-8"))
ONE_MACHINE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/one-machine.yaml").read_text(encoding="utf-8"))
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
MOST_EXPOSED = 20
"""In tenths, of 100: a service of which nothing is closed has 96."""


def test_systemd_understands_the_unit_and_finds_little_open(tmp_path: Path) -> None:
    placed = tmp_path / UNIT.name
    placed.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/piaogen/bin/piaogen serve", "/bin/true"), encoding="utf-8")

    verified = subprocess.run(["systemd-analyze", "verify", str(placed)], capture_output=True, text=True, check=False)
    exposed = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(placed)]
    judged = subprocess.run(exposed, capture_output=True, text=True, check=False)

    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    assert judged.returncode == 0, judged.stdout[-300:]


def test_the_unit_names_settings_that_there_are() -> None:
    named = set(re.findall(rf"\b{PREFIX}\w+(?==)", UNIT.read_text(encoding="utf-8")))

    assert named - {PREFIX + field.name.upper() for field in fields(Settings)} == {CONFIG}


def test_the_dashboard_asks_prometheus_for_figures_that_there_are(tmp_path: Path) -> None:
    known = set(re.findall(r'"(piaogen_\w+)"', (ROOT / "api/metrics.py").read_text(encoding="utf-8")))
    asked = {name for expression in EXPRESSIONS for name in re.findall(r"\bpiaogen_\w+", expression)}
    rules = [{"record": f"asked:{number}", "expr": said.replace("$instance", ".*")} for number, said in enumerate(EXPRESSIONS)]
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")

    understood = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True, check=False)

    assert {re.sub(r"_(total|bucket)$", "", name) for name in asked} - known == set()
    assert understood.returncode == 0, understood.stdout + understood.stderr


def test_every_panel_is_named_in_chinese_and_english_and_has_a_place_of_its_own() -> None:
    titles = [panel["title"].partition(" · ") for panel in DASHBOARD["panels"]]
    taken = [(x, y) for panel in DASHBOARD["panels"] for x in _columns(panel) for y in _rows(panel)]

    assert [chinese for chinese, _, english in titles if not re.search(r"[一-鿿]", chinese) or not english] == []
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_one_machine_is_the_image_with_a_volume_and_no_door_to_the_network() -> None:
    [service] = ONE_MACHINE["services"].values()
    [volume] = service["volumes"]
    given = set(service["environment"]) - {PREFIX + field.name.upper() for field in fields(Settings)}

    assert service["build"]["target"] == "piaogen"
    assert given == set()
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    assert volume.partition(":")[2] in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def _columns(panel: dict[str, Any]) -> range:
    return range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])


def _rows(panel: dict[str, Any]) -> range:
    return range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
