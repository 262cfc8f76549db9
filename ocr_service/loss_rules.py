"""The file of rules about lost invoices: the one that is shipped, or a copy that somebody edited."""

from functools import lru_cache
from pathlib import Path

from models.errors import InvalidSetting
from models.loss_rules import LossRules

_SHIPPED = Path(__file__).with_name("loss_rules.toml")


def rules_at(where: str) -> LossRules:
    """The rules of a file, those that are shipped where none is named; raise InvalidSetting."""
    path = Path(where).expanduser() if where else _SHIPPED
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidSetting(f"the file of rules that PIAOGEN_LOSS_RULES names cannot be read: {error}") from error


@lru_cache(maxsize=4)
def _parsed(text: str) -> LossRules:
    return LossRules.parse(text)
