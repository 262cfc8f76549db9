"""Settings come from the environment, and what means nothing there is refused."""

from pathlib import Path

import pytest

from models.errors import InvalidSetting, UnknownSetting
from ocr_service.settings import Settings, read_settings


def test_nothing_set_means_the_defaults() -> None:
    assert read_settings({"HOME": "/nowhere"}) == Settings()


def test_every_kind_of_value_is_read() -> None:
    settings = read_settings({"PIAOGEN_ARCHIVE": "s3://b/p", "PIAOGEN_WORKER_PAGES": "7", "PIAOGEN_WORKERS": "-1"})

    assert (settings.archive, settings.worker_pages, settings.workers, settings.is_s3) == ("s3://b/p", 7, -1, True)


@pytest.mark.parametrize("name", ["PIAOGEN_ARCHVE", "PIAOGEN_archive", "PIAOGEN_"])
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises(UnknownSetting, match="PIAOGEN_ARCHIVE"):
        read_settings({name: "x"})


@pytest.mark.parametrize(
    ("name", "text"),
    [("PIAOGEN_WORKERS", "-2"), ("PIAOGEN_WORKER_PAGES", "0"), ("PIAOGEN_LEASE_SECONDS", "ten"), ("PIAOGEN_MAX_UPLOAD_BYTES", "")],
)
def test_a_number_out_of_range_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        read_settings({name: text})


@pytest.mark.parametrize("text", ["temporal:7233", "10.0.0.7:7233/invoices", "[::1]:7233", ""])
def test_the_address_of_a_temporal_server_is_taken(text: str) -> None:
    assert read_settings({"PIAOGEN_TEMPORAL": text}).temporal == text


@pytest.mark.parametrize("text", ["temporal", "http://temporal:7233", "temporal:7233/", "temporal:port", ":7233", "a b:7233"])
def test_what_is_no_address_of_a_temporal_server_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="host:port"):
        read_settings({"PIAOGEN_TEMPORAL": text})


def test_a_file_says_what_the_environment_does_not(tmp_path: Path) -> None:
    config = tmp_path / "piaogen.toml"
    config.write_text('archive = "/srv/票根"\nworkers = 3\nmax_pages = 7\n', encoding="utf-8")

    settings = read_settings({"PIAOGEN_CONFIG": str(config), "PIAOGEN_MAX_PAGES": "9"})

    assert (settings.archive, settings.workers, settings.max_pages) == ("/srv/票根", 3, 9)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"archve = 'x'", "PIAOGEN_ARCHVE is no setting"),
        (b"config = 'again.toml'", "PIAOGEN_CONFIG is no setting"),
        (b"workers = -2", "PIAOGEN_WORKERS must be"),
        (b"workers = true", "a text"),
        (b"workers = 1.5", "a text"),
        (b"[s3]\nendpoint = 'x'", "a text"),
        (b"Archive = 'x'", "archive instead of Archive"),
        (b"archive = half a secret", "line 1"),
        (b"archive = '\xff'", "no TOML in UTF-8"),
    ],
)
def test_what_a_file_may_not_say_is_told_without_what_it_says(content: bytes, told: str, tmp_path: Path) -> None:
    config = tmp_path / "piaogen.toml"
    config.write_bytes(content)

    with pytest.raises((InvalidSetting, UnknownSetting), match=told) as refused:
        read_settings({"PIAOGEN_CONFIG": str(config)})

    assert "half a secret" not in str(refused.value)


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match=r"nowhere\.toml"):
        read_settings({"PIAOGEN_CONFIG": str(tmp_path / "nowhere.toml")})


def test_audits_may_be_switched_off() -> None:
    assert read_settings({"PIAOGEN_AUDIT_DAYS": "0"}).audit_days == 0
