"""Numbers of invoices in a sentence: 尾号3828, 38?8, 末四位 3828, ends 3828, 发票代码 …, code and number in one row of digits, tax ids."""

import re
from collections.abc import Iterator

from models.remembered import Clue, Meaning, NumberPart, PartyRole, RememberedNumber, RememberedTaxId
from ocr_service.understanding.phrase import Phrase
from ocr_service.understanding.quantities import DIGITS

_SPOKEN = "".join(DIGITS).replace("两", "")
_NUMBER = rf"(?P<number>[0-9?*](?:[0-9a-z?*_□-]|[某几](?=\d)|什么(?=\d))*|[{_SPOKEN}]{{3,}}|[a-z](?=[a-z]*\d)[0-9a-z?*_-]*)"
_IS = r"(?:是|为|叫|有|:|=|-| |is|are|in|with|digits?|numbers?|四位|几位)*"
_COUNT = r"[一二两三四五六七八\d]"
_LABEL = r"(?:发票)?(?:号码|编号|票号|单号|号)"
_PARTS = {
    NumberPart.TAIL: rf"(?:{_LABEL}|尾号)?的?(?:尾号|末尾|结尾|尾数|末{_COUNT}位|后{_COUNT}位|最后{_COUNT}位|最后|末|尾)"
    r"|(?:number )?(?:ending|ends?|ended)|last (?:\d|two|three|four|five|six)|tail",
    NumberPart.HEAD: rf"{_LABEL}?(?:开头|打头|头{_COUNT}位|前{_COUNT}位|起始)"
    r"|(?:number )?(?:starting|starts?|begin(?:ning|s)?|beginning)|first (?:\d|two|three|four|five|six)",
    NumberPart.MIDDLE: rf"{_LABEL}?(?:中间|当中|里面|含|包含)|(?:number )?(?:containing|contains?|has)",
    NumberPart.WHOLE: rf"{_LABEL}|no\.?|№|#|(?:invoice )?(?:number|no\.?)",
}
_BEFORE = tuple((part, re.compile(rf"(?<![a-z])(?:{words}){_IS}{_NUMBER}")) for part, words in _PARTS.items())
_AFTER = tuple(
    (part, re.compile(rf"(?:以|用)?(?<![0-9a-z?*]){_NUMBER} ?(?:{words})(?:的)?"))
    for part, words in (
        (NumberPart.HEAD, r"开头|打头|起头|at the (?:start|beginning)"),
        (NumberPart.TAIL, r"结尾|收尾|尾号|做尾|的尾号|at the end"),
        (NumberPart.MIDDLE, r"在中间|in the middle"),
    )
)
_CODE = re.compile(rf"(?<![a-z])(?:(?:发票)?代码|invoice code|code){_IS}{_NUMBER}")
_TAX = re.compile(
    r"(?P<who>买方|购买方|购方|卖方|销售方|销方|buyer'?s?|seller'?s?)?的?(?:纳税人)?"
    r"(?:税号|识别号|信用代码|统一社会信用代码|tax id|tax number|taxpayer id)"
    r"(?P<tail>尾号|后四位|末尾|ending|ends)?(?:是|为|:| |in|with)*(?P<tax>[0-9a-z?*]+)"
)
_BARE = re.compile(r"(?<![0-9a-z?*.])[0-9](?:[0-9ol?*x]*[0-9ol*])?(?![0-9a-z?*]|\.\d| ?%)")
_TAX_SHAPE = re.compile(r"(?<![0-9a-z])[0-9a-hj-npqrtuwxy]{2}\d{6}[0-9a-hj-npqrtuwxy]{10}(?![0-9a-z])")
_BY_LENGTH = {2: 0.2, 3: 0.35, 4: 0.4, 5: 0.45, 6: 0.6, 7: 0.7}
_SIDES = {
    "买": PartyRole.BUYER,
    "购": PartyRole.BUYER,
    "b": PartyRole.BUYER,
    "卖": PartyRole.SELLER,
    "销": PartyRole.SELLER,
    "s": PartyRole.SELLER,
}


