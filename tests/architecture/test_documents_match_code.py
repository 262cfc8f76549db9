"""What the documents name exists, and what exists is named in the documents."""

import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.app import create_app
from api.error_handlers import http_codes, status_of
from api.web.audit_pages import router as audit_pages
from api.web.batch_pages import router as batch_pages
from api.web.company_pages import router as company_pages
from api.web.desk_pages import router as desk_pages
from api.web.destruction_pages import router as destruction_pages
from api.web.duplicate_pages import router as duplicate_pages
from api.web.elsewhere_pages import router as elsewhere_pages
from api.web.export_pages import router as export_pages
from api.web.find_pages import router as find_pages
from api.web.hold_pages import router as hold_pages
from api.web.interface_pages import router as interface_pages
from api.web.invoice_pages import router as invoice_pages
from api.web.key_pages import router as key_pages
from api.web.login_pages import router as login_pages
from api.web.loss_pages import router as loss_pages
from api.web.mail_pages import router as mail_pages
from api.web.pages import router as pages
from api.web.paper_pages import router as paper_pages
from api.web.people_pages import router as people_pages
from api.web.phone_pages import router as phone_pages
from api.web.reconciliation_pages import router as reconciliation_pages
from api.web.register_pages import router as register_pages
from api.web.stocktaking_pages import router as stocktaking_pages
from api.web.today_pages import router as today_pages
from api.web.webhook_pages import router as webhook_pages
from models import errors
from models.errors import PiaogenError
from models.invoice import FIELD_KEYS, FieldStatus, InvoiceKind, Witness
from models.verification import Verdict
from ocr_service.cli import app as commands
from ocr_service.composition import build_service
from ocr_service.settings import CONFIG, PREFIX, Settings
from storage.archive_layout import MARKER_KEY
from tests.architecture.source_tree import PACKAGES, ROOT, files

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FRAGMENTS = {"/batches/{batch_id}/files", "/find/words"}
"""Addresses that only a page's own script opens."""
EVERYWHERE = {"--archive", "--json", "--help"}


def _section(title: str) -> str:
    """The text below a heading of the README, down to the next one of its level."""
    [found] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    return found


