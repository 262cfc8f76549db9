"""A catalogue of a world on SQLite, written table by table: recording a million readings one by one would take most of an hour.

The rows are those that `Catalogue.record_readings` writes of `world.documents`; a test compares them.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.remembering.world import RECEIVED_EVERY, START, Told, digest_of, kind_title, told
from models.archive import DocumentState
from models.digest import Digest
from models.verification import Verdict
from storage.catalogue.evidence_rows import BUYER, GOODS, MONTH, SELLER, TOTAL, month_of, size_of, tail
from storage.catalogue.grams import bigrams, kept_grams
from storage.catalogue.normal_form import identifier, plain
from storage.catalogue.parties import old_form
from storage.catalogue.sounds import initials, name_grams, pinyin_of

_TOGETHER = 20_000
_EPOCH_MICROSECONDS = int(START.timestamp() * 1_000_000)


class _Numbered(dict[str, int]):
    """Names with the ids that they are given in the order in which they come."""

    def __missing__(self, name: str) -> int:
        self[name] = len(self) + 1
        return self[name]


def filled(path: Path, rows: int, seed: int) -> tuple[float, int]:
    """Fill an empty catalogue's file; the seconds that took, and invoices a second."""
    begun = time.perf_counter()
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.execute("PRAGMA cache_size = -400000")
        indexes = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for name, _ in indexes:
            file.execute(f"DROP INDEX {name}")
        _write(file, rows, seed)
        for _, sql in indexes:
            file.execute(sql)
    seconds = time.perf_counter() - begun
    return round(seconds, 1), round(rows / seconds)


def _write(file: sqlite3.Connection, rows: int, seed: int) -> None:
    companies, tax_ids, wares = _Numbered(), _Numbered(), _Numbered()
    many: Counter[tuple[str, int, str]] = Counter()
    every = (told(place, rows, seed) for place in range(rows))
    while some := list(islice(every, _TOGETHER)):
        written = [_rows_of(said, seed, companies, tax_ids, wares, many) for said in some]
        file.execute("BEGIN")
        for table in ("documents", "arrivals", "invoices", "invoice_texts", "invoice_goods", "number_grams", "text_grams"):
            _insert(file, table, [each[table] for each in written])
        file.execute("COMMIT")
    file.execute("BEGIN")
    pinyin = {name: pinyin_of(name) for name in companies}
    named = ({"id": number, "name": name, "pinyin": pinyin[name], "initials": initials(pinyin[name])} for name, number in companies.items())
    _insert(file, "companies", list(named))
    grams = ({"gram": gram, "company_id": number} for name, number in companies.items() for gram in name_grams(name, pinyin[name]))
    _insert(file, "company_grams", list(grams))
    _insert(file, "tax_ids", [{"id": number, "value": value, "old_form": old_form(value)} for value, number in tax_ids.items()])
    _insert(file, "goods", [{"id": number, "name": name} for name, number in wares.items()])
    _insert(file, "goods_grams", [{"gram": gram, "goods_id": number} for name, number in wares.items() for gram in bigrams(name)])
    counted = ({"what": what, "key": key, "department": whose, "many": count} for (what, key, whose), count in many.items())
    _insert(file, "shares", list(counted))
    file.execute("COMMIT")


def _insert(file: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    columns = rows[0].keys()
    values = ", ".join("?" * len(columns))
    file.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})", [tuple(row.values()) for row in rows])


def _rows_of(
    said: Told, seed: int, companies: _Numbered, tax_ids: _Numbered, wares: _Numbered, many: Counter[tuple[str, int, str]]
) -> dict[str, dict[str, Any]]:
    digest = digest_of(said.place, seed)
    received = _EPOCH_MICROSECONDS + said.place * RECEIVED_EVERY * 1_000_000
    row = ((received // 1000) << 22) | (int(digest.hex[:3], 16) << 10) | 1
    whose = f"{said.department}部"
    number, code, goods = identifier(said.number), identifier(said.code or ""), wares[plain(said.goods.printed)]
    cents = int(said.total * 100)
    text = _text(said)
    seller, buyer = companies[plain(said.seller.name)], companies[plain(said.buyer)]
    counted = ((TOTAL, size_of(cents)), (MONTH, month_of(said.day)), (SELLER, seller), (BUYER, buyer), (GOODS, goods))
    many.update((what, key, whose) for what, key in counted)
    return {
        "documents": _document(digest, said, received, whose),
        "arrivals": {
            **{
                "document": digest.hex,
                "department": whose,
                "file_name": f"scan-{said.place:07d}.jpg",
                "received_at": received,
                "source": "cli",
            }
        },
        "invoices": {
            **{"id": row, "document": digest.hex, "position": 1, "page": 1, "kind": said.kind.value, "title": kind_title(said.kind)},
            **{"verdict": Verdict.ACCEPTED.value, "code": said.code, "number": said.number, "code_key": code, "number_key": number},
            **{"issue_day": said.day.toordinal(), "day": said.day.toordinal(), "seller_name": said.seller.name, "buyer_name": said.buyer},
            **{"seller_tax_id": said.seller.tax_id, "seller_company": seller},
            **{"buyer_company": buyer, "seller_tax": tax_ids[identifier(said.seller.tax_id)]},
            **{"total_cents": cents, "net_cents": int(said.net * 100), "tax_cents": int((said.total - said.net) * 100)},
            **{"department": whose, "number_tail": tail(number), "goods": str(goods)},
        },
        "invoice_texts": {"id": row, "text": text},
        "invoice_goods": {"goods_id": goods, "day": said.day.toordinal(), "total_cents": cents, "invoice_id": row},
        "number_grams": {"rowid": row, "number": kept_grams(number), "code": kept_grams(code)},
        "text_grams": {"rowid": row, "text": kept_grams(text)},
    }


def _document(digest: Digest, said: Told, received: int, whose: str) -> dict[str, Any]:
    return {
        **{"digest": digest.hex, "file_name": f"scan-{said.place:07d}.jpg", "media_type": "image/jpeg", "size": 300_000, "pages": 1},
        **{"received_at": received, "source": "cli", "state": DocumentState.DONE.value, "version": 1, "verdict": Verdict.ACCEPTED.value},
        "department": whose,
    }


def _text(said: Told) -> str:
    return "\n".join(dict.fromkeys(_lines(said)))


def _lines(said: Told) -> Iterator[str]:
    yield plain(said.kind.chinese)
    yield plain(said.goods.printed)
    if said.code is not None:
        yield said.code
    yield said.number
    yield said.day.isoformat()
    yield plain(said.seller.name)
    yield plain(said.seller.tax_id)
    yield plain(said.buyer)
    yield from (str(said.total), str(said.net), str(said.total - said.net))
