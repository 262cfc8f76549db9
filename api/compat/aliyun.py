"""Answers as Aliyun's OCR 2021-07-07 gives them: JSON as a text in `Data`."""

import json
from collections.abc import Mapping
from typing import Any

from api.compat.refusals import Refusal, Refused
from api.compat.shapes import SPECIAL, TRAINS, VAT, chinese_day, corners, told, value, wanted
from models.invoice import Invoice, InvoiceKind, LineItem
from models.reading import Reading

_TAXIS = frozenset({InvoiceKind.TAXI})
_VAT = {
    "invoiceCode": "invoice_code",
    "invoiceNumber": "invoice_number",
    "printedInvoiceCode": "invoice_code",
    "printedInvoiceNumber": "invoice_number",
    "machineCode": "machine_number",
    "checkCode": "check_code",
    "purchaserName": "buyer_name",
    "purchaserTaxNumber": "buyer_tax_id",
    "purchaserContactInfo": "buyer_address_phone",
    "purchaserBankAccountInfo": "buyer_bank_account",
    "invoiceAmountPreTax": "tax_exclusive_amount",
    "invoiceTax": "tax_amount",
    "totalAmountInWords": "tax_inclusive_amount_in_words",
    "totalAmount": "tax_inclusive_amount",
    "sellerName": "seller_name",
    "sellerTaxNumber": "seller_tax_id",
    "sellerContactInfo": "seller_address_phone",
    "sellerBankAccountInfo": "seller_bank_account",
    "recipient": "payee",
    "reviewer": "reviewer",
    "drawer": "drawer",
    "remarks": "remarks",
    "formType": "copy_name",
}
_TAXI = {
    "invoiceCode": "invoice_code",
    "invoiceNumber": "invoice_number",
    "licensePlateNumber": "plate_number",
    "pickUpTime": "boarding_time",
    "dropOffTime": "alighting_time",
    "mileage": "mileage",
    "fuelSurcharge": "fuel_surcharge",
    "fare": "tax_inclusive_amount",
}
_TRAIN = {
    "ticketNumber": "ticket_number",
    "trainNumber": "train_number",
    "departureStation": "from_station",
    "arrivalStation": "to_station",
    "departureTime": "departure_time",
    "seatNumber": "seat",
    "seatType": "seat_class",
    "fare": "tax_inclusive_amount",
    "passengerName": "passenger_name",
}
_ONE: Mapping[str, frozenset[InvoiceKind]] = {"RecognizeInvoice": VAT, "RecognizeTaxiInvoice": _TAXIS, "RecognizeTrainInvoice": TRAINS}
ACTIONS = (*_ONE, "RecognizeMixedInvoices")
_TYPES: Mapping[InvoiceKind, str] = {
    InvoiceKind.TAXI: "TaxiInvoice",
    InvoiceKind.TRAIN: "TrainTicket",
    InvoiceKind.DIGITAL_RAILWAY: "TrainTicket",
    InvoiceKind.FIXED_AMOUNT: "QuotaInvoice",
    InvoiceKind.AIR_ITINERARY: "AirItinerary",
    InvoiceKind.DIGITAL_AIR: "AirItinerary",
    InvoiceKind.MOTOR_VEHICLE: "CarInvoice",
    InvoiceKind.USED_VEHICLE: "UsedCarInvoice",
    InvoiceKind.VAT_ROLL: "RollTicket",
    InvoiceKind.COACH: "BusShipTicket",
    InvoiceKind.TOLL: "TollInvoice",
    InvoiceKind.MEDICAL: "NonTaxInvoice",
    InvoiceKind.MACHINE_PRINTED: "CommonPrintedInvoice",
}


def aliyun_answer(action: str, reading: Reading, request_id: str) -> dict[str, Any]:
    """The answer of an action; raise Refused where nothing of its kind was read."""
    if action in _ONE:
        invoices = wanted(reading, _ONE[action])
        if not invoices:
            raise Refused(Refusal.NOTHING, f"archived as {reading.document.digest}, but nothing for {action} was read in it")
        data: dict[str, Any] = {"data": _data(invoices[0]), "ftype": 0}
    else:
        data = {"subMsgs": [_sub(invoice) for invoice in reading.invoices], "count": len(reading.invoices)}
    text = json.dumps({**data, "piaogen": told(reading)}, ensure_ascii=False)
    return {"RequestId": request_id, "Data": text}


def _data(invoice: Invoice) -> dict[str, Any]:
    if invoice.kind in _TAXIS:
        return {"date": value(invoice, "issue_date")} | {name: value(invoice, key) for name, key in _TAXI.items()}
    if invoice.kind in TRAINS:
        return {name: value(invoice, key) for name, key in _TRAIN.items()}
    if invoice.kind not in VAT:
        return {key: value(invoice, key) for key in invoice.fields}
    found: dict[str, Any] = {name: value(invoice, key) for name, key in _VAT.items()}
    return found | {
        "invoiceDate": chinese_day(value(invoice, "issue_date")),
        "title": invoice.title,
        "invoiceType": "增值税专用发票" if invoice.kind in SPECIAL else "增值税普通发票",
        "specialTag": "",
        "passwordArea": "",
        "invoiceDetails": [_row(item) for item in invoice.items],
    }


def _row(item: LineItem) -> dict[str, str]:
    return {
        "itemName": item.name or "",
        "specification": item.specification or "",
        "unit": item.unit or "",
        "quantity": item.quantity or "",
        "unitPrice": item.unit_price or "",
        "amount": item.amount or "",
        "taxRate": item.tax_rate or "",
        "tax": item.tax_amount or "",
    }


def _sub(invoice: Invoice) -> dict[str, Any]:
    kind = "VATInvoice" if invoice.kind in VAT and invoice.kind is not InvoiceKind.VAT_ROLL else _TYPES.get(invoice.kind, "OtherInvoice")
    points = [{"x": x, "y": y} for x, y in corners(invoice)]
    return {"op": "invoice", "type": kind, "pageNo": invoice.page, "subImagePoints": points, "result": {"data": _data(invoice)}}
