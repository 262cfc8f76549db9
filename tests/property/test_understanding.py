"""Whatever is typed is understood somehow: nothing raises, and no word is lost."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from ocr_service.understanding.phrase import folded
from ocr_service.understanding.sentence import LONGEST, Circumstances, understand
from ocr_service.understanding.tables import listed, rows

_NOW = Circumstances(date(2026, 11, 30), own_companies=("恒远科技",), departments=("研发部",))
_FILLERS = sorted({word for row in rows("fillers")[1:] for word in listed(row[0])}, key=len, reverse=True)
_CUES = ("我们公司", "发票抬头", "公司抬头", "抬头", "名称", "买方", "卖方", "是", "为", "name")
_WORDS = st.sampled_from(
    [
        *("去年", "三四月", "苏州", "酒店", "一千二", "左右", "尾号", "38?8", "Hilton", "about"),
        *("1.2k", "ends", "3828", "13月", "0月", "几百", "有限公司", "税号", "2024", "Q3"),
        *("春节", "前后", "前", "到", "-", "~", "12?0", "元", "块", "FY24"),
        *("szsf", "万", "多", "32号", "抬头", "找"),
    ]
)
_SENTENCES = st.lists(st.one_of(_WORDS, st.sampled_from([" ", "，", ""]), st.text(max_size=4)), max_size=12).map("".join)


def _without_fillers(text: str) -> str:
    for filler in (*_CUES, *_FILLERS):
        text = text.replace(filler, " ")
    return "".join(character for character in text if character.isalnum())


@given(st.one_of(_SENTENCES, st.text(max_size=400)))
@example("去年" * 2000)
@example("?" * 500)
@example("' OR 1=1; DROP TABLE invoices; --")
@example("<script>alert(1)</script>")
@example("9" * 300 + "万亿")
@example("99999年99月99日")
@example("9999年12月")
@example("1900年前")
@example("有限公司抬头")
@example("发票抬头")
@example("99999999999999亿元左右")
@example("\ud800\0\u202e")
@example("大前年春节前到明年底")
def test_no_word_is_lost(text: str) -> None:
    memory = understand(text, _NOW)

    told = [False] * len(text)
    for thing in memory:
        assert text[thing.start : thing.start + len(thing.words)] == thing.words or thing.start >= LONGEST
        assert abs(sum(meaning.likelihood for meaning in thing.meanings) - 1) < 1e-9
        for place in range(thing.start, min(thing.start + len(thing.words), len(text))):
            assert not told[place] or thing.start >= LONGEST
            told[place] = True
    if len(text) <= LONGEST:
        left = "".join(character if not known else " " for character, known in zip(text, told, strict=True))
        assert not _without_fillers(folded(left))
