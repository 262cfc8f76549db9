"""Stories of lost invoices: two to four things that a clerk remembers, most of them vague, one of them wrong now and then.

Each is told twice: as clues in fields of their own, and as one sentence. What is vague or wrong is drawn by tables (`slips`) and rules of
their own, which the search does not know.
"""

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from pypinyin import lazy_pinyin

from benchmarks.remembering.phrases import (
    NUMERALS,
    Phrased,
    day_else,
    day_exact,
    day_month,
    day_off,
    day_part,
    day_quarter,
    day_wrong_month,
    day_year,
)
from benchmarks.remembering.slips import ALIKE, HOMOPHONES, TRADITIONAL
from benchmarks.remembering.world import Told
from models.remembered import (
    AmountCertainty,
    Meaning,
    Memory,
    NameForm,
    NumberPart,
    PartyName,
    PartyRole,
    Remembered,
    RememberedAmount,
    RememberedDepartment,
    RememberedGoods,
    RememberedNumber,
    RememberedParty,
)


class Story(NamedTuple):
    """Things remembered of one invoice; `place` is its place in the world, None where it is not there, and `department` whose it is."""

    place: int | None
    things: tuple[Phrased, ...]
    department: str

    @property
    def memory(self) -> Memory:
        """The clues in fields of their own."""
        return Memory(tuple(Remembered(thing.words, (Meaning(thing.clue),), type(thing.clue).__name__) for thing in self.things))

    @property
    def sentence(self) -> str:
        """The same in one sentence."""
        return "，".join(thing.words for thing in self.things)


Maker = Callable[[Told, random.Random], Phrased]


def story(said: Told, rng: random.Random, *, is_there: bool = True) -> Story:
    """What is remembered of an invoice. Of three or more things one may be plainly wrong, when the others tell which invoice it is."""
    kinds = rng.choice(_PLANS)
    may_be_wrong = [place for place, kind in enumerate(kinds) if kind != "close amount" and (kind != "number" or "amount" in kinds)]
    wrong = rng.choice(may_be_wrong) if len(kinds) > 2 and rng.random() < 0.25 else None
    things = []
    for place, kind in enumerate(kinds):
        maker = rng.choice(_WRONG[kind]) if place == wrong else rng.choices(*_MAKERS[kind])[0]
        things.append(maker(said, rng))
    return Story(said.place if is_there else None, tuple(things), f"{said.department}部")


def _party(said: Told, text: str, how: str, form: NameForm = NameForm.CHINESE, words: str | None = None) -> Phrased:
    return Phrased(RememberedParty((PartyName(text, form),), PartyRole.SELLER), words or text, how)


def _as_known(said: Told) -> str:
    """What one calls the company: the own name with its trade, the city before it where it has no brand."""
    return said.seller.own + said.seller.trade if said.seller.brand else said.seller.city + said.seller.own


def _seller_exact(said: Told, rng: random.Random) -> Phrased:
    return _party(said, said.seller.name, "seller exact")


def _seller_brand(said: Told, rng: random.Random) -> Phrased:
    return _party(said, _as_known(said), "seller brand")


def _seller_own(said: Told, rng: random.Random) -> Phrased:
    return _party(said, said.seller.own, "seller own name")


def _changed(said: Told, rng: random.Random, table: dict[str, str], how: str) -> Phrased:
    name = _as_known(said)
    places = [place for place, sign in enumerate(name) if sign in table]
    if not places:
        return _seller_brand(said, rng)
    place = rng.choice(places)
    return _party(said, name[:place] + table[name[place]] + name[place + 1 :], how)


def _seller_homophone(said: Told, rng: random.Random) -> Phrased:
    return _changed(said, rng, HOMOPHONES, "seller homophone")


def _seller_alike(said: Told, rng: random.Random) -> Phrased:
    return _changed(said, rng, ALIKE, "seller look-alike")


def _seller_traditional(said: Told, rng: random.Random) -> Phrased:
    return _party(said, _as_known(said).translate(TRADITIONAL), "seller traditional")


def _seller_pinyin(said: Told, rng: random.Random) -> Phrased:
    return _party(said, "".join(lazy_pinyin(said.seller.own)), "seller pinyin", NameForm.PINYIN)


def _seller_initials(said: Told, rng: random.Random) -> Phrased:
    letters = "".join(syllable[0] for syllable in lazy_pinyin(said.seller.own + said.seller.trade))
    return _party(said, letters, "seller initials", NameForm.INITIALS)


def _seller_english(said: Told, rng: random.Random) -> Phrased:
    brand = said.seller.brand
    if brand is None or brand.english is None:
        return _seller_pinyin(said, rng)
    names = (PartyName(brand.english.lower(), NameForm.ENGLISH), PartyName(brand.name, NameForm.CHINESE))
    return Phrased(RememberedParty(names, PartyRole.SELLER), brand.english, "seller English")


def _seller_short(said: Told, rng: random.Random) -> Phrased:
    brand = said.seller.brand
    return _party(said, brand.short, "seller short form") if brand is not None and brand.short else _seller_own(said, rng)


