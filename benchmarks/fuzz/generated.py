"""Requests generated from the service's own description of itself, with the rights of each role."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx2 as httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from benchmarks.fuzz.attacks import Answers, attacked
from benchmarks.fuzz.mutants import seeds
from benchmarks.fuzz.pulse import Pulse, pulse_of
from models.access import Role, Scope
from models.people import User
from ocr_service.access import Access
from ocr_service.composition import build_service
from ocr_service.settings import Settings

_PASSWORD = "generated-requests-know-me"
_SLOW = frozenset({"POST /v1/sessions", "POST /v1/users", "PATCH /v1/users/{name}"})
"""Each of these hashes a password, which takes a quarter of a second on purpose."""
_FEW = 4
_SILENT_SECONDS = 60.0
_DISCLOSING = ("Traceback", 'File "', "site-packages", "sqlite3.", "sqlalchemy")


class Visitor(NamedTuple):
    """Whoever asks: a name, and the headers that say so."""

    name: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asking:
    """What all requests of one visitor share."""

    url: str
    visitor: Visitor
    known: Mapping[str, str]
    answers: Answers
    counted: Counter[str]
    secret_path: str

    def ask(self, operation: Any, examples: int, dice: int) -> None:  # noqa: ANN401  # schemathesis has no public type for it
        """So many requests to one route: as it wants them and as it does not, on names that exist and on others."""
        for number, mode in enumerate((GenerationMode.POSITIVE, GenerationMode.NEGATIVE)):
            for on_known in (True, False):
                names = {name: self.known[name] for name in self.known if f"{{{name}}}" in operation.path} if on_known else {}
                part = -(-examples // 4)
                self._generate(operation, mode, names, part, dice + number)

    def _generate(self, operation: Any, mode: GenerationMode, names: Mapping[str, str], examples: int, dice: int) -> None:  # noqa: ANN401
        @seed(dice)
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(mode, path_parameters=dict(names) or None))
        def one(case: Any) -> None:  # noqa: ANN401
            self._send(case)

        with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
            one()

    def _send(self, case: Any) -> None:  # noqa: ANN401
        label = f"{case.method} {case.operation.path} as {self.visitor.name}"
        try:
            answer = case.call(base_url=self.url, headers=dict(self.visitor.headers), timeout=_SILENT_SECONDS)
        except requests.exceptions.ConnectionError:
            self.counted["hung up"] += 1  # what no HTTP client may send, and the server did not wait to hear the rest of
            return
        except requests.exceptions.Timeout:
            self.answers.blame(f"{label}: no answer within {_SILENT_SECONDS:g} s")
            return
        except (ValueError, requests.exceptions.RequestException):
            self.counted["not sent"] += 1
            return
        self.counted[str(answer.status_code)] += 1
        text = answer.text if answer.status_code >= httpx.codes.BAD_REQUEST else ""
        self.answers.take(label, answer.status_code, text)
        if self.secret_path in text or any(word in text for word in _DISCLOSING):
            self.answers.blame(f"{label} discloses: {text[:300]}")


def ask_everything(folder: Path, count: int, dice: int) -> tuple[dict[str, Counter[str]], Answers, Pulse]:
    """At least so many requests in all, spread over visitors and routes; statuses by visitor."""
    keys = _let_in(folder / "archive")
    answers, statuses = Answers(), dict[str, Counter[str]]()
    with attacked(folder, workers=1) as server:
        bearers = [Visitor(name, {"Authorization": f"Bearer {key}"}) for name, key in keys.items()]
        visitors = [Visitor("nobody", {}), *_logged_in(server.url), *bearers]
        schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json", headers=dict(bearers[-1].headers))
        operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
        quick = sum(operation.label not in _SLOW for operation in operations)
        share = -(-count // (len(visitors) * quick))
        known = _known_names(server.url, bearers[-1].headers)
        with pulse_of(server, dict(bearers[-1].headers), dice) as pulse:
            for number, visitor in enumerate(visitors):
                asking = Asking(server.url, visitor, known, answers, statuses.setdefault(visitor.name, Counter()), str(folder.resolve()))
                for place, operation in enumerate(operations):
                    asking.ask(operation, _FEW if operation.label in _SLOW else share, dice + 10_000 * number + 10 * place)
    return statuses, answers, pulse


def _let_in(archive: Path) -> dict[str, str]:
    """A login of each role, a key of each scope and, last, one of all of them; the keys' secrets."""
    service = build_service(Settings(archive=str(archive)))
    try:
        access = Access.over(service.archive.store, service.catalogue, service.activity)
        for role in Role:
            access.add_user(User(role.value, role.value, role, None), _PASSWORD)
        keys = {scope.value: access.add_key(scope.value.replace(":", "-"), [scope])[1] for scope in Scope}
        return keys | {"every scope": access.add_key("every-scope", list(Scope))[1]}
    finally:
        service.close()


def _logged_in(url: str) -> Sequence[Visitor]:
    visitors = []
    for role in Role:
        answer = httpx.post(f"{url}/v1/sessions", json={"name": role.value, "password": _PASSWORD}, timeout=60)
        answer.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        visitors.append(Visitor(role.value, {"Cookie": cookie, "Origin": url}))
    return visitors


def _known_names(url: str, headers: Mapping[str, str]) -> dict[str, str]:
    """What path parameters of existing things are called."""
    with httpx.Client(base_url=url, headers=dict(headers), timeout=120) as client:
        answer = client.post("/v1/uploads?wait=60", files=[("files", ("a.xml", seeds()["xml"][0]))])
        answer.raise_for_status()
        batch = answer.json()
        digest = batch["files"][0]["digest"]
        invoice_id = f"{digest.partition(':')[2][:20]}-1"
        return {"batch_id": batch["id"], "digest": digest, "invoice_id": invoice_id, "field": "issue_date", "name": "auditor"}
