"""A phrase of pieces is found exactly where its text stands."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.catalogue.grams import bigrams, is_pair, kept_grams, phrase
from storage.catalogue.normal_form import identifier, pattern, plain, storable

FEW_CHARACTERS = st.text(alphabet="12a住宿.\"'*%", max_size=8)
ANY_CHARACTERS = st.text(max_size=12)
LINES = st.lists(st.one_of(FEW_CHARACTERS, ANY_CHARACTERS), max_size=4)


@pytest.fixture(scope="module")
def searched() -> Iterator[sqlite3.Connection]:
    """The search table as the migrations make it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    tokenizer = "ascii tokenchars '!\"\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~'"
    connection.execute(f"CREATE VIRTUAL TABLE grams USING fts5(text, content='', columnsize=0, tokenize=\"{tokenizer}\")")
    yield connection
    connection.close()


@given(lines=LINES, wanted=st.one_of(FEW_CHARACTERS, ANY_CHARACTERS))
@example(lines=["12", "3"], wanted="123")
@example(lines=["1住12"], wanted="住12")
@example(lines=["ab", "住"], wanted="ab住")
@example(lines=["a" * 100 + "b"], wanted="ab")
def test_a_phrase_matches_if_and_only_if_a_line_contains_the_text(searched: sqlite3.Connection, lines: list[str], wanted: str) -> None:
    kept = [plain(line) for line in lines]
    sought = plain(wanted)
    for candidate in {sought, *(line[start : start + 4] for line in kept for start in range(len(line)))} - {""}:
        grams = kept_grams("\n".join(kept))
        searched.execute("INSERT INTO grams(rowid, text) VALUES (1, ?)", (grams,))
        found = searched.execute("SELECT rowid FROM grams WHERE grams MATCH ?", (phrase(candidate),)).fetchall()
        searched.execute("INSERT INTO grams(grams, rowid, text) VALUES ('delete', 1, ?)", (grams,))

        assert (found == [(1,)]) is any(candidate in line for line in kept), candidate


@pytest.mark.parametrize(("word", "is_one"), [("王芳", True), ("a座", True), ("92", False), ("王", False), ("王小芳", False)])
def test_two_characters_of_which_one_is_not_ascii_are_a_pair(word: str, is_one: bool) -> None:
    assert is_pair(word) is is_one


@given(text=ANY_CHARACTERS)
@example(text="ŉ\u0345ǰ")
def test_the_normal_forms_are_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert identifier(identifier(text)) == identifier(text)
    assert pattern(pattern(text)) == pattern(text)
    assert not any(character.isspace() for character in plain(text))
    plain(text).encode()


@given(text=st.text(alphabet=st.characters(), max_size=12))
@example(text="\ud800\0é")
def test_what_is_stored_is_the_text_but_for_what_no_database_takes(text: str) -> None:
    kept = storable(text)
    kept.encode()
    assert "\0" not in kept
    assert len(kept) == len(text)
    assert all(one == other or other == "\ufffd" for one, other in zip(text, kept, strict=True))


@given(text=FEW_CHARACTERS)
def test_the_pairs_of_a_part_are_pairs_of_the_whole(text: str) -> None:
    assert bigrams(text[1:-1]) <= bigrams(text)
