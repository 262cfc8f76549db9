"""The tables. `migrations` makes them; a test holds both against each other.

The search tables (`number_grams`, `text_grams`) are FTS5 on SQLite and stand here only as names; on PostgreSQL trigram indexes on
`invoices` and `invoice_texts` take their part.
"""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

from storage.catalogue.column_types import Day, UtcTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""On SQLite only INTEGER becomes the row's own key."""

BY_CODE_POINT = Text().with_variant(Text(collation="C"), "postgresql")
"""What lists are ordered by is ordered alike in every database, whatever language a server speaks."""

index_state = Table(
    "index_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("archive_id", Text),
    Column("behind", Integer, nullable=False, server_default="0"),
    Column("ahead", Integer, nullable=False, server_default="0"),
    Column("logins", Integer, nullable=False, server_default="0"),
)
"""One row: which archive this is the index of (null before anybody said), and what it was last seen to differ in; see `index_state`.
`logins` says whether anybody has one; see `access`."""

documents = Table(
    "documents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("verdict", Text),
    Column("error", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("manifest", Text),
    Column("checked_at", BigInteger, nullable=False, server_default="0"),
    Column("damage", Text),
    Column("department", Text),
    Index(None, "state", "received_at", "digest"),
    Index(None, "checked_at", "digest"),
)
"""`manifest` is the digest of the manifest of `version`, null where nobody noted it. `checked_at`: when the document was last held against
the archive, in seconds since 1970, 0 for never; `damage`: what was wrong with it then, a kind of finding, null when it was sound.
`department` is whose it was when it first came, null for nobody's in particular; `arrivals` has all."""
Index(
    "ix_documents_damage",
    documents.c.damage,
    sqlite_where=documents.c.damage.is_not(None),
    postgresql_where=documents.c.damage.is_not(None),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("document", Text, ForeignKey("documents.digest", ondelete="CASCADE"), primary_key=True),
    Column("department", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),
    Index(None, "department", "received_at", "document"),
)
"""Each department that handed a document in, and as what: all that its people ever see of where a document comes from."""

companies = Table(
    "companies",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("pinyin", Text),
    Column("initials", Text),
)
"""`name` in the form of `normal_form.plain`; `pinyin` and `initials` are how it is read, see `sounds`."""

company_grams = Table(
    "company_grams",
    metadata,
    Column("gram", Text, primary_key=True),
    Column("company_id", ROW_ID, ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Pieces by which a name is found: its pairs of characters, and the other ones of `sounds.name_grams`."""

tax_ids = Table(
    "tax_ids",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("value", Text, nullable=False, unique=True),
    Column("old_form", Text, index=True),
)
"""`value` in the form of `normal_form.identifier`; `old_form` is the 15-digit id inside an 18-character one."""

invoices = Table(
    "invoices",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    Column("document", Text, ForeignKey("documents.digest", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("code", Text),
    Column("number", Text),
    Column("code_key", Text, nullable=False),
    Column("number_key", BY_CODE_POINT),
    Column("issue_day", Day),
    Column("day", Day),
    Column("seller_name", BY_CODE_POINT),
    Column("seller_tax_id", Text),
    Column("buyer_name", Text),
    Column("buyer_tax_id", Text),
    Column("seller_company", ROW_ID, ForeignKey("companies.id")),
    Column("buyer_company", ROW_ID, ForeignKey("companies.id")),
    Column("seller_tax", ROW_ID, ForeignKey("tax_ids.id")),
    Column("buyer_tax", ROW_ID, ForeignKey("tax_ids.id")),
    Column("total_cents", BigInteger),
    Column("net_cents", BigInteger),
    Column("tax_cents", BigInteger),
    Column("contradicted", Integer, nullable=False, server_default="0"),
    Column("own_text", Integer, nullable=False, server_default="0"),
    Column("department", Text),
    Column("contradicted_within", Integer, nullable=False, server_default="0"),
    Column("number_tail", Text),
    Column("goods", Text),
    Column("withdrawn", Integer, nullable=False, server_default="0"),
    Column("doubled", Integer, nullable=False, server_default="0"),
    Column("doubled_within", Integer, nullable=False, server_default="0"),
    UniqueConstraint("document", "position"),
    Index(None, "number_key", "code_key", postgresql_ops={"number_key": "text_pattern_ops"}, postgresql_include=["id"]),
    Index(None, "code_key"),
    Index(None, "day", "total_cents"),
    Index("ix_invoices_total_cents_day", "total_cents", "day", "department"),
    Index("ix_invoices_net_cents_day", "net_cents", "day", "department"),
    Index("ix_invoices_tax_cents_day", "tax_cents", "day", "department"),
    Index(None, "seller_company", "id"),
    Index(None, "buyer_company", "id"),
    Index("ix_invoices_number_tail", "number_tail", "department", postgresql_ops={"number_tail": "text_pattern_ops"}),
    Index(None, "seller_company", "day"),
    Index(None, "buyer_company", "day"),
    Index(None, "seller_company", "total_cents"),
    Index(None, "buyer_company", "total_cents"),
    Index(None, "day", "seller_company"),
    Index(None, "day", "buyer_company"),
    Index(None, "seller_tax", "id"),
    Index(None, "buyer_tax", "id"),
    Index(None, "seller_name", "id"),
    Index(None, "number_key", "id"),
    Index(None, "total_cents", "id"),
    Index(None, "kind", "id"),
    Index(None, "verdict", "id"),
    Index(
        *("ix_invoices_register", "day", "id", "withdrawn", "position", "department", "kind", "verdict", "seller_company", "buyer_company"),
        *("doubled", "doubled_within", "total_cents", "net_cents", "tax_cents"),
    ),
)
"""`id` grows with the time of receipt (see `invoice_rows`), so the newest rows come first by it alone. `code_key` and
`number_key` are in the form of `normal_form.identifier`; the code is empty where there is none. Amounts in 分.
`day` is the day of issue, or where none is printed (train tickets) that of departure. `contradicted` is 1 where another scan of
the same invoice says something else, `own_text` is 1 where every line is text of the file itself, which nothing had to recognise.
`number_tail` is the end of `number_key` from its last character on, see `evidence_rows`; `goods` are the ids of its goods, by commas.
`withdrawn` is 1 where somebody took it out of the lists; such a scan contradicts none, and none contradicts it. `doubled` is 1 where
another listed file holds the same code and number, and `doubled_within` where one of the same department does. The index of the register
has all that its filters and sums look at, so that a million rows are gone through without the table.

A document that several departments handed in has its invoices once for each: `department` says for whom (null: for nobody in particular),
`id` grows with the time at which they handed it in, and `contradicted_within` counts only other scans of theirs. The rows of the second
and later ones have a `position` beyond `invoice_rows.ARRIVALS_APART`; whoever sees all is shown the first ones."""
Index(
    "ix_invoices_department_id",
    invoices.c.department,
    invoices.c.id,
    sqlite_where=invoices.c.department.is_not(None),
    postgresql_where=invoices.c.department.is_not(None),
)

_IS_WITHDRAWN = invoices.c.withdrawn != 0
_WITHIN = invoices.c.doubled_within != 0
Index("ix_invoices_doubled_within", invoices.c.id, sqlite_where=_WITHIN, postgresql_where=_WITHIN)
Index("ix_invoices_withdrawn", invoices.c.id, sqlite_where=_IS_WITHDRAWN, postgresql_where=_IS_WITHDRAWN)
Index("ix_invoices_doubled", invoices.c.id, sqlite_where=invoices.c.doubled != 0, postgresql_where=invoices.c.doubled != 0)

invoice_texts = Table(
    "invoice_texts",
    metadata,
    Column("id", ROW_ID, ForeignKey("invoices.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)
"""Lines and field values in the form of `normal_form.plain`, one a line. Apart from `invoices`, whose rows stay short."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("document", Text, nullable=False, unique=True),
    Column("file_name", Text, nullable=False),
    Column("batch", Text, index=True),
    Column("priority", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("worker", Text),
    Column("lease_until", UtcTime),
    Column("error", Text),
    Column("claimed_at", UtcTime),
    Index(None, "attempt"),
    sqlite_autoincrement=True,
)
"""What waits or is being read. No foreign key to `documents`: a rebuild empties those and must not lose what waits."""
Index("ix_jobs_order", jobs.c.priority.desc(), jobs.c.id)

finished_jobs = Table(
    "finished_jobs",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("pages", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    sqlite_autoincrement=True,
)
"""The last readings and how long each took, for telling how long the next ones will take; see `pace`."""

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("cancelled_at", UtcTime),
    Column("expected", Integer),
    Index(None, "created_at", "id"),
)
"""`expected`: how many files its sender means to send, where they said so."""

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch", Text, ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("file_name", Text, nullable=False),
    Column("digest", Text, index=True),
    Column("arrival", Text, nullable=False),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("duplicate_of", Text),
    Column("advice", Text, nullable=False, server_default=""),
    Column("mark", Text),
    Index(None, "batch", "mark", unique=True),
)
"""`advice`: codes of `CaptureAdvice`, separated by commas. `mark`: what tells a file that is sent again from another one, null where its
sender says nothing of the kind."""

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("complete", Integer, nullable=False),
)

access_users = Table(
    "access_users",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("record", Text, nullable=False),
)
"""`record`: the version's JSON, byte for byte as it lies in the store."""

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("last_used_at", UtcTime),
)

