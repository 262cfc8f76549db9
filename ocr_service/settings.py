"""What the environment and a file say, read once and refused where it says something unknown."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from models.errors import InvalidSetting, UnknownSetting
from models.reimbursement import EVERY_RULE, ClaimRule
from ocr_service.config_file import variables_of
from ocr_service.seal_key import FORMS


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting is an environment variable `PIAOGEN_` and the field's name in capitals.

    Attributes:
        archive: a folder, or `s3://bucket/prefix`.
        database: SQLAlchemy URL of the catalogue; empty means SQLite inside the archive folder, or in the user's data folder for S3.
        s3_endpoint: `http://host:port` or `https://host`.
        s3_access_key: access key of the S3 server.
        s3_secret_key: its secret.
        s3_region: its region; empty means that the server is asked.
        s3_lock_years: object lock: the server itself keeps what is written so many years from the end of the year; 0 for none.
        mirror: a second place, written as `archive` is, that keeps everything too; empty means none.
        mirror_mode: `both`, when an upload is acknowledged when both places have it, or `later`, when the first has it.
        mirror_s3_endpoint: S3 server of the mirror; empty means that of the archive, with its keys and region.
        mirror_s3_access_key: access key of that server.
        mirror_s3_secret_key: its secret.
        mirror_s3_region: its region; empty means that the server is asked.
        seal_key: key that the archive is encrypted with: `file:PATH`, `command:…` that prints it, or its 64 hex digits; empty means in
            clear.
        mirror_seal_key: key of the mirror; empty means that of the archive, `none` a mirror in clear.
        next_seal_key: the key that `piaogen rekey` changes to.
        weights: folder of the OCR weights; empty means the user's cache folder.
        engine: `piaogen`, the service's own use of PaddleOCR's networks, or `paddleocr`, PaddleOCR itself.
        max_upload_bytes: most bytes that one file may have.
        max_pages: most pages that one file may have, up to 10,000.
        worker_pages: pages after which a worker process is replaced by a fresh one.
        worker_megabytes: resident memory (MiB) after which a worker process is replaced.
        workers: worker processes that `piaogen serve` runs; -1, when not set, means one per core.
        reading_seconds: how long the reading of one document may take, besides what each of its pages may; then its process is killed.
        reading_page_seconds: how much longer for each page. A page takes 1 to 4 seconds on two cores of 2023, ten times that on a busy one.
        reading_megabytes: memory (MiB) that a worker process may take at most; it is killed, and the document tried again. Readings
            take 500 to 1100, PaddleOCR itself 2000.
        lease_seconds: how long a worker may stay silent before its scan is given to another.
        max_waiting: uploads are sent away while more scans than this wait to be read.
        budgets: what one sender may cost, such as `jobs=1000/hour previews=60/minute`; empty means generous.
        min_free_megabytes: uploads are sent away while the archive's disk has less room (MiB) than this.
        temporal: `host:port` of a Temporal server, `/namespace` after it for another one than `default`; empty means the queue in the
            catalogue's database.
        path_prefix: path under which a proxy shows the service, such as `/piaogen`; `forwarded` takes what the proxy says in
            `X-Forwarded-Prefix`; empty means the root.
        allowed_hosts: names under which browsers reach the service, separated by commas; addresses in numbers and `localhost` always do.
        public_url: address by which phones and browsers reach the service, with its path, such as `https://invoices.example.com`; empty
            means the one by which whoever asks does.
        oidc_issuer: address of a provider of logins (OpenID Connect); empty means none.
        oidc_client_id: what this service is called there.
        oidc_client_secret: its secret there; empty for none, since the code is tied to the browser anyway (PKCE).
        oidc_role_claim: claim that holds somebody's groups.
        oidc_roles: roles of groups, such as `admins=admin accounting=clerk`; empty means that the archive says the role.
        oidc_department_claim: claim that holds somebody's departments, `*` for all; empty means that the archive says them.
        oidc_new_role: role of people whom only the provider knows; empty means that they are refused.
        second_factor: when administrators need a second factor: `network`, where they log in from elsewhere than this machine, `always`,
            or `never`; whoever has one needs it ever.
        session_hours: how long a login lasts.
        audit_days: workers check every document once in so many days by themselves, and Temporal audits as often; 0 for never.
        audit_share: the most of one worker's time that checks take, in percent.
        audit_sample: how many documents an audit of Temporal's re-hashes.
        drill_days: days between the restore drills that workers do by themselves; 0 for none.
        tsa_url: address of an authority for time stamps (RFC 3161), which `piaogen stamp` asks; empty means none.
        exports: folder of what is taken out of the register until it is fetched; empty means one in the archive's folder that is no part of
            it, or in the user's data folder for S3.
        export_hours: how long it is kept there.
        signing_key: PEM file of the P-256 key that signs certificates, made when it is not there; empty means `signing-key.pem` in the
            user's data folder.
        watch_still_seconds: how long a file in a watched folder must not have changed before it is taken.
        watch_folders: what the folders within a watched one are: `batches` that came together, or `departments` by their names.
        mail_server: `host` or `host:port` of the IMAP server whose mails `piaogen mail` archives; empty means none.
        mail_tls: `tls` from the first byte, `starttls`, or `none`, which is for a server on this machine.
        mail_user: whose mailbox.
        mail_password: their password there, or `file:PATH` of a file that holds it.
        mail_folder: the mailbox that is looked after.
        mail_after: `move` what was taken to another mailbox, or `flag` it where it is.
        mail_archived: mailbox that mails are moved to whose files are all archived.
        mail_refused: mailbox of the mails that a person has to look at.
        mail_department: whose the files are; empty means nobody's in particular.
        mail_poll_seconds: pause between two looks at a server that does not tell of new mails by itself (IDLE).
        rules_off: rules of the check before an invoice is reimbursed that are not applied, such as `consecutive year_crossing`.
        retention: a file of how many years each kind of invoice is kept; empty means that of the program.
        loss_rules: a file of what is done about a lost invoice; empty means that of the program.
        webhook_networks: networks that webhooks may be sent into beside the public internet, such as `10.20.0.0/16, 127.0.0.1`; only there
            without encryption. Empty means none.
    """

    archive: str = "./piaogen-data"
    database: str = ""
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_region: str = ""
    s3_lock_years: int = 0
    mirror: str = ""
    mirror_mode: str = "both"
    mirror_s3_endpoint: str = ""
    mirror_s3_access_key: str = ""
    mirror_s3_secret_key: str = ""
    mirror_s3_region: str = ""
    seal_key: str = field(default="", repr=False)
    mirror_seal_key: str = field(default="", repr=False)
    next_seal_key: str = field(default="", repr=False)
    weights: str = ""
    engine: str = "piaogen"
    max_upload_bytes: int = 50_000_000
    max_pages: int = 500
    worker_pages: int = 500
    worker_megabytes: int = 2500
    reading_seconds: int = 120
    reading_page_seconds: int = 30
    reading_megabytes: int = 4000
    lease_seconds: int = 60
    max_waiting: int = 50_000
    min_free_megabytes: int = 500
    budgets: str = ""
    workers: int = -1
    temporal: str = ""
    path_prefix: str = ""
    allowed_hosts: str = ""
    public_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_role_claim: str = "groups"
    oidc_roles: str = ""
    oidc_department_claim: str = ""
    oidc_new_role: str = ""
    second_factor: str = "network"
    session_hours: int = 12
    audit_days: int = 7
    audit_share: int = 5
    drill_days: int = 30
    audit_sample: int = 1000
    exports: str = ""
    export_hours: int = 24
    signing_key: str = ""
    retention: str = ""
    loss_rules: str = ""
    tsa_url: str = ""
    watch_still_seconds: int = 5
    watch_folders: str = "batches"
    mail_server: str = ""
    mail_tls: str = "tls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_folder: str = "INBOX"
    mail_after: str = "move"
    mail_archived: str = "Archived"
    mail_refused: str = "Refused"
    mail_department: str = ""
    mail_poll_seconds: int = 60
    rules_off: str = ""
    webhook_networks: str = ""

    @property
    def is_s3(self) -> bool:
        """Whether the archive lies on an S3 server."""
        return self.archive.startswith(S3)

    @property
    def reimbursement_rules(self) -> frozenset[ClaimRule]:
        """The rules of the check before an invoice is reimbursed that are applied."""
        return EVERY_RULE - set(map(ClaimRule, self.rules_off.split()))

    @property
    def archive_folder(self) -> Path:
        """The archive as a local folder; only meaningful when it is not on S3."""
        return Path(self.archive).expanduser()


