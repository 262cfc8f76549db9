"""Whether work may be sent here, component by component."""

from collections.abc import Iterator

import structlog

from api.admission import UploadGate
from api.context import Context
from api.schemas.operations import ComponentBody, ReadinessBody
from api.told import told
from models.errors import PiaogenError, Unavailable
from ocr_service.answers import Component
from ocr_service.files.fonts import chinese_font
from ocr_service.indexing import explained
from ocr_service.job_limits import JobLimits

_log = structlog.get_logger(__name__)


def readiness(context: Context, gate: UploadGate) -> ReadinessBody:
    """Ask each component; one that is not ready does not keep the others from being named."""
    components = [_shown(found) for found in context.service.readiness()]
    components.append(_uploads(gate))
    components.extend(_index(context))
    components.append(_workers(context))
    components.append(_fonts())
    return ReadinessBody(ready=all(component.ok for component in components if component.needed), components=components)


def _shown(found: Component) -> ComponentBody:
    if found.error is None:
        return ComponentBody(name=found.name, ok=found.ok, why=found.why or "ok")
    return _failed(found.name, found.error)


def _failed(name: str, error: PiaogenError) -> ComponentBody:
    """A component that does not answer: anybody may ask, so what is said is what anybody may know."""
    _log.warning("component not ready", component=name, code=error.code, reason=error.message)
    return ComponentBody(name=name, ok=False, why=told(error))


def _uploads(gate: UploadGate) -> ComponentBody:
    """Whether an upload would be let in; what keeps it out may be named beside it a second time."""
    refusal = gate.refusal()
    return ComponentBody(name="uploads", ok=True, why="ok") if refusal is None else _failed("uploads", refusal)


def _fonts() -> ComponentBody:
    """Text is read without one; it is the pages shown to people that would be forms without words."""
    font = chinese_font()
    why = font.name if font is not None else "no Chinese font: pages are shown without their words; install requirements.txt anew"
    return ComponentBody(name="fonts", ok=font is not None, why=why, needed=False)


def _index(context: Context) -> Iterator[ComponentBody]:
    """Whether the index has all that the archive has, and nothing else; a catalogue that does not answer is named already."""
    try:
        state = context.service.index.state()
    except Unavailable:
        return
    said = explained(state)
    yield ComponentBody(name="index", ok=not state.stale, why=said or "ok")


def _workers(context: Context) -> ComponentBody:
    """Its own processes, or with none of its own whoever gave a sign of life in the catalogue."""
    stuck = _stuck(context)
    if stuck is not None:
        return stuck
    wanted = context.workers.wanted
    if wanted:
        alive = context.workers.alive()
        return ComponentBody(name="workers", ok=alive > 0, why=f"{alive} of {wanted} alive")
    try:
        elsewhere = context.service.queue_counts().workers
    except Unavailable as error:
        return _failed("workers", error)
    return ComponentBody(
        name="workers", ok=elsewhere > 0, why=f"{elsewhere} elsewhere" if elsewhere else "no worker reads; start `piaogen worker`"
    )


def _stuck(context: Context) -> ComponentBody | None:
    """Workers that live and get nowhere: every reading has used half of the time after which its process is killed."""
    limits = JobLimits.of(context.settings)
    try:
        readings = context.service.queue.readings()
    except Unavailable as error:
        return _failed("workers", error)
    if not readings or any(reading.seconds < limits.seconds_for(reading.pages) / 2 for reading in readings):
        return None
    why = f"none of {len(readings)} readings makes progress; each is ended at its limit, and the next one read"
    return ComponentBody(name="workers", ok=False, why=why)
