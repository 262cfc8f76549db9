"""How many of the rows that are seen name a company or some goods: the catalogue keeps count of them, see `evidence_rows`.

Counting them when somebody asks would take longer than all else where many rows name one, and longer still within walls.
"""

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from models.access import Visibility
from storage.catalogue.evidence.given import seen, statement, values, words


def many_of(connection: Connection, what: str, ids: Sequence[int], sees: Visibility) -> Counter[int]:
    """How many rows that are seen name each of these ids as `SELLER`, `BUYER` or `GOODS`; ids of none are left out."""
    if not ids:
        return Counter()
    own = "" if sees.is_whole else f" AND s.department IN (SELECT value FROM {words(connection, 'seen', 'd')})"
    counted = f"FROM {values(connection, 'ids', 'v')} CROSS JOIN shares AS s WHERE s.what = :what AND s.key = v.value{own}"
    sql = f"SELECT s.key AS id, sum(s.many) AS many {counted} GROUP BY s.key"
    rows = connection.execute(statement(sql), {"what": what, "ids": json.dumps(list(ids)), **seen(sees)})
    return Counter({row.id: int(row.many) for row in rows})
