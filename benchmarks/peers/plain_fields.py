"""What a competent engineer makes of the lines of a text reader in a day: regular expressions over the text, the same for every peer.

Lines are taken in the order in which the reader gives them, top to bottom. There are no item rows and there is no proof: a value is what
the first expression that fits has found. Nothing here knows the drawings, and nothing of it is used by the service.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

_GAP = r"[\s::;;.,]*"
_DIGITAL: tuple[tuple[str, str], ...] = (
    (r"铁路电子客票|电子客票号", "digital_railway"),
    (r"航空运输|行程单", "digital_air"),
    (r"机动车销售", "motor_vehicle"),
    (r"二手车销售", "used_vehicle"),
    (r"专用发票", "digital_special"),
    (r"", "digital_general"),
)
"""Of an invoice with a number of 20 digits."""
_TITLES: tuple[tuple[str, str], ...] = (
    (r"电子发票.{0,2}铁路电子客票", "digital_railway"),
    (r"电子发票.{0,2}航空运输", "digital_air"),
    (r"电子发票.{0,2}增值税专用发票", "digital_special"),
    (r"电子发票.{0,2}普通发票", "digital_general"),
    (r"增值税电子专用发票", "vat_electronic_special"),
    (r"增值税电子普通发票(?=[\s\S]*通行费)|通行费[\s\S]*增值税电子普通发票", "toll_electronic"),
    (r"增值税电子普通发票", "vat_electronic_general"),
    (r"增值税专用发票", "vat_special"),
    (r"增值税普通发票.{0,2}卷票", "vat_roll"),
    (r"增值税普通发票", "vat_general"),
    (r"机动车销售统一发票", "motor_vehicle"),
    (r"二手车销售统一发票", "used_vehicle"),
    (r"电子普通发票", "blockchain"),
    (r"定额发票", "fixed_amount"),
)
_SUFFIXES = {
    "04": "vat_general",
    "05": "vat_general",
    "06": "vat_roll",
    "07": "vat_roll",
    "11": "vat_electronic_general",
    "12": "toll_electronic",
    "13": "vat_electronic_special",
    "17": "used_vehicle",
}
_CLASSES = {"1": "vat_special", "5": "vat_special", "3": "vat_general", "6": "vat_general"}
_WORDS: tuple[tuple[str, str], ...] = (
    (r"航空运输电子客票行程单|ITINERARY", "air_itinerary"),
    (r"医疗.{0,6}票据|财政票据|非税收入|门诊.{0,4}(?:收费|票据)|住院.{0,4}(?:收费|票据)", "medical"),
    (r"出租|的士|上车[\s\S]*下车", "taxi"),
    (r"客运.{0,6}票|汽车客?票|船票|客票", "coach"),
    (r"检票口|仅供报销|中国铁路|[GDCZTK]\d{1,4}次?\s*[\s\S]*(?:二等座|一等座|硬座|硬卧|软卧|无座)", "train"),
    (r"通行费|过路|过桥|入口[\s\S]*出口|收费站", "toll"),
    (r"机打发票", "machine_printed"),
)
_LABELLED_TAX_ID = re.compile(r"(?:识别号|信用代码)[:;.]*\s*([0-9A-Z]{15,20})(?![0-9A-Z])")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])9[0-9A-HJ-NP-RT-UW-Y]\d{6}[0-9A-HJ-NP-RT-UW-Y]{10}(?![0-9A-Z])")
_MONEY = r"[¥¥Y]?\s*(-?\d[\d,]*\.\d{1,2})"


def kind_of(lines: Sequence[str]) -> str:
    """The kind by its title; where a seal hides that, by the number's length and the code's last or eighth digits; else by its words."""
    text = _text(lines)
    number = _number(text) or ""
    return _searched(_DIGITAL if len(number) == 20 else _TITLES, text) or _coded(_code(text) or "") or _searched(_WORDS, text) or "other"


def _searched(patterns: Sequence[tuple[str, str]], text: str) -> str | None:
    return next((kind for pattern, kind in patterns if re.search(pattern, text)), None)


def _coded(code: str) -> str | None:
    if len(code) == 12 and code.startswith("0"):
        return _SUFFIXES.get(code[-2:])
    return _CLASSES.get(code[7]) if len(code) == 10 else None


def fields_of(lines: Sequence[str]) -> dict[str, str]:
    """Code, number, date, total and the seller's tax id, as far as an expression fits."""
    text = _text(lines)
    found = {
        "invoice_code": _code(text),
        "invoice_number": _number(text),
        "issue_date": _date(text),
        "tax_inclusive_amount": _total(text),
        "seller_tax_id": _seller(text),
    }
    if found["invoice_number"] and len(found["invoice_number"]) == 20:
        found["invoice_code"] = None
    return {key: value for key, value in found.items() if value}


