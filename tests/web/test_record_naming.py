"""Whatever the log or an audit speaks of is told in words and leads to its page: no name of a record or an object is left bare."""

from dataclasses import replace
from datetime import date

import pytest

from api.web.log_view import log_row
from api.web.record_naming import OBJECTS, Named, named, named_object
from api.web.record_words import RECORD_KINDS
from models.activity import ARCHIVE, Action
from models.digest import Digest
from storage import archive_layout as layout
from storage.catalogue.log_index import Logged
from storage.log_records import BlockName
from tests.support.logged import an_entry

INVOICE = f"{'a' * 20}-1"
DAY = date(2026, 3, 2)
DIGEST = Digest.of(b"x")
SUBJECTS = {
    ARCHIVE: ("archive", "", ""),
    str(DIGEST): ("document", f"{DIGEST.hex[:12]}…", f"/documents/{DIGEST}"),
    INVOICE: ("invoice", INVOICE, f"/invoices/{INVOICE}"),
    "20260302-4f1c0b2a": ("list", "20260302-4f1c0b2a", "/destructions/20260302-4f1c0b2a"),
    "hold-20260302-4f1c0b2a": ("hold", "hold-20260302-4f1c0b2a", "/holds"),
    "user:li": ("user", "li", "/people/li"),
    "user:?": ("nobody_known", "", ""),
    "key:4f1c0b2a": ("key", "4f1c0b2a", "/keys"),
    "losses/20260302-4f1c0b2a": ("losses", "20260302-4f1c0b2a", "/losses/20260302-4f1c0b2a"),
    "reconciliations/20260302-4f1c0b2a": ("reconciliations", "20260302-4f1c0b2a", "/reconciliations/20260302-4f1c0b2a"),
    "stocktakings/20260302-4f1c0b2a": ("stocktakings", "20260302-4f1c0b2a", "/stocktakings/20260302-4f1c0b2a"),
    f"papers/{INVOICE}": ("papers", INVOICE, f"/papers/{INVOICE}"),
    f"papers/4f1c0b2a-{INVOICE}": ("papers", INVOICE, f"/papers/{INVOICE}"),
    f"duplicates/{'b' * 32}": ("duplicates", "", "/duplicates"),
    f"mails/{'b' * 32}": ("mails", "", "/mails?show=all"),
    "settings/companies": ("companies", "", "/companies"),
    "settings/webhook-4f1c0b2a": ("webhook", "4f1c0b2a", "/webhooks/4f1c0b2a"),
    "settings/voucher-kingdee": ("voucher", "kingdee", "/exports/mappings/kingdee"),
    f"settings/views-{'b' * 16}": ("views", "", "/register"),
    "settings/mapping-ours": ("mapping", "ours", ""),
}


@pytest.mark.parametrize(("subject", "told"), SUBJECTS.items())
def test_what_the_log_is_about_is_told_in_words(subject: str, told: tuple[str, str, str]) -> None:
    found = named(subject)

    assert (found.kind, found.name, found.link) == told
    assert found.kind in RECORD_KINDS


def test_every_kind_of_record_that_changes_is_among_them() -> None:
    assert {subject.partition("/")[0] + "/" for subject in SUBJECTS if "/" in subject} == set(layout.HISTORIES)


@pytest.mark.parametrize("prefix", [*layout.OF_NO_DOCUMENT, layout.ORIGINALS, layout.READINGS, layout.DOCUMENTS, layout.RESTORED])
def test_every_object_that_an_audit_can_name_is_told_in_words(prefix: str) -> None:
    keys = {
        "access/": "access/users/li/000001.json",
        "piaogen-archive": "",
        "settings/": "settings/companies/000002.json",
        layout.DOCUMENTS: layout.manifest_key(DIGEST, 1),
    }
    key = keys.get(prefix, f"{prefix}{DIGEST.hex[:2]}/{DIGEST.hex}" if prefix not in layout.HISTORIES else f"{prefix}a-b/000001.json")

    found = named_object(key)

    assert not key or found.kind in RECORD_KINDS
    assert "/" not in found.name and ".json" not in found.name


@pytest.mark.parametrize(
    ("action", "subject", "about"),
    [
        (Action.BATCH_CANCELLED, "web-4f1c", Named("batch", "web-4f1c", "/batches/web-4f1c")),
        (Action.REPROCESS_REQUESTED, "web-4f1c", Named("batch", "web-4f1c", "/batches/web-4f1c")),
        (Action.UPLOAD_REFUSED, "名单.txt", Named("file", "名单.txt")),
    ],
)
def test_what_an_act_names_besides_is_told_too(action: Action, subject: str, about: Named) -> None:
    assert about.kind in RECORD_KINDS
    assert log_row(Logged(BlockName(DAY, 1), 0, replace(an_entry(), action=action, subject=subject))).about == about


def test_there_are_no_words_for_kinds_that_do_not_exist() -> None:
    told = {found[0] for found in SUBJECTS.values()} | set(OBJECTS) | {"batch", "file", "settings"}

    assert set(RECORD_KINDS) == told
