"""Every described kind, the more particular before the more general: the first title that fits names the kind."""

from models.invoice import InvoiceKind
from ocr_service.faces.labels import WRITTEN_OUT
from ocr_service.kinds.air_itinerary import AIR_ITINERARY
from ocr_service.kinds.blockchain import BLOCKCHAIN
from ocr_service.kinds.coach import COACH
from ocr_service.kinds.description import KindDescription
from ocr_service.kinds.digital_air import DIGITAL_AIR
from ocr_service.kinds.digital_railway import DIGITAL_RAILWAY
from ocr_service.kinds.fixed_amount import FIXED_AMOUNT
from ocr_service.kinds.machine_printed import MACHINE_PRINTED
from ocr_service.kinds.medical import MEDICAL
from ocr_service.kinds.motor_vehicle import MOTOR_VEHICLE
from ocr_service.kinds.other import OTHER
from ocr_service.kinds.taxi import TAXI
from ocr_service.kinds.toll import TOLL
from ocr_service.kinds.train import TRAIN
from ocr_service.kinds.used_vehicle import USED_VEHICLE
from ocr_service.kinds.vat import (
    DIGITAL_GENERAL,
    DIGITAL_SPECIAL,
    TOLL_ELECTRONIC,
    VAT_ELECTRONIC_GENERAL,
    VAT_ELECTRONIC_SPECIAL,
    VAT_GENERAL,
    VAT_ROLL,
    VAT_SPECIAL,
)

DESCRIPTIONS: tuple[KindDescription, ...] = (
    DIGITAL_RAILWAY,
    DIGITAL_AIR,
    AIR_ITINERARY,
    MOTOR_VEHICLE,
    USED_VEHICLE,
    DIGITAL_SPECIAL,
    DIGITAL_GENERAL,
    BLOCKCHAIN,
    TOLL_ELECTRONIC,
    VAT_ROLL,
    VAT_ELECTRONIC_SPECIAL,
    VAT_ELECTRONIC_GENERAL,
    VAT_SPECIAL,
    VAT_GENERAL,
    FIXED_AMOUNT,
    TAXI,
    COACH,
    TOLL,
    MEDICAL,
    TRAIN,
    MACHINE_PRINTED,
    OTHER,
)

_BY_KIND = {description.kind: description for description in DESCRIPTIONS}


def describe(kind: InvoiceKind) -> KindDescription:
    """The description of a kind; every kind has one."""
    return _BY_KIND[kind]


def printed_labels() -> frozenset[str]:
    """What is printed on the forms of all kinds as a label."""
    return frozenset(WRITTEN_OUT).union(*(description.labels for description in DESCRIPTIONS))
