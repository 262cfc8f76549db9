"""A mailbox on an IMAP server (RFC 9051): which messages wait, their bytes, and where they go. Nothing is ever deleted there."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from models.errors import InvalidSetting, MailboxUnavailable
from models.mail import MailOutcome
from ocr_service.mailing.account import MailAccount
from ocr_service.version import installed_version

_TIMEOUT = SocketTimeout(connect=30, read=120)
_TAKEN, _REFUSED = b"PiaogenArchived", b"PiaogenRefused"
"""Keywords of messages that stay where they are."""
_FOR_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")
"""What servers say that let nobody in at the moment (RFC 5530, section 3): neither login nor password is wrong."""
_BODY, _SIZE = b"BODY[]", b"RFC822.SIZE"


class SaidNo(Exception):
    """The server will not do with one message what it was asked; of the others nothing is said by that."""


@dataclass(slots=True)
class Mailbox:
    """An open mailbox. Every method may raise MailboxUnavailable: the connection is to be made anew then.

    What is asked of one message may raise SaidNo as well.
    """

    account: MailAccount
    uidvalidity: int
    moves: bool
    flags: bool
    can_idle: bool
    _client: IMAPClient = field(repr=False)

    @classmethod
    def open(cls, account: MailAccount) -> "Mailbox":
        """Log in, and open it.

        Raises:
            InvalidSetting: the server does not let the user in, has no such mailbox, or makes none for what was taken.
            MailboxUnavailable.
        """
        with _translated():
            client = _connected(account)
            try:
                return cls._over(client, account)
            except (IMAPClientError, OSError, InvalidSetting):
                _hang_up(client)
                raise

    @classmethod
    def _over(cls, client: IMAPClient, account: MailAccount) -> "Mailbox":
        _log_in(client, account)
        if client.has_capability("ID"):
            # Some servers let nobody open a mailbox who has not said what they are.
            client.id_({"name": "piaogen", "version": installed_version()})
        try:
            selected = client.select_folder(account.mailbox)
        except IMAPClientError as error:
            _require_connection(error)
            raise InvalidSetting(f"PIAOGEN_MAIL_FOLDER: the server opens no mailbox {account.mailbox!r}: {error}") from error
        is_writable = b"READ-ONLY" not in selected
        moves = account.moves and is_writable and client.has_capability("MOVE")
        permanent = selected.get(b"PERMANENTFLAGS", ())
        keeps = is_writable and (b"\\*" in permanent or _TAKEN in permanent)
        box = cls(account, int(selected[b"UIDVALIDITY"]), moves, keeps and not moves, client.has_capability("IDLE"), client)
        if moves:
            box._make(account.archived)
            box._make(account.refused)
        return box

    def waiting(self) -> list[int]:
        """Uids of the messages that were not put aside yet, the oldest first."""
        criteria: list[str | bytes] = ["UNDELETED"]
        if self.flags:
            criteria += ["UNKEYWORD", _TAKEN, "UNKEYWORD", _REFUSED]
        with _translated():
            return sorted(int(uid) for uid in self._client.search(criteria))

    def size(self, uid: int) -> int | None:
        """Bytes of a message; None where it is not there any more."""
        with _of_one_message():
            found = self._client.fetch([uid], [_SIZE]).get(uid)
        return None if found is None else int(found[_SIZE])

    def message(self, uid: int) -> bytes | None:
        """A message as it came, not marked as read; None where it is not there any more."""
        with _of_one_message():
            found = self._client.fetch([uid], [b"BODY.PEEK[]"]).get(uid)
        content = None if found is None else found.get(_BODY)
        return content if isinstance(content, bytes) else None

    def put_aside(self, uid: int, outcome: MailOutcome) -> None:
        """Move a message to the mailbox of its outcome, or flag it; where the server allows neither, it stays as it is."""
        is_archived = outcome is MailOutcome.ARCHIVED
        with _of_one_message():
            if self.moves:
                self._client.move([uid], self.account.archived if is_archived else self.account.refused)
            elif self.flags:
                self._client.add_flags([uid], [_TAKEN] if is_archived else [_REFUSED, b"\\Flagged"], silent=True)

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Return when the server tells of something new (IDLE), when the time is over, or when `stopped` says so."""
        deadline = time.monotonic() + seconds
        with _translated():
            self._client.idle()
            while time.monotonic() < deadline and not stopped():
                if self._client.idle_check(timeout=1):
                    break
            self._client.idle_done()

    def close(self) -> None:
        """Hang up."""
        with suppress(IMAPClientError, OSError):
            self._client.logout()

    def _make(self, name: str) -> None:
        if self._client.folder_exists(name):
            return
        try:
            self._client.create_folder(name)
        except IMAPClientError as error:
            _require_connection(error)
            raise InvalidSetting(
                f"the server makes no mailbox {name!r}: {error}; make it by hand, name another in PIAOGEN_MAIL_ARCHIVED and "
                "PIAOGEN_MAIL_REFUSED (such as INBOX.Archived), or set PIAOGEN_MAIL_AFTER=flag"
            ) from error


def _connected(account: MailAccount) -> IMAPClient:
    context = ssl.create_default_context()
    is_tls = account.tls == "tls"
    client = IMAPClient(account.host, account.port, ssl=is_tls, ssl_context=context if is_tls else None, timeout=_TIMEOUT)
    if account.tls == "starttls":
        try:
            client.starttls(context)
        except (IMAPClientError, OSError):
            _hang_up(client)
            raise
    return client


def _log_in(client: IMAPClient, account: MailAccount) -> None:
    try:
        client.login(account.user, account.password)
    except LoginError as error:
        _require_connection(error)
        if any(code in str(error).upper() for code in _FOR_NOW):
            raise
        raise InvalidSetting(
            f"{account.host} does not let {account.user} in: look at PIAOGEN_MAIL_USER and PIAOGEN_MAIL_PASSWORD (many providers want a "
            f"password for programs, 授权码, instead of that of the person): {error}"
        ) from error


def _require_connection(error: IMAPClientError) -> None:
    """Raise the error itself where it only says that the connection is gone: nothing was refused."""
    if isinstance(error, IMAPClient.AbortError):
        raise error


def _hang_up(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError):
        client.shutdown()


@contextmanager
def _translated() -> Iterator[None]:
    """What the library and the network raise, as MailboxUnavailable."""
    try:
        yield
    except (IMAPClientError, OSError) as error:
        raise MailboxUnavailable(f"the mail server does not answer as it should: {type(error).__name__}: {error}") from error


@contextmanager
def _of_one_message() -> Iterator[None]:
    """The same; and a refusal, after which the connection stands, as SaidNo."""
    with _translated():
        try:
            yield
        except IMAPClientError as error:
            _require_connection(error)
            raise SaidNo(str(error)) from error
