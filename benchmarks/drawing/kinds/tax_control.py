"""Papers of the tax-control family and the digital invoices that followed it, in all their turns."""

from dataclasses import replace

import numpy as np

from benchmarks.drawing.digital_face import draw_digital
from benchmarks.drawing.digital_service import with_service
from benchmarks.drawing.face import sheet_of_invoice
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.invoice import DrawnInvoice, invent
from benchmarks.drawing.paper import Draw, Paper, Setting
from benchmarks.drawing.pen import Sheet

SHIFTS = {
    "print_down_mm": "0, or 4.8 to 14.4 (one to three rows) up or down",
    "print_right_mm": "0, or 4 to 10 (half a column) left or right",
}
"""How far print may stand off its form, by lot; one of the two at least."""
_TURNS = ("few lines", "many lines", "discount", "exempt or margin", "reversed", "particular trade")


def draw_tax_control(kind: str, *, shifted: bool = False) -> Draw:
    """Return what draws papers of a kind; `shifted` ones have their print off the form by rows or half a column, see `SHIFTS`."""

    def draw(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
        turn = _TURNS[layout % len(_TURNS)]
        invoice = _invented(rng, kind, turn)
        shift = (float(rng.uniform(-10, 5)), float(rng.uniform(-6, 3)))
        if turn == "particular trade" and kind.startswith("digital"):
            invoice, service = with_service(rng, invoice)
            sheet = draw_digital(invoice, dpi, service=service)
            unsure = ("passenger_name", "from_station", "to_station", "plate_number")
            truth = {key: value for key, value in invoice.truth.items() if key not in unsure}
            return Paper(kind, f"{turn}: {service.name}", dpi, sheet.finish(), truth, tuple(sheet.prints), invoice.qr_payload)
        strength, setting = float(rng.uniform(0.45, 0.85)), _setting(rng)
        if shifted:
            setting = _off_the_form(rng, setting)
            turn = f"{turn}, print {setting.down:+.1f} mm down, {setting.right:+.1f} mm right"
        sheet = sheet_of_invoice(invoice, dpi, shift, strength, setting)
        truth = {key: value for key, value in invoice.truth.items() if key not in _beside_the_paper(sheet)}
        return Paper(kind, turn, dpi, sheet.finish(), truth, tuple(sheet.prints), invoice.qr_payload)

    return draw


def _setting(rng: np.random.Generator) -> Setting:
    """How the printer of a paper form was set: a third sit badly, ribbons fade, some issuers use black ink."""
    far = rng.random() < 0.35
    right, down = (
        (float(rng.uniform(-4, 4)), float(rng.uniform(-2.4, 2.4)))
        if far
        else (float(rng.uniform(-0.8, 0.8)), float(rng.uniform(-0.5, 0.5)))
    )
    return Setting(pick(rng, (0, 24, 24)), right, down, pick(rng, (None, None, (36, 36, 44), (96, 100, 170), (110, 84, 140))))


def _off_the_form(rng: np.random.Generator, setting: Setting) -> Setting:
    which = pick(rng, ("down", "right", "both"))
    down, right = (float(rng.uniform(*reach)) * pick(rng, (-1, 1)) for reach in ((4.8, 14.4), (4.0, 10.0)))
    return replace(setting, down=0.0 if which == "right" else down, right=0.0 if which == "down" else right)


def _beside_the_paper(sheet: Sheet) -> set[str]:
    """The fields whose print missed the sheet, in part at least, wherever it is."""
    width, height = (side / 25.4 * sheet.dpi for side in sheet.size)
    keys: dict[str, bool] = {}
    for one in sheet.prints:
        if one.key is not None:
            whole = all(0 <= x <= width and 0 <= y <= height for x, y in one.polygon)
            keys[one.key] = keys.get(one.key, False) or whole
    return {key for key, whole in keys.items() if not whole}


def _invented(rng: np.random.Generator, kind: str, turn: str) -> DrawnInvoice:
    digital, roll = kind.startswith("digital"), kind == "vat_roll"
    taxation = "ordinary"
    if turn == "exempt or margin" and not kind.endswith("special") and kind not in ("toll_electronic", "vat_roll"):
        taxation = "margin" if rng.random() < 0.3 else "exempt"
    return invent(
        kind,
        int(rng.integers(0, 2**31)),
        lines=int(rng.integers(4, 9)) if turn == "many lines" else int(rng.integers(1, 4)),
        discount=turn == "discount" and not roll,
        taxation=taxation,
        red=turn == "reversed" and digital,
        with_qr=True if kind == "vat_special" and rng.random() < 0.3 else None,
        copy_name="抵扣联" if kind == "vat_special" and rng.random() < 0.5 else None,
    )
