"""Where things lie in an archive: the keys of format version 1, written down in FORMAT.md."""

import re
from datetime import date

from models.digest import Digest
from models.litter import is_litter

FORMAT_VERSION = 1

MARKER_KEY = "piaogen-archive.json"
MARKER = b'{"format":"piaogen-archive","version":1}'

SEALED_MARKER = b'{"format":"piaogen-archive","sealed":true,"version":2}'
"""What lies there in a sealed archive. A program that knows no seals refuses its version, and writes nothing in clear beside it."""

IDENTITY_KEY = "piaogen-archive-id.json"
"""Which archive this is, so that no index of another is taken for its own."""

ORIGINALS = "originals/"
READINGS = "readings/"
DOCUMENTS = "documents/"
RESTORED = "restored/"
"""Originals whose first place holds damaged bytes, and which came in again: nothing is ever replaced."""

STAMPS = "stamps/"
"""What an authority outside answered when it stamped the root of a day of the log."""

DESTRUCTIONS = "destructions/"
"""Lists of what was destroyed after its time, and their approvals."""

ATTACHMENTS = "attachments/"
"""Files that histories rest on, such as exports of the tax platform, named by their digest."""

HISTORIES = ("duplicates/", "losses/", "mails/", "papers/", "reconciliations/", "settings/", "stocktakings/")
"""What the keys of records that change begin with: see `histories`."""

HISTORY = ("log/", "audits/")
"""What names anything else, in the order in which it is written into a copy."""

UNNAMED = ("audits/", "signers/", STAMPS, "holds/", DESTRUCTIONS, ATTACHMENTS)
"""What no record has to name: an audit asks whether it is what its key says."""

OF_NO_DOCUMENT = ("access/", ATTACHMENTS, "audits/", DESTRUCTIONS, "holds/", *HISTORIES, "log/", "piaogen-archive", "signers/", "stamps/")
"""What the keys begin with of all that belongs to no single document."""

PARTS_RANK, RECEIVED_RANK, MANIFESTS_RANK, _OTHERS_RANK = range(1, 5)

RESERVED_FOR_INDEX = "catalogue."
"""Names in the same folder that begin so belong to the index, which is no part of the archive."""

MAX_VERSION = 999_999
TOMBSTONE_VERSION = MAX_VERSION + 1
"""What a tombstone counts as: the last version of a document's record, after which there is none."""

