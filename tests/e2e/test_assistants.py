"""An assistant's own client talks to `piaogen mcp`: it finds, is shown, and opens a case only where it was allowed to."""

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from models.access import Scope
from ocr_service.access import Access
from ocr_service.composition import build_service
from ocr_service.mcp_server import MOST_CHARACTERS, _bounded
from ocr_service.opened import Upload
from ocr_service.settings import Settings
from ocr_service.workers import Worker
from tests.support.example_reading import NUMBER, SCAN, SELLER, example_invoice, reading_of

Ask = Callable[[ClientSession], Awaitable[Any]]


class _Reader:
    def read(self, scan: Any) -> Any:
        return reading_of(scan, example_invoice())


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Path, str]:
    """An archive with the example invoice, and the invoice's id."""
    settings = Settings(archive=str(tmp_path / "archive"), worker_megabytes=1_000_000, min_free_megabytes=1, audit_days=0, drill_days=0)
    service = replace(build_service(settings), reader=_Reader)
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "api", department="财务部")
    worker = Worker(service, settings)
    worker.stop.set()
    worker.take_turn()
    invoice = service.invoices_of(next(iter(service.archive.digests())))[0].id
    for name, department in (("ours", "财务部"), ("theirs", "采购部")):
        access = Access.over(service.archive.store, service.catalogue, service.activity)
        _, secret = access.add_key(name, [Scope.INVOICES_READ], department=department)
        (tmp_path / name).write_text(secret + "\n")
    service.close()
    return tmp_path, invoice


def _ask(folder: Path, ask: Ask, *options: str) -> Any:
    command = ["-m", "ocr_service.cli", "mcp", "--archive", str(folder / "archive"), *options]
    code = "import sys; from ocr_service.cli import main; sys.argv[0] = 'piaogen'; main()"
    server = StdioServerParameters(command=sys.executable, args=["-c", code, *command[2:]])

    async def talk() -> Any:
        async with stdio_client(server) as (incoming, outgoing), ClientSession(incoming, outgoing) as session:
            await session.initialize()
            return await ask(session)

    return anyio.run(talk)


def _texts(answer: Any) -> str:
    return "\n".join(part.text for part in answer.content)


def test_an_assistant_finds_and_is_shown_and_cannot_change_anything(archive: tuple[Path, str]) -> None:
    folder, invoice = archive

    async def ask(session: ClientSession) -> Any:
        tools = {tool.name for tool in (await session.list_tools()).tools}
        found = await session.call_tool("find_invoices", {"remembered": f"{SELLER} 3972.87"})
        shown = await session.call_tool("show_invoice", {"invoice": invoice})
        nothing = await session.call_tool("show_invoice", {"invoice": "0" * 20 + "-1"})
        return tools, _texts(found), _texts(shown), nothing

    tools, found, shown, nothing = _ask(folder, ask)

    assert tools == {"find_invoices", "show_invoice"}
    assert json.loads(found.splitlines()[0])["id"] == invoice
    assert NUMBER in shown
    assert nothing.is_error
    assert "invoice_not_found" in _texts(nothing)


def test_a_case_is_opened_where_that_was_allowed_once(archive: tuple[Path, str]) -> None:
    folder, invoice = archive

    async def ask(session: ClientSession) -> Any:
        wanted = {"invoice": invoice, "lost": "invoice_and_deduction", "lost_by": "某人"}
        first = await session.call_tool("open_loss_case", wanted)
        return first, await session.call_tool("open_loss_case", wanted)

    first, second = _ask(folder, ask, "--open-cases")

    assert not first.is_error, _texts(first)
    assert json.loads(_texts(first))["lost_by"] == "某人"
    assert "case_exists" in _texts(second)


def test_a_keys_rights_and_department_hold(archive: tuple[Path, str]) -> None:
    folder, invoice = archive

    async def ask(session: ClientSession) -> Any:
        found = await session.call_tool("find_invoices", {"remembered": NUMBER})
        shown = await session.call_tool("show_invoice", {"invoice": invoice})
        case = {"invoice": invoice, "lost": "invoice_and_deduction", "lost_by": "某人"}
        return _texts(found), _texts(shown), _texts(await session.call_tool("open_loss_case", case))

    ours = _ask(folder, ask, "--open-cases", "--key-file", str(folder / "ours"))
    theirs = _ask(folder, ask, "--open-cases", "--key-file", str(folder / "theirs"))

    assert invoice in ours[0]
    assert NUMBER in ours[1]
    assert "not_allowed" in ours[2]
    assert invoice not in theirs[0]
    assert "invoice_not_found" in theirs[1]


def test_a_key_that_is_withdrawn_meanwhile_opens_nothing_more(archive: tuple[Path, str]) -> None:
    folder, invoice = archive
    settings = Settings(archive=str(folder / "archive"), worker_megabytes=1_000_000, min_free_megabytes=1, audit_days=0, drill_days=0)

    async def ask(session: ClientSession) -> Any:
        before = await session.call_tool("show_invoice", {"invoice": invoice})
        service = build_service(settings)
        access = Access.over(service.archive.store, service.catalogue, service.activity)
        keys = access.keys()
        access.revoke_key(next(used.key.id for used in keys if used.key.label == "ours"))
        service.close()
        return before, await session.call_tool("show_invoice", {"invoice": invoice})

    before, after = _ask(folder, ask, "--key-file", str(folder / "ours"))

    assert NUMBER in _texts(before)
    assert after.is_error
    assert "not_authenticated" in _texts(after)


def test_an_answer_has_an_end() -> None:
    assert len(_bounded("x" * (MOST_CHARACTERS + 1000))) < MOST_CHARACTERS + 100
