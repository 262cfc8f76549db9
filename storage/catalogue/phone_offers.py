"""Links that enrol a phone: good once, for a while. The catalogue alone keeps them; whoever loses it makes another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from models.digest import Digest
from storage.catalogue.database import Database
from storage.catalogue.tables import phone_offers


@dataclass(frozen=True, slots=True)
class PhoneOffer:
    """What a phone is enrolled as; `made_by` is the principal that answers for it."""

    label: str
    department: str | None
    made_by: str


@dataclass(frozen=True, slots=True)
class PhoneOffers:
    """Offers by the hash of what their links carry. Every method may raise CatalogueUnavailable."""

    database: Database

    def keep(self, code_hash: Digest, offer: PhoneOffer, now: datetime, until: datetime) -> None:
        """Remember an offer; those that are over are forgotten on the way."""
        with self.database.writing() as connection:
            connection.execute(delete(phone_offers).where(phone_offers.c.expires_at <= now))
            row = {"label": offer.label, "department": offer.department, "made_by": offer.made_by, "expires_at": until}
            connection.execute(insert(phone_offers).values(code_hash=code_hash.hex, **row))

    def offer(self, code_hash: Digest, now: datetime) -> PhoneOffer | None:
        """What the link offers; None where it is over."""
        ours = (phone_offers.c.code_hash == code_hash.hex) & (phone_offers.c.expires_at > now)
        with self.database.reading() as connection:
            row = connection.execute(select(phone_offers).where(ours)).one_or_none()
        return None if row is None else PhoneOffer(row.label, row.department, row.made_by)

    def take(self, code_hash: Digest) -> bool:
        """Use an offer up; false for all but the first."""
        with self.database.writing() as connection:
            return connection.execute(delete(phone_offers).where(phone_offers.c.code_hash == code_hash.hex)).rowcount == 1
