"""Chinese fonts that a PDF names and does not bring: read and shown the same where the machine has none."""

import json
from pathlib import Path

import pytest

from benchmarks.drawing.registry import FACES, paper
from ocr_service.files.fonts import chinese_font
from ocr_service.opened import Upload
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage
from tests.support.fontless import run_without_fonts
from tests.support.named_fonts import named_font_pdf
from tests.support.pdf_files import FACE

PAGE = """
import json
from ocr_service.opened import Upload
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage
from tests.support.pdf_files import FACE, text_pdf

(page,) = RenderingStage().run(IntakeStage().run(Upload(text_pdf({arguments}), "x.pdf")))
ink = [bool((page.pixels[int(b.top):int(b.bottom), int(b.left):int(b.right)] < 128).any()) for b in (l.polygon.box for l in page.printed)]
print(json.dumps([[line.text for line in page.printed], ink, len(page.probes)]))
"""
OPERATIONS = """
import json, tempfile
from pathlib import Path
from fastapi.testclient import TestClient
from api.app import create_app
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in

with tempfile.TemporaryDirectory() as folder:
    service = service_in(Path(folder), ScriptedReader())
    service.queue.beat("elsewhere", 4711)
    with TestClient(create_app(service, settings=settings_in(Path(folder))), client=("127.0.0.1", 50000)) as client:
        print(json.dumps([client.get("/readyz").json(), client.get("/v1/capabilities").json()["chinese_font"]]))
    service.catalogue.close()
"""
FOLDER = """
import json
from pathlib import Path
from ocr_service.opened import Upload
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage

pages = {{
    path.stem: RenderingStage().run(IntakeStage().run(Upload(path.read_bytes(), path.name)))[0] for path in Path("{folder}").iterdir()
}}
print(json.dumps({{kind: [sorted(line.text for line in page.printed), int(page.pixels.sum())] for kind, page in pages.items()}}))
"""


def test_every_kind_of_paper_reads_the_same_without_fonts(tmp_path: Path) -> None:
    expected = {}
    for kind in FACES:
        drawn = paper(kind, 20261130, 0, 200)
        content = named_font_pdf(drawn.prints, drawn.image.size, drawn.qr)
        (tmp_path / f"{kind}.pdf").write_bytes(content)
        (page,) = RenderingStage().run(IntakeStage().run(Upload(content, kind)))
        expected[kind] = [sorted(line.text for line in page.printed), int(page.pixels.sum())]

    found = json.loads(run_without_fonts(FOLDER.format(folder=tmp_path), with_set_up=True))

    assert found == expected
    assert sum(bool(lines) for lines, _ in found.values()) >= len(FACES) - 1  # a train ticket has too few words of the trade


def test_the_font_of_the_set_up_draws_what_the_system_has_no_font_for() -> None:
    texts, inked, probes = json.loads(run_without_fonts(PAGE.format(arguments=""), with_set_up=True))

    assert texts == [text for _, _, _, text in FACE]
    assert all(inked)
    assert probes == 1


def test_the_text_of_a_font_that_nothing_can_draw_is_the_text() -> None:
    texts, _, probes = json.loads(run_without_fonts(PAGE.format(arguments=""), with_set_up=False))

    assert texts == [text for _, _, _, text in FACE]
    assert probes == 0


@pytest.mark.parametrize("arguments", ["render_mode=3", "picture=True", r"drawing=b'1 g\n'"])
def test_words_that_no_viewer_shows_are_no_text_without_a_font_either(arguments: str) -> None:
    texts, _, _ = json.loads(run_without_fonts(PAGE.format(arguments=arguments), with_set_up=False))

    assert texts == []


def test_a_missing_font_is_named_and_keeps_nobody_from_work() -> None:
    readiness, capable = json.loads(run_without_fonts(OPERATIONS, with_set_up=False).splitlines()[-1])
    (fonts,) = (component for component in readiness["components"] if component["name"] == "fonts")

    assert readiness["ready"]
    assert not fonts["ok"]
    assert "no Chinese font" in fonts["why"]
    assert not capable


@pytest.mark.parametrize(("name", "file"), [("宋体", "Serif"), ("KaiTi_GB2312", "Serif"), ("SimHei", "Sans"), ("黑体", "Sans")])
def test_a_font_of_the_same_style_stands_for_the_one_that_is_named(name: str, file: str) -> None:
    path = chinese_font(name)

    assert path is not None
    assert file in path.name
