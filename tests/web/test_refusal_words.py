"""Whatever an export or a mapping is refused for is told in Chinese on Chinese pages."""

import ast
from pathlib import Path

import pytest

from api.web.language import Language
from api.web.refusal_words import is_known, refusal_words
from models.errors import BadUsage
from ocr_service.exports.voucher_mapping import parse_mapping
from tests.api.conftest import Desk

TREE = Path(__file__).parents[2]
REFUSING = [*(TREE / "ocr_service" / "exports").glob("*.py"), TREE / "api" / "web" / "export_pages.py"]
REFUSALS = {"BadUsage", "OutOfResources", "InvoiceNotFound", "_bad"}
HTML = {"Accept": "text/html", "Accept-Language": "zh"}
RULES = '[[columns]]\ntitle = "摘要"\nvalue = "{summary}"\n'
ENTRIES = '[[rules]]\n[[rules.entries]]\nside = "debit"\namount = "net"\naccount = "1"\n'


def _messages() -> list[str]:
    """Every message with which something is refused; what is filled in stands as `x`, or 7 where digits belong."""
    found = []
    for path in REFUSING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and node.args:
                found.append(_said(node.args[0]))
    return [message for message in found if message]


def _said(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        text = ast.unparse(node.value)
        filled = "7" if text.isupper() else "x"
        return f"'{filled}'" if node.conversion == ord("r") else filled
    return ""


def test_every_refusal_has_words() -> None:
    messages = _messages()

    assert len(messages) > 20
    assert [each for each in messages if not is_known(each) and "cannot be read" not in each] == []


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("a = x", "第 1 行第 5 列不合 TOML 的写法。"),
        ("a = 1", "映射里的 a 没有意义；可用：title, sheet, first_number, unreviewed, columns, rules。"),
        (RULES, "要有 [[columns]] 和 [[rules]] 两部分。"),
        ('[[columns]]\ntitle = "摘要"\nvalue = "{nothing}"\n', "列 摘要 用了 {nothing}，没有这个值"),
        ('[[columns]]\ntitle = "摘要"\nvalue = "{"\n', "列 摘要 的花括号不成对"),
        (RULES + ENTRIES, "每条规则借贷两方（debit、credit）都要有分录。"),
        (RULES + ENTRIES.replace("net", "some"), "分录的 amount 只能是 net, tax, total 之一，不能是 'some'。"),
        (
            'unreviewed = "x"\n' + RULES + ENTRIES + ENTRIES.partition("\n")[2].replace("debit", "credit"),
            "映射的 unreviewed 只能是 true 或 false。",
        ),
    ],
)
def test_a_mapping_is_told_in_chinese_what_is_wrong_and_where(toml: str, said: str) -> None:
    with pytest.raises(BadUsage) as refused:
        parse_mapping("ours", toml)

    told = refusal_words(refused.value.message, Language.CHINESE)
    assert said in told
    assert refusal_words(refused.value.message, Language.ENGLISH) == refused.value.message


def test_what_has_no_words_is_told_in_general() -> None:
    assert refusal_words("the flux capacitor is low", Language.CHINESE).startswith("没有完成")


def test_the_pages_of_exports_refuse_in_chinese(desk: Desk) -> None:
    form = {"all": "1", "format": "nothing"}
    assert "没有“nothing”这种格式" in desk.client.post("/exports", data=form, headers=HTML).text
    assert "“x”看不懂是哪天" in desk.client.post("/exports", data={"all": "1", "format": "csv", "date_from": "x"}, headers=HTML).text
    kept = desk.client.post("/exports/mappings", data={"name": "ours", "toml": "a = 1"}, headers=HTML).text
    assert "没有保存：映射里的 a 没有意义" in kept
    assert "day of issue" in desk.client.get("/exports/mappings/kingdee", headers={"Accept": "text/html", "Accept-Language": "en"}).text
