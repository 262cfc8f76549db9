"""Whether Latin letters may be pinyin without tones, or the initials of its syllables (szsf for 苏州顺丰)."""

import re

_SYLLABLE = (
    "(?:zhuang|chuang|shuang|zhang|chang|shang|zheng|cheng|sheng|zhong|chong|zhuan|chuan|shuan|zhuai|chuai|shuai"
    "|[bpmfdtnlgkhjqxrzcsyw](?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|ve|a|o|e|i|u|v)"
    "|(?:zh|ch|sh)(?:ang|eng|ong|ai|ei|ao|ou|an|en|un|ua|ui|uo|a|e|i|u)|ang|eng|ai|ei|ao|ou|an|en|er|a|o|e)"
)
_PINYIN = re.compile(rf"{_SYLLABLE}(?:'?{_SYLLABLE}){{1,11}}")
_INITIALS = re.compile(r"[abcdefghjklmnopqrstwxyz]{2,8}")
_MOST_VOWELS = 0.25
"""Of initials: few Chinese words begin with a, e or o, and none with i, u or v."""


def could_be_pinyin(text: str) -> bool:
    """Whether a folded text is a row of two or more syllables."""
    return len(text) <= 60 and _PINYIN.fullmatch(text) is not None


def could_be_initials(text: str) -> bool:
    """Whether a folded text may be the first letters of syllables."""
    if _INITIALS.fullmatch(text) is None:
        return False
    return sum(character in "aeo" for character in text) <= _MOST_VOWELS * len(text)
