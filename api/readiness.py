"""Whether work may be sent here, component by component."""

from collections.abc import Iterator

from api.context import Context
from api.schemas.operations import ComponentBody, ReadinessBody
from models.errors import Unavailable
from ocr_service.files.fonts import chinese_font
from ocr_service.indexing import explained


def readiness(context: Context) -> ReadinessBody:
    """Ask each component; one that is not ready does not keep the others from being named."""
    components = [ComponentBody(name=found.name, ok=found.ok, why=found.why or "ok") for found in context.service.readiness()]
    components.extend(_index(context))
    components.append(_workers(context))
    components.append(_fonts())
    return ReadinessBody(ready=all(component.ok for component in components if component.needed), components=components)


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
    wanted = context.workers.wanted
    if wanted:
        alive = context.workers.alive()
        return ComponentBody(name="workers", ok=alive > 0, why=f"{alive} of {wanted} alive")
    try:
        elsewhere = context.service.queue_counts().workers
    except Unavailable as error:
        return ComponentBody(name="workers", ok=False, why=error.message)
    return ComponentBody(
        name="workers", ok=elsewhere > 0, why=f"{elsewhere} elsewhere" if elsewhere else "no worker reads; start `piaogen worker`"
    )
