"""A real IMAP server for tests: Dovecot on a free port of the loopback interface, with a configuration and mailboxes of its own."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.support.waiting import until

PASSWORD = "secret-of-the-test"
_CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
auth_mechanisms = plain
mail_location = maildir:{folder}/mail/%u
maildir_stat_dirs = yes
imap_capability = {capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A running server: whoever logs in with `PASSWORD` has a mailbox of their own there."""

    port: int

    def settings(self, user: str) -> dict[str, str]:
        """How `piaogen mail` reaches a mailbox, as its settings by their lower-case names."""
        reach = {"mail_server": f"127.0.0.1:{self.port}", "mail_tls": "none", "mail_poll_seconds": "1"}
        return {**reach, "mail_user": user, "mail_password": PASSWORD}

    @contextmanager
    def client(self, user: str, mailbox: str = "INBOX") -> Iterator[IMAPClient]:
        """Somebody's own mail program, with a mailbox open."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=60)
        client.login(user, PASSWORD)
        try:
            if not client.folder_exists(mailbox):
                client.create_folder(mailbox)
            client.select_folder(mailbox)
            yield client
        finally:
            with suppress(OSError, IMAPClient.Error):
                client.logout()

    def deliver(self, user: str, *messages: bytes, mailbox: str = "INBOX") -> None:
        """Put messages into a mailbox."""
        with self.client(user, mailbox) as client:
            for message in messages:
                client.append(mailbox, message)

    def lying(self, user: str, mailbox: str) -> list[bytes]:
        """The messages in a mailbox, in the order of their bytes."""
        with self.client(user, mailbox) as client:
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
        return sorted(message[b"BODY[]"] for message in found.values())


@contextmanager
def dovecot(*, capability: str = "") -> Iterator[MailServer]:
    """Run a server until the block ends; `capability` is what it says that it can, in the place of all that."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    # It has no mail read by root, whoever starts it.
    user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    account = pwd.getpwnam(user)
    for name in ("mail", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    group = grp.getgrgid(account.pw_gid).gr_name
    text = _CONFIGURATION.format(folder=folder, user=user, group=group, password=PASSWORD, port=port, capability=capability)
    (folder / "dovecot.conf").write_text(text, encoding="utf-8")
    binary = shutil.which("dovecot") or "/usr/sbin/dovecot"
    process = subprocess.Popen([binary, "-F", "-c", str(folder / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        yield MailServer(port)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return connection.recv(4) == b"* OK"
    except OSError:
        return False
