"""Answers as Baidu's OCR gives them: `vat_invoice`, `taxi_receipt`, `train_ticket`, `quota_invoice`, `multiple_invoice`."""

from collections.abc import Callable, Mapping
from typing import Any

from api.compat.refusals import Refusal, Refused
from api.compat.shapes import TRAINS, VAT, chinese_day, corners, told, value, wanted
from models.invoice import Invoice, InvoiceKind, LineItem
from models.reading import Reading

_ROWS: Mapping[str, Callable[[LineItem], str | None]] = {
    "CommodityName": lambda item: item.name,
    "CommodityType": lambda item: item.specification,
    "CommodityUnit": lambda item: item.unit,
    "CommodityNum": lambda item: item.quantity,
    "CommodityPrice": lambda item: item.unit_price,
    "CommodityAmount": lambda item: item.amount,
    "CommodityTaxRate": lambda item: item.tax_rate,
    "CommodityTax": lambda item: item.tax_amount,
}
_VAT = {
    "InvoiceCode": "invoice_code",
    "InvoiceNum": "invoice_number",
    "InvoiceCodeConfirm": "invoice_code",
    "InvoiceNumConfirm": "invoice_number",
    "MachineCode": "machine_number",
    "CheckCode": "check_code",
    "PurchaserName": "buyer_name",
    "PurchaserRegisterNum": "buyer_tax_id",
    "PurchaserAddress": "buyer_address_phone",
    "PurchaserBank": "buyer_bank_account",
    "SellerName": "seller_name",
    "SellerRegisterNum": "seller_tax_id",
    "SellerAddress": "seller_address_phone",
    "SellerBank": "seller_bank_account",
    "TotalAmount": "tax_exclusive_amount",
    "TotalTax": "tax_amount",
    "AmountInFiguers": "tax_inclusive_amount",
    "AmountInWords": "tax_inclusive_amount_in_words",
    "Payee": "payee",
    "Checker": "reviewer",
    "NoteDrawer": "drawer",
    "Remarks": "remarks",
    "SheetNum": "copy_name",
}
"""`AmountInFiguers` is how Baidu spells it."""
_TAXI = {
    "InvoiceCode": "invoice_code",
    "InvoiceNum": "invoice_number",
    "TaxiNum": "plate_number",
    "Date": "issue_date",
    "Fare": "tax_inclusive_amount",
    "FuelOilSurcharge": "fuel_surcharge",
    "TotalFare": "tax_inclusive_amount",
    "PricePerkm": "unit_price",
    "Distance": "mileage",
    "PickupTime": "boarding_time",
    "DropoffTime": "alighting_time",
}
_QUOTA = {"invoice_code": "invoice_code", "invoice_number": "invoice_number", "invoice_rate": "tax_inclusive_amount"}
_TYPES: Mapping[InvoiceKind, str] = {
    InvoiceKind.TAXI: "taxi_receipt",
    InvoiceKind.TRAIN: "train_ticket",
    InvoiceKind.DIGITAL_RAILWAY: "train_ticket",
    InvoiceKind.FIXED_AMOUNT: "quota_invoice",
    InvoiceKind.AIR_ITINERARY: "air_ticket",
    InvoiceKind.DIGITAL_AIR: "air_ticket",
    InvoiceKind.COACH: "bus_ticket",
    InvoiceKind.TOLL: "toll_invoice",
    InvoiceKind.MOTOR_VEHICLE: "motor_vehicle_invoice",
    InvoiceKind.USED_VEHICLE: "used_vehicle_invoice",
    InvoiceKind.MACHINE_PRINTED: "printed_invoice",
    InvoiceKind.MEDICAL: "medical_invoice",
}


