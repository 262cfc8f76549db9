"""Notes of what happened that the log does not say, for those who are told by webhooks: made in the transaction in which it happened."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, exists, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.catalogue.normal_form import storable
from storage.catalogue.record_tables import histories
from storage.catalogue.webhook_tables import happenings

ENDPOINTS = "settings/webhook-"
"""How the names of the records of endpoints begin."""

READ, ANNOUNCED, AUDITED = "read", "announced", "audited"
"""Kinds of notes: a document's reading is over; a new version of a record was announced in the log; an audit found something."""

_COLUMNS = ("key", "kind", "subject", "details", "at")


def note_happening(connection: Connection, kind: str, key: str, subject: str, details: Mapping[str, str | int]) -> None:
    """Note that something happened, once for a key; nothing is noted where nobody is told anything."""
    is_told = exists().where(histories.c.prefix == "settings/", histories.c.subject.startswith(ENDPOINTS))
    values = (key, kind, storable(subject), json.dumps(dict(details)), datetime.now(UTC))
    row = select(*(literal(value, happenings.c[name].type) for name, value in zip(_COLUMNS, values, strict=True))).where(is_told)
    if connection.dialect.name == "sqlite":
        connection.execute(sqlite.insert(happenings).from_select(list(_COLUMNS), row).on_conflict_do_nothing())
    else:
        connection.execute(postgresql.insert(happenings).from_select(list(_COLUMNS), row).on_conflict_do_nothing())
