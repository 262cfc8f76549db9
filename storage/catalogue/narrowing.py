"""SQLite's search tables: the rows that hold some text, by the rarest of its pieces. PostgreSQL's indexes do all this by themselves."""

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, Select, column, literal_column, select, table

from storage.catalogue.grams import phrase, pieces

_SAMPLE = 200
"""The newest texts show well enough which pieces are rare."""
_PIECES = 4
"""So many rare pieces leave few rows that do not hold the whole text."""


def holding(
    connection: Connection, grams: str, part: str, kept: Column[str], texts: Sequence[str], fits: ColumnElement[bool], *, enough: bool
) -> Select[int]:
    """The ids of the rows of a table that fit, which only rows that hold all the texts do, and which all of these do when `enough`.

    `part` is the column of the search table `grams` that has the pieces of `kept`. An index reads on from the first piece that it is
    given, and a piece that stands on every invoice takes it through all of them: so only the rarest are asked for, the rarest first.
    """
    rows = kept.table
    cuts = [pieces(text) for text in texts]
    is_one_phrase = len(cuts) == 1 and len(cuts[0]) <= _PIECES
    # What is rare need not be known where there is nothing to choose from.
    newest = () if is_one_phrase else connection.scalars(select(kept).order_by(rows.c.id.desc()).limit(_SAMPLE)).all()
    sample = "\n".join(known for known in newest if known)
    terms: dict[str, int] = {}
    for text, every in zip(texts, cuts, strict=True):
        cut = {piece: sample.count(piece[1:-1]) for piece in every}
        if len(cut) <= _PIECES:
            terms[phrase(text)] = min(cut.values(), default=_SAMPLE)
        else:
            terms |= {piece: cut[piece] for piece in sorted(cut, key=lambda piece: cut[piece])[:_PIECES]}
            enough = False
    match = " AND ".join(f"{part} : {term}" for term in sorted(terms, key=lambda term: terms[term]))
    searched = table(grams, column("rowid"))
    found = select(searched.c.rowid).where(literal_column(grams).op("MATCH")(match))
    return found if enough else found.select_from(searched.join(rows, rows.c.id == searched.c.rowid)).where(fits)
