"""The rows that hold some text, looked for by the rarest of its pieces."""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)

from storage.catalogue.grams import is_pair, phrase, pieces, term
from storage.catalogue.tables import invoice_texts, invoices

_SAMPLE = 200
"""The newest texts show well enough which pieces are rare."""
_PIECES = 4
"""So many rare pieces leave few rows that do not hold the whole text."""
_COMMON = 10
"""So many of the newest texts hold what is looked for: going through the newest ones finds enough of them soon."""
_MANY = 2
"""The newest texts divided by so many: where as many of them hold it, looking at one text after another meets some sooner than a list."""
_TRIGRAM = 3

_NEWEST = {
    kept: select(kept).order_by(kept.table.c.id.desc()).limit(_SAMPLE)
    for kept in (invoices.c.number_key, invoices.c.code_key, invoice_texts.c.text)
}


def holding(
    connection: Connection,
    grams: str,
    part: str | None,
    kept: Column[str],
    texts: Sequence[str],
    fits: ColumnElement[bool],
    *,
    enough: bool,
    seen: Sequence[ColumnElement[bool]],
) -> Select[int]:
    """On SQLite the ids of the rows that fit, which only rows that hold all the texts do, and which all of these do when `enough`.

    Only those of invoices that meet `seen`.
    `part` is the column of the search table `grams` that has the pieces of `kept`, None when there is no other. An index reads on from
    the first piece that it is given, and a piece that stands on every invoice takes it through all of them: so only the rarest are asked
    for, the rarest first.
    """
    rows = kept.table
    cuts = [pieces(text) for text in texts]
    is_one_phrase = len(cuts) == 1 and len(cuts[0]) <= _PIECES
    # What is rare need not be known where there is nothing to choose from.
    sample = "" if is_one_phrase else "\n".join(_newest(connection, kept, seen))
    terms: dict[str, int] = {}
    for text, every in zip(texts, cuts, strict=True):
        cut = {piece: sample.count(piece) for piece in every}
        if len(cut) <= _PIECES:
            terms[phrase(text)] = min(cut.values(), default=_SAMPLE)
        else:
            terms |= {term(piece): cut[piece] for piece in sorted(cut, key=lambda piece: cut[piece])[:_PIECES]}
            enough = False
    within = "" if part is None else f"{part} : "
    match = " AND ".join(within + each for each in sorted(terms, key=lambda each: terms[each]))
    searched = table(grams, column("rowid"))
    found = select(searched.c.rowid).where(literal_column(grams).op("MATCH")(match))
    joined: FromClause = searched
    if not enough:
        joined, found = joined.join(rows, rows.c.id == searched.c.rowid), found.where(fits)
    if seen:
        found = found.where(*seen)
        if enough or rows is not invoices:
            joined = joined.join(invoices, invoices.c.id == searched.c.rowid)
    return found.select_from(joined)


def holding_whole(connection: Connection, words: Sequence[str]) -> Select[int] | None:
    """On SQLite the ids of all texts that hold these words, seen or not, by the index alone; None where a word is too short for it.

    Where most rows are wanted, or gone through, reading a whole list of the index is quicker than looking at their texts.
    """
    if connection.dialect.name != "sqlite" or not all(map(pieces, words)):
        return None
    searched = table("text_grams", column("rowid"))
    match = " AND ".join(phrase(word) for word in words)
    return select(searched.c.rowid).where(literal_column("text_grams").op("MATCH")(match))


def are_many(connection: Connection, words: Sequence[str]) -> bool:
    """Whether half of the newest texts hold these words, so that some that do are soon met."""
    newest = _newest(connection, invoice_texts.c.text, ())
    return _MANY * sum(all(word in text for word in words) for text in newest) >= len(newest)


def having(connection: Connection, kept: Column[str], words: Sequence[str], seen: Sequence[ColumnElement[bool]]) -> Select[int] | None:
    """On PostgreSQL the ids of the texts that hold all these words; None where the newest are better gone through.

    Only those of invoices that meet `seen`.
    Its index of trigrams knows three letters or digits, the one of pairs two Chinese characters; of two letters no index knows anything.
    """
    newest = _newest(connection, kept, seen)
    known = {piece for word in words for piece in pieces(word) if is_pair(piece) or len(piece) == _TRIGRAM}
    if not known or sum(all(word in text for word in words) for text in newest) >= _COMMON:
        return None
    rarest = _rarest(newest, known)
    pairs = [piece for piece in rarest if is_pair(piece)]
    if pairs:
        # An index's answer that does not fit in here is held against every text around it, which takes seconds.
        connection.exec_driver_sql("SET LOCAL work_mem = '64MB'")
    # No index is asked for the words themselves: it would go through their commonest pieces too.
    whole = kept.concat(literal_column("''"))
    texts = select(kept.table.c.id)
    if seen:
        texts = texts.select_from(kept.table.join(invoices, invoices.c.id == kept.table.c.id)).where(*seen)
    return texts.where(
        *(kept.contains(piece, autoescape=True) for piece in rarest if not is_pair(piece)),
        *([func.piaogen_pairs(kept).op("@>")(literal(pairs, ARRAY(Text)))] if pairs else []),
        *(whole.contains(word, autoescape=True) for word in words),
    )


def trigrams(connection: Connection, kept: Column[str], texts: Sequence[str], seen: Sequence[ColumnElement[bool]]) -> list[str]:
    """On PostgreSQL the rarest trigrams of some texts that have more than an index had better be asked for; none where they have not."""
    known = {piece for text in texts for piece in pieces(text) if len(piece) == _TRIGRAM}
    return _rarest(_newest(connection, kept, seen), known) if len(known) > _PIECES else []


def _rarest(newest: Sequence[str], known: Iterable[str]) -> list[str]:
    sample = "\n".join(newest)
    return sorted(known, key=lambda piece: (sample.count(piece), piece))[:_PIECES]


def _newest(connection: Connection, kept: Column[str], seen: Sequence[ColumnElement[bool]]) -> list[str]:
    newest = _NEWEST[kept]
    if seen:
        source = invoices if kept.table is invoices else invoices.join(kept.table, kept.table.c.id == invoices.c.id)
        newest = select(kept).select_from(source).where(*seen).order_by(invoices.c.id.desc()).limit(_SAMPLE)
    return [text for text in connection.scalars(newest).all() if text]
