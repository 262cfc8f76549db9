"""Settings out of a file, for services that start without a shell."""

import tomllib
from pathlib import Path

from models.errors import InvalidSetting


def variables_of(path: Path, prefix: str) -> dict[str, str]:
    """What the file says, as the environment would say it: `archive = "/srv/archive"` is `PIAOGEN_ARCHIVE=/srv/archive`.

    Args:
        path: a TOML file (v1.0.0, UTF-8) of names of settings in small letters, each with a text or a whole number.
        prefix: what the variables begin with.

    Raises:
        InvalidSetting: the file is not there, may not be read, is no TOML, or holds something else than texts and whole numbers.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidSetting(f"{prefix}CONFIG names {path}, which cannot be read: {error.strerror}") from error
    except ValueError as error:
        # What stands there may be half a secret: the error tells the place alone.
        raise InvalidSetting(f"{path} is no TOML in UTF-8{_place(error)}") from error
    return {_variable(name, prefix, path): _text(value, name, path) for name, value in said.items()}


def _place(error: ValueError) -> str:
    _, found, place = str(error).rpartition("(at ")
    return f": look at {place.removesuffix(')')}" if found else ""


def _variable(name: str, prefix: str, path: Path) -> str:
    if name != name.lower():
        raise InvalidSetting(f"{path}: settings are written in small letters, {name.lower()} instead of {name}")
    return prefix + name.upper()


def _text(value: object, name: str, path: Path) -> str:
    # In Python true and false are whole numbers; no setting is one of them.
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidSetting(f'{path}: {name} takes a text, such as {name} = "…", or a whole number')
    return str(value)
