"""How people mistake one character for another in what they remember: tables of the stories alone, which the search does not know."""


def _pairs(text: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in text.split()}


HOMOPHONES = _pairs(
    """
    达大 兴星 金今 海嗨 京惊 明名 汉焊 如儒 季记 朵躲 捞劳 贝倍
    丰风 通同 宜怡 力立 光广 华花 洋羊 宏红 盛胜 元园 信芯 建健
    佳家 安鞍 德得 国帼 恒横 江姜 康慷 利丽 龙隆 美每 民敏 鹏朋
    平苹 强墙 荣容 瑞锐 升生 世事 思丝 泰太 天添 威微 文闻 祥详
    新心 旭序 耀要 业叶 亿意 益易 银吟 永勇 友有 裕玉 源原 悦月
    """
)
"""A character, and another that sounds the same."""

ALIKE = _pairs(
    """
    未末 士土 天夭 太大 人入 力刀 日曰 千干 鸟乌 王玉 元无 亿忆
    科料 晨震 佳桂 宏宠 恒桓 安妥 民氏 平乎 东车 丰车 万方 光先
    永水 友反 业亚 昌晶 明朋 启后 金全 利刹 泉汞 洋样 博搏 凯剀
    """
)
"""A character, and another that looks nearly the same."""

TRADITIONAL = str.maketrans(
    "东丰国汉华汇杰兰乐联龙启庆荣润顺腾维兴扬业亿银优远创达广锦凯强万", "東豐國漢華匯傑蘭樂聯龍啟慶榮潤順騰維興揚業億銀優遠創達廣錦凱強萬"
)
"""Simplified characters as traditional ones."""
