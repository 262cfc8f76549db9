"""The e-invoice of the 税控 family, as its OFD carries it (`original_invoice.xml`, schema e-invoice/2019 of the records association)."""

from models.identifiers import InvoiceCode
from models.invoice import InvoiceKind
from ocr_service.embedded.data_schema import DataSchema, Texts


def _kind(texts: Texts) -> tuple[InvoiceKind | None, str]:
    explained = InvoiceCode.explain(texts.get("invoicecode"))
    if explained is not None and explained.kind is not None:
        return explained.kind, ""
    # The schema is that of electronic invoices; a series that only its province can read is taken for the ordinary one.
    return InvoiceKind.VAT_ELECTRONIC_GENERAL, ""


VAT_EINVOICE = DataSchema(
    name="e-invoice 2019",
    marks=(frozenset({"invoiceno", "invoicecode"}), frozenset({"taxinclusivetotalamount", "taxexclusivetotalamount", "invoicecheckcode"})),
    fields={
        "invoice_code": ("invoicecode",),
        "invoice_number": ("invoiceno",),
        "issue_date": ("issuedate",),
        "check_code": ("invoicecheckcode",),
        "machine_number": ("machineno",),
        "buyer_name": ("buyername",),
        "buyer_tax_id": ("buyertaxid",),
        "buyer_address_phone": ("buyeraddrtel",),
        "buyer_bank_account": ("buyerfinancialaccount",),
        "seller_name": ("sellername",),
        "seller_tax_id": ("sellertaxid",),
        "seller_address_phone": ("selleraddrtel",),
        "seller_bank_account": ("sellerfinancialaccount",),
        "tax_exclusive_amount": ("taxexclusivetotalamount",),
        "tax_amount": ("taxtotalamount",),
        "tax_inclusive_amount": ("taxinclusivetotalamount",),
        "tax_inclusive_amount_in_words": ("taxinclusivetotalamountwithwords", "taxinclusivetotalamountinwords"),
        "payee": ("payee",),
        "reviewer": ("checker", "reviewer"),
        "drawer": ("invoiceclerk", "drawer"),
        "remarks": ("note",),
    },
    kind_of=_kind,
    rows=frozenset({"goodsinfo"}),
    cells={
        "name": ("item",),
        "specification": ("specification",),
        "unit": ("measurementdimension",),
        "quantity": ("quantity",),
        "unit_price": ("price",),
        "amount": ("amount",),
        "tax_rate": ("taxscheme",),
        "tax_amount": ("taxamount",),
        "free_mark": ("freetaxmark",),
    },
    graph_code=("graphcode",),
)