access_sessions = Table(
    "access_sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("user_name", Text, nullable=False, index=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("stage", Text, nullable=False, server_default="complete"),
)
"""Who has logged in, and how far; only the hash of what the browser shows."""

access_steps = Table(
    "access_steps",
    metadata,
    Column("user_name", Text, primary_key=True),
    Column("step", BigInteger, nullable=False),
)
"""The last code of a second factor that was taken of each person, by its step of time: neither it nor an older one is taken again."""

phone_offers = Table(
    "phone_offers",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("department", Text),
    Column("made_by", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)
"""Links that enrol a phone once; only the hash of what a link carries."""

log_position = Table(
    "log_position",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("block", BigInteger, nullable=False),
    Column("day", Day),
    Column("digest", Text),
)
"""One row: the last block of the activity log that is indexed, 0 before the first."""

log_entries = Table(
    "log_entries",
    metadata,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("day", Day, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("document", Text),
    Column("details", Text, nullable=False),
    Index(None, "document", "block", "place"),
)
"""`place` from 0 in its block; `document`: the first 20 hex digits of the document concerned; `details` as JSON."""

logged_documents = Table("logged_documents", metadata, Column("digest", Text, primary_key=True))
"""Documents of which the log says that they came in."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("document", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text),
    Column("code", Text),
    Column("number", Text),
    Column("number_key", Text, index=True),
    Column("issued_on", Text),
    Column("list_id", Text, nullable=False),
    Column("destroyed_at", UtcTime, nullable=False, index=True),
)
"""Invoices of documents that were destroyed after their time; `position` 0 stands for a document without any."""

check_state = Table(
    "check_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("holder", Text),
    Column("lease_until", UtcTime),
    Column("round", Text),
    Column("last_audit", Text),
    Column("last_sound_at", UtcTime),
    Column("last_drill", Text),
)
"""One row: who checks the archive and until when nobody else does; the round that goes on, and the last audit and drill, as the JSON of
their results. Losing it only means that a round begins anew: results lie in the archive."""

access_batches = Table(
    "access_batches",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("department", Text, index=True),
)
"""Who sent a batch, and for which department (null: for none in particular); only whoever sees all is shown a batch that is not here."""
