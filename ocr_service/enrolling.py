"""Enrolling a phone: an administrator shows a link as a QR code, the phone opens it once and holds a key that can only upload."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from models.access import Right, Scope
from models.activity import ARCHIVE, Action
from models.errors import OfferNotFound, UserNotFound
from models.people import ApiKey, hash_of
from ocr_service.access import Access
from ocr_service.acting import acting_as, actor
from storage.catalogue.phone_offers import PhoneOffer, PhoneOffers

OFFER_MINUTES = 10
"""Long enough to fetch the phone, short enough that a photo of the screen is worth nothing in the evening."""
PHONE_DAYS = 365
"""A phone shows once a year that somebody still answers for it; browsers keep a cookie for 400 days at most."""
HOLDER = "nobody"
"""The actor of an enrolment: whoever held the phone."""


@dataclass(frozen=True, slots=True)
class PhoneDesk:
    """Where phones get their keys. Every method may raise StoreUnavailable and CatalogueUnavailable."""

    access: Access
    offers: PhoneOffers

    def offer(self, label: str, department: str | None) -> str:
        """What a link has to carry to enrol one phone within `OFFER_MINUTES`; raise InvalidAccess for a label that cannot be."""
        now = self.access.clock()
        code = secrets.token_urlsafe(16)
        # The key that it will be, so that what cannot be one is refused to whoever can mend it.
        ApiKey("phone", label, frozenset({Scope.UPLOADS_WRITE}), department, hash_of(code), None, actor())
        details = {"label": label, "departments": "*" if department is None else department}
        self.access.recorder.record(Action.PHONE_OFFERED, ARCHIVE, **details)
        self.offers.keep(hash_of(code), PhoneOffer(label, department, actor()), now, now + timedelta(minutes=OFFER_MINUTES))
        return code

    def offered(self, code: str) -> PhoneOffer:
        """What the phone would be enrolled as; raise OfferNotFound."""
        offer = self.offers.offer(hash_of(code), self.access.clock())
        if offer is None or not self._stands_for(offer.made_by):
            raise OfferNotFound("this link enrols no phone any more; have another made")
        return offer

    def enrol(self, code: str, address: str) -> tuple[ApiKey, str]:
        """Make the phone's key and use the link up; returns the key with its secret. Raise OfferNotFound."""
        offer = self.offered(code)
        if not self.offers.take(hash_of(code)):
            raise OfferNotFound("this link enrolled another phone at the same moment; have another made")
        expires_at = self.access.clock() + timedelta(days=PHONE_DAYS)
        with acting_as(offer.made_by):
            key, secret = self.access.add_key(offer.label, [Scope.UPLOADS_WRITE], department=offer.department, expires_at=expires_at)
        with acting_as(HOLDER):
            self.access.recorder.record(Action.PHONE_ENROLLED, key.principal.name, address=address)
        return key, secret

    def _stands_for(self, made_by: str) -> bool:
        """Whether whoever made an offer may still make one; a person may have been disabled meanwhile."""
        kind, _, name = made_by.partition(":")
        if kind != "user":
            return True
        try:
            user = self.access.user(name)
        except UserNotFound:
            return False
        return not user.disabled and user.principal.may(Right.ADMINISTER)
