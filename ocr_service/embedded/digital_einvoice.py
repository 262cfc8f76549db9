"""The 数电票 as the tax administration hands it out in XML (`EInvoice`), the original of which PDF and OFD are only the look."""

from models.invoice import InvoiceKind
from ocr_service.embedded.data_schema import DataSchema, Texts
from ocr_service.embedded.kind_names import kind_named


def _kind(texts: Texts) -> tuple[InvoiceKind | None, str]:
    label = texts.get("einvoicetype/labelname")
    particular = kind_named(label)
    if particular is not None and particular not in {InvoiceKind.DIGITAL_SPECIAL, InvoiceKind.DIGITAL_GENERAL}:
        return particular, particular.chinese
    tax = texts.get("generalorspecialvat/labelname") or label
    code = texts.get("generalorspecialvat/labelcode")
    if "专用" in tax or (not tax and code == "01"):
        return InvoiceKind.DIGITAL_SPECIAL, InvoiceKind.DIGITAL_SPECIAL.chinese
    if "普通" in tax or (not tax and code == "02"):
        return InvoiceKind.DIGITAL_GENERAL, InvoiceKind.DIGITAL_GENERAL.chinese
    return None, ""


DIGITAL_EINVOICE = DataSchema(
    name="EInvoice",
    marks=(
        frozenset({"einvoicedata", "sellerinformation", "taxsupervisioninfo"}),
        frozenset({"eiid", "invoicenumber", "basicinformation"}),
    ),
    fields={
        "invoice_number": ("taxsupervisioninfo/invoicenumber", "invoicenumber", "header/eiid", "eiid"),
        # The bureau's time of issue is a moment; what the face prints is the day of the request (list of the finance ministry).
        "issue_date": ("basicinformation/requesttime", "requesttime", "taxsupervisioninfo/issuetime", "issuetime"),
        "buyer_name": ("buyername",),
        "buyer_tax_id": ("buyeridnum",),
        "seller_name": ("sellername",),
        "seller_tax_id": ("selleridnum",),
        "tax_exclusive_amount": ("totalamwithouttax",),
        "tax_amount": ("totaltaxam",),
        "tax_inclusive_amount": ("totaltax-includedamount",),
        "tax_inclusive_amount_in_words": ("totaltax-includedamountinchinese",),
        "drawer": ("drawer",),
        "payee": ("payee",),
        "reviewer": ("checker", "reviewer"),
        "remarks": ("additionalinformation/remark", "remark"),
        "plate_number": ("platenumber",),
        "vin": ("vehicleidentificationcode", "vin"),
    },
    kind_of=_kind,
    joined={
        "buyer_address_phone": ("buyeraddr", "buyertelnum"),
        "buyer_bank_account": ("buyerbankname", "buyerbankaccnum"),
        "seller_address_phone": ("selleraddr", "sellertelnum"),
        "seller_bank_account": ("sellerbankname", "sellerbankaccnum"),
    },
    rows=frozenset({"issuiteminformation"}),
    cells={
        "name": ("itemname",),
        "specification": ("specmod",),
        "unit": ("meaunits",),
        "quantity": ("quantity",),
        "unit_price": ("unprice",),
        "amount": ("amount",),
        "tax_rate": ("taxrate",),
        "tax_amount": ("comtaxam",),
    },
)
