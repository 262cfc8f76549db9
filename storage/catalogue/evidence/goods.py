"""What was bought, as it is remembered: by the printed word, by another word for it, or by a part of it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from models.access import Visibility
from models.remembered import RememberedGoods
from storage.catalogue.evidence.counting import many_of
from storage.catalogue.evidence.weighing import Evidence, Facts, Met, Reach, Shares
from storage.catalogue.evidence_rows import GOODS
from storage.catalogue.evidence_tables import goods, goods_grams
from storage.catalogue.grams import bigrams
from storage.catalogue.normal_form import plain
from storage.catalogue.one_of import OneOf

_OFTEN = {"printed": 0.60, "other_word": 0.50, "part_of_word": 0.15}
"""How often the right invoice has each level. Estimates; the shares that they are held against are counted."""
_FIELD = "items"
_MOST_GOODS, _MOST_LOOKED_AT = 2_000, 5_000


class GoodsEvidence(Evidence):
    """Goods held against the lines of invoices."""

    missed = 0.08
    """Not every line could be read, and one thing has many names."""

    def __init__(self, clue: RememberedGoods, shares: Shares, connection: Connection, sees: Visibility) -> None:
        self._levels = _named(connection, clue)
        self._many = many_of(connection, GOODS, list(self._levels), sees)
        self._rows = max(shares.rows, 1)
        many = dict.fromkeys(_OFTEN, 0)
        for identity, level in self._levels.items():
            many[level] += self._many.get(identity, 0)
        self._met = {
            level: Met(shares.weight(given_right, min(1.0, many[level] / self._rows)), level, _FIELD)
            for level, given_right in _OFTEN.items()
        }
        self._known: dict[str, Met | None] = {}

    def met(self, row: Facts) -> Met | None:
        """By the best of its lines."""
        if row.goods is None:
            return None
        if row.goods not in self._known:
            levels = [level for each in row.goods.split(",") if (level := self._levels.get(int(each))) is not None]
            self._known[row.goods] = max((self._met[level] for level in levels), default=None)
        return self._known[row.goods]

    def named(self, row: Facts) -> Sequence[int]:
        """The ids of the goods of a row, those that answer first."""
        ids = [int(each) for each in row.goods.split(",")] if row.goods else []
        return sorted(ids, key=lambda identity: -_OFTEN.get(self._levels.get(identity, ""), 0.0))

    def says(self, row: Facts) -> bool:
        """Whether any line was read."""
        return row.goods is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """The goods that answer."""
        chosen = [identity for identity, level in self._levels.items() if wide or level != "part_of_word"]
        share = sum(self._many.get(identity, 0) for identity in chosen) / self._rows
        return [Reach("goods", tuple(chosen), min(1.0, share))] if chosen else []


def _named(connection: Connection, clue: RememberedGoods) -> dict[int, str]:
    """The level of each of the goods that answer."""
    found: dict[int, str] = {}
    word = plain(clue.word)
    for identity, _ in _containing(connection, [word]):
        found[identity] = "printed"
    for identity, _ in _containing(connection, [plain(other) for other in clue.others]):
        found.setdefault(identity, "other_word")
    if len(word) > 2 and len(found) < _MOST_GOODS:
        # 打印机墨盒 is printed as 墨盒, 复印纸 as A4纸复印: half of the pairs and more must be there.
        pairs = bigrams(word)
        many = func.count()
        having = select(goods_grams.c.goods_id).where(OneOf(goods_grams.c.gram, sorted(pairs))).group_by(goods_grams.c.goods_id)
        for identity in connection.scalars(having.having(2 * many >= len(pairs)).limit(_MOST_GOODS)):
            found.setdefault(identity, "part_of_word")
    return found


def _containing(connection: Connection, words: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Goods whose names have one of these words."""
    pairs = sorted({min(bigrams(word)) for word in words if len(word) > 1})
    if pairs:
        with_pair = select(goods_grams.c.goods_id).where(OneOf(goods_grams.c.gram, pairs)).distinct().subquery()
        named = select(goods.c.id, goods.c.name).join(with_pair, with_pair.c.goods_id == goods.c.id).limit(_MOST_LOOKED_AT)
        yield from ((row.id, row.name) for row in connection.execute(named) if any(word in row.name for word in words if len(word) > 1))
    # No index knows single characters, of which some are words (水, 油); there are few goods beside invoices.
    for sign in (word for word in words if len(word) == 1):
        named = select(goods.c.id, goods.c.name).where(goods.c.name.contains(sign, autoescape=True)).limit(_MOST_GOODS)
        yield from ((row.id, row.name) for row in connection.execute(named))


def goods_names(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The names of these goods."""
    return {row.id: row.name for row in connection.execute(select(goods.c.id, goods.c.name).where(OneOf(goods.c.id, sorted(ids))))}
