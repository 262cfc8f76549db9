"""Check digits, checksums, invoice codes and amounts in words, computed here independently of the service."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CENT = Decimal("0.01")

# The last two digits of a twelve-digit code name the kind of paper; the field of the QR code that names the kind is a list of its own.
CODE_SUFFIX = {
    "vat_general": "04",
    "vat_roll": "07",
    "vat_electronic_general": "11",
    "toll_electronic": "12",
    "vat_electronic_special": "13",
}
QR_KIND = {
    "vat_special": "01",
    "vat_general": "04",
    "vat_roll": "11",
    "vat_electronic_general": "10",
    "toll_electronic": "10",
    "vat_electronic_special": "20",
    "digital_special": "31",
    "digital_general": "32",
}

_NUMERALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def cents(value: Decimal) -> Decimal:
    """Round yuan to the cent, halves away from zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def checksum(payload: str) -> int:
    """Return the 16-bit checksum of an invoice QR code (polynomial 0x8005, start 0, most significant bit first)."""
    register = 0
    for byte in payload.encode("ascii"):
        for bit in range(7, -1, -1):
            out = (register >> 15) ^ (byte >> bit & 1)
            register = register << 1 & 0xFFFF
            if out:
                register ^= 0x8005
    return register


def railway_checksum(payload: str) -> int:
    """Return the 16-bit checksum of a railway e-ticket's QR code (polynomial 0x8005 from the low bit up, start 0xFFFF)."""
    register = 0xFFFF
    for byte in payload.encode("ascii"):
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xA001 if register & 1 else 0)
    return register


def sealed_payload(fields: str, variant: str) -> str:
    """Append the checksum to QR fields ending in a comma.

    Variant A covers that last comma, variant B leaves it out; C is what railway e-tickets carry.
    """
    if variant == "C":
        return f"{fields}{railway_checksum(fields):04X},"
    covered = fields if variant == "A" else fields.removesuffix(",")
    return f"{fields}{checksum(covered):04X},"


def organisation_check(code: str) -> str:
    """Return the check character of an eight-character organisation code (GB 11714)."""
    total = sum(weight * int(char, 36) for weight, char in zip((3, 7, 9, 10, 5, 8, 4, 2), code, strict=True))
    return "0X987654321"[total % 11]


def credit_check(code: str) -> str:
    """Return the check character of a 17-character unified social credit code (GB 32100)."""
    total = sum(pow(3, place, 31) * CREDIT_ALPHABET.index(char) for place, char in enumerate(code))
    return CREDIT_ALPHABET[-total % 31]


def resident_check(body: str) -> str:
    """Return the check character of the 17 digits of a resident's number (GB 11643)."""
    total = sum(pow(2, 17 - place, 11) * int(char) for place, char in enumerate(body))
    return "10X98765432"[total % 11]


def vehicle_check(number: str) -> str:
    """Return the check character, in the ninth place, of a 17-character vehicle number (GB 16735)."""
    values = dict(zip("ABCDEFGH", range(1, 9), strict=True)) | dict(zip("JKLMN", range(1, 6), strict=True))
    values |= {"P": 7, "R": 9} | dict(zip("STUVWXYZ", range(2, 10), strict=True)) | {str(digit): digit for digit in range(10)}
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    return "0123456789X"[sum(weight * values[char] for weight, char in zip(weights, number, strict=True)) % 11]


def vehicle_number(rng: np.random.Generator) -> str:
    """Invent a vehicle number; no maker has the first three characters."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    body = "L99" + "".join(letters[place] for place in rng.integers(0, len(letters), 5))
    tail = "".join(letters[place] for place in rng.integers(0, 20, 2)) + digits(rng, 6)
    return body + vehicle_check(f"{body}0{tail}") + tail


def digits(rng: np.random.Generator, count: int) -> str:
    """Return that many random decimal digits."""
    return "".join(str(digit) for digit in rng.integers(0, 10, count))


def credit_code(rng: np.random.Generator, region: str) -> str:
    """Invent a credit code in a four-digit region; county 99 exists nowhere, so it cannot be a real company's."""
    while True:
        organisation = "".join(CREDIT_ALPHABET[place] for place in rng.integers(0, 31, 6))
        organisation = f"MA{organisation}" if rng.random() < 0.5 else digits(rng, 8)
        check = organisation_check(organisation)
        body = f"91{region[:2]}0199{organisation}{check}"
        if check in CREDIT_ALPHABET:
            return body + credit_check(body)


def invoice_code(rng: np.random.Generator, kind: str, region: str, year: int) -> str | None:
    """Invent the printed code of a kind: ten digits, twelve digits, or none for fully digital invoices."""
    short = f"{year % 100:02d}"
    if kind.startswith("digital"):
        return None
    if kind == "vat_special":
        return f"{region}{short}{rng.integers(1, 5)}130"
    return f"0{region}{short}{rng.integers(1, 9):03d}{CODE_SUFFIX[kind]}"


def _group_in_words(group: int) -> str:
    words = ""
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += _NUMERALS[digit] + _PLACES[place]
        elif words and not words.endswith("零") and group % 10**place:
            words += "零"
    return words


def amount_in_words(amount: Decimal, *, whole_after_jiao: bool = False) -> str:
    """Write yuan as an official form does, e.g. 326.40 as 叁佰贰拾陆圆肆角; forms differ in whether 整 follows 角."""
    total = int(abs(cents(amount)) * 100)
    yuan, jiao, fen = total // 100, total // 10 % 10, total % 10
    words = ""
    for place in (2, 1, 0):
        group = yuan // 10000**place % 10000
        if not group:
            continue
        # a zero is spoken where a group does not fill its thousands, or where a whole group in between is empty
        skipped = bool(words) and (group < 1000 or yuan // 10000 ** (place + 1) % 10000 == 0)
        words += ("零" if skipped else "") + _group_in_words(group) + _GROUPS[place]
    if yuan or not total:
        words = (words or "零") + "圆"
    if jiao:
        words += _NUMERALS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    if fen:
        words += _NUMERALS[fen] + "分"
    elif not jiao or whole_after_jiao:
        words += "整"
    return ("（负数）" if amount < 0 else "") + words
