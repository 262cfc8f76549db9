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
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

from tests.support.waiting import until

PASSWORD = "secret-of-the-test"
_CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
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
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
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
    tls_port: int
    certificate: Path
    """What whoever trusts this server takes for an authority of their own."""

    def settings(self, user: str, tls: str = "none") -> dict[str, str]:
        """How `piaogen mail` reaches a mailbox, as its settings by their lower-case names."""
        port = self.tls_port if tls == "tls" else self.port
        reach = {"mail_server": f"127.0.0.1:{port}", "mail_tls": tls, "mail_poll_seconds": "1"}
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
    with socket.socket() as probe, socket.socket() as other:
        probe.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, tls_port = probe.getsockname()[1], other.getsockname()[1]
    _certify(folder)
    group = grp.getgrgid(account.pw_gid).gr_name
    values = {"folder": folder, "user": user, "group": group, "password": PASSWORD, "port": port, "tls_port": tls_port}
    text = _CONFIGURATION.format(**values, capability=capability)
    (folder / "dovecot.conf").write_text(text, encoding="utf-8")
    binary = shutil.which("dovecot") or "/usr/sbin/dovecot"
    process = subprocess.Popen([binary, "-F", "-c", str(folder / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        yield MailServer(port, tls_port, folder / "certificate.pem")
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _certify(folder: Path) -> None:
    """A certificate for the loopback interface that nobody trusts of themselves."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dovecot of a test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1)
    )
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    authority = x509.BasicConstraints(ca=True, path_length=None)
    certificate = builder.add_extension(addresses, critical=False).add_extension(authority, critical=True).sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return connection.recv(4) == b"* OK"
    except OSError:
        return False
