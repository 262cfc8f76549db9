"""Whether work may be sent here, component by component."""

from api.context import Context
from api.schemas.operations import ComponentBody, ReadinessBody
from models.errors import Unavailable


def readiness(context: Context) -> ReadinessBody:
    """Ask each component; one that is not ready does not keep the others from being named."""
    components = [ComponentBody(name=found.name, ok=found.ok, why=found.why or "ok") for found in context.service.readiness()]
    components.append(_workers(context))
    return ReadinessBody(ready=all(component.ok for component in components), components=components)


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