def _vat(invoice: Invoice) -> dict[str, Any]:
    found: dict[str, Any] = {name: value(invoice, key) for name, key in _VAT.items()}
    found |= {
        "InvoiceDate": chinese_day(value(invoice, "issue_date")),
        "InvoiceTypeOrg": invoice.title,
        "InvoiceType": invoice.kind.chinese,
        "ServiceType": "其他",
        "InvoiceTag": "其他",
        "Agent": "否",
        "Password": "",
        "Province": "",
        "City": "",
    }
    for name, cell in _ROWS.items():
        rows = ((str(row), cell(item)) for row, item in enumerate(invoice.items, start=1))
        found[name] = [{"row": row, "word": word} for row, word in rows if word]
    return found


def _taxi(invoice: Invoice) -> dict[str, Any]:
    found: dict[str, Any] = {name: value(invoice, key) for name, key in _TAXI.items()}
    times = [found["PickupTime"], found["DropoffTime"]]
    return found | {"Time": "-".join(filter(None, times)), "CallServiceSurcharge": "", "Location": "", "Province": "", "City": ""}


def _train(invoice: Invoice) -> dict[str, Any]:
    return {
        "ticket_num": value(invoice, "ticket_number", "invoice_number"),
        "starting_station": value(invoice, "from_station"),
        "destination_station": value(invoice, "to_station"),
        "train_num": value(invoice, "train_number"),
        "date": chinese_day(value(invoice, "departure_time", "issue_date")[:10]),
        "time": value(invoice, "departure_time")[11:16],
        "ticket_rates": f"￥{value(invoice, 'tax_inclusive_amount')}元",
        "seat_category": value(invoice, "seat_class"),
        "seat_num": value(invoice, "seat"),
        "name": value(invoice, "passenger_name"),
        "id_num": "",
        "serial_number": "",
        "sales_station": "",
    }


def _quota(invoice: Invoice) -> dict[str, Any]:
    found: dict[str, Any] = {name: value(invoice, key) for name, key in _QUOTA.items()}
    return found | {"invoice_rate_in_word": value(invoice, "tax_inclusive_amount_in_words"), "invoice_type": invoice.title}


_PRODUCTS: Mapping[str, tuple[frozenset[InvoiceKind], Callable[[Invoice], dict[str, Any]]]] = {
    "vat_invoice": (VAT, _vat),
    "taxi_receipt": (frozenset({InvoiceKind.TAXI}), _taxi),
    "train_ticket": (TRAINS, _train),
    "quota_invoice": (frozenset({InvoiceKind.FIXED_AMOUNT}), _quota),
}
PRODUCTS = (*_PRODUCTS, "multiple_invoice")
"""What can be asked for, as the last part of the address."""


def baidu_answer(product: str, reading: Reading, log_id: int) -> dict[str, Any]:
    """The answer of a product; raise Refused where nothing of its kind was read."""
    if product == "multiple_invoice":
        found = [_placed(invoice) for invoice in reading.invoices]
        return {"words_result": found, "words_result_num": len(found), "log_id": log_id, "piaogen": told(reading)}
    kinds, shape = _PRODUCTS[product]
    invoices = wanted(reading, kinds)
    if not invoices:
        raise Refused(Refusal.NOTHING, f"archived as {reading.document.digest}, but no {product} was read in it")
    words = shape(invoices[0])
    return {"words_result": words, "words_result_num": len(words), "log_id": log_id, "piaogen": told(reading)}


def _placed(invoice: Invoice) -> dict[str, Any]:
    """One of several on a page; every value is a list of words there."""
    xs, ys = zip(*corners(invoice), strict=True)
    kind = "vat_invoice" if invoice.kind in VAT else _TYPES.get(invoice.kind, "others")
    shape = next((shape for kinds, shape in _PRODUCTS.values() if invoice.kind in kinds), None)
    words = _plain(invoice) if shape is None else shape(invoice)
    result = {name: word if isinstance(word, list) else [{"word": word}] for name, word in words.items()}
    place = {"left": min(xs), "top": min(ys), "width": max(xs) - min(xs), "height": max(ys) - min(ys)}
    return {"type": kind, "probability": 1, **place, "result": result}


def _plain(invoice: Invoice) -> dict[str, Any]:
    return {key: value(invoice, key) for key in invoice.fields}
