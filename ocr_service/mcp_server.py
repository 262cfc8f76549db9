"""The archive for assistants, by the Model Context Protocol: found by memory, shown, and where it is allowed, a case opened.

It only reads unless `opens_cases`. Whoever acts sees what they see everywhere else, and every answer has an end.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from models.access import Principal, Right
from models.errors import NotAllowed, PiaogenError
from ocr_service.acting import acting_as
from ocr_service.loss_report import encode_standing
from ocr_service.loss_words import understood
from ocr_service.losses import Losses, NewCase
from ocr_service.recall_report import encode_recalled
from ocr_service.recalling import recall
from ocr_service.report import encode_stored
from ocr_service.service import ArchiveService
from ocr_service.version import installed_version

MOST_HITS = 20
MOST_CHARACTERS = 60_000
"""Of one answer: an invoice of a hundred lines has about 40,000 with its evidence."""

_ABOUT = """An archive of invoices (发票). Look for one with find_invoices, in the words in which somebody remembers it; show_invoice has
every field with how it was proved. Answers say how sure they are: repeat that, and never fill in what is not there."""
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_KEEPS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)


@dataclass(frozen=True, slots=True)
class Assistant:
    """What an assistant can ask for, in the name of somebody."""

    service: ArchiveService
    losses: Losses
    principal: Principal
    name: str
    """As the log writes it: the key's, or the machine user's."""
    require_standing: Callable[[], object]
    """Raises NotAuthenticated once the key opens nothing any more: an assistant runs for days, and a key may be withdrawn meanwhile."""

    def find_invoices(self, remembered: str, limit: int = 10) -> str:
        """Find invoices by what is remembered of them, in Chinese or English: seller, amount, day, number, goods, kind; parts and slips are
        forgiven. JSON lines, best first, each with its score, reasons and id; where nothing fits, what comes nearest.
        """
        return self._answered(Right.READ, lambda: self._find(remembered, limit))

    def show_invoice(self, invoice: str) -> str:
        """Show an archived invoice by its id: every field with its value, status and witnesses, its items, checks and verdict, as JSON."""
        return self._answered(Right.READ, lambda: _bounded(_text(encode_stored(self.service.show(invoice)))))

    def open_loss_case(self, invoice: str, lost: str, lost_by: str) -> str:
        """Open a case for a lost paper of an archived invoice. Ask the person first.

        lost: invoice 发票联, deduction 抵扣联, invoice_and_deduction, bookkeeping 记账联, whole, file. lost_by: the name of who lost it.
        """
        return self._answered(Right.CASES, lambda: self._open(invoice, lost, lost_by))

    def _find(self, remembered: str, limit: int) -> str:
        found = encode_recalled(recall(self.service, {"sentence": remembered}, limit=max(1, min(limit, MOST_HITS))))
        return _bounded("\n".join(_text(one) for one in islice(found, MOST_HITS)))

    def _open(self, invoice: str, lost: str, lost_by: str) -> str:
        departments = sorted(self.principal.departments or ())
        department = departments[0] if len(departments) == 1 else None
        copy = understood({"lost": lost})["lost"]
        case = NewCase(lost=copy, lost_by=lost_by, discovered_on=self.losses.today(), from_invoice=invoice, department=department)
        return _bounded(_text(encode_standing(self.losses.open(case), self.losses.rules, self.losses.today())))

    def _answered(self, right: Right, answer: Callable[[], str]) -> str:
        """An answer in the name of whoever asks; what goes wrong on purpose is told in its own words, and never what does not."""
        try:
            self.require_standing()
            if not self.principal.may(right):
                raise NotAllowed(f"{self.name} may not do this: it needs the right to {right.value}")
            with acting_as(self.name):
                return answer()
        except PiaogenError as error:
            raise ToolError(f"{error.code}: {error.message}") from None


def build_server(assistant: Assistant, *, opens_cases: bool) -> MCPServer[Any]:
    """The server; it opens cases only where it was allowed to."""
    server: MCPServer[Any] = MCPServer(
        "piaogen", title="票根 Piaogen", instructions=_ABOUT, version=installed_version(), log_level="WARNING"
    )
    server.tool(annotations=_READS)(assistant.find_invoices)
    server.tool(annotations=_READS)(assistant.show_invoice)
    if opens_cases:
        server.tool(annotations=_KEEPS)(assistant.open_loss_case)
    return server


def _text(value: Mapping[str, Any] | str) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _bounded(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[:MOST_CHARACTERS]}\n… {len(text) - MOST_CHARACTERS} more characters: ask for less"
