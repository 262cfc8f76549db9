"""Who may come in, as an index over the records in the store; and sessions and last uses, which only the catalogue keeps.

An index that the records were never taken into says so rather than that nobody has a login: that would open the archive to everybody.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from models.access import Principal, Stage
from models.batch import BatchSender
from models.digest import Digest
from models.errors import DamagedRecord, KeyNotFound, UserNotFound
from models.people import ApiKey, User
from storage.access_records import KEYS, USERS, AccessRecord, AccessRecords, access_from_bytes, access_to_bytes
from storage.catalogue.database import Database
from storage.catalogue.tables import access_batches, access_keys, access_sessions, access_steps, access_users, index_state

UNKNOWN, NOBODY, SOMEBODY = 0, 1, 2
"""Values of `index_state.logins`: whether anybody has a login; unknown until the records were taken in."""
_USE_NOTED_SECONDS = 60
"""The last use of a key is told to the minute: a busy scanner must not write with each of its files."""


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A key with the time of its last use, as far as this catalogue knows one."""

    key: ApiKey
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccessIndex:
    """People, keys and sessions by what they show. Every method may raise CatalogueUnavailable."""

    database: Database

    def logins(self) -> int:
        """`NOBODY`, `SOMEBODY`, or `UNKNOWN` until `take_in`."""
        with self.database.reading() as connection:
            return int(connection.execute(_LOGINS).scalar_one())

    def take_in(self, records: AccessRecords) -> tuple[DamagedRecord, ...]:
        """Make the index what the store says, in one transaction; sessions of everybody who did not change go on.

        Returns:
            What could not be read: such a person or key is let in by nobody.

        Raises:
            StoreUnavailable: nothing was changed.
        """
        with self.database.writing() as connection:
            _take_turn(connection)
            users = list(records.newest(USERS))
            found = [*users, *records.newest(KEYS)]
            good = [record for record in found if isinstance(record, AccessRecord)]
            _forget_all_but(connection, good)
            for record in good:
                _record(connection, record, even_older=True)
            connection.execute(update(index_state).values(logins=SOMEBODY if users else NOBODY))
        return tuple(error for error in found if isinstance(error, DamagedRecord))

    def record(self, record: AccessRecord) -> None:
        """Index a version that was written to the store; an older one than the indexed one is ignored."""
        with self.database.writing() as connection:
            _take_turn(connection)
            _record(connection, record)
            if isinstance(record.holder, User):
                connection.execute(update(index_state).values(logins=SOMEBODY))

    def user(self, name: str) -> AccessRecord:
        """What stands of a person; raise UserNotFound."""
        with self.database.reading() as connection:
            row = connection.execute(_USER, {"name": name}).one_or_none()
        if row is None:
            raise UserNotFound(f"nobody has the login {name!r}; `piaogen user list` names all")
        return _read(row, f"{USERS}{name}")

    def users(self) -> tuple[AccessRecord, ...]:
        """Everybody with a login, by name."""
        with self.database.reading() as connection:
            rows = connection.execute(select(access_users).order_by(access_users.c.name)).all()
        return tuple(_read(row, f"{USERS}{row.name}") for row in rows)

    def key(self, key_id: str) -> AccessRecord:
        """What stands of a key; raise KeyNotFound."""
        with self.database.reading() as connection:
            row = connection.execute(select(access_keys).where(access_keys.c.id == key_id)).one_or_none()
        if row is None:
            raise KeyNotFound(f"no key has the id {key_id!r}; `piaogen key list` names all")
        return _read(row, f"{KEYS}{key_id}")

    def keys(self) -> tuple[KeyInUse, ...]:
        """Every key, by id."""
        with self.database.reading() as connection:
            rows = connection.execute(select(access_keys).order_by(access_keys.c.id)).all()
        found = ((_read(row, f"{KEYS}{row.id}").holder, row.last_used_at) for row in rows)
        return tuple(KeyInUse(key, last_used_at) for key, last_used_at in found if isinstance(key, ApiKey))

    def key_principal(self, secret_hash: Digest, now: datetime, on_first_use: Callable[[Principal], object]) -> Principal | None:
        """Who acts with this key; None where it opens nothing. The use is noted, after the first of a day (UTC) was told."""
        with self.database.reading() as connection:
            row = connection.execute(_KEY_BY_SECRET, {"secret_hash": secret_hash.hex}).one_or_none()
        if row is None:
            return None
        key = _read(row, f"{KEYS}{row.id}").holder
        if not isinstance(key, ApiKey) or not key.opens(now):
            return None
        if row.last_used_at is None or now - row.last_used_at >= timedelta(seconds=_USE_NOTED_SECONDS):
            if row.last_used_at is None or row.last_used_at.date() != now.date():
                on_first_use(key.principal)
            with self.database.writing() as connection:
                connection.execute(update(access_keys).where(access_keys.c.id == row.id).values(last_used_at=now))
        return key.principal

    def open_session(self, token_hash: Digest, name: str, now: datetime, until: datetime, stage: Stage = Stage.COMPLETE) -> None:
        """Remember how far who shows this token has logged in; sessions that are over are forgotten on the way."""
        with self.database.writing() as connection:
            connection.execute(delete(access_sessions).where(access_sessions.c.expires_at <= now))
            row = {"token_hash": token_hash.hex, "user_name": name, "opened_at": now, "expires_at": until}
            row["stage"] = stage.value
            connection.execute(insert(access_sessions).values(**row))

    def session_principal(self, token_hash: Digest, now: datetime) -> Principal | None:
        """Who acts in this session; None where it is over, not complete, or its person is let in no more."""
        found = self.session_user(token_hash, now)
        return found[0].principal if found is not None and found[1] is Stage.COMPLETE else None

    def session_user(self, token_hash: Digest, now: datetime) -> tuple[User, Stage] | None:
        """Whose session this is, and how far it has come; None where it is over or they are let in no more."""
        with self.database.reading() as connection:
            row = connection.execute(_USER_OF_SESSION, {"token_hash": token_hash.hex, "now": now}).one_or_none()
        if row is None:
            return None
        user = _read(row, f"{USERS}{row.name}").holder
        return (user, Stage(row.stage)) if isinstance(user, User) and not user.disabled else None

    def use_step(self, name: str, step: int, *, anew: bool = False) -> bool:
        """Use up a person's code of this step of time; false when it or a later one was used before. `anew`: of another secret."""
        with self.database.writing() as connection:
            _take_turn(connection)
            last = connection.scalar(select(access_steps.c.step).where(access_steps.c.user_name == name))
            if last is None:
                connection.execute(insert(access_steps).values(user_name=name, step=step))
            elif anew or last < step:
                connection.execute(update(access_steps).where(access_steps.c.user_name == name).values(step=step))
            return last is None or anew or last < step

    def keep_sender(self, batch: str, name: str, department: str | None) -> None:
        """Note who sent a batch, and for which department; the first to say so counts."""
        with self.database.writing() as connection:
            if connection.scalar(select(access_batches.c.owner).where(access_batches.c.batch == batch)) is None:
                connection.execute(insert(access_batches).values(batch=batch, owner=name, department=department))

    def batch_sender(self, batch: str) -> BatchSender | None:
        """Who sent a batch; None where nobody needed to know, so that it is for those who see everything."""
        with self.database.reading() as connection:
            row = connection.execute(select(access_batches).where(access_batches.c.batch == batch)).one_or_none()
        return None if row is None else BatchSender(row.owner, row.department)

    def close_session(self, token_hash: Digest) -> None:
        """End a session; harmless when there is none."""
        with self.database.writing() as connection:
            connection.execute(delete(access_sessions).where(access_sessions.c.token_hash == token_hash.hex))


