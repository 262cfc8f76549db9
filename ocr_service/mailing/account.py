"""Which mailbox is looked after, and how it is reached: the settings `mail_…` made fit."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from models.errors import BadUsage, InvalidSetting
from ocr_service.settings import Settings

_SERVER = re.compile(r"(?P<host>[^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_PORTS = {"tls": 993, "starttls": 143, "none": 143}


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mailbox on a server. `moves` says whether what was taken is moved or flagged."""

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    mailbox: str
    moves: bool
    archived: str
    refused: str

    @property
    def name(self) -> str:
        """As records name it: whose mailbox on which server."""
        return f"{self.user}@{self.host}"

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings say.

        Raises:
            BadUsage: no server is named.
            InvalidSetting: something of it is missing or cannot be, or a password would cross the network in clear.
        """
        if not settings.mail_server:
            raise BadUsage("PIAOGEN_MAIL_SERVER names no server: set it, PIAOGEN_MAIL_USER and PIAOGEN_MAIL_PASSWORD")
        found = _SERVER.fullmatch(settings.mail_server)
        if found is None:
            raise InvalidSetting("PIAOGEN_MAIL_SERVER must be host or host:port")
        host = found["host"].strip("[]")
        if settings.mail_tls == "none" and not _is_this_machine(host):
            raise InvalidSetting("PIAOGEN_MAIL_TLS=none would send the password in clear: it is for servers on this machine alone")
        if not settings.mail_user:
            raise InvalidSetting("PIAOGEN_MAIL_USER is empty: it is the name that the server knows the mailbox by")
        if settings.mail_after == "move" and settings.mail_folder in (settings.mail_archived, settings.mail_refused):
            raise InvalidSetting(
                "PIAOGEN_MAIL_FOLDER is also where mails are moved to: name another mailbox, or set PIAOGEN_MAIL_AFTER=flag"
            )
        return cls(
            host,
            int(found["port"] or _PORTS[settings.mail_tls]),
            settings.mail_tls,
            settings.mail_user,
            _password(settings.mail_password),
            settings.mail_folder,
            settings.mail_after == "move",
            settings.mail_archived,
            settings.mail_refused,
        )


def _password(text: str) -> str:
    """The password that a setting stands for; what it is never appears in an error."""
    if text.startswith("file:"):
        try:
            text = Path(text.removeprefix("file:")).expanduser().read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise InvalidSetting(f"PIAOGEN_MAIL_PASSWORD names a file that cannot be read: {reason}") from None
    if not text:
        raise InvalidSetting("PIAOGEN_MAIL_PASSWORD is empty: set it, or file:PATH of a file that holds it")
    return text


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
