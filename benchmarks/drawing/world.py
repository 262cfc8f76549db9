"""More of the invented world: places, vehicles, travellers and the codes of papers outside the VAT system."""

import re
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.inventory import SURNAMES, company, pick

# region digits, how a local title calls it, its plates
PROVINCES = (
    ("1100", "北京市", "京"),
    ("1200", "天津市", "津"),
    ("1300", "河北省", "冀"),
    ("1500", "内蒙古自治区", "蒙"),
    ("2100", "辽宁省", "辽"),
    ("2200", "吉林省", "吉"),
    ("2300", "黑龙江省", "黑"),
    ("3100", "上海市", "沪"),
    ("3200", "江苏省", "苏"),
    ("3300", "浙江省", "浙"),
    ("3400", "安徽省", "皖"),
    ("3500", "福建省", "闽"),
    ("3600", "江西省", "赣"),
    ("3700", "山东省", "鲁"),
    ("4100", "河南省", "豫"),
    ("4200", "湖北省", "鄂"),
    ("4300", "湖南省", "湘"),
    ("4400", "广东省", "粤"),
    ("4500", "广西壮族自治区", "桂"),
    ("4600", "海南省", "琼"),
    ("5000", "重庆市", "渝"),
    ("5100", "四川省", "川"),
    ("5200", "贵州省", "贵"),
    ("5300", "云南省", "云"),
    ("6100", "陕西省", "陕"),
    ("6200", "甘肃省", "甘"),
)
# towns that no map shows, with their spelling
TOWNS = (
    ("云岭", "Yunling"),
    ("青禾", "Qinghe"),
    ("松川", "Songchuan"),
    ("海棠", "Haitang"),
    ("白鹭", "Bailu"),
    ("临溪", "Linxi"),
    ("星湖", "Xinghu"),
    ("望江岭", "Wangjiangling"),
    ("石桥铺", "Shiqiaopu"),
    ("梅坞", "Meiwu"),
    ("枫渡", "Fengdu"),
    ("柳泉", "Liuquan"),
)
SIDES = (("", ""), ("", ""), ("东", "dong"), ("南", "nan"), ("西", "xi"), ("北", "bei"))
GIVEN_NAMES = ("示例", "样本", "试印", "演示", "小样", "示", "样")


def short_name(province: str) -> str:
    """The province as the supervisory seal names it."""
    return province.removesuffix("省").removesuffix("市").removesuffix("自治区").removesuffix("壮族")


def traveller(rng: np.random.Generator) -> str:
    """Invent a traveller's name."""
    return pick(rng, tuple(SURNAMES)) + pick(rng, GIVEN_NAMES)


def business(rng: np.random.Generator) -> str:
    """Invent a buyer or seller, now and then with a name too long for its box."""
    if rng.random() < 0.85:
        return company(rng)
    short = re.split("（中国）|有限|股份", company(rng))[0]
    return f"{short}集团有限公司{pick(rng, TOWNS)[0]}{pick(rng, ('分公司', '第二分公司', '营业部'))}"


def day_between(rng: np.random.Generator, first: date, last: date) -> date:
    """Choose a day."""
    return first + timedelta(days=int(rng.integers(0, (last - first).days + 1)))


def clock(rng: np.random.Generator, first: int = 5, last: int = 23) -> tuple[int, int]:
    """Choose an hour and a minute."""
    return int(rng.integers(first, last)), int(rng.integers(0, 60))


def station(rng: np.random.Generator, other: str = "") -> tuple[str, str]:
    """Invent a station that is not in the other's town: its name and its spelling."""
    while True:
        (name, spelling), (side, latin) = pick(rng, TOWNS), pick(rng, SIDES)
        if not other.startswith(name):
            return name + side, spelling + latin


def plate(rng: np.random.Generator, province: str) -> tuple[str, str]:
    """Invent a plate: the letter after the province's character, and the five that follow it."""
    tail = pick(rng, tuple("TXEBU")) + digits(rng, 4) if rng.random() < 0.6 else digits(rng, 2) + pick(rng, tuple("XTKQ")) + digits(rng, 2)
    return pick(rng, tuple("ABCDE")), tail


def local_code(rng: np.random.Generator, region: str, year: int, bureau: int = 1, trade: int | None = None) -> str:
    """Invent the twelve digits of a local invoice: bureau, region, year, trade and four that the province chooses."""
    kind = int(rng.integers(1, 10)) if trade is None else trade
    if bureau == 1 and kind == 2:
        # an eighth digit of 2 belongs to vehicle sales
        kind = 6
    return f"{bureau}{region}{year % 100:02d}{kind}{digits(rng, 4)}"


def masked_identity(rng: np.random.Generator, region: str) -> str:
    """Invent the number of a resident's card as tickets print it, birthday hidden; county 99 is nobody's."""
    return f"{region[:2]}0199{rng.integers(1960, 2005)}****{digits(rng, 3)}{pick(rng, tuple('0123456789X'))}"


def yuan(rng: np.random.Generator, low: float, high: float, step: str = "0.01") -> Decimal:
    """Choose an amount between two bounds in steps."""
    unit = Decimal(step)
    return int(rng.integers(int(Decimal(str(low)) / unit), int(Decimal(str(high)) / unit) + 1)) * unit