def _text(lines: Sequence[str]) -> str:
    folded = unicodedata.normalize("NFKC", "\n".join(lines)).replace(" ", "")
    return folded.replace("￥", "¥")


def _first(text: str, *patterns: str) -> str | None:
    for pattern in patterns:
        if found := re.search(pattern, text):
            return found[1]
    return None


def _code(text: str) -> str | None:
    return _first(
        text, rf"(?:发票|票据)代码{_GAP}(\d{{12}}|\d{{10}})(?!\d)", rf"代码{_GAP}(\d{{12}}|\d{{10}})(?!\d)", r"(?m)^(\d{12}|\d{10})$"
    )


def _number(text: str) -> str | None:
    return _first(
        text,
        rf"(?:发票|票据)号码{_GAP}(\d{{20}}|\d{{8,10}})(?!\d)",
        r"(?i)N[o0º°]" + _GAP + r"(\d{8})(?!\d)",
        rf"号码{_GAP}(\d{{20}}|\d{{8}})(?!\d)",
        r"(?m)^(\d{20})$",
        r"(?m)^(\d{8})$",
    )


def _date(text: str) -> str | None:
    day = r"(\d{4}\D\d{1,2}\D\d{1,2}|\d{4}年\d{1,2}月\d{1,2})(?!\d)"
    found = _first(
        text,
        rf"(?:开票日期|填开日期){_GAP}{day}",
        rf"日期{_GAP}{day}",
        r"(\d{4}年\d{1,2}月\d{1,2})日",
        r"(20\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)",
    )
    if found is None and (short := _first(text, rf"日期{_GAP}(\d\d[-/.]\d\d[-/.]\d\d)(?!\d)")):
        found = f"20{short}"
    if found is None:
        return None
    year, month, date = (int(part) for part in re.findall(r"\d+", found)[:3])
    return f"{year:04d}-{month:02d}-{date:02d}"


def _total(text: str) -> str | None:
    found = _first(
        text,
        rf"小写\W*{_MONEY}",
        rf"价税合计[^\d¥]{{0,40}}{_MONEY}",
        rf"(?:票价|金额|合计|总额|实收|TOTAL){_GAP}{_MONEY}",
        rf"(?:票价|金额|合计|实收){_GAP}(\d+(?:\.\d+)?)元?",
        r"¥(\d[\d,]*\.?\d*)",
        r"(?<!\d)(\d+(?:\.\d+)?)元",
    )
    amounts = list(_amounts(text))
    found = found or (max(amounts, key=float) if amounts else None)
    return None if found is None else found.replace(",", "")


def _amounts(text: str) -> Iterator[str]:
    return (amount.replace(",", "") for amount in re.findall(r"(?<![\d.])(\d[\d,]*\.\d{2})(?!\d)", text))


def _seller(text: str) -> str | None:
    """Of two the second, as forms print the buyer first; of one that one."""
    labelled = list(dict.fromkeys(_LABELLED_TAX_ID.findall(text)))
    distinct = labelled if len(labelled) > 1 else list(dict.fromkeys((*labelled, *_CREDIT_CODE.findall(text))))
    return distinct[1] if len(distinct) > 1 else distinct[0] if distinct else None