def _rows(section: str) -> Iterator[list[str]]:
    """The cells of each row of the tables in a section, headings and rules left out."""
    for line in _section(section).splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The application over an empty archive, not started."""
    settings = Settings(archive=str(tmp_path / "archive"), workers=0)
    return create_app(build_service(settings), settings=settings)


def _commands() -> dict[str, Any]:
    """The commands by their names (`find`, `user add`), as click knows them."""
    found: dict[str, Any] = {}
    for name, command in vars(typer.main.get_command(commands))["commands"].items():
        within = vars(command).get("commands")
        found |= {name: command} if within is None else {f"{name} {below}": one for below, one in within.items()}
    return found


def _name(written: str) -> str:
    """`user add` for `piaogen user add NAME`."""
    return " ".join(takewhile(str.islower, written.split()[1:]))


def _options(command: Any) -> set[str]:
    """The long options of a command."""
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")}


def test_every_command_is_in_the_readme_with_its_options() -> None:
    documented = {_name(_code(row[0])[0]): set(_code(row[1])) for row in _rows("Commands")}

    assert documented == {name: _options(command) - EVERYWHERE for name, command in _commands().items()}


def test_every_command_takes_json_and_archive() -> None:
    assert [name for name, command in _commands().items() if not {"--archive", "--json"} <= _options(command)] == []


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    documented = {_code(row[0])[0]: "".join(_code(row[1])) for row in _rows("Settings")}

    assert documented == {PREFIX + field.name.upper(): str(field.default) for field in fields(Settings)}


def test_every_route_is_in_the_readme(app: FastAPI) -> None:
    documented = {_code(row[0])[0] for row in _rows("Routes")}
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]

    assert documented == {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_every_page_that_a_person_can_open_is_in_the_readme() -> None:
    documented = {name for name in _code(_section("Routes").split("The pages,")[1]) if name.startswith("/")}
    of_work = (pages, find_pages, desk_pages, invoice_pages, duplicate_pages, paper_pages, stocktaking_pages, audit_pages, hold_pages)
    of_the_day = (batch_pages, today_pages, phone_pages, mail_pages)
    of_lists = (register_pages, reconciliation_pages, webhook_pages, interface_pages)
    routers = (
        *of_work,
        *of_the_day,
        *of_lists,
        export_pages,
        loss_pages,
        destruction_pages,
        login_pages,
        people_pages,
        company_pages,
        key_pages,
        elsewhere_pages,
    )
    routes = [route for router in routers for route in router.routes]
    opened = {route.path for route in routes if isinstance(route, APIRoute) and "GET" in route.methods}

    assert documented == opened - FRAGMENTS


def test_every_error_is_in_the_readme_with_exit_code_and_status() -> None:
    documented = {_code(row[0])[0]: (int(row[1]), int(row[2])) for row in _rows("Errors")}
    existing = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, PiaogenError)]

    assert documented == {error.code: (error.exit_code, int(status_of(error))) for error in existing}


def test_every_error_says_what_to_do() -> None:
    assert [row[0] for row in _rows("Errors") if len(row[3]) < 10] == []


def test_codes_that_speak_of_http_are_in_the_readme() -> None:
    documented = re.findall(r"`(\w+)` \d{3}", _section("Errors").split("HTTP itself")[1])

    assert sorted(documented) == sorted(http_codes())


def test_every_kind_is_in_the_readme() -> None:
    families = ("| VAT forms", "| vehicles", "| travel", "| others")
    documented = [name for row in _section("Words").splitlines() if row.startswith(families) for name in _code(row)]

    assert sorted(documented) == sorted(InvoiceKind)


def test_every_field_key_is_in_the_readme() -> None:
    documented = _code(_section("Words").split("**Field keys.**")[1])

    assert sorted(documented) == sorted(FIELD_KEYS)


def test_witnesses_statuses_and_verdicts_are_explained() -> None:
    proof = README.split("### How an invoice is proved")[1].split("\n## ")[0]
    witnesses, rest = proof.split("Its **status**")
    statuses, verdicts = rest.split("**Checks**")

    assert set(_code(witnesses)) == set(Witness)
    assert [_code(line)[0] for line in statuses.splitlines() if line.startswith("| `")] == list(FieldStatus)
    assert set(_code(verdicts.split("The **verdict**")[1])) == set(Verdict)


def test_every_make_target_is_in_the_readme_and_the_other_way_round() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE)) - {"help"}

    assert {_code(row[0])[0] for row in _rows("Start")} == {f"make {name}" for name in targets}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_documents_name_nothing_that_does_not_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    known_settings = {PREFIX + field.name.upper() for field in fields(Settings)} | {CONFIG}
    settings = set(re.findall(rf"\b{PREFIX}[A-Z0-9_]+", text))
    used = {word for line in text.splitlines() for word in re.findall(r"(?:^|`|\$ |# )piaogen ([a-z-]+)\b", line)}
    targets = set(re.findall(r"\bmake ([a-z0-9-]+)`", text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert settings - known_settings == set()
    assert used - {name.split()[0] for name in _commands()} == set()
    assert {name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()
    assert [name for name in _paths(text) if not (ROOT / name).exists() and not (document.parent / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_are_written_with_options_that_they_take(document: Path) -> None:
    assert list(_wrong_options(document.read_text(encoding="utf-8"))) == []


def test_an_option_that_a_command_does_not_take_is_noticed() -> None:
    in_text = "`piaogen audit --log` `piaogen key add NAME --scopes x` and `piaogen copy A B` --quick"
    written = f"{in_text}\npiaogen user add wang --role admin --fast # --x"

    assert list(_wrong_options(written)) == ["key add --scopes", "user add --fast"]


def _wrong_options(text: str) -> Iterator[str]:
    """Each command with an option that it does not take, as written in code: between backticks, or at the beginning of a line."""
    known = _commands()
    for written in re.findall(r"(?:^|`)piaogen ([a-z][^`#\n|]*)", text, re.MULTILINE):
        words = written.split()
        name = next((" ".join(words[:count]) for count in (2, 1) if " ".join(words[:count]) in known), None)
        for option in re.findall(r"(?<!\S)--[a-z-]+", written) if name is not None else ():
            if option not in _options(known[name]):
                yield f"{name} {option}"


def _paths(text: str) -> Iterator[str]:
    """Files and folders of the project that a text names: link targets, and code that begins with a folder of ours."""
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            yield target
    for name in _code(text):
        if re.fullmatch(rf"(?:{'|'.join((*PACKAGES, 'tests', 'deploy', 'examples'))})/[\w./-]*", name):
            yield name


def test_a_path_that_is_not_there_is_noticed() -> None:
    assert list(_paths("`storage/nowhere.py` [x](nowhere.md) `originals/ab`")) == ["nowhere.md", "storage/nowhere.py"]


def test_the_format_document_names_the_marker() -> None:
    assert f"`{MARKER_KEY}`" in (ROOT / "storage/FORMAT.md").read_text(encoding="utf-8")
