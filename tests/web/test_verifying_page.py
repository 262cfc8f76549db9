"""The auditor's page says all that the document does, and is led to from the audits."""

import re
from collections.abc import Callable
from html import unescape
from importlib.resources import files

from api.web.verifying import instructions

DOCUMENT = files("storage").joinpath("VERIFYING.md").read_text(encoding="utf-8")


def test_every_command_and_every_word_of_the_document_stands_on_the_page(page: Callable[..., str]) -> None:
    html = page("/audit/verifying")
    shown = unescape(re.sub(r"<[^>]*>", "", html))

    for commands in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL):
        assert commands in shown
    words = re.sub(r"```.*?```|\[([^\]]*)\]\([^)]*\)|[`*#]", r"\1", DOCUMENT, flags=re.DOTALL)
    said = "".join(shown.split())
    assert [line for line in words.splitlines()[1:] if "".join(line.split()) not in said] == []
    assert {block.kind for block in instructions()} == {"heading", "paragraph", "commands"}


def test_the_audits_lead_there(page: Callable[..., str]) -> None:
    assert 'href="/audit/verifying"' in page("/audit")
    assert "verifying.md" not in page("/audit")
