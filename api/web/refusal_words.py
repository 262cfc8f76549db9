"""Why an export or a mapping was refused, in the clerk's language.

What refuses says so in English, for programs and the command line too, and an export keeps it with its job. The words are found here.
"""

import re

from api.web.language import Language, Pair

_SENTENCES: tuple[tuple[str, str], ...] = (
    # exports
    (r"name invoices by their ids, or give a filter, not both", "勾选的发票和筛选条件只能用一种。"),
    (r"name at most (\d+) invoices; for more, give the filter that shows them", r"一次最多勾选 \1 张；更多请用筛选条件导出全部。"),
    (r"only vouchers have a mapping", "只有记账凭证才用凭证映射。"),
    (r"an export knows no '(.*)'", r"导出不认识条件“\1”。"),
    (r"no form '(.*)': there are .*", r"没有“\1”这种格式，请从列表中选择。"),
    (r"no invoice was chosen", "还没有选发票。"),
    (r"\w+: not an amount: '(.*)'; .*", r"“\1”不是金额，请写 1200 或 1200.50，约数写 1200~。"),
    (r"\w+: not an amount that an invoice can have(: '.*')?", "发票没有这样的金额。"),
    (r"\w+: '(.*)' is not understood as a date: .*", r"“\1”看不懂是哪天，请写 2026-03-19、2026-03 或 2026-Q1。"),
    (r"'(.*)' names no invoice; an id looks like .*", r"没有编号为“\1”的发票。"),
    (
        r"a list for printing has at most (\d+) invoices: narrow the filter, or take xlsx",
        r"打印清单最多 \1 张：请缩小范围，或改用 Excel 工作簿。",
    ),
    (r"a sheet holds (\d+) rows: narrow the filter, or take csv", r"一张工作表最多 \1 行：请缩小范围，或改用 CSV。"),
    (r"this machine has no room for so many originals: take fewer at once", "本机空间放不下这么多原件：请分几次导出。"),
    (r"this machine cannot write the export: .*|the export cannot be written: .*", "本机写不下导出文件：请管理员检查磁盘。"),
    (r"no mapping is kept under the name '(.*)': there are (.*)", r"没有名为“\1”的凭证映射，现有：\2。"),
    # mappings of vouchers
    (r"name a mapping with at most (\d+) lower-case letters, digits and dashes", r"名称用小写字母、数字和短横线，最多 \1 个字符。"),
    (r"a mapping has at most (\d+) characters", r"内容最多 \1 个字符。"),
    (r"the mapping is no TOML: .*\(at line (\d+), column (\d+)\)", r"第 \1 行第 \2 列不合 TOML 的写法。"),
    (r"the mapping is no TOML: .*", "内容不合 TOML 的写法。"),
    (r"a mapping needs \[\[columns\]\] and \[\[rules\]\]", "要有 [[columns]] 和 [[rules]] 两部分。"),
    (r"first_number must be a whole number from 1", "first_number 是从 1 起的整数。"),
    (
        r"sheet must have 1 to 31 characters, .* and not be (.*)",
        r"sheet 是 1 到 31 个字符，不含 [ ] : * ? / \\，首尾不用单引号，也不能叫“\1”。",
    ),
    (r"side must be one of (.*), not (.*)", r"side 只能是 \1 之一，不能是 \2。"),
    (r"kinds must be a list of (.*)", r"kinds 是一个列表，里面只能有：\1。"),
    (r"a rule needs entries on both sides, debit and credit", "每条规则借贷两方（debit、credit）都要有分录。"),
    (r"side of an entry must be debit or credit, not (.*)", r"分录的 side 只能是 debit（借）或 credit（贷），不能是 \1。"),
    (r"amount of an entry must be one of (.*), not (.*)", r"分录的 amount 只能是 \1 之一，不能是 \2。"),
    (r"(.*) names \{(.*)\}, which there is not: there are (.*)", r"@\1 用了 {\2}，没有这个值；可用：\3。"),
    (r"(.*): .*; write \{\{ and \}\} for braces themselves", r"@\1 的花括号不成对；花括号本身写成 {{ 和 }}。"),
    (r"(.*) has '(.*)', which means nothing: there are (.*)", r"@\1里的 \2 没有意义；可用：\3。"),
    (r"write each of the (\w+) under \[\[(\w+)\]\]", r"每个 \1 都写在 [[\2]] 下面。"),
    (r"(.*) needs (\w+), a text in quotation marks", r"@\1 要有 \2，写在引号里。"),
    (r"(\w+) of (.*) is true or false", r"@\2的 \1 只能是 true 或 false。"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), chinese) for pattern, chinese in _SENTENCES)
_PLACES: tuple[tuple[str, str], ...] = (
    ("the mapping", "映射"),
    ("a column", "列"),
    ("a rule", "规则"),
    ("an entry", "分录"),
    ("a summary", "摘要"),
    ("column ", "列 "),
)
"""Where in a mapping something is; a sentence that begins with `@` begins with one."""
_OTHERWISE: Pair = ("没有完成。请缩小范围再试；再不行请告诉管理员。", "It did not end. Take less at once, or tell an administrator.")


def is_known(message: str) -> bool:
    """Whether there are words for what refuses."""
    return any(pattern.fullmatch(message) for pattern, _ in _PATTERNS)


def refusal_words(message: str, language: Language, otherwise: str = "") -> str:
    """Why something was refused; `otherwise` is said of what there are no words for."""
    if language is Language.ENGLISH:
        return message or _OTHERWISE[1]
    for pattern, chinese in _PATTERNS:
        match = pattern.fullmatch(message)
        if match is not None:
            return _placed(match.expand(chinese))
    return otherwise or _OTHERWISE[0]


def _placed(text: str) -> str:
    if not text.startswith("@"):
        return text
    for english, chinese in _PLACES:
        if text.startswith(f"@{english}"):
            return chinese + text.removeprefix(f"@{english}")
    return text.removeprefix("@")
