"""One form of what nobody would call different, however it is written."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_NUMERIC = frozenset(
    {"tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "unit_price", "fuel_surcharge", "mileage", "quantity", "amount"}
)
_WORDS = "tax_inclusive_amount_in_words"


def folded(key: str, text: str) -> str:
    """A value of a field (`item name` for a cell) without full or half width, white space, case, punctuation; amounts by their value.

    In an amount in words 元 is 圆, 正 is 整, and a 整 after 角 says nothing.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if key.removeprefix("item ") in _NUMERIC:
        try:
            return str(Decimal(re.sub(r"[^\d.\-]", "", plain)).normalize() + 0)
        except InvalidOperation:
            return plain
    if key == _WORDS:
        words = re.sub("[元圓园]", "圆", plain).replace("正", "整").lstrip("ⓧ⊗X")
        return words.removesuffix("整") if words.endswith("角整") else words
    return re.sub(r"[:,;。·\-‐-―−_]", "", plain)
