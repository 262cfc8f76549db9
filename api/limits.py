"""What one request may carry."""

from ocr_service.settings import Settings

MAX_FILES = 200
"""Files in one upload."""
MAX_UNFOLDED_FILES = 1_000
"""Files that the containers of one upload hold, all together."""
MAX_UNFOLDED_BYTES = 500_000_000
"""Bytes that they unfold to; pictures in a zip unfold to about what the zip has, and an upload has 50 million."""
MAX_FIELDS = 16
"""Other parts in one upload."""
MAX_WAIT_SECONDS = 60
MAX_UPLOADS_AT_ONCE = 16
"""Bodies being taken in at a time; what a body holds beyond a megabyte lies on disk, but each file is stored as a whole from memory."""
MAX_UPLOADS_AT_ONCE_A_SENDER = 12
"""Of them: one who sends as slowly as is let be, for hours, leaves places to everybody else. Without a login a proxy is one sender."""
MAX_FEW_BYTES = 1 << 20
"""Of a body that stands in memory as a whole: JSON, and a form without files. A correction of a hundred lines has 40,000."""
_FORM_OVERHEAD = 1 << 20


def max_request_bytes(settings: Settings) -> int:
    """Room for one file of the largest size and for the form around it; many smaller files share it."""
    return settings.max_upload_bytes + _FORM_OVERHEAD