PREFIX = "PIAOGEN_"
CONFIG = "PIAOGEN_CONFIG"
"""Names a file of settings; in the file itself it means nothing."""
S3 = "s3://"
"""How a place on an S3 server begins: bucket and prefix follow."""
FORWARDED = "forwarded"
"""The `path_prefix` of a proxy that says itself what it is."""
PATH_PREFIX = re.compile(r"(/[\w~-][\w.~-]*)+", re.ASCII)
LEAST = {"workers": -1, "audit_days": 0, "drill_days": 0, "s3_lock_years": 0}
"""The smallest number that each takes; 1 for the others."""
MOST = {"max_pages": 10_000, "audit_share": 100}
"""The largest number, where there is one."""
_BUDGET = r"(uploaded_megabytes|unpacked_megabytes|jobs|previews|corrections|reprocessings)=[1-9][0-9]{0,8}/(second|minute|hour|day)"
_RULE = "|".join(ClaimRule)
_NETWORK = r"[0-9a-fA-F:.]+(/[0-9]{1,3})?"
_SHAPES = {
    "budgets": (re.compile(rf"|{_BUDGET}( +{_BUDGET})*"), "budgets such as jobs=1000/hour previews=60/minute"),
    "mirror_mode": (re.compile(r"both|later"), "both or later"),
    "watch_folders": (re.compile(r"batches|departments"), "batches or departments"),
    "mail_tls": (re.compile(r"tls|starttls|none"), "tls, starttls or none"),
    "mail_after": (re.compile(r"move|flag"), "move or flag"),
    "mail_folder": (re.compile(r".+"), "the name of a mailbox"),
    "mail_archived": (re.compile(r".+"), "the name of a mailbox"),
    "mail_refused": (re.compile(r".+"), "the name of a mailbox"),
    "engine": (re.compile(r"piaogen|paddleocr"), "piaogen or paddleocr"),
    "temporal": (re.compile(r"|([^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}(/[\w.-]+)?"), "host:port or host:port/namespace"),
    "allowed_hosts": (re.compile(r"|[\w.-]+( *, *[\w.-]+)*", re.ASCII), "names separated by commas, without ports"),
    "oidc_issuer": (
        re.compile(r"|https://[^\s?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/[^\s?#]*)?"),
        "an address that begins with https://, or with http:// on this machine",
    ),
    "oidc_roles": (re.compile(r"|\S+=\w+( +\S+=\w+)*"), "groups with their roles, such as admins=admin accounting=clerk"),
    "second_factor": (re.compile(r"network|always|never"), "network, always or never"),
    "public_url": (re.compile(r"|https?://[^/\s?#@]+(/[^\s?#]*)?"), "an address such as https://invoices.example.com"),
    "rules_off": (re.compile(rf"|({_RULE})( +({_RULE}))*"), f"names of rules with spaces between, of {', '.join(ClaimRule)}"),
    "webhook_networks": (re.compile(rf"|{_NETWORK}( *, *{_NETWORK})*"), "networks such as 10.20.0.0/16, separated by commas"),
    "path_prefix": (re.compile(rf"|{FORWARDED}|{PATH_PREFIX.pattern}", re.ASCII), f"a path such as /piaogen, or {FORWARDED}"),
}
"""What the texts of which not every one has a meaning look like, and how that is told."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every `PIAOGEN_` variable, and the file that `PIAOGEN_CONFIG` names; what both say is as the variable says.

    Raises:
        UnknownSetting: a name means nothing, a misspelling most likely.
        InvalidSetting: the file cannot be read, a number is not a positive whole number, an engine, an address or a path is none.
    """
    known = {each.name: each for each in fields(Settings)}
    values: dict[str, str | int] = {}
    for name, text in _said(environment).items():
        key = name.removeprefix(PREFIX).lower()
        if key not in known or name != PREFIX + key.upper():
            raise UnknownSetting(f"{name} is no setting of piaogen; known are {', '.join(PREFIX + key.upper() for key in known)}")
        if known[key].type is int:
            values[key] = _number(name, text, least=LEAST.get(key, 1), most=MOST.get(key))
        else:
            values[key] = _text(name, text, key)
    return Settings(**values)  # type: ignore[arg-type]  # each value was made to fit its field above


def _said(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that are settings, those of the file first."""
    variables = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
    config = variables.pop(CONFIG, "")
    if not config:
        return variables
    return variables_of(Path(config).expanduser(), PREFIX) | variables


def _number(name: str, text: str, least: int, most: int | None) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", text) or int(text) < least:
        raise InvalidSetting(f"{name} must be a whole number from {least} up, not {text!r}")
    if most is not None and int(text) > most:
        raise InvalidSetting(f"{name} must be at most {most}, not {text!r}")
    return int(text)


def _text(name: str, text: str, key: str) -> str:
    if key.endswith("seal_key") and not FORMS.fullmatch(text):
        raise InvalidSetting(f"{name} must be file:PATH, command:… or 64 hex digits")  # what it is instead may be half a secret
    if key in _SHAPES and not _SHAPES[key][0].fullmatch(text):
        raise InvalidSetting(f"{name} must be {_SHAPES[key][1]}, not {text!r}")
    return text
