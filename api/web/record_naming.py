"""What a record or an object of the archive is called in words, by the name that log and audits know it by, and the page that shows it."""

import re
from typing import NamedTuple
from urllib.parse import quote

from models.access import Right
from models.activity import ARCHIVE
from storage import archive_layout as layout
from storage.destruction_records import LIST_ID

_INVOICE = re.compile(r"[0-9a-f]{20}-[0-9]{1,6}")
_DOCUMENT = re.compile(r"sha256:[0-9a-f]{64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHOWN_DIGITS = 12
_HISTORY = re.compile(rf"({'|'.join(map(re.escape, layout.HISTORIES))})([^/]+)(?:/[0-9]{{6}}\.json)?")
_OF_AN_OFFICE = re.compile(r"[0-9a-f]{8}-(?=[0-9a-f]{20}-)")
"""Before the id of an invoice where departments that have the same bytes keep records of their own."""
_SHOWN_BY = {"losses": "/losses/", "reconciliations": "/reconciliations/", "stocktakings": "/stocktakings/", "papers": "/papers/"}
_UNNAMED = {"duplicates": "/duplicates", "mails": "/mails?show=all"}
"""Kinds whose ids are digests, which say nothing to anybody, and the page that has them all."""
OBJECTS = ("originals", "restored", "readings", "documents", "attachments", "stamps", "signers", "holds", "destructions", "audits", "log")


class Named(NamedTuple):
    """A kind, which `record_words` are known for, a name within it, and its page with the right that it asks for; each may be empty."""

    kind: str
    name: str = ""
    link: str = ""
    right: Right | None = None


def named(subject: str) -> Named:
    """What the log's name of something stands for; what is not understood is a name of its own."""
    if subject == ARCHIVE:
        return Named("archive")
    if _DOCUMENT.fullmatch(subject):
        return Named("document", f"{subject[7 : 7 + _SHOWN_DIGITS]}…", f"/documents/{subject}")
    if _INVOICE.fullmatch(subject):
        return Named("invoice", subject, f"/invoices/{subject}")
    if LIST_ID.fullmatch(subject):
        return Named("list", subject, f"/destructions/{subject}", Right.RECORDS)
    if subject.startswith("hold-"):
        return Named("hold", subject, "/holds", Right.RECORDS)
    history = _HISTORY.fullmatch(subject)
    if history is not None:
        return _record(history[1].removesuffix("/"), history[2])
    return _holder(subject)


def named_object(key: str) -> Named:
    """What an object of the store is, by its key, as the findings of an audit name it."""
    head, _, rest = key.partition("/")
    if head == "access":
        kind, name, *_ = [*rest.split("/"), ""]
        return _holder(f"{kind.removesuffix('s')}:{name}")
    if head in OBJECTS:
        digest = next((part for part in re.split(r"[/.]", rest) if _DIGEST.fullmatch(part)), "")
        return Named(head, f"{digest[:_SHOWN_DIGITS]}…" if digest else "")
    return named(key)


def _record(kind: str, name: str) -> Named:
    if kind == "settings":
        return _setting(name)
    if kind in _UNNAMED:
        return Named(kind, "", _UNNAMED[kind], Right.READ)
    if kind == "papers":
        name = _OF_AN_OFFICE.sub("", name)
    return Named(kind, name, _SHOWN_BY[kind] + name, Right.READ)


def _setting(name: str) -> Named:
    kind, _, rest = name.partition("-")
    match kind:
        case "companies":
            return Named("companies", "", "/companies", Right.ADMINISTER)
        case "webhook":
            return Named("webhook", rest, f"/webhooks/{quote(rest, safe='')}", Right.ADMINISTER)
        case "voucher":
            return Named("voucher", rest, f"/exports/mappings/{quote(rest, safe='')}", Right.EXPORT)
        case "views":
            return Named("views", "", "/register", Right.READ)
        case "mapping":
            return Named("mapping", rest)
        case _:
            return Named("settings", name)


def _holder(subject: str) -> Named:
    kind, _, name = subject.partition(":")
    if kind == "user" and name == "?":
        return Named("nobody_known")
    if kind == "user" and name:
        return Named("user", name, f"/people/{quote(name, safe='')}", Right.ADMINISTER)
    if kind == "key" and name:
        return Named("key", name, "/keys", Right.ADMINISTER)
    return Named("", subject)