_ORIGINAL = re.compile(r"originals/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_RESTORED = re.compile(r"restored/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_READING = re.compile(r"readings/([0-9a-f]{2})/(\1[0-9a-f]{62})\.json")
_RECORD = re.compile(r"documents/([0-9a-f]{2})/(\1[0-9a-f]{62})/(?:received(?:-[0-9a-f]{64})?|manifest-([0-9]{6})|(tombstone))\.json")
_ATTACHMENT = re.compile(r"attachments/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_SIGNER = re.compile(r"signers/([0-9a-f]{64})\.pem")
_STAMP = re.compile(r"stamps/([0-9]{4}-[0-9]{2}-[0-9]{2})\.tsr")
_FURTHER = re.compile(r"/received-([0-9a-f]{64})\.json")


def signer_of(key: str) -> Digest | None:
    """The digest that the key of a public key names; None for any other key."""
    match = _SIGNER.fullmatch(key)
    return Digest(match[1]) if match else None


def is_litter_key(key: str) -> bool:
    """Whether a key is that of something which file managers and network storages leave about: no part of the archive, and no fault."""
    return any(map(is_litter, key.split("/")))


def rank_of_writing(key: str) -> int:
    """What is written into a copy before what: an object of a rank names only objects of lower ranks, and of its own before it in order.

    0 the marker and the id, then PARTS_RANK, RECEIVED_RANK, MANIFESTS_RANK, what this program does not know, and the history of it all.
    """
    if key in (MARKER_KEY, IDENTITY_KEY):
        return 0
    if key.startswith((ORIGINALS, RESTORED, READINGS, DESTRUCTIONS, ATTACHMENTS)):
        return PARTS_RANK
    if key.startswith(DOCUMENTS):
        return RECEIVED_RANK if "/received" in key else MANIFESTS_RANK
    for place, prefix in enumerate(HISTORY):
        if key.startswith(prefix):
            return _OTHERS_RANK + 1 + place
    return _OTHERS_RANK


def original_key(digest: Digest) -> str:
    """The key of an original by its own digest."""
    return f"{ORIGINALS}{digest.hex[:2]}/{digest.hex}"


def restored_key(digest: Digest) -> str:
    """The second place of an original, named by its own digest."""
    return f"{RESTORED}{digest.hex[:2]}/{digest.hex}"


def restored_of(key: str) -> Digest | None:
    """The digest that the key of a restored original names; None for any other key."""
    match = _RESTORED.fullmatch(key)
    return Digest(match[2]) if match else None


def attachment_key(digest: Digest) -> str:
    """The key of a file that histories rest on, by its own digest."""
    return f"{ATTACHMENTS}{digest.hex[:2]}/{digest.hex}"


def attachment_of(key: str) -> Digest | None:
    """The digest that the key of an attachment names; None for any other key."""
    match = _ATTACHMENT.fullmatch(key)
    return Digest(match[2]) if match else None


def reading_key(digest: Digest) -> str:
    """The key of a reading by the digest of its JSON."""
    return f"{READINGS}{digest.hex[:2]}/{digest.hex}.json"


def document_prefix(document: Digest) -> str:
    """What the keys of all records of a document begin with."""
    return f"{DOCUMENTS}{document.hex[:2]}/{document.hex}/"


def documents_under(beginning: str) -> str:
    """What the keys of all records begin with whose documents' digests begin with these hex digits."""
    return f"{DOCUMENTS}{beginning[:2]}/{beginning}" if len(beginning) > 1 else DOCUMENTS + beginning


def received_key(document: Digest) -> str:
    """The key of the record that the document came in."""
    return document_prefix(document) + "received.json"


def further_received_key(document: Digest, department: str) -> str:
    """The key of the record that a further department handed the same bytes in, by the digest of its name."""
    return f"{document_prefix(document)}received-{Digest.of(department.encode('utf-8', 'surrogatepass')).hex}.json"


def is_further_received(key: str) -> bool:
    """Whether the key of a record is that of a further department's receipt."""
    return _FURTHER.search(key) is not None


def manifest_key(document: Digest, version: int) -> str:
    """The key of one version's manifest; raise ValueError for a version that cannot be written with six digits."""
    if not 1 <= version <= MAX_VERSION:
        raise ValueError(f"versions run from 1 to {MAX_VERSION}, not {version}")
    return f"{document_prefix(document)}manifest-{version:06d}.json"


def tombstone_key(document: Digest) -> str:
    """The key of what stands for a destroyed document."""
    return document_prefix(document) + "tombstone.json"


def record_key(document: Digest, version: int) -> str:
    """The key of any record of a document by what `record_of` calls its version."""
    if version == TOMBSTONE_VERSION:
        return tombstone_key(document)
    return manifest_key(document, version) if version else received_key(document)


def signer_key(fingerprint: Digest) -> str:
    """The key of a public key that signs certificates, by the digest of its PEM file."""
    return f"signers/{fingerprint.hex}.pem"


def stamp_key(day: date) -> str:
    """The key of an outside authority's time stamp over the root of a day of the log."""
    return f"{STAMPS}{day.isoformat()}.tsr"


def stamp_of(key: str) -> date | None:
    """The day that the key of a time stamp names; None for any other key."""
    match = _STAMP.fullmatch(key)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def original_of(key: str) -> Digest | None:
    """The digest that an original's key names; None for any other key."""
    match = _ORIGINAL.fullmatch(key)
    return Digest(match[2]) if match else None


def reading_of(key: str) -> Digest | None:
    """The digest that a reading's key names; None for any other key."""
    match = _READING.fullmatch(key)
    return Digest(match[2]) if match else None


def record_of(key: str) -> tuple[Digest, int] | None:
    """The document of a record's key with its version: 0 for a record that it was received, TOMBSTONE_VERSION for its tombstone.

    None for any other key.
    """
    match = _RECORD.fullmatch(key)
    if match is None or match[3] == "000000":
        return None
    return Digest(match[2]), TOMBSTONE_VERSION if match[4] else int(match[3] or 0)
