"""What routes are handed: the service, the limits, and a query string that was looked at."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from api.admission import UploadGate
from api.context import Context
from api.metrics import Metrics
from models.access import Principal
from ocr_service.destroying import Destroying
from ocr_service.exports.runner import ExportRunner
from ocr_service.loss_rules import rules_at
from ocr_service.losses import Losses
from ocr_service.open_matters import open_matters
from ocr_service.retaining import terms_at
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings


def context_of(request: Request) -> Context:
    """The context of the application that answers."""
    context = request.app.state.context
    assert isinstance(context, Context)
    return context


def _metrics(request: Request) -> Metrics:
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return metrics


def _upload_gate(request: Request) -> UploadGate:
    gate = request.app.state.upload_gate
    assert isinstance(gate, UploadGate)
    return gate


AppContext = Annotated[Context, Depends(context_of)]
AppMetrics = Annotated[Metrics, Depends(_metrics)]
AppUploadGate = Annotated[UploadGate, Depends(_upload_gate)]


def _service(context: AppContext, request: Request) -> ArchiveService:
    """The service as whoever asks sees it: a route that is given it cannot tell anybody of another department's documents."""
    caller = request.state.principal
    assert isinstance(caller, Principal)
    return context.service.seen_by(caller.visibility)


def _settings(context: AppContext) -> Settings:
    return context.settings


Service = Annotated[ArchiveService, Depends(_service)]
AppSettings = Annotated[Settings, Depends(_settings)]


def _keeper(service: Service, settings: AppSettings) -> Destroying:
    return Destroying(service, terms_at(settings.retention), open_matters(service))


Keeper = Annotated[Destroying, Depends(_keeper)]
"""What destroys documents after their term, and says what is due."""


def _losses(service: Service, settings: AppSettings) -> Losses:
    return Losses(service, rules_at(settings.loss_rules))


AppLosses = Annotated[Losses, Depends(_losses)]
"""The cases of lost invoices, as whoever asks sees them."""


def _exports(request: Request) -> ExportRunner:
    exports = request.app.state.exports
    assert isinstance(exports, ExportRunner)
    return exports


AppExports = Annotated[ExportRunner, Depends(_exports)]
"""What takes exports on and hands them out; each of its methods is told who asks."""


def only_query(*names: str) -> Callable[[Request], None]:
    """A dependency that refuses every query parameter but these, and two under one name: neither must silently do nothing."""

    def refuse_others(request: Request) -> None:
        unknown = [name for name in request.query_params if name not in names]
        if unknown:
            known = f"known are {', '.join(names)}" if names else "this route takes none"
            raise RequestValidationError(
                [{"loc": ("query", name), "msg": f"unknown query parameter; {known}", "type": "unknown_parameter"} for name in unknown]
            )
        _refuse_repeated(request)

    return refuse_others


def _refuse_repeated(request: Request) -> None:
    """Of two values under one name only one would be heard, and nobody could say which was meant."""
    given = [name for name, _ in request.query_params.multi_items()]
    repeated = sorted({name for name in given if given.count(name) > 1})
    if repeated:
        raise RequestValidationError(
            [{"loc": ("query", name), "msg": "given more than once; give it once", "type": "repeated_parameter"} for name in repeated]
        )


NoQuery = Depends(only_query())
EachOnce = Depends(_refuse_repeated)
