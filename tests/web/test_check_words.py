"""What a check expected and found is told in words of the trade, in one language at a time: no phrase of a rule, no internal key."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType

import pytest

from api.web.check_words import PHRASES, SENTENCES, VOTERS, check_words
from api.web.language import Language
from benchmarks.drawing.drawn_set import DRAWN_KINDS
from models.digest import Digest
from models.invoice import InvoiceKind
from models.verification import Check, Outcome, Verdict
from ocr_service.proof import amount_rules, identity_rules, line_rules, rules
from ocr_service.stages import classification
from tests.api.conftest import Desk
from tests.support.drawn_evidence import FAULTS, VERIFICATION, evidence_of
from tests.support.example_reading import SCAN, proved_invoice, reading_of

RULES = (rules, identity_rules, amount_rules, line_rules)
_ENGLISH = re.compile(r"(?<![A-Za-z0-9])[a-z]{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("kind", DRAWN_KINDS)
def test_every_check_of_every_kind_is_told_in_one_language(kind: str) -> None:
    evidence = evidence_of(kind)
    for fault in (lambda found: found, *FAULTS.values()):
        for check in VERIFICATION.run(fault(evidence)).checks:
            if check.outcome is Outcome.NOT_APPLICABLE:
                continue
            for text in (check.expected, check.actual):
                chinese, english = (check_words(check.rule, text, language) for language in Language)
                assert not _ENGLISH.search(chinese), (check.rule, text)
                assert not _CHINESE.search(english) or english == text == chinese, (check.rule, text)


@pytest.mark.parametrize("kind", InvoiceKind)
def test_kinds_are_told_by_their_names(kind: InvoiceKind) -> None:
    assert check_words("kind_witnesses_agree", kind.value, Language.CHINESE) == kind.chinese
    assert (
        check_words("kind_witnesses_agree", f"title {kind.value}, qr taxi", Language.CHINESE) == f"标题：{kind.chinese}、二维码：出租车票"
    )
    assert check_words("code_series_fits_kind", f"national series, {kind.value}", Language.CHINESE) == f"全国统一编码，{kind.chinese}"


@pytest.mark.parametrize(
    ("rule", "text", "chinese", "english"),
    [
        ("file_holds_what_it_lists", "缺 missing: 第 2 页 page 2、附件 attachment 附件A.xml", "缺：第 2 页、附件 附件A.xml", None),
        ("file_holds_what_it_lists", "缺 missing: 第 2 页 page 2 等共 7 项 in all", "缺：第 2 页 等共 7 项", "missing: page 2, 7 in all"),
        ("face_is_whole", "左侧 left, 下方 bottom", "左侧、下方", "left, bottom"),
        ("issue_date_is_plausible", "1994-01-01 to 2026-11-30", "1994-01-01 至 2026-11-30", "1994-01-01 to 2026-11-30"),
        ("face_matches_embedded_data", "left or before", "left or before", "left or before"),
    ],
)
def test_words_of_both_languages_are_parted_and_values_left_alone(rule: str, text: str, chinese: str, english: str | None) -> None:
    assert check_words(rule, text, Language.CHINESE) == chinese
    assert english is None or check_words(rule, text, Language.ENGLISH) == english


def test_every_phrase_of_a_rule_has_words_and_no_words_are_left_over() -> None:
    phrases = {text for module in RULES for text in _said(module) if _ENGLISH.search(text)}
    told = " ".join(pattern.pattern for pattern, _ in SENTENCES)

    assert {text for text in phrases if text not in PHRASES and text.strip() not in told and not _CHINESE.search(text)} == set()
    assert set(PHRASES) - phrases == set()


def test_whoever_votes_for_a_kind_has_a_name() -> None:
    voters = set(re.findall(r'votes\["(\w+)"\]', inspect.getsource(classification)))

    assert voters | {"person", "reading"} == set(VOTERS)


def _said(module: ModuleType) -> Iterator[str]:
    """The texts of what the rules of a module expect and find: whole ones, and the parts between values."""
    returns = (one for one in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(one, ast.Return))
    findings = (one for statement in returns for one in ast.walk(statement) if isinstance(one, ast.Tuple))
    parts = (part for finding in findings for said in finding.elts[1:] for part in ast.walk(said))
    yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


@pytest.mark.parametrize(("address", "times"), [("/invoices/{}", 2), ("/review", 1)])
def test_pages_tell_checks_in_words(desk: Desk, page: Callable[..., str], address: str, times: int) -> None:
    failed = Check("kind_witnesses_agree", Outcome.FAIL, (), "vat_special", "title vat_special, code toll_electronic")
    doubted = replace(proved_invoice(), checks=(failed,), verdict=Verdict.NEEDS_REVIEW)
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, doubted)
    html = page(address.format(desk.archived_invoice()))

    assert html.count("标题：增值税专用发票、发票代码：通行费电子发票") == times
    assert "title vat_special" not in html
