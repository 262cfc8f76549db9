"""The table of an invoice: its lines, and how an issuer computes amounts, taxes and discounts on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.drawing import inventory
from benchmarks.drawing.digits import cents
from benchmarks.drawing.inventory import pick

# goods sold by measure come in fractions, others in whole pieces
_MEASURES = ("千克", "小时", "升", "千瓦时")


def tax_text(tax: Decimal | None) -> str:
    """Print a tax in yuan, *** where there is none to state."""
    return "***" if tax is None else f"{tax:.2f}"


@dataclass(frozen=True)
class DrawnItem:
    """One line of the table: amounts in yuan, `tax` None where the form prints *** in its place; the last four only on tolls."""

    name: str
    amount: Decimal
    tax_rate: str | None
    tax: Decimal | None
    specification: str | None = None
    unit: str | None = None
    quantity: str | None = None
    unit_price: str | None = None
    plate: str | None = None
    vehicle: str | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def truth(self) -> dict[str, str | None]:
        """The row as a reader should return it."""
        return {
            "name": self.name,
            "specification": self.specification,
            "unit": self.unit,
            "quantity": self.quantity,
            "unit_price": self.unit_price,
            "amount": f"{self.amount:.2f}",
            "tax_rate": self.tax_rate,
            "tax_amount": None if self.tax_rate is None else tax_text(self.tax),
        }

    @property
    def passage(self) -> dict[str, str | None]:
        """What the row of a toll tells beside its amounts."""
        return {
            "plate_number": self.plate,
            "vehicle_type": self.vehicle,
            "passage_from": None if self.first_day is None else self.first_day.isoformat(),
            "passage_to": None if self.last_day is None else self.last_day.isoformat(),
        }


def _rate(rate_class: str, day: date, *, small: bool) -> int:
    """Per cent of tax in force on a day; small issuers pay the flat rate whatever they sell."""
    if small:
        return 1 if day >= date(2020, 3, 1) else 3
    past = (day >= date(2018, 5, 1)) + (day >= date(2019, 4, 1))
    return {"goods": (17, 16, 13), "food": (11, 10, 9), "service": (6, 6, 6)}[rate_class][past]


def _plain(value: Decimal, places: int) -> str:
    """Print a unit price with at most that many decimals, no trailing zeros beyond the cents."""
    text = f"{value:.{places}f}"
    whole, _, part = text.partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def goods_line(rng: np.random.Generator, kind: str, day: date, *, small: bool, taxation: str) -> DrawnItem:
    """Invent a line of goods or services sold on a day; amounts are in yuan."""
    category, name, specifications, units, rate_class, (low, high) = pick(rng, inventory.GOODS)
    unit = pick(rng, units)
    quantity = Decimal(int(rng.integers(1, 60)))
    if unit in _MEASURES:
        quantity += Decimal(int(rng.integers(1, 100))) / 100
    rate = _rate(rate_class, day, small=small)
    price = Decimal(repr(round(float(np.exp(rng.uniform(np.log(low), np.log(high)))), 2)))
    if rng.random() < 0.5:
        amount, unit_price = cents(price * quantity), f"{price:.2f}"
        tax = cents(amount * rate / 100)
    else:
        # priced with tax: the form then prints a long, back-computed unit price
        gross = cents(price * quantity * (100 + rate) / 100)
        amount = cents(gross * 100 / (100 + rate))
        tax = gross - amount
        unit_price = _plain(amount / quantity, 12 if kind.startswith("digital") else int(rng.integers(6, 10)))
    item = DrawnItem(
        name=f"*{category}*{name}",
        amount=amount,
        tax_rate=f"{rate}%",
        tax=tax,
        specification=pick(rng, specifications) or None,
        unit=unit or None,
        quantity=f"{quantity.normalize():f}",
        unit_price=unit_price,
    )
    if taxation == "exempt":
        return replace(item, tax_rate="免税", tax=None)
    return item


def toll_line(rng: np.random.Generator, day: date, plate: str) -> DrawnItem:
    """Invent a toll paid by one vehicle within three weeks of the issue date."""
    amount = Decimal(int(rng.integers(500, 40000))) / 100
    first = day - timedelta(days=int(rng.integers(2, 20)))
    return DrawnItem(
        name="*经营租赁*通行费",
        amount=amount,
        tax_rate="3%",
        tax=cents(amount * 3 / 100),
        plate=plate,
        vehicle=pick(rng, ("客车", "货车")),
        first_day=first,
        last_day=first + timedelta(days=int(rng.integers(0, 2))),
    )


def roll_line(rng: np.random.Generator) -> DrawnItem:
    """Invent a line of a till slip: prices contain the tax, which is not printed."""
    price, quantity = Decimal(int(rng.integers(200, 20000))) / 100, int(rng.integers(1, 6))
    name = pick(rng, inventory.ROLL_GOODS)
    return DrawnItem(name=name, amount=price * quantity, tax_rate=None, tax=None, quantity=str(quantity), unit_price=f"{price:.2f}")


def with_margin_taxed(item: DrawnItem) -> tuple[DrawnItem, str]:
    """Tax only the margin of one line: the form prints *** for the rate and the deduction in the remarks."""
    deduction = cents(item.amount * Decimal("0.6"))
    tax = cents((item.amount - deduction) * 5 / 105)
    return replace(item, tax_rate="***", tax=tax), f"差额征税：{deduction:.2f}。"


def with_discount(items: Sequence[DrawnItem]) -> tuple[DrawnItem, ...]:
    """Follow the first line with its discount: same name and rate, negative amounts, no quantity."""
    first = items[0]
    share = Decimal("0.1")
    discount = DrawnItem(
        name=first.name,
        amount=-cents(first.amount * share),
        tax_rate=first.tax_rate,
        tax=None if first.tax is None else -cents(first.tax * share),
        plate=first.plate,
        vehicle=first.vehicle,
        first_day=first.first_day,
        last_day=first.last_day,
    )
    return (first, discount, *items[1:])


def red_line(item: DrawnItem) -> DrawnItem:
    """Turn a line into its reversal."""
    return replace(
        item,
        amount=-item.amount,
        tax=None if item.tax is None else -item.tax,
        quantity=item.quantity and f"-{item.quantity}",
    )
