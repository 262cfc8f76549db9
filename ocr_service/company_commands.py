"""The commands about our own companies: `piaogen company …`."""

from typing import Annotated

import typer

from models.own_companies import OwnCompanies, OwnCompany
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at

company_commands = typer.Typer(help="Our own companies: which side of an invoice is ours.", no_args_is_help=True)


@company_commands.command("add")
def add(
    name: Annotated[str, typer.Argument(help="As invoices print it")],
    tax_ids: Annotated[list[str], typer.Argument(help="Its tax id, and former ones after it")],
    *,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Add a company of ours, or change the one that has this name or this tax id."""
    from ocr_service.companies import add_company

    with open_service(settings_at(archive)) as service:
        _tell(add_company(service, OwnCompany.checked(name, tax_ids)), as_json=as_json)


@company_commands.command("end")
def end(
    tax_id: Annotated[str, typer.Argument(help="One of its tax ids")],
    *,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Count a company as ours no more; the record keeps that it was."""
    from ocr_service.companies import end_company

    with open_service(settings_at(archive), create=False) as service:
        _tell(end_company(service, tax_id), as_json=as_json)


@company_commands.command("list")
def list_companies(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Name our companies with their tax ids."""
    from ocr_service.companies import own_companies

    with open_service(settings_at(archive), create=False) as service:
        found = own_companies(service)
    _tell(found, as_json=as_json)
    if not found.companies:
        notes.print("还没有本单位  no company of ours is named: `piaogen company add NAME TAX_ID`", markup=False)


def _tell(found: OwnCompanies, *, as_json: bool) -> None:
    if as_json:
        say(found.to_body())
        return
    for company in found.companies:
        say(f"{company.name}  {' '.join(company.tax_ids)}")
