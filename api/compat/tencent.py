"""Answers as Tencent's OCR 2018-11-19 gives them: `VatInvoiceOCR` and `RecognizeGeneralInvoice`."""

from collections.abc import Mapping
from typing import Any

from api.compat.refusals import Refusal, Refused
from api.compat.shapes import VAT, chinese_day, told, value, wanted
from models.geometry import Polygon
from models.invoice import Invoice, InvoiceKind, LineItem
from models.reading import Reading

ACTIONS = ("VatInvoiceOCR", "RecognizeGeneralInvoice")

_NAMED = {
    "发票代码": "invoice_code",
    "发票号码": "invoice_number",
    "打印发票代码": "invoice_code",
    "打印发票号码": "invoice_number",
    "开票日期": "issue_date",
    "校验码": "check_code",
    "机器编号": "machine_number",
    "购买方名称": "buyer_name",
    "购买方识别号": "buyer_tax_id",
    "购买方地址、电话": "buyer_address_phone",
    "购买方开户行及账号": "buyer_bank_account",
    "销售方名称": "seller_name",
    "销售方识别号": "seller_tax_id",
    "销售方地址、电话": "seller_address_phone",
    "销售方开户行及账号": "seller_bank_account",
    "合计金额": "tax_exclusive_amount",
    "合计税额": "tax_amount",
    "小写金额": "tax_inclusive_amount",
    "价税合计(大写)": "tax_inclusive_amount_in_words",
    "收款人": "payee",
    "复核": "reviewer",
    "开票人": "drawer",
    "备注": "remarks",
    "联次": "copy_name",
}
_AMOUNTS = frozenset({"合计金额", "合计税额", "小写金额"})
_SUBTYPES: Mapping[InvoiceKind, tuple[str, int]] = {
    InvoiceKind.VAT_SPECIAL: ("VatSpecialInvoice", 3),
    InvoiceKind.VAT_GENERAL: ("VatCommonInvoice", 3),
    InvoiceKind.VAT_ELECTRONIC_GENERAL: ("VatElectronicCommonInvoice", 3),
    InvoiceKind.VAT_ELECTRONIC_SPECIAL: ("VatElectronicSpecialInvoice", 3),
    InvoiceKind.BLOCKCHAIN: ("VatElectronicInvoiceBlockchain", 3),
    InvoiceKind.TOLL_ELECTRONIC: ("VatElectronicInvoiceToll", 3),
    InvoiceKind.DIGITAL_SPECIAL: ("VatElectronicSpecialInvoiceFull", 16),
    InvoiceKind.DIGITAL_GENERAL: ("VatElectronicInvoiceFull", 16),
    InvoiceKind.DIGITAL_RAILWAY: ("ElectronicTrainTicketFull", 16),
    InvoiceKind.DIGITAL_AIR: ("ElectronicFlightTicketFull", 16),
    InvoiceKind.VAT_ROLL: ("VatInvoiceRoll", 11),
    InvoiceKind.TAXI: ("TaxiTicket", 0),
    InvoiceKind.FIXED_AMOUNT: ("QuotaInvoice", 1),
    InvoiceKind.TRAIN: ("TrainTicket", 2),
    InvoiceKind.AIR_ITINERARY: ("AirTransport", 5),
    InvoiceKind.MACHINE_PRINTED: ("MachinePrintedInvoice", 8),
    InvoiceKind.COACH: ("BusInvoice", 9),
    InvoiceKind.TOLL: ("TollInvoice", 13),
    InvoiceKind.MOTOR_VEHICLE: ("MotorVehicleSaleInvoice", 12),
    InvoiceKind.USED_VEHICLE: ("UsedCarPurchaseInvoice", 12),
    InvoiceKind.MEDICAL: ("MedicalOutpatientInvoice", 15),
    InvoiceKind.OTHER: ("OtherInvoice", -1),
}
"""The name under `SingleInvoiceInfos`, and the number of the type."""
_COMMON = {
    "Code": "invoice_code",
    "Number": "invoice_number",
    "Total": "tax_inclusive_amount",
    "TotalCn": "tax_inclusive_amount_in_words",
}
_VAT = {
    "CheckCode": "check_code",
    "PretaxAmount": "tax_exclusive_amount",
    "Tax": "tax_amount",
    "MachineCode": "machine_number",
    "Seller": "seller_name",
    "SellerTaxID": "seller_tax_id",
    "SellerAddrTel": "seller_address_phone",
    "SellerBankAccount": "seller_bank_account",
    "Buyer": "buyer_name",
    "BuyerTaxID": "buyer_tax_id",
    "BuyerAddrTel": "buyer_address_phone",
    "BuyerBankAccount": "buyer_bank_account",
    "Receiptor": "payee",
    "Reviewer": "reviewer",
    "Issuer": "drawer",
    "Remark": "remarks",
    "FormType": "copy_name",
}
_TAXI = {
    "TimeGetOn": "boarding_time",
    "TimeGetOff": "alighting_time",
    "Price": "unit_price",
    "Mileage": "mileage",
    "LicensePlate": "plate_number",
    "FuelFee": "fuel_surcharge",
}
_TRAIN = {
    "Name": "passenger_name",
    "StationGetOn": "from_station",
    "StationGetOff": "to_station",
    "Seat": "seat_class",
    "SeatNumber": "seat",
    "TrainNumber": "train_number",
}


