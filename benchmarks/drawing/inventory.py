"""The invented world: regions are real prefixes (codes must match them), everything else is made up and says so."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from benchmarks.drawing.digits import credit_code, digits

T = TypeVar("T")

REGIONS = {
    "1100": "北京",
    "1200": "天津",
    "1300": "河北",
    "2100": "辽宁",
    "3100": "上海",
    "3200": "江苏",
    "3300": "浙江",
    "3400": "安徽",
    "3700": "山东",
    "4200": "湖北",
    "4400": "广东",
    "4403": "深圳",
    "5000": "重庆",
    "5100": "四川",
    "5300": "云南",
    "6100": "陕西",
}
CITIES = ("云岭市", "青禾市", "松川市", "海棠市", "白鹭市", "临溪市", "星湖市", "望江镇")
MARKS = ("示例", "样例", "演示", "虚构", "样张", "试印")
TRADES = (
    "文具",
    "办公用品",
    "五金机电",
    "信息技术",
    "餐饮管理",
    "酒店管理",
    "物流运输",
    "食品贸易",
    "图书销售",
    "设备租赁",
    "电子科技",
    "装饰工程",
)
FORMS = ("有限公司", "有限公司", "有限责任公司", "股份有限公司", "（中国）有限公司")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高"
GIVEN = ("示例", "样本", "小样", "一试", "试之", "例", "演", "样")
TESTERS = ("订单号", "合同编号", "出库单号", "项目编号")

# (tax category, name, specifications, units, rate class, tax-exclusive unit price range in yuan)
GOODS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], str, tuple[float, float]], ...] = (
    ("文具", "中性笔", ("0.5mm 黑", "GP-1008", ""), ("支", "盒"), "goods", (1, 40)),
    ("纸制品", "复印纸", ("A4 70g", "A3 80g"), ("包", "箱"), "goods", (15, 200)),
    ("计算机外部设备", "激光打印机", ("M2070", "LP-320D"), ("台",), "goods", (800, 3200)),
    ("电子元件", "贴片电容", ("0603 10uF", "0805/25V"), ("个", "盘"), "goods", (0.02, 90)),
    ("金属制品", "不锈钢螺栓", ("M8*30", "M10×45"), ("套", "千克"), "goods", (0.5, 60)),
    ("焙烤食品", "全麦吐司面包", ("400g/袋", ""), ("袋",), "goods", (5, 60)),
    ("照明装置", "LED吸顶灯", ("24W 6500K", "36W"), ("只", "盏"), "goods", (30, 400)),
    ("家具", "人体工学办公椅（带腰托及头枕）", ("BY-770", ""), ("把",), "goods", (200, 1600)),
    ("塑料制品", "透明封箱胶带", ("60mm×100m",), ("卷",), "goods", (2, 30)),
    ("谷物加工品", "东北大米", ("5kg", "10kg"), ("袋",), "food", (20, 90)),
    ("运输服务", "国内道路货物运输", ("", "整车"), ("次", ""), "food", (200, 5000)),
    ("印刷品", "示例图书：发票识别原理与应用（第2版）", ("16开", ""), ("册", "本"), "food", (18, 120)),
    ("餐饮服务", "餐费", ("",), ("次", ""), "service", (50, 2000)),
    ("住宿服务", "住宿费", ("", "标准间"), ("天", "间夜"), "service", (150, 700)),
    ("信息技术服务", "软件技术服务费", ("", "年度"), ("项", "次"), "service", (500, 90000)),
    ("研发和技术服务", "检测费", ("",), ("次", ""), "service", (100, 6000)),
    ("经纪代理服务", "代订服务费", ("",), ("单", ""), "service", (5, 60)),
    ("石油制品", "92号车用汽油", ("92号",), ("升",), "goods", (5, 9)),
    ("水果", "红富士苹果", ("一级", ""), ("千克",), "food", (4, 15)),
    ("供电", "电费", ("",), ("千瓦时",), "goods", (0.4, 1.2)),
    ("劳务", "设备维修费", ("",), ("次", "小时"), "goods", (80, 900)),
)
ROLL_GOODS = ("餐费", "饮料", "日用品", "糕点", "停车费")
PLATES = "云京沪苏浙粤川陕"


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """Choose one of the options."""
    return options[int(rng.integers(0, len(options)))]


def company(rng: np.random.Generator) -> str:
    """Invent a company whose name says that it is a sample."""
    return f"{pick(rng, CITIES)}{pick(rng, MARKS)}{pick(rng, TRADES)}{pick(rng, FORMS)}"


def person(rng: np.random.Generator) -> str:
    """Invent a person's name of two or three characters."""
    return pick(rng, tuple(SURNAMES)) + pick(rng, GIVEN)


def address_phone(rng: np.random.Generator, city: str) -> str:
    """Invent an address and telephone in one printed line; area code 000 belongs to nobody."""
    return f"{city}{pick(rng, MARKS)}区样本路{rng.integers(1, 999)}号 0000-555{digits(rng, 4)}"


def bank_account(rng: np.random.Generator, city: str) -> str:
    """Invent a bank and an account number in one printed line."""
    return f"示例银行{city.removesuffix('市')}支行 0000{digits(rng, 14)}"


def tax_id(rng: np.random.Generator, region: str) -> str:
    """Invent a valid unified social credit code of a region."""
    return credit_code(rng, region)