def _seller_order(said: Told, rng: random.Random) -> Phrased:
    where = said.seller.branch or said.seller.city
    return _party(said, where + said.seller.own, "seller other order")


def _seller_wrong_sign(said: Told, rng: random.Random) -> Phrased:
    name = _as_known(said)
    place = rng.randrange(len(name))
    return _party(said, f"{name[:place]}{rng.choice('之乎者也某')}{name[place + 1 :]}" if len(name) > 3 else name, "seller one wrong")


def _seller_else(said: Told, rng: random.Random) -> Phrased:
    return _party(said, rng.choice(("天乙阁", "白鹿堂", "墨香斋", "听雨轩")), "seller wrong")


def _amount(low: Decimal, high: Decimal, wanted: Decimal, certainty: AmountCertainty, unit: str, words: str, how: str) -> Phrased:
    return Phrased(RememberedAmount(low, high, wanted, certainty, Decimal(unit)), words, how)


def _said(amount: Decimal, how: str) -> Phrased:
    unit = "0.01" if amount % 1 else "1"
    plain = f"{amount.normalize():f}"
    return _amount(amount, amount, amount, AmountCertainty.EXACT, unit, f"{plain}元", how)


def _amount_exact(said: Told, rng: random.Random) -> Phrased:
    return _said(said.total, "amount exact")


def _amount_yuan(said: Told, rng: random.Random) -> Phrased:
    return _said(Decimal(max(int(said.total), 1)), "amount, yuan alone")


def _amount_net(said: Told, rng: random.Random) -> Phrased:
    return _said(said.net, "amount net")


