"""What a plain search makes of the same stories: one table of pages, asked for any of the words."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from benchmarks.remembering.stories import Story
from benchmarks.remembering.world import Told


def asked_plainly(rows: int, told: Callable[[int], Told], stories: Sequence[Story]) -> Iterator[tuple[str, list[tuple[int | None, float]]]]:
    """The place of the right page among twenty (None where it is not there) and the seconds, by FTS5 with trigrams and by LIKE."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE pages USING fts5(text, tokenize='trigram')")
        connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)")
        for place in range(rows):
            said = told(place)
            parties = f"{said.seller.name} {said.buyer}"
            page = f"{said.code or ''}{said.number} {parties} {said.day:%Y年%m月%d日} {said.goods.printed} {said.total} {said.net}"
            connection.execute("INSERT INTO pages(rowid, text) VALUES (?, ?)", (place, page))
            connection.execute("INSERT INTO plain VALUES (?, ?)", (place, page))
        for how, ask in (("plain FTS5", _by_fts5), ("LIKE", _by_like)):
            yield how, [_asked(connection, one, ask) for one in stories]


def _asked(
    connection: sqlite3.Connection, one: Story, ask: Callable[[sqlite3.Connection, Sequence[str]], list[int]]
) -> tuple[int | None, float]:
    begun = time.perf_counter()
    found = ask(connection, [thing.words for thing in one.things])
    seconds = time.perf_counter() - begun
    return found.index(one.place) if one.place in found else None, seconds


def _by_fts5(connection: sqlite3.Connection, words: Sequence[str]) -> list[int]:
    match = " OR ".join(f'"{word}"' for word in words if len(word) >= 3)
    asked = "SELECT rowid FROM pages WHERE pages MATCH ? ORDER BY rank LIMIT 20"
    return [row[0] for row in connection.execute(asked, (match,))] if match else []


def _by_like(connection: sqlite3.Connection, words: Sequence[str]) -> list[int]:
    score = " + ".join("(text LIKE ?)" for _ in words)
    asked = f"SELECT id FROM plain ORDER BY {score} DESC, id DESC LIMIT 20"
    return [row[0] for row in connection.execute(asked, [f"%{word}%" for word in words])]
