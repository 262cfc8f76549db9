"""Where the key of a sealed archive comes from: a file, a command, or the setting itself."""

import re
import shlex
import subprocess
from pathlib import Path

from models.errors import InvalidSetting

FORMS = re.compile(r"|file:.+|command:.+|[0-9a-fA-F]{64}|none")
"""What a setting for a seal key looks like."""
_SECONDS = 60.0
"""Patience for a command, which may ask a key service over the network."""


def read_seal_key(text: str, setting: str) -> bytes:
    """The 32 bytes that a setting stands for; what it says never appears in an error.

    Raises:
        InvalidSetting: the file cannot be read, the command fails, or what they give is not 64 hex digits.
    """
    if text.startswith("file:"):
        digits = _from_file(Path(text.removeprefix("file:")).expanduser(), setting)
    elif text.startswith("command:"):
        digits = _from_command(text.removeprefix("command:"), setting)
    else:
        digits = text
    try:
        key = bytes.fromhex(digits.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise InvalidSetting(f"{setting} does not give 64 hex digits; `openssl rand -hex 32` makes such a key")
    return key


def _from_file(path: Path, setting: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InvalidSetting(f"{setting} names a file that cannot be read: {reason}") from None


def _from_command(command: str, setting: str) -> str:
    try:
        return subprocess.run(shlex.split(command), check=True, capture_output=True, text=True, timeout=_SECONDS).stdout
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise InvalidSetting(f"the command in {setting} gave no key ({type(error).__name__}); run it by hand to see why") from None
