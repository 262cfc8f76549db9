"""Draw an invented invoice as the clean picture of its form."""

from PIL import Image

from benchmarks.drawing.digital_face import draw_digital
from benchmarks.drawing.invoice import DrawnInvoice
from benchmarks.drawing.roll_face import draw_roll
from benchmarks.drawing.vat_face import draw_vat


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
    if invoice.kind.startswith("digital"):
        return draw_digital(invoice, dpi)
    if invoice.kind == "vat_roll":
        return draw_roll(invoice, dpi, seal_shift, seal_strength)
    return draw_vat(invoice, dpi, seal_shift, seal_strength)
