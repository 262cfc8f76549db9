"""The companies whose papers this archive keeps: which side of an invoice is ours."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from models.errors import BadUsage

_TAX_ID = re.compile(r"[0-9A-Z]{15,20}")
"""15 digits of old, 18 characters of the unified code, 17 or 20 of people in business by themselves."""


class Side(StrEnum):
    """Whose invoice it is to us: `received` from a seller (取得), or `issued` to a buyer (开具)."""

    RECEIVED = "received"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """One company of ours: its name as invoices print it, and its tax ids, the present one first and former ones after it."""

    name: str
    tax_ids: tuple[str, ...]

    @classmethod
    def checked(cls, name: str, tax_ids: Iterable[str]) -> Self:
        """From what a person typed; raise BadUsage for a name or an id that can be none, with the detail `field`."""
        kept = " ".join(name.split())
        if not kept or len(kept) > 200:
            raise BadUsage("name the company as invoices print it, in at most 200 characters", field="name")
        ids = tuple(dict.fromkeys(map(tax_id_key, tax_ids)))
        wrong = [one for one in ids if not _TAX_ID.fullmatch(one)]
        if not ids or wrong:
            told = f", not {wrong[0][:40]!r}" if wrong else ""
            raise BadUsage(f"a company has a tax id of 15 to 20 digits and capital letters{told}", field="tax_ids")
        return cls(kept, ids)


@dataclass(frozen=True, slots=True)
class OwnCompanies:
    """All of them."""

    companies: tuple[OwnCompany, ...] = ()

    @property
    def tax_ids(self) -> frozenset[str]:
        """Every tax id, present and former."""
        return frozenset(one for company in self.companies for one in company.tax_ids)

    def side_of(self, seller_tax_id: str | None, buyer_tax_id: str | None) -> Side | None:
        """Which side is ours; None where neither is, or both are."""
        sells, buys = (tax_id_key(one or "") in self.tax_ids for one in (seller_tax_id, buyer_tax_id))
        if sells == buys:
            return None
        return Side.ISSUED if sells else Side.RECEIVED

    def owns(self, tax_id: str | None, name: str | None = None) -> bool:
        """Whether a party is ours: by its tax id, and only where it has none by its name."""
        if tax_id:
            return tax_id_key(tax_id) in self.tax_ids
        return bool(name) and name_key(name or "") in {name_key(company.name) for company in self.companies}

    def with_company(self, company: OwnCompany) -> Self:
        """With one more, or in the place of the one that has its name or its first tax id; raise BadUsage when an id is another's."""
        others = tuple(one for one in self.companies if one.name != company.name and one.tax_ids[0] != company.tax_ids[0])
        taken = {one for other in others for one in other.tax_ids}.intersection(company.tax_ids)
        if taken:
            raise BadUsage(f"{min(taken)} is the tax id of another company here", field="taken")
        return type(self)((*others, company))

    def without(self, tax_id: str) -> Self:
        """Without the company that has a tax id; raise BadUsage when none has it."""
        ended = tax_id_key(tax_id)
        left = tuple(one for one in self.companies if ended not in one.tax_ids)
        if len(left) == len(self.companies):
            raise BadUsage(f"no company here has the tax id {tax_id[:40]!r}", field="ended")
        return type(self)(left)

    def to_body(self) -> dict[str, Any]:
        """As the record holds them."""
        return {"companies": [{"name": one.name, "tax_ids": list(one.tax_ids)} for one in self.companies]}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Back from a record; raise ValueError, KeyError or TypeError for anything else."""
        return cls(tuple(OwnCompany(str(one["name"]), tuple(map(str, one["tax_ids"]))) for one in body["companies"]))


def tax_id_key(text: str) -> str:
    """A tax id as it is compared: half width, capitals, letters and digits alone."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).upper() if character.isalnum())


def name_key(text: str) -> str:
    """A company's name as it is compared: half width, without spaces, case aside."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