def _amount_rounded(said: Told, rng: random.Random) -> Phrased:
    digits = 2 if said.total >= 100 else 1
    unit = Decimal(10) ** (len(str(int(said.total))) - digits)
    rounded = (said.total / unit).quantize(Decimal(1)) * unit
    if rounded <= 0 or unit < 1:
        return _amount_exact(said, rng)
    if rng.random() < 0.3 and 1000 <= rounded < 10_000 and rounded % 100 == 0:
        thousands, hundreds = divmod(int(rounded) // 100, 10)
        words = NUMERALS[thousands].replace("二", "两") + "千" + (NUMERALS[hundreds] if hundreds else "")
        return _amount(rounded - unit, rounded + unit, rounded, AmountCertainty.ROUNDED, str(unit), f"{words}块", "amount in words")
    return _amount(
        rounded * Decimal("0.95"),
        rounded * Decimal("1.05"),
        rounded,
        AmountCertainty.ABOUT,
        str(unit),
        f"{rounded:f}左右",
        "amount rounded",
    )


def _amount_off(said: Told, rng: random.Random) -> Phrased:
    digits = str(int(said.total))
    about = Decimal(str(round(float(said.total) * rng.uniform(0.95, 1.05)))).quantize(Decimal(1))
    if len(digits) < 3:
        return _amount_exact(said, rng)
    return _amount(about * Decimal("0.95"), about * Decimal("1.05"), about, AmountCertainty.ABOUT, "1", f"大约{about}元", "amount ±5 %")


def _amount_swapped(said: Told, rng: random.Random) -> Phrased:
    text = str(said.total).replace(".", "")
    places = [place for place in range(len(text) - 1) if text[place] != text[place + 1] and (place or text[1] != "0")]
    if not places or len(text) < 5:
        return _amount_exact(said, rng)
    place = rng.choice(places)
    text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return _said(Decimal(text) / 100, "amount, digits swapped")


def _amount_slip(said: Told, rng: random.Random) -> Phrased:
    text = str(said.total).replace(".", "")
    place = rng.randrange(len(text))
    other = rng.choice([digit for digit in "123456789" if digit != text[place]])
    return _said(Decimal(text[:place] + other + text[place + 1 :]) / 100, "amount, a digit wrong")


def _amount_else(said: Told, rng: random.Random) -> Phrased:
    return _said((said.total * Decimal(rng.choice(("2.7", "0.31", "5.3")))).quantize(Decimal(1)) + 1, "amount wrong")


def _goods_printed(said: Told, rng: random.Random) -> Phrased:
    word = said.goods.printed.rpartition("*")[2]
    return Phrased(RememberedGoods(word), word, "goods printed")


def _goods_spoken(said: Told, rng: random.Random) -> Phrased:
    word = rng.choice(said.goods.spoken)
    return Phrased(RememberedGoods(word), word, "goods as spoken")


def _goods_else(said: Told, rng: random.Random) -> Phrased:
    return Phrased(RememberedGoods("挖掘机"), "挖掘机", "goods wrong")


def _number(said: Told, text: str, part: NumberPart, words: str, how: str) -> Phrased:
    return Phrased(RememberedNumber(text, part), words, how)


def _number_whole(said: Told, rng: random.Random) -> Phrased:
    return _number(said, said.number, NumberPart.WHOLE, f"号码{said.number}", "number whole")


def _number_tail(said: Told, rng: random.Random) -> Phrased:
    length = rng.choice((4, 5, 6))
    return _number(said, said.number[-length:], NumberPart.TAIL, f"尾号{said.number[-length:]}", "number tail")


def _number_holes(said: Told, rng: random.Random) -> Phrased:
    text = said.number[-6:]
    place = rng.randrange(1, 5)
    holed = f"{text[:place]}?{text[place + 1 :]}"
    return _number(said, holed, NumberPart.TAIL, f"尾号{holed}", "number with ?")


def _number_slip(said: Told, rng: random.Random) -> Phrased:
    text = said.number
    place = rng.randrange(len(text) - 8, len(text))
    other = rng.choice([digit for digit in "0123456789" if digit != text[place]])
    wrong = text[:place] + other + text[place + 1 :]
    return _number(said, wrong, NumberPart.WHOLE, f"号码{wrong}", "number, a digit wrong")


def _number_swapped(said: Told, rng: random.Random) -> Phrased:
    text = said.number
    places = [place for place in range(len(text) - 8, len(text) - 1) if text[place] != text[place + 1]]
    if not places:
        return _number_whole(said, rng)
    place = rng.choice(places)
    wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return _number(said, wrong, NumberPart.WHOLE, f"号码{wrong}", "number, digits swapped")


def _number_glued(said: Told, rng: random.Random) -> Phrased:
    whole = f"{said.code or ''}{said.number}"
    return _number(said, whole, NumberPart.WHOLE, f"号码{whole}", "number glued to code")


def _number_misread(said: Told, rng: random.Random) -> Phrased:
    text = said.number
    places = [place for place in range(len(text) - 8, len(text)) if text[place] in "0168"]
    if not places:
        return _number_whole(said, rng)
    place = rng.choice(places)
    wrong = text[:place] + {"0": "O", "1": "7", "6": "8", "8": "6"}[text[place]] + text[place + 1 :]
    return _number(said, wrong, NumberPart.WHOLE, f"号码{wrong}", "number misread")


def _number_else(said: Told, rng: random.Random) -> Phrased:
    text = f"{rng.randrange(10**5):05}"
    return _number(said, text, NumberPart.TAIL, f"尾号{text}", "number wrong")


def _buyer(said: Told, rng: random.Random) -> Phrased:
    name = said.buyer.removesuffix("有限公司")
    return Phrased(RememberedParty((PartyName(name, NameForm.CHINESE),), PartyRole.BUYER), f"开给{name}的", "buyer")


def _department(said: Told, rng: random.Random) -> Phrased:
    return Phrased(RememberedDepartment(f"{said.department}部"), f"{said.department}部的", "department")


_MAKERS: dict[str, tuple[Sequence[Maker], Sequence[int]]] = {
    "seller": (
        (
            *(_seller_exact, _seller_brand, _seller_own, _seller_homophone, _seller_alike, _seller_traditional, _seller_pinyin),
            *(_seller_initials, _seller_english, _seller_short, _seller_order, _seller_wrong_sign),
        ),
        (4, 6, 5, 4, 3, 2, 3, 2, 3, 2, 3, 3),
    ),
    "amount": (
        (_amount_exact, _amount_yuan, _amount_net, _amount_rounded, _amount_off, _amount_swapped, _amount_slip),
        (6, 4, 2, 6, 3, 2, 2),
    ),
    "close amount": ((_amount_exact, _amount_yuan, _amount_net, _amount_swapped, _amount_slip), (6, 4, 2, 2, 2)),
    "date": (
        (day_exact, day_month, day_quarter, day_part, day_off, day_year, day_wrong_month),
        (3, 6, 2, 3, 3, 1, 2),
    ),
    "close date": ((day_exact, day_off, day_part), (3, 3, 2)),
    "goods": ((_goods_printed, _goods_spoken), (1, 1)),
    "number": (
        (_number_whole, _number_tail, _number_holes, _number_slip, _number_swapped, _number_glued, _number_misread),
        (2, 4, 2, 3, 2, 2, 3),
    ),
    "buyer": ((_buyer,), (1,)),
    "department": ((_department,), (1,)),
}
_WRONG: dict[str, tuple[Maker, ...]] = {
    "seller": (_seller_else,),
    "amount": (_amount_else,),
    "close amount": (_amount_else,),
    "date": (day_else,),
    "close date": (day_else,),
    "goods": (_goods_else,),
    "number": (_number_else,),
    "buyer": (_buyer,),
    "department": (_department,),
}
_PLANS = (
    ("seller", "close amount"),
    ("number", "seller"),
    ("number", "amount"),
    ("number", "date"),
    ("close amount", "close date"),
    ("seller", "close amount", "date"),
    ("seller", "close amount", "goods"),
    ("seller", "number", "amount"),
    ("close amount", "date", "goods"),
    ("seller", "close amount", "date", "goods"),
    ("seller", "amount", "close date", "buyer"),
    ("seller", "close amount", "date", "department"),
    ("number", "seller", "goods", "date"),
)
