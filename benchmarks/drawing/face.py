"""Draw an invented invoice as the clean picture of its form."""

from PIL import Image

from benchmarks.drawing.digital_face import draw_digital
from benchmarks.drawing.invoice import DrawnInvoice
from benchmarks.drawing.paper import Setting
from benchmarks.drawing.pen import Sheet
from benchmarks.drawing.roll_face import draw_roll
from benchmarks.drawing.vat_face import draw_vat

_PLAIN = Setting()


def sheet_of_invoice(
    invoice: DrawnInvoice, dpi: int, seal_shift: tuple[float, float], seal_strength: float, setting: Setting = _PLAIN
) -> Sheet:
    """Fill in the sheet of an invoice: 240 by 140 mm, 210 by 140 for digital invoices, 76 by 178 for rolls.

    `setting` is how the printer of a paper form was set; electronic forms are printed whole.
    """
    if invoice.kind.startswith("digital"):
        return draw_digital(invoice, dpi)
    if invoice.kind == "vat_roll":
        return draw_roll(invoice, dpi, seal_shift, seal_strength, setting)
    return draw_vat(invoice, dpi, seal_shift, seal_strength, setting)


def draw(
    invoice: DrawnInvoice,
    *,
    dpi: int = 150,
    seal_shift: tuple[float, float] = (0.0, 0.0),
    seal_strength: float = 0.75,
) -> Image.Image:
    """Draw an invoice upright at a resolution in dots per inch.

    Sheets are 240 by 140 mm, 210 by 140 for digital invoices, 76 by 178 for rolls. The company seal stands at the lower right; `seal_shift`
    moves it (millimetres right and down) and `seal_strength` inks it from 0 to 1. Digital invoices carry no company seal.
    """
    return sheet_of_invoice(invoice, dpi, seal_shift, seal_strength).finish()