def numbers(text: str) -> Iterator[Phrase]:
    """Every stretch of a folded text that may be a number, code or tax id of an invoice."""
    for part, shape in (*_BEFORE, *_AFTER):
        for met in shape.finditer(text):
            said = _identifier(met["number"])
            if any(character.isdigit() for character in said):
                yield _told(met, said, part)
    for met in _CODE.finditer(text):
        yield Phrase.of(*met.span(), RememberedNumber("", code=_identifier(met["number"])), 1.2)
    for met in _TAX.finditer(text):
        tax_id = met["tax"].upper()
        role = _SIDES.get((met["who"] or " ")[0], PartyRole.EITHER)
        yield Phrase.of(*met.span(), RememberedTaxId(f"*{tax_id}" if met["tail"] else tax_id, role), 1.25)
    for met in _TAX_SHAPE.finditer(text):
        if not met[0].isdigit():
            yield Phrase.of(*met.span(), RememberedTaxId(met[0].upper()), 1.1)
    for met in _BARE.finditer(text):
        yield from _bare(met)


def _told(met: re.Match[str], said: str, part: NumberPart) -> Phrase:
    """After its label a number may still be both numbers in one row, and a few digits are no whole number."""
    if part is NumberPart.WHOLE:
        meanings = tuple(Meaning(clue, share) for clue, share in _whole(said))
    else:
        meanings = (Meaning(RememberedNumber(said, part)),)
    return Phrase(*met.span(), meanings, 1.2)


def _whole(said: str) -> Iterator[tuple[Clue, float]]:
    if len(said) in (18, 20) and said.isalnum():
        code = len(said) - 8
        glued = RememberedNumber(said[code:], NumberPart.WHOLE, said[:code])
        yield (RememberedNumber(said, NumberPart.WHOLE), 0.7) if len(said) == 20 else (glued, 1.0)
        if len(said) == 20:
            yield glued, 0.3
        return
    whole = len(said) >= 8 or "*" in said
    yield RememberedNumber(said, NumberPart.WHOLE if whole else NumberPart.ANY), 1.0


def _bare(met: re.Match[str]) -> Iterator[Phrase]:
    """Digits that nothing is said of: by their count a tail, a whole number, a code, a tax id, or both numbers in one row."""
    said = _identifier(met[0])
    length, is_whole = len(said), "?" not in said and "*" not in said
    meanings: list[Meaning] = []
    strength = 0.65
    if not is_whole:
        meanings, strength = [Meaning(RememberedNumber(said), 0.6)], 0.8
    elif length in _BY_LENGTH:
        meanings = [Meaning(RememberedNumber(said), _BY_LENGTH[length] * _round(said))]
    elif length in (10, 12):
        meanings = [Meaning(RememberedNumber("", code=said), 0.7), Meaning(RememberedNumber(said), 0.3)]
    elif length in (18, 20):
        meanings = [Meaning(clue, share * 0.8) for clue, share in _whole(said)]
    elif length >= 8:
        meanings = [Meaning(RememberedNumber(said, NumberPart.WHOLE if length == 8 else NumberPart.ANY), 0.8)]
    if length in (15, 18) and is_whole:
        meanings.append(Meaning(RememberedTaxId(said), 0.6))
    if meanings:
        yield Phrase(*met.span(), tuple(meanings), strength if length < 8 else 1.0)


def _round(said: str) -> float:
    """Numbers end as they happen to; what ends with noughts is an amount more often."""
    return 0.35 if said.endswith("00") else 0.7 if said.endswith("0") else 1.0


def _identifier(said: str) -> str:
    """As numbers are kept: 某, 几, 什么 and an x among digits are one unknown character each."""
    kept = "".join(str(DIGITS.get(character, character)) for character in said)
    kept = kept.replace("什么", "?")
    kept = "".join("?" if character in "某几_□" else character for character in kept if character not in " -")
    if "x" in kept and kept.replace("x", "").replace("?", "").isdigit():
        kept = kept.replace("x", "?")
    return kept.upper()
