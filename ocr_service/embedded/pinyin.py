"""Invoice data of software houses and ERP systems, with element names that abbreviate the Chinese words by their pinyin (FPHM, HJJE)."""

from dataclasses import replace

from models.identifiers import InvoiceCode
from models.invoice import InvoiceKind
from ocr_service.embedded.data_schema import DataSchema, Texts
from ocr_service.embedded.kind_names import kind_named


def _kind(texts: Texts) -> tuple[InvoiceKind | None, str]:
    title = texts.get("fplxmc", "fpzlmc", "fpmc")
    if (kind := kind_named(title)) is not None:
        return kind, title
    explained = InvoiceCode.explain(texts.get("fpdm", "fp_dm"))
    return (None if explained is None else explained.kind), ""


_NUMBER = ("fphm", "fp_hm", "sdfphm", "qdfphm")
PINYIN = DataSchema(
    name="pinyin",
    marks=(frozenset(_NUMBER), frozenset({"kprq", "jshj", "jshjxx", "hjje", "je", "hjje_bhs", "xfmc", "xsf_mc", "xsfmc"})),
    fields={
        "invoice_code": ("fpdm", "fp_dm"),
        "invoice_number": _NUMBER,
        "issue_date": ("kprq", "kpsj"),
        "check_code": ("jym",),
        "machine_number": ("jqbh", "sbbh"),
        "buyer_name": ("gfmc", "gmf_mc", "gmfmc", "ghdwmc"),
        "buyer_tax_id": ("gfsh", "gfsbh", "gmf_nsrsbh", "gmfnsrsbh", "ghdwsbh", "gfnsrsbh"),
        "buyer_address_phone": ("gfdzdh", "gmf_dzdh", "gmfdzdh"),
        "buyer_bank_account": ("gfyhzh", "gmf_yhzh", "gmfyhzh"),
        "seller_name": ("xfmc", "xsf_mc", "xsfmc", "xhdwmc"),
        "seller_tax_id": ("xfsh", "xfsbh", "xsf_nsrsbh", "xsfnsrsbh", "xhdwsbh", "xfnsrsbh"),
        "seller_address_phone": ("xfdzdh", "xsf_dzdh", "xsfdzdh"),
        "seller_bank_account": ("xfyhzh", "xsf_yhzh", "xsfyhzh"),
        "tax_exclusive_amount": ("hjje", "hjbhsje"),
        "tax_amount": ("hjse",),
        "tax_inclusive_amount": ("jshjxx", "jshj"),
        "tax_inclusive_amount_in_words": ("jshjdx",),
        "payee": ("skr",),
        "reviewer": ("fhr",),
        "drawer": ("kpr",),
        "remarks": ("bz",),
    },
    kind_of=_kind,
    rows=frozenset({"common_fpkj_xmxx", "fpmx", "mx", "mxxx", "fyxm", "spxx", "hwmx"}),
    cells={
        "name": ("xmmc", "hwmc", "spmc", "hwlwmc"),
        "specification": ("ggxh",),
        "unit": ("dw", "jldw"),
        "quantity": ("xmsl", "sl", "spsl"),
        "unit_price": ("xmdj", "dj", "spdj"),
        "amount": ("xmje", "je", "spje"),
        "tax_rate": ("slv", "taxrate"),
        "tax_amount": ("se", "spse"),
    },
    graph_code=("ewm", "qrm"),
)

ISSUING_PINYIN = replace(
    PINYIN,
    name="pinyin of issuing interfaces",
    marks=(*PINYIN.marks, frozenset({"xmmc"}), frozenset({"xmsl", "xmje", "xmdj"})),
    cells={**PINYIN.cells, "quantity": ("xmsl",), "tax_rate": ("slv", "sl")},
)
"""Where rows are projects (XM…), SL is their tax rate (税率) and not their quantity (数量)."""
