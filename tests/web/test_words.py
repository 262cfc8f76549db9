"""Whatever a page may have to say has words in both languages."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from string import Formatter

import pytest

from api.error_handlers import http_codes
from api.schemas.clues import ClueTexts
from api.web import (
    access_words,
    company_words,
    custody_words,
    desk_words,
    export_words,
    loss_words,
    mail_words,
    paper_pages,
    recall_words,
    reconciliation_words,
    record_words,
    rendering,
    trade_words,
    webhook_words,
    words,
)
from api.web.language import MARKS, Language, Pair
from api.web.navigation import MORE, OPEN
from api.web.rendering import FOLDER, vocabulary
from models import errors
from models.access import Role, Scope
from models.activity import Action
from models.archive import DocumentState
from models.audit import AuditWay, FindingKind
from models.calendar_words import Doubt
from models.correction import Ground
from models.destruction import OPINIONS, SUPERVISORS, Obstacle
from models.duplicates import SameBy
from models.errors import PiaogenError
from models.export import ExportFormat, ExportState
from models.invoice import FIELD_KEYS, FieldStatus, InvoiceKind, Witness
from models.loss import LinkState, StepState
from models.loss import Outcome as Ending
from models.loss_rules import Circumstance, LostCopy, Mark, Use
from models.mail import MailNote, MailOutcome
from models.papers import PaperEventKind, PaperState
from models.reconciliation import LineClass
from models.statement import InvoiceState, StatementKind
from models.verification import Outcome, Verdict
from models.webhooks import Event, MessageState
from ocr_service.exports.left_out import Reason
from ocr_service.paper_forms import PaperForm
from ocr_service.proof.rules import RULE_NAMES
from ocr_service.review import Why
from ocr_service.understanding.telling import CLUE_NAMES
from storage.catalogue.queue import WORKER_LOST

TABLES: dict[str, Mapping[str, Pair]] = {
    name: table
    for module in (
        words,
        trade_words,
        access_words,
        company_words,
        custody_words,
        export_words,
        record_words,
        recall_words,
        reconciliation_words,
        loss_words,
        desk_words,
        webhook_words,
        mail_words,
    )
    for name, table in vars(module).items()
    if isinstance(table, dict) and name.isupper() and all(isinstance(pair, tuple) for pair in table.values())
}
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
WAYS = ("exact", "part", "pattern", "about", "within", "similar", "text", "file")
REACHING_PEOPLE = [error.code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, PiaogenError)]


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        (trade_words.STATES, DocumentState),
        (mail_words.OUTCOMES, MailOutcome),
        (mail_words.NOTES, MailNote),
        (access_words.ROLES, Role),
        (access_words.ROLE_MEANINGS, Role),
        (access_words.SCOPES, Scope),
        (trade_words.WHYS, Why),
        (trade_words.VERDICTS, Verdict),
        (trade_words.VERDICT_MEANINGS, Verdict),
        (trade_words.STATUSES, FieldStatus),
        (trade_words.STATUS_MEANINGS, FieldStatus),
        (trade_words.WITNESSES, Witness),
        (trade_words.OUTCOMES, Outcome),
        (trade_words.KINDS, InvoiceKind),
        (reconciliation_words.CLASSES, LineClass),
        (loss_words.LOST_COPIES, LostCopy),
        (loss_words.CIRCUMSTANCES, Circumstance),
        (loss_words.MARKS, Mark),
        (loss_words.USES, Use),
        (loss_words.STEP_STATES, StepState),
        (loss_words.LINK_STATES, LinkState),
        (loss_words.ENDINGS, Ending),
        (reconciliation_words.CLASS_MEANINGS, LineClass),
        (reconciliation_words.LISTS, StatementKind),
        (reconciliation_words.INVOICE_STATES, InvoiceState),
        (trade_words.FIELDS, FIELD_KEYS),
        (trade_words.RULES, RULE_NAMES),
        (trade_words.HOW, WAYS),
        (desk_words.GROUNDS, Ground),
        (trade_words.SOURCES, ("cli", "api", "web", "phone", "watch", "mail", "paperless")),
        (trade_words.CLUES, set(ClueTexts.model_fields) - {"limit", "meant"}),
        (record_words.WAYS, AuditWay),
        (record_words.FINDINGS, FindingKind),
        (record_words.ACTIONS, Action),
        (record_words.OBSTACLES, Obstacle),
        (record_words.OFFICES, (*OPINIONS, *SUPERVISORS)),
        (custody_words.SAME_BY, SameBy),
        (custody_words.PAPER_EVENTS, PaperEventKind),
        (custody_words.PAPER_STATES, PaperState),
        (custody_words.PAPER_FORMS, PaperForm),
        (custody_words.PAPER_FIELDS, paper_pages.FIELDS),
        (recall_words.NAMES, CLUE_NAMES),
        (export_words.FORMATS, ExportFormat),
        (export_words.EXPORT_STATES, ExportState),
        (export_words.LEFT_OUT, Reason),
        (trade_words.DOUBTS, {*Doubt, "contradiction"}),
        (webhook_words.EVENTS, Event),
        (webhook_words.DELIVERY_STATES, MessageState),
    ],
)
def test_every_value_has_words_and_no_words_are_left_over(table: Mapping[str, Pair], keys: Iterable[str]) -> None:
    assert set(table) == {str(key) for key in keys}


@pytest.mark.parametrize("code", [*REACHING_PEOPLE, *http_codes(), WORKER_LOST, PiaogenError.code])
def test_every_error_that_a_page_can_show_has_words(code: str) -> None:
    assert code in trade_words.ERRORS


@pytest.mark.parametrize("name", sorted(TABLES))
def test_both_languages_say_something_and_fill_the_same_blanks(name: str) -> None:
    for key, (chinese, english) in TABLES[name].items():
        blanks = [{blank for _, blank, _, _ in Formatter().parse(text) if blank} for text in (chinese, english)]
        assert chinese.strip() and english.strip(), key
        assert blanks[0] == blanks[1], key


def test_no_english_text_has_wide_punctuation_and_templates_have_none_of_their_own() -> None:
    wide = re.compile("[\u3001-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]")
    tables = {
        **TABLES,
        **{name: spoken.args[0] for name, spoken in vocabulary(Language.ENGLISH).items() if isinstance(spoken, partial) and spoken.args},
    }

    assert [(name, key) for name, table in tables.items() for key, pair in table.items() if wide.search(pair[1])] == []
    assert [mark for mark in MARKS[Language.ENGLISH] if wide.search(mark)] == []
    assert [path.name for path in TEMPLATES if wide.search(path.read_text(encoding="utf-8").replace("＋", ""))] == []


def test_kinds_are_called_as_everywhere_else() -> None:
    assert {key: chinese for key, (chinese, _) in trade_words.KINDS.items()} == {kind.value: kind.chinese for kind in InvoiceKind}


def test_chinese_is_chinese_and_english_is_english() -> None:
    same = {"other_language", "clue_wrong_value"}
    for table in TABLES.values():
        for key, (chinese, english) in table.items():
            assert key in same or re.search(r"[\u4e00-\u9fff×+=：]", chinese), key
            assert key in same or not re.search(r"[\u4e00-\u9fff]", english), key


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_asks_only_for_words_that_exist(template: object) -> None:
    source = template.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    asked = set(re.findall(r"\bt\([\"'](\w+)[\"']", source))

    assert asked - set(words.PAGE) == set()


def test_no_sentence_is_left_that_no_page_says() -> None:
    said = {key for template in TEMPLATES for key in re.findall(r"\bt\([\"'](\w+)[\"']", template.read_text(encoding="utf-8"))}
    linked = {entry.word for entry in (*OPEN, *MORE)}

    assert set(words.PAGE) - said - linked == set()
    assert linked - set(words.PAGE) == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_words_of_its_own(template: object) -> None:
    source = re.sub(r"\{[{%#].*?[}%#]\}|<[^>]*>", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)  # type: ignore[attr-defined]

    assert re.findall(r"[\u4e00-\u9fff]+|[A-Za-z]{3,}", source) == []


@pytest.mark.parametrize("language", Language)
def test_unknown_keys_show_themselves(language: Language) -> None:
    assert vocabulary(language)["state_words"]("brand_new") == "brand_new"


@pytest.mark.parametrize(("name", "shown"), [("cli:root", "命令行 root"), ("local", "本机"), ("王样", "王样"), ("user:li", "用户 li")])
def test_whoever_acted_is_called_by_words(name: str, shown: str) -> None:
    template = rendering.TEMPLATES.from_string("{{ name | who }}")

    assert template.render({**vocabulary(Language.CHINESE), "name": name}) == shown


SENDS_TO = {
    "reconciliation_no_side": "/companies",
    "today_wrong": "/audit",
    "audited_wrong": "/audit",
    "index_ahead": "/audit",
    "archive_empty": "/",
    "today_no_list": "/reconciliations",
    "loss_facts_archived": "/invoices/",
}
"""Sentences that tell somebody to do something elsewhere, and where that is."""


@pytest.mark.parametrize(("key", "path"), SENDS_TO.items())
def test_whoever_is_told_to_do_something_elsewhere_finds_a_link_to_it(key: str, path: str) -> None:
    saying = [text for template in TEMPLATES if f't("{key}"' in (text := template.read_text(encoding="utf-8"))]

    assert saying
    for text in saying:
        around = text.split(f't("{key}"')
        assert f'href="{{{{ at }}}}{path}' in around[0][-400:] + around[1][:600]
