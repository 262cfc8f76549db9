"""What is printed where: every piece of text on a drawn paper, and the field whose value it shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Point = tuple[float, float]

# The field keys of the JSON contract, written down here a second time on purpose: nothing here may come from the reader.
FIELD_KEYS = (
    "invoice_code",
    "invoice_number",
    "issue_date",
    "check_code",
    "machine_number",
    "buyer_name",
    "buyer_tax_id",
    "buyer_address_phone",
    "buyer_bank_account",
    "seller_name",
    "seller_tax_id",
    "seller_address_phone",
    "seller_bank_account",
    "tax_exclusive_amount",
    "tax_amount",
    "tax_inclusive_amount",
    "tax_inclusive_amount_in_words",
    "payee",
    "reviewer",
    "drawer",
    "remarks",
    "copy_name",
    "passenger_name",
    "ticket_number",
    "train_number",
    "from_station",
    "to_station",
    "departure_time",
    "seat",
    "seat_class",
    "check_gate",
    "serial",
    "sold_at",
    "mileage",
    "unit_price",
    "boarding_time",
    "alighting_time",
    "waiting_time",
    "fuel_surcharge",
    "entry_station",
    "exit_station",
    "passage_from",
    "passage_to",
    "plate_number",
    "vehicle_type",
    "vin",
    "engine_number",
    "vehicle_model",
    "certificate_number",
)
ITEM_CELLS = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")


@dataclass(frozen=True)
class Print:
    """One piece of text in one row, as printed.

    `polygon` holds its corners in pixels of the clean picture, clockwise from top-left. `key` is the field (or `items.2.amount`) whose
    value it shows, None for the form's own words; `value` is that value as a reader should return it. A value in two rows has two prints,
    one printed twice as well. `invoice` counts the documents of a sheet from 0; the sheet itself is -1.
    """

    text: str
    polygon: tuple[Point, Point, Point, Point]
    key: str | None = None
    value: str | None = None
    invoice: int = 0

    def moved(self, scale: float, right: float, down: float, invoice: int | None = None) -> "Print":
        """The same print after its paper was scaled, then moved by that many pixels."""
        first, second, third, fourth = ((x * scale + right, y * scale + down) for x, y in self.polygon)
        return replace(self, polygon=(first, second, third, fourth), invoice=self.invoice if invoice is None else invoice)

    @property
    def label(self) -> dict[str, object]:
        """Its form in a label file."""
        corners = [[round(x, 1), round(y, 1)] for x, y in self.polygon]
        return {"text": self.text, "polygon": corners, "key": self.key, "invoice": self.invoice}


def truth_of(kind: str, prints: Iterable[Print], unsure: Sequence[str] = (), items: bool = False) -> dict[str, object]:
    """What a perfect reader returns of one document: every field printed on it, None for the others.

    `unsure` fields are left out: the trade has no one answer for them. `items` says that the paper has a table.
    """
    truth: dict[str, object] = {"kind": kind} | {key: None for key in FIELD_KEYS if key not in unsure}
    rows: dict[int, dict[str, str | None]] = {}
    for one in prints:
        if one.key is None:
            continue
        value = one.text if one.value is None else one.value
        if one.key.startswith("items."):
            _, place, cell = one.key.split(".")
            rows.setdefault(int(place), dict.fromkeys(ITEM_CELLS))[cell] = value
        elif one.key in unsure:
            continue
        elif truth.get(one.key) not in (None, value):
            msg = f"{one.key} is printed as {truth[one.key]!r} and as {value!r}"
            raise ValueError(msg)
        else:
            truth[one.key] = value
    if items:
        truth["items"] = [rows[place] for place in sorted(rows)]
    return truth
