"""Which fields a paper of a kind has: those that a person who fills in or checks one is shown."""

from models.invoice import FIELD_KEYS, InvoiceKind
from ocr_service.kinds.description import Layout
from ocr_service.kinds.registry import describe

_PARTIES = ("buyer_name", "buyer_tax_id", "seller_name", "seller_tax_id")
_CONTACTS = ("buyer_address_phone", "buyer_bank_account", "seller_address_phone", "seller_bank_account")
_SUMS = ("tax_exclusive_amount", "tax_amount", "tax_inclusive_amount_in_words")
_SIGNED = ("payee", "reviewer", "drawer", "remarks")
_OF_THE_MACHINE = ("check_code", "machine_number")
_JOURNEY = ("from_station", "to_station")
_DIGITAL = (*_PARTIES, *_SUMS, "drawer", "remarks")
_VAT_FORM = (*_PARTIES, *_CONTACTS, *_SUMS, *_SIGNED, *_OF_THE_MACHINE)

_FURTHER = {
    InvoiceKind.VAT_SPECIAL: (*_PARTIES, *_CONTACTS, *_SUMS, *_SIGNED, "copy_name"),
    InvoiceKind.VAT_GENERAL: (*_VAT_FORM, "copy_name"),
    InvoiceKind.VAT_ROLL: (*_PARTIES, *_OF_THE_MACHINE, "tax_inclusive_amount_in_words", "payee", "copy_name"),
    InvoiceKind.TOLL_ELECTRONIC: (*_VAT_FORM, "passage_from", "passage_to", "plate_number", "vehicle_type"),
    InvoiceKind.DIGITAL_SPECIAL: _DIGITAL,
    InvoiceKind.DIGITAL_GENERAL: _DIGITAL,
    InvoiceKind.TRAIN: ("passenger_name", "train_number", *_JOURNEY),
    InvoiceKind.DIGITAL_RAILWAY: ("passenger_name", "train_number", *_JOURNEY),
    InvoiceKind.AIR_ITINERARY: (*_JOURNEY, "departure_time", "seat_class"),
    InvoiceKind.DIGITAL_AIR: (*_JOURNEY, "departure_time", "seat_class"),
    **dict.fromkeys(
        (
            *(InvoiceKind.TAXI, InvoiceKind.COACH, InvoiceKind.TOLL, InvoiceKind.FIXED_AMOUNT),
            *(InvoiceKind.MACHINE_PRINTED, InvoiceKind.MOTOR_VEHICLE, InvoiceKind.USED_VEHICLE),
        ),
        ("copy_name",),
    ),
}
"""What the layouts of `faces/` and the special functions of a description find, which its own fields do not name."""


def fields_of(kind: InvoiceKind) -> tuple[str, ...]:
    """The keys of the fields that such a paper has, in the order in which people expect to read them."""
    description = describe(kind)
    named = {field.key for field in description.fields} | {*description.identity, *description.required}
    layout = _VAT_FORM if description.layout is Layout.VAT_FORM else ()
    known = named | set(_FURTHER.get(kind, layout))
    return tuple(key for key in FIELD_KEYS if key in known)
