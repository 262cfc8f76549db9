"""Chinese first, English for whoever asks."""

import pytest

from api.web.language import Language, preferred

ZH, EN = Language.CHINESE, Language.ENGLISH


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", ZH),
        ("*", ZH),
        ("en", EN),
        ("en-GB,en;q=0.9", EN),
        ("de,en;q=0.5", EN),
        ("zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("en;q=0.8,zh;q=0.9", ZH),
        ("en;q=0.9, zh-TW;q=0.3", EN),
        ("zh,en", ZH),
        ("en;q=0", ZH),
        ("en;q=nonsense", ZH),
        ("fr", ZH),
    ],
)
def test_the_browser_wish_decides_and_chinese_is_the_default(header: str, language: Language) -> None:
    assert preferred(header) == language
