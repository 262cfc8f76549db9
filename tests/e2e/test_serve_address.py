"""Where `piaogen serve` listens: a wrong address is bad usage, said before any worker is started."""

import json
import re
import socket
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.support.command import piaogen, start_piaogen


def test_a_port_that_is_taken_is_bad_usage(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = piaogen("serve", "--port", str(port), "--workers", "1", "--json", archive=tmp_path / "archive")

    assert (result.code, result.out) == (2, "")
    assert f"cannot listen on 127.0.0.1:{port}" in result.err


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none_is_bad_usage(port: str, tmp_path: Path) -> None:
    result = piaogen("serve", "--port", port, archive=tmp_path / "archive")

    assert (result.code, result.out) == (2, "")


def test_the_address_that_is_told_is_the_one_that_answers(tmp_path: Path) -> None:
    process = start_piaogen("serve", "--port", "0", "--workers", "0", "--json", archive=tmp_path / "archive")
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    host, _, port = told["url"].removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
        answer = connection.makefile("rb").read()
    process.terminate()
    out, _ = process.communicate(timeout=60)

    assert answer.startswith(b"HTTP/1.1 200")
    assert out == ""


def test_somebody_at_a_terminal_is_told_the_address(tmp_path: Path) -> None:
    process = start_piaogen("serve", "--port", "0", "--workers", "0", archive=tmp_path / "archive")
    assert process.stderr is not None
    told = process.stderr.readline()
    process.terminate()
    process.communicate(timeout=60)

    assert re.search(r"http://127\.0\.0\.1:[1-9][0-9]*/", told)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "255.255.255.255"])
def test_nobody_but_this_machine_is_served_before_anybody_has_a_login(host: str, tmp_path: Path) -> None:
    result = piaogen("serve", "--host", host, "--port", "0", "--workers", "0", "--json", archive=tmp_path / "archive")

    assert (result.code, result.out) == (2, "")
    assert "piaogen user add" in result.err


def test_with_a_login_every_machine_is_served_and_everybody_logs_in(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    start_piaogen("user", "add", "wang", "--role", "admin", "--password-stdin", archive=archive).communicate("correct horse battery\n")
    process = start_piaogen("serve", "--host", "0.0.0.0", "--port", "0", "--workers", "0", "--json", archive=archive)
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"].replace("0.0.0.0", "127.0.0.1")
    with httpx.Client(base_url=url) as client:
        asked = [client.get(path).status_code for path in ("/livez", "/v1/review", "/metrics", "/find")]
    process.terminate()
    process.communicate(timeout=60)

    assert asked == [200, 401, 401, 401]
