"""XBRL instances of the 电子凭证会计数据标准: VAT invoices (inv), 数电票 (einv), railway tickets (rai), air itineraries (atr).

Element names are those of the taxonomies that the finance ministry publishes at xbrl.mof.gov.cn.
"""

from dataclasses import replace

from models.invoice import InvoiceKind
from ocr_service.embedded.data_schema import DataSchema, Texts
from ocr_service.embedded.kind_names import kind_named

_USCC = "taxpayeridentificationnumberunifiedsocialcreditcodeof"


def _named(texts: Texts) -> tuple[InvoiceKind | None, str]:
    title = texts.get("typeofinvoice", "typeofvoucher", "nameofinvoice")
    return kind_named(title), title


def _railway(texts: Texts) -> tuple[InvoiceKind | None, str]:
    return InvoiceKind.DIGITAL_RAILWAY, texts.get("typeofvoucher")


def _air(texts: Texts) -> tuple[InvoiceKind | None, str]:
    return InvoiceKind.DIGITAL_AIR, texts.get("typeofvoucher")


VAT_XBRL = DataSchema(
    name="XBRL inv",
    marks=(frozenset({"numberofinvoice", "uniquecodeofinvoice"}), frozenset({"nameofseller", "taxincludedamountinfigures"})),
    fields={
        "invoice_code": ("codeofinvoice",),
        "invoice_number": ("numberofinvoice",),
        "issue_date": ("dateofissue",),
        "check_code": ("identifyingcode",),
        "machine_number": ("numberofinvoicemachine",),
        "buyer_name": ("nameofpurchaser",),
        "buyer_tax_id": (f"{_USCC}purchaser", "unifiedsocialcreditcodeofpurchaser"),
        "buyer_address_phone": ("addressphonenumberofpurchaser",),
        "buyer_bank_account": ("depositbankandaccountnumberofpurchaser",),
        "seller_name": ("nameofseller",),
        "seller_tax_id": (f"{_USCC}seller", "unifiedsocialcreditcodeofseller"),
        "seller_address_phone": ("addressphonenumberofseller",),
        "seller_bank_account": ("depositbankandaccountnumberofseller",),
        "tax_exclusive_amount": ("totalamountexcludingtax",),
        "tax_amount": ("totaltaxamount",),
        "tax_inclusive_amount": ("taxincludedamountinfigures",),
        "tax_inclusive_amount_in_words": ("taxincludedamountinwords",),
        "remarks": ("remarks",),
        "payee": ("payee",),
        "reviewer": ("reviewer",),
        "drawer": ("issuer", "drawer"),
    },
    kind_of=_named,
    rows=frozenset({"informationoftaxablegoodsorservicesdetailitemstuple", "issuedetailinformationtuple", "detailitemstuple"}),
    cells={
        "name": ("nameoftaxablegoodsorservices", "nameofgoodsorservices"),
        "specification": ("specification",),
        "unit": ("unitofgoodsorservices",),
        "quantity": ("quantityofgoodsorservices",),
        "unit_price": ("unitpriceofgoodsorservices",),
        "amount": ("amountexcludingtax",),
        "tax_rate": ("taxrate",),
        "tax_amount": ("taxamount",),
    },
)

DIGITAL_XBRL = replace(
    VAT_XBRL,
    name="XBRL einv",
    marks=(
        frozenset({"invoicenumber", "electronicinvoicenumber", "numberofelectronicinvoice"}),
        frozenset({"nameofseller", "taxincludedamountinfigures"}),
    ),
    fields={**VAT_XBRL.fields, "invoice_number": ("invoicenumber", "electronicinvoicenumber", "numberofelectronicinvoice")},
)

RAILWAY_XBRL = DataSchema(
    name="XBRL rai",
    marks=(frozenset({"electronicinvoicerailwayeticketnumber"}),),
    fields={
        "invoice_number": ("electronicinvoicerailwayeticketnumber",),
        "issue_date": ("dateofissue",),
        "buyer_name": ("nameofpurchaser",),
        "buyer_tax_id": ("unifiedsocialcreditcodeofpurchaser",),
        "tax_exclusive_amount": ("totalamountexcludingtax",),
        "tax_amount": ("taxamount",),
        "tax_inclusive_amount": ("fare",),
        "passenger_name": ("name",),
        "ticket_number": ("electronicticketnum", "electronicticketnumber"),
        "train_number": ("trainnumber",),
        "from_station": ("departurestation",),
        "to_station": ("destinationstation",),
        "seat_class": ("seatlevel",),
    },
    kind_of=_railway,
    joined={"departure_time": ("traveldate", "departuretime"), "seat": ("carriage", "seat")},
)

AIR_XBRL = DataSchema(
    name="XBRL atr",
    marks=(frozenset({"electronicinvoiceairtransportreceiptnumber"}),),
    fields={
        "invoice_number": ("electronicinvoiceairtransportreceiptnumber",),
        "issue_date": ("issuedate", "dateofissue"),
        "buyer_name": ("nameofpurchaser",),
        "buyer_tax_id": ("unifiedsocialcreditcodeofpurchaser",),
        "tax_inclusive_amount": ("totalamount",),
        "passenger_name": ("passengername",),
        "ticket_number": ("eticketnumber",),
    },
    kind_of=_air,
    rows=frozenset({"detailinformationofairtickettuple"}),
)
