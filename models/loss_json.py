"""A case of a lost invoice as JSON: what a version of its record says, and what programs are told."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from models.digest import Digest
from models.errors import DamagedRecord, InvalidCase
from models.invoice import InvoiceKind
from models.loss import Closing, Link, LinkState, LossCase, LostInvoice, Outcome, Refetched, Step, StepState
from models.loss_rules import Circumstance, LostCopy, StepKind


def encode_case(case: LossCase) -> dict[str, Any]:
    """The case without its id and department, which stand around it; amounts and days as texts, times with their zone."""
    return {
        "lost": case.lost.value,
        "circumstance": case.circumstance.value,
        "discovered_on": case.discovered_on.isoformat(),
        "lost_by": case.lost_by,
        "opened_by": case.opened_by,
        "opened_at": case.opened_at.isoformat(),
        "invoice": _encode_invoice(case.invoice),
        "deducted": case.deducted,
        "booked": case.booked,
        "voucher": case.voucher,
        "link": None if case.link is None else _encode_link(case.link),
        "rejected": sorted(case.rejected),
        "steps": [_encode_step(case.steps[kind]) for kind in StepKind if kind in case.steps],
        "texts": dict(case.texts),
        "closing": None if case.closing is None else _encode_closing(case.closing),
        "due": None if case.due is None else case.due.isoformat(),
    }


def decode_case(wire: Mapping[str, Any], id: str, department: str | None) -> LossCase:  # the field's name
    """Read back what `encode_case` wrote; raise DamagedRecord where it is nothing of the kind."""
    try:
        steps = [_decode_step(told) for told in wire["steps"]]
        return LossCase(
            id=id,
            department=department,
            lost=LostCopy(wire["lost"]),
            circumstance=Circumstance(wire["circumstance"]),
            discovered_on=date.fromisoformat(wire["discovered_on"]),
            lost_by=wire["lost_by"],
            opened_by=wire["opened_by"],
            opened_at=datetime.fromisoformat(wire["opened_at"]),
            invoice=_decode_invoice(wire["invoice"]),
            deducted=wire["deducted"],
            booked=wire["booked"],
            voucher=wire["voucher"],
            link=None if wire["link"] is None else _decode_link(wire["link"]),
            rejected=frozenset(wire["rejected"]),
            steps={step.kind: step for step in steps},
            texts=dict(wire["texts"]),
            closing=None if wire["closing"] is None else _decode_closing(wire["closing"]),
            due=None if wire["due"] is None else date.fromisoformat(wire["due"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, InvalidCase) as error:
        raise DamagedRecord(f"the case {id} cannot be read: {error}", key=id) from error


def _encode_invoice(known: LostInvoice) -> dict[str, Any]:
    return {
        "kind": None if known.kind is None else known.kind.value,
        "code": known.code,
        "number": known.number,
        "issued_on": None if known.issued_on is None else known.issued_on.isoformat(),
        "seller_name": known.seller_name,
        "seller_tax_id": known.seller_tax_id,
        "buyer_name": known.buyer_name,
        "total": None if known.total is None else str(known.total),
    }


def _decode_invoice(wire: Mapping[str, Any]) -> LostInvoice:
    return LostInvoice(
        kind=None if wire["kind"] is None else InvoiceKind(wire["kind"]),
        code=wire["code"],
        number=wire["number"],
        issued_on=None if wire["issued_on"] is None else date.fromisoformat(wire["issued_on"]),
        seller_name=wire["seller_name"],
        seller_tax_id=wire["seller_tax_id"],
        buyer_name=wire["buyer_name"],
        total=None if wire["total"] is None else Decimal(wire["total"]),
    )


def _encode_link(link: Link) -> dict[str, Any]:
    return {
        "invoice": link.invoice,
        "document": str(link.document),
        "state": link.state.value,
        "by": link.by,
        "at": link.at.isoformat(),
    }


def _decode_link(wire: Mapping[str, Any]) -> Link:
    document, at = Digest.parse(wire["document"]), datetime.fromisoformat(wire["at"])
    return Link(wire["invoice"], document, LinkState(wire["state"]), wire["by"], at)


def _encode_step(step: Step) -> dict[str, Any]:
    fetched = step.refetched
    return {
        "kind": step.kind.value,
        "state": step.state.value,
        "on": step.on.isoformat(),
        "person": step.person,
        "by": step.by,
        "at": step.at.isoformat(),
        "note": step.note,
        "document": None if step.document is None else str(step.document),
        "invoice": step.invoice,
        "refetched": None
        if fetched is None
        else {"source": fetched.source, "at": fetched.at.isoformat(), "digest": str(fetched.digest), "equal": fetched.is_equal},
    }


def _decode_step(wire: Mapping[str, Any]) -> Step:
    fetched = wire["refetched"]
    return Step(
        kind=StepKind(wire["kind"]),
        state=StepState(wire["state"]),
        on=date.fromisoformat(wire["on"]),
        person=wire["person"],
        by=wire["by"],
        at=datetime.fromisoformat(wire["at"]),
        note=wire["note"],
        document=None if wire["document"] is None else Digest.parse(wire["document"]),
        invoice=wire["invoice"],
        refetched=None if fetched is None else _decode_refetched(fetched),
    )


def _decode_refetched(wire: Mapping[str, Any]) -> Refetched:
    return Refetched(wire["source"], datetime.fromisoformat(wire["at"]), Digest.parse(wire["digest"]), wire["equal"])


def _encode_closing(closing: Closing) -> dict[str, Any]:
    return {
        "outcome": closing.outcome.value,
        "on": closing.on.isoformat(),
        "by": closing.by,
        "at": closing.at.isoformat(),
        "note": closing.note,
    }


def _decode_closing(wire: Mapping[str, Any]) -> Closing:
    on, at = date.fromisoformat(wire["on"]), datetime.fromisoformat(wire["at"])
    return Closing(Outcome(wire["outcome"]), on, wire["by"], at, wire["note"])
