"""Every kind of paper that is drawn, by its name in the JSON contract."""

import zlib
from collections.abc import Mapping

import numpy as np

from benchmarks.drawing.invoice import KINDS as TAX_CONTROL_KINDS
from benchmarks.drawing.kinds.air_itinerary import draw_air_itinerary
from benchmarks.drawing.kinds.blockchain import draw_blockchain
from benchmarks.drawing.kinds.coach import draw_coach
from benchmarks.drawing.kinds.digital_air import draw_digital_air
from benchmarks.drawing.kinds.digital_railway import draw_digital_railway
from benchmarks.drawing.kinds.fixed_amount import draw_fixed_amount
from benchmarks.drawing.kinds.machine_printed import draw_machine_printed
from benchmarks.drawing.kinds.medical import draw_medical
from benchmarks.drawing.kinds.motor_vehicle import draw_motor_vehicle
from benchmarks.drawing.kinds.other import draw_other
from benchmarks.drawing.kinds.tax_control import draw_tax_control
from benchmarks.drawing.kinds.taxi import draw_taxi
from benchmarks.drawing.kinds.toll import draw_toll
from benchmarks.drawing.kinds.train import draw_train
from benchmarks.drawing.kinds.used_vehicle import draw_used_vehicle
from benchmarks.drawing.paper import Draw, Paper

FACES: Mapping[str, Draw] = {
    **{kind: draw_tax_control(kind) for kind in TAX_CONTROL_KINDS},
    "machine_printed": draw_machine_printed,
    "fixed_amount": draw_fixed_amount,
    "taxi": draw_taxi,
    "train": draw_train,
    "coach": draw_coach,
    "toll": draw_toll,
    "motor_vehicle": draw_motor_vehicle,
    "used_vehicle": draw_used_vehicle,
    "air_itinerary": draw_air_itinerary,
    "digital_air": draw_digital_air,
    "digital_railway": draw_digital_railway,
    "blockchain": draw_blockchain,
    "medical": draw_medical,
    "other": draw_other,
}


FLAWED: Mapping[str, Mapping[str, Draw]] = {
    "shift": {kind: draw_tax_control(kind, shifted=True) for kind in ("vat_special", "vat_general")},
}
"""Papers that were made badly before anything happened to them, by flaw and by the kinds that can have it."""


def dice(kind: str, seed: int, place: int) -> np.random.Generator:
    """Return the dice of one paper: another kind, seed or place throws otherwise, whatever is drawn before it."""
    return np.random.default_rng([seed, place, zlib.crc32(kind.encode())])


def paper(kind: str, seed: int, place: int, dpi: int, flaw: str | None = None) -> Paper:
    """Draw one paper; its layout goes round with its place. A kind that cannot have the flaw is drawn without."""
    draw = FLAWED.get(flaw or "", {}).get(kind, FACES[kind])
    return draw(dice(kind, seed, place), place, dpi)