def tencent_answer(action: str, reading: Reading, request_id: str) -> dict[str, Any]:
    """The answer of an action; raise Refused where nothing of its kind was read."""
    if action == "RecognizeGeneralInvoice":
        items = [_item(invoice) for invoice in reading.invoices]
        body = {"MixedInvoiceItems": items, "TotalPDFCount": reading.document.pages}
    else:
        invoices = wanted(reading, VAT)
        if not invoices:
            raise Refused(Refusal.NOTHING, f"archived as {reading.document.digest}, but no VAT invoice was read in it")
        rows = [_row(str(number), item) for number, item in enumerate(invoices[0].items, start=1)]
        body = {"VatInvoiceInfos": _infos(invoices[0]), "Items": rows, "PdfPageSize": reading.document.pages, "Angle": 0.0}
    return {"Response": {**body, "RequestId": request_id, "Piaogen": told(reading)}}


def _infos(invoice: Invoice) -> list[dict[str, Any]]:
    """Each value under its Chinese name."""
    found: list[dict[str, Any]] = [{"Name": "发票名称", "Value": invoice.title}]
    for name, key in _NAMED.items():
        text = value(invoice, key)
        if not text:
            continue
        shown = f"¥{text}" if name in _AMOUNTS else chinese_day(text)
        found.append({"Name": name, "Value": shown, "Polygon": _polygon(invoice.fields[key].polygon)})
    return found


def _row(number: str, item: LineItem) -> dict[str, str]:
    return {
        "LineNo": number,
        "Name": item.name or "",
        "Spec": item.specification or "",
        "Unit": item.unit or "",
        "Quantity": item.quantity or "",
        "UnitPrice": item.unit_price or "",
        "AmountWithoutTax": item.amount or "",
        "TaxRate": item.tax_rate or "",
        "TaxAmount": item.tax_amount or "",
        "TaxClassifyCode": "",
    }


def _item(invoice: Invoice) -> dict[str, Any]:
    name, number = _SUBTYPES[invoice.kind]
    return {
        "Code": "OK",
        "Type": number,
        "Polygon": _polygon(invoice.polygon),
        "Angle": 0.0,
        "SingleInvoiceInfos": {name: _single(invoice)},
        "Page": invoice.page,
        "SubType": name,
        "TypeDescription": invoice.kind.chinese,
        "SubTypeDescription": invoice.kind.chinese,
        "CutImage": "",
        "ItemPolygon": [],
    }


def _single(invoice: Invoice) -> dict[str, Any]:
    names = dict(_COMMON)
    found: dict[str, Any] = {"Title": invoice.title, "Date": chinese_day(value(invoice, "issue_date"))}
    if invoice.kind in VAT:
        names |= _VAT
        found["VatInvoiceItemInfos"] = [_vat_row(item) for item in invoice.items]
    elif invoice.kind is InvoiceKind.TAXI:
        names |= _TAXI
    elif invoice.kind is InvoiceKind.TRAIN:
        names |= _TRAIN
        departure = value(invoice, "departure_time")
        found |= {"DateGetOn": chinese_day(departure[:10]), "TimeGetOn": departure[11:16]}
    return found | {name: value(invoice, key) for name, key in names.items()}


def _vat_row(item: LineItem) -> dict[str, str]:
    return {
        "Name": item.name or "",
        "Specification": item.specification or "",
        "Unit": item.unit or "",
        "Quantity": item.quantity or "",
        "Price": item.unit_price or "",
        "Total": item.amount or "",
        "TaxRate": item.tax_rate or "",
        "Tax": item.tax_amount or "",
    }


def _polygon(polygon: Polygon | None) -> dict[str, dict[str, int]] | None:
    if polygon is None:
        return None
    names = ("LeftTop", "RightTop", "RightBottom", "LeftBottom")
    return {name: {"X": round(x), "Y": round(y)} for name, (x, y) in zip(names, polygon.points, strict=False)}
