"""Vehicle identification numbers (车辆识别代号): their alphabet, their form and their check digit."""

import re

_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    **{"P": 7, "R": 9},
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
"""What each character counts in the check digit; I, O and Q are left out of the alphabet (GB 16735, after ISO 3779)."""

_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_MADE_IN_CHINA = "L"
"""First character of the VINs of makers in China, which GB 16735 binds; an imported car has a check digit only where its home wants one."""

_NOT_IN_ALPHABET = str.maketrans({"I": "1", "O": "0", "Q": "0"})


def looks_like_vin(text: str) -> bool:
    """Whether the text has the length and the alphabet of a VIN and ends in the four digits of a serial number."""
    return re.fullmatch(r"[0-9A-HJ-NPR-Z]{13}\d{4}", text) is not None


def read_vin(text: str) -> str | None:
    """A VIN from its print, letters outside the alphabet taken back to digits; None when it has no such form."""
    compact = re.sub(r"[\s\-]", "", text.upper()).translate(_NOT_IN_ALPHABET)
    return compact if looks_like_vin(compact) else None


def vin_check_digit_holds(vin: str) -> bool | None:
    """Whether the ninth character is the check digit of the others; None for an imported car (or no VIN).

    A weak rule, good for a warning: one misreading in eleven passes it, among them every exchange of characters that count the same
    (1, A and J; 2, B, K and S; 8, H and Y).
    """
    if not looks_like_vin(vin) or not vin.startswith(_MADE_IN_CHINA):
        return None
    total = sum(_VALUES[character] * weight for character, weight in zip(vin, _WEIGHTS, strict=True))
    return vin[8] == "0123456789X"[total % 11]
