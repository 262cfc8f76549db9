"""The application: routes, pages, errors and workers put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.access import PUBLIC, require_declared
from api.admission import UploadGate
from api.body_guard import BodyGuardMiddleware
from api.browser_guard import BrowserGuardMiddleware, hosts_named
from api.budgets import Budgets
from api.compat.front import VendorFrontMiddleware
from api.compat.refusals import NotLetIn, on_not_let_in
from api.context import Context, NoWorkers, Workers
from api.documentation import TITLE, describe, described
from api.error_handlers import ProblemResponder
from api.head_requests import HeadMiddleware
from api.limits import MAX_FEW_BYTES, max_request_bytes
from api.logging_in import PacedLoginDesk
from api.looking import Lookers
from api.metrics import Metrics
from api.path_prefix import PathPrefixMiddleware
from api.request_context import RequestContextMiddleware
from api.routers import (
    audits,
    batches,
    bundles,
    certificates,
    compat,
    destructions,
    duplicates,
    exports,
    files,
    holds,
    invoices,
    keys,
    log,
    losses,
    me,
    operations,
    paperless,
    papers,
    reconciliations,
    review,
    sessions,
    stocktakings,
    uploads,
    users,
    webhooks,
)
from api.web import (
    audit_pages,
    batch_pages,
    company_pages,
    desk_pages,
    destruction_pages,
    duplicate_pages,
    elsewhere_pages,
    export_pages,
    find_pages,
    hold_pages,
    interface_pages,
    invoice_pages,
    key_pages,
    login_pages,
    loss_pages,
    mail_pages,
    pages,
    paper_pages,
    people_pages,
    phone_pages,
    reconciliation_pages,
    register_pages,
    stocktaking_pages,
    today_pages,
    webhook_pages,
)
from api.web.assets import FOLDER, HashedFiles
from api.web.rendering import error_page
from models.errors import Unavailable
from ocr_service.access import Access
from ocr_service.composition import build_service, build_workers, worker_count
from ocr_service.delivering import Courier
from ocr_service.exports.runner import ExportRunner
from ocr_service.index_place import exports_place
from ocr_service.logging_in import LoginDesk
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings, read_settings
from ocr_service.signing_on import Provider, SignOn
from ocr_service.version import installed_version


def create_app(service: ArchiveService, *, settings: Settings, workers: Workers | None = None, courier: Courier | None = None) -> FastAPI:
    """The API and the pages over one service; `workers`, and the `courier` of webhooks, are started and stopped with it."""
    context = Context(service, settings, workers or NoWorkers())
    access = Access.over(service.archive.store, service.catalogue, service.activity)
    desk = LoginDesk(access, settings.session_hours, settings.second_factor)
    metrics = Metrics.create(context, desk)
    # Swagger's own pages load scripts from elsewhere; `interface_pages` draws ours.
    app = FastAPI(title=TITLE, version=installed_version(), lifespan=_lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.context = context
    app.state.courier = courier
    app.state.metrics = metrics
    app.state.upload_gate = UploadGate(context)
    app.state.lookers = Lookers()
    app.state.budgets = Budgets(settings.budgets)
    app.state.access = access
    app.state.exports = ExportRunner(service, exports_place(settings), settings.export_hours, settings.min_free_megabytes)
    app.state.login_desk = PacedLoginDesk(desk)
    provider = Provider.of(settings)
    app.state.sign_on = None if provider is None else SignOn(provider, access)
    for module in (
        uploads,
        files,
        batches,
        invoices,
        review,
        log,
        losses,
        bundles,
        certificates,
        sessions,
        users,
        me,
        keys,
        reconciliations,
        operations,
        audits,
        holds,
        destructions,
        duplicates,
        paperless,
        papers,
        stocktakings,
        webhooks,
        exports,
        compat,
    ):
        app.include_router(module.router)
    for page in (
        pages,
        batch_pages,
        today_pages,
        register_pages,
        find_pages,
        invoice_pages,
        duplicate_pages,
        paper_pages,
        stocktaking_pages,
        login_pages,
        loss_pages,
        mail_pages,
        people_pages,
        phone_pages,
        reconciliation_pages,
        key_pages,
        company_pages,
        elsewhere_pages,
        audit_pages,
        hold_pages,
        desk_pages,
        destruction_pages,
        webhook_pages,
        interface_pages,
        export_pages,
    ):
        app.include_router(page.router, include_in_schema=False)
    app.add_api_route("/openapi.json", described, include_in_schema=False, dependencies=[PUBLIC])
    app.mount("/static", HashedFiles(directory=FOLDER), name="static")
    require_declared(app.routes)
    responder = ProblemResponder(error_page)
    responder.install(app)
    app.add_exception_handler(NotLetIn, on_not_let_in)
    # The last one added is the first to see a request.
    app.add_middleware(HeadMiddleware)
    app.add_middleware(BodyGuardMiddleware, max_bytes=max_request_bytes(settings), few_bytes=MAX_FEW_BYTES, respond=responder.respond)
    app.add_middleware(BrowserGuardMiddleware, hosts=hosts_named(settings.allowed_hosts), respond=responder.respond)
    app.add_middleware(RequestContextMiddleware, observe=metrics.observe)
    app.add_middleware(VendorFrontMiddleware)
    app.add_middleware(PathPrefixMiddleware, prefix=settings.path_prefix)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
    return app


def from_environment() -> FastAPI:
    """Everything as the `PIAOGEN_` variables say; for a server that starts applications by name."""
    settings = read_settings()
    service, workers = build_service(settings), build_workers(settings, worker_count(settings))
    return create_app(service, settings=settings, workers=workers, courier=Courier(service, settings))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    workers, decoder, courier = app.state.context.workers, app.state.context.service.decoder, app.state.courier
    await run_in_threadpool(decoder.start)
    await run_in_threadpool(workers.start)
    await run_in_threadpool(app.state.exports.start)
    with suppress(Unavailable):
        # What a crash kept from the index; while the store is away, what the index knows counts.
        await run_in_threadpool(app.state.access.take_in)
    if courier is not None:
        courier.start()
    try:
        yield
    finally:
        if courier is not None:
            await run_in_threadpool(courier.stop)
        await run_in_threadpool(app.state.exports.stop)
        await run_in_threadpool(workers.stop)
        await run_in_threadpool(decoder.close)