def _forget_all_but(connection: Connection, standing: Iterable[AccessRecord]) -> None:
    """Forget whoever the store does not know: an index that lets in more people than the archive says is wrong."""
    users, keys = set(), set()
    for record in standing:
        if isinstance(record.holder, User):
            users.add(record.holder.name)
        else:
            keys.add(record.holder.id)
    for name in set(connection.scalars(select(access_users.c.name))) - users:
        connection.execute(delete(access_sessions).where(access_sessions.c.user_name == name))
        connection.execute(delete(access_users).where(access_users.c.name == name))
    for key_id in set(connection.scalars(select(access_keys.c.id))) - keys:
        connection.execute(delete(access_keys).where(access_keys.c.id == key_id))


def _take_turn(connection: Connection) -> None:
    """Wait for whoever else writes of access: what the store says is read and indexed by one after the other, never set back."""
    connection.execute(update(index_state).values(logins=index_state.c.logins))


def _record(connection: Connection, record: AccessRecord, *, even_older: bool = False) -> None:
    """Put a version in the place of an older one. What changed of a person ends their sessions: they log in as who they are now."""
    holder, text = record.holder, access_to_bytes(record).decode()
    values: dict[str, Any] = {"version": record.version, "record": text}
    if isinstance(holder, User):
        table, ours, new = access_users, access_users.c.name == holder.name, {"name": holder.name}
    else:
        table, ours, new = access_keys, access_keys.c.id == holder.id, {"id": holder.id}
        values["secret_hash"] = holder.secret_hash.hex
    known = connection.execute(select(table.c.version, table.c.record).where(ours)).one_or_none()
    if known is None:
        connection.execute(insert(table).values(**new, **values))
    elif known.record != text and (even_older or known.version < record.version):
        connection.execute(update(table).where(ours).values(**values))
        if isinstance(holder, User):
            connection.execute(delete(access_sessions).where(access_sessions.c.user_name == holder.name))


def _read(row: Row[Any], about: str) -> AccessRecord:
    return access_from_bytes(row.record.encode(), about)


# Built once: building a statement costs more than running it.
_LOGINS = select(index_state.c.logins)
_USER = select(access_users).where(access_users.c.name == bindparam("name"))
_KEY_BY_SECRET = select(access_keys).where(access_keys.c.secret_hash == bindparam("secret_hash"))
_USER_OF_SESSION = (
    select(access_users, access_sessions.c.stage)
    .join(access_sessions, access_sessions.c.user_name == access_users.c.name)
    .where(access_sessions.c.token_hash == bindparam("token_hash"), access_sessions.c.expires_at > bindparam("now"))
)
