"""Invoice codes, invoice numbers and taxpayer ids: what their digits say and whether they can be right."""

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from models.invoice import InvoiceKind

REGIONS = {
    **{"1100": "北京", "1200": "天津", "1300": "河北", "1400": "山西", "1500": "内蒙古"},
    **{"2100": "辽宁", "2102": "大连", "2200": "吉林", "2300": "黑龙江"},
    **{"3100": "上海", "3200": "江苏"},
    **{"3300": "浙江", "3302": "宁波", "3400": "安徽", "3500": "福建", "3502": "厦门"},
    **{"3600": "江西", "3700": "山东", "3702": "青岛"},
    **{"4100": "河南", "4200": "湖北", "4300": "湖南", "4400": "广东", "4403": "深圳", "4500": "广西", "4600": "海南"},
    **{"5000": "重庆", "5100": "四川", "5200": "贵州", "5300": "云南", "5400": "西藏"},
    **{"6100": "陕西", "6200": "甘肃", "6300": "青海", "6400": "宁夏", "6500": "新疆"},
}
"""The 36 tax regions that a VAT invoice code names by four digits."""

_PILOT_CODES = frozenset({"144031539110", "131001570151", "133011501118", "111001571071"})
"""Codes of the first e-invoices, from before the national series."""

_SUFFIXES = {
    **{"04": InvoiceKind.VAT_GENERAL, "05": InvoiceKind.VAT_GENERAL, "06": InvoiceKind.VAT_ROLL, "07": InvoiceKind.VAT_ROLL},
    **{"11": InvoiceKind.VAT_ELECTRONIC_GENERAL, "12": InvoiceKind.TOLL_ELECTRONIC, "13": InvoiceKind.VAT_ELECTRONIC_SPECIAL},
    "17": InvoiceKind.USED_VEHICLE,
}
_TEN_DIGIT_CLASSES = {
    **{"1": InvoiceKind.VAT_SPECIAL, "5": InvoiceKind.VAT_SPECIAL},
    **{"3": InvoiceKind.VAT_GENERAL, "6": InvoiceKind.VAT_GENERAL},
}

DIGITAL_REGIONS = frozenset(range(11, 66)) | frozenset(range(91, 96))
"""Digits 3 and 4 of a 20-digit number: GB/T 2260 provinces, and 91-95 for the five cities planned separately."""


@dataclass(frozen=True, slots=True)
class InvoiceCode:
    """What a 10- or 12-digit 发票代码 says; every attribute is None where the series is a local one that only its province can read."""

    kind: InvoiceKind | None
    region: str | None
    year: int | None
    is_national: bool

    @property
    def region_is_known(self) -> bool:
        """Whether the digits name one of the 36 tax regions."""
        return self.region in REGIONS

    @classmethod
    def explain(cls, code: str) -> "InvoiceCode | None":
        """Read the digits; None when the text is not a code at all."""
        if re.fullmatch(r"\d{12}", code):
            return cls._twelve(code)
        if re.fullmatch(r"\d{10}", code):
            return cls(_TEN_DIGIT_CLASSES.get(code[7]), code[:4], 2000 + int(code[4:6]), True)
        return None

    @classmethod
    def _twelve(cls, code: str) -> "InvoiceCode":
        if code in _PILOT_CODES:
            return cls(InvoiceKind.VAT_ELECTRONIC_GENERAL, None, None, False)
        if code[0] == "0":
            return cls(_SUFFIXES.get(code[10:]), code[1:5], 2000 + int(code[5:7]), True)
        if code[8] == "9" and code[7] == "0":
            return cls(InvoiceKind.BLOCKCHAIN, code[1:5], 2000 + int(code[5:7]), False)
        kind = InvoiceKind.MOTOR_VEHICLE if code[7] == "2" else None
        return cls(kind, None, 2000 + int(code[5:7]), False)


def digital_number_is_plausible(number: str, issued: date | None) -> bool:
    """Whether a 20-digit number can be one: year of issue, then a region; it has no check digit (公告2024年第11号)."""
    if not re.fullmatch(r"\d{20}", number) or int(number[2:4]) not in DIGITAL_REGIONS:
        return False
    return issued is None or int(number[:2]) == issued.year % 100


def organisation_code_holds(code: str) -> bool:
    """Whether nine characters are an organisation code with its own check character (GB 11714)."""
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return False
    total = sum(int(character, 36) * weight for character, weight in zip(code[:8], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return code[8] == "0123456789X0"[11 - total % 11]


def taxpayer_id_holds(taxpayer_id: str) -> bool | None:
    """Whether a taxpayer id's check characters fit; None when this form of id has none.

    18 characters: the check character of GB 32100 and, inside, that of GB 11714; or an ID card's (GB 11643). 15 digits: region
    and organisation code, or the number of an old ID card, which has a date of birth and no check. 17, 20 and other old numbers carry
    no check.
    """
    if len(taxpayer_id) == 18:
        return _uscc_holds(taxpayer_id) or _citizen_id_holds(taxpayer_id)
    if len(taxpayer_id) == 15:
        return organisation_code_holds(taxpayer_id[6:]) or (None if _OLD_CITIZEN_ID.fullmatch(taxpayer_id) else False)
    return None


_OLD_CITIZEN_ID = re.compile(r"[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
"""Region, date of birth with two digits of the year, sequence: ID cards until 1999, and the taxpayer ids of their holders."""


def _uscc_holds(text: str) -> bool:
    try:
        uscc.validate(text)
    except ValidationError:
        return False
    return text == text.upper() and organisation_code_holds(text[8:17])


def _citizen_id_holds(text: str) -> bool:
    """GB 11643: ISO 7064 mod 11-2 over a region, a date of birth and a sequence."""
    if not re.fullmatch(r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9X]", text):
        return False
    total = sum((10 if character == "X" else int(character)) * pow(2, 17 - place, 11) for place, character in enumerate(text))
    return total % 11 == 1


def is_unified_code_form(text: str) -> bool:
    """Whether the text has the form of an 18-character unified code (GB 32100), whatever its check characters say.

    A digit for the registering authority, one for the class (9, 市场监管, has three: companies, households, cooperatives), six of a
    region (GB/T 2260; 10 is the state's own register), an organisation code, a check character; the alphabet has no I, O, S, V, Z.
    """
    region = r"(?:1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}"
    return re.fullmatch(rf"(?:9[1-3]|[1-8][1-9]){region}[0-9A-HJ-NPQRTUWXY]{{8}}[0-9X][0-9A-HJ-NPQRTUWXY]", text) is not None


def looks_like_taxpayer_id(text: str) -> bool:
    """Whether the text has the length (15 to 18 or 20) and the alphabet (GB 32100: no I, O, S, V, Z) of a taxpayer id in use."""
    return re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{15,18}|[0-9A-HJ-NPQRTUWXY]{20}", text) is not None and sum(map(str.isdigit, text)) >= 8
