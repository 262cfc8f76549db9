"""Our own companies: which side of an invoice is ours, and the record that keeps them."""

from pathlib import Path

import pytest

from models.errors import BadUsage
from models.own_companies import OwnCompanies, OwnCompany, Side
from ocr_service.companies import add_company, own_companies
from tests.support.command import piaogen
from tests.support.scripted_service import ScriptedReader, service_in

A, B, OTHER = "91110108MA00000001", "91310000MA00000002", "91440000MA00000003"
OURS = OwnCompanies((OwnCompany("甲（北京）有限公司", (A, "110108000000001")), OwnCompany("乙有限公司", (B,))))


@pytest.mark.parametrize(
    ("seller", "buyer", "side"),
    [
        (OTHER, A, Side.RECEIVED),
        (A.lower(), OTHER, Side.ISSUED),
        (OTHER, "110108000000001", Side.RECEIVED),
        (A, B, None),
        (OTHER, OTHER, None),
        (None, " " + B, Side.RECEIVED),
    ],
)
def test_the_side_is_that_of_the_one_tax_id_that_is_ours(seller: str | None, buyer: str | None, side: Side | None) -> None:
    assert OURS.side_of(seller, buyer) is side


def test_a_name_counts_only_where_there_is_no_tax_id() -> None:
    assert OURS.owns(None, "甲(北京) 有限公司")
    assert not OURS.owns(OTHER, "乙有限公司")
    assert not OURS.owns(None, "丙有限公司")


def test_one_tax_id_is_of_one_company() -> None:
    with pytest.raises(BadUsage, match=A):
        OURS.with_company(OwnCompany("丙有限公司", (OTHER, A)))


def test_a_company_is_ended_by_any_of_its_tax_ids() -> None:
    assert OURS.without(" 110108000000001").companies == OURS.companies[1:]
    with pytest.raises(BadUsage, match=OTHER):
        OURS.without(OTHER)


@pytest.mark.parametrize(("name", "ids"), [("", [A]), ("甲", []), ("甲", ["12"]), ("甲" * 201, [A])])
def test_what_can_be_no_company_is_refused(name: str, ids: list[str]) -> None:
    with pytest.raises(BadUsage):
        OwnCompany.checked(name, ids)


def test_companies_are_kept_changed_and_there_after_a_rebuild(tmp_path: Path) -> None:
    service = service_in(tmp_path, ScriptedReader())
    add_company(service, OwnCompany.checked("甲有限公司", [A]))
    add_company(service, OwnCompany.checked("乙有限公司", [B]))
    add_company(service, OwnCompany.checked("甲有限公司", [A.lower(), OTHER]))
    service.index.rebuild()

    found = own_companies(service)
    service.close()

    assert found.companies == (OwnCompany("乙有限公司", (B,)), OwnCompany("甲有限公司", (A, OTHER)))


def test_the_commands_keep_and_name_them(tmp_path: Path) -> None:
    made = piaogen("company", "add", "甲有限公司", A, "--json", archive=tmp_path / "archive")
    listed = piaogen("company", "list", "--json", archive=tmp_path / "archive")
    ended = piaogen("company", "end", A, "--json", archive=tmp_path / "archive")
    again = piaogen("company", "end", A, archive=tmp_path / "archive")

    assert made.code == listed.code == 0
    assert made.lines == listed.lines == [{"companies": [{"name": "甲有限公司", "tax_ids": [A]}]}]
    assert (ended.code, ended.lines) == (0, [{"companies": []}])
    assert again.code == 2
