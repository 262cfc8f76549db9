"""Figures for Prometheus: requests as they happen, queue and archive when somebody asks."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from api.context import Context
from models.errors import Unavailable
from ocr_service.figures import Figures, Gauges
from ocr_service.logging_in import LoginDesk
from storage.catalogue.checks import Checks


class _ArchiveCollector:
    """Asks the service at each scrape: these figures outlive every process."""

    def __init__(self, context: Context, desk: LoginDesk) -> None:
        self._context = context
        self._desk = desk
        self._gauges = Gauges(context.service, context.settings)

    def collect(self) -> Iterator[Metric]:
        """Documents by state, the queue's length and pace, workers; little but `piaogen_catalogue_up 0` when the catalogue is away."""
        yield CounterMetricFamily("piaogen_login_failures", "Logins that this process refused", value=self._desk.refused)
        up = GaugeMetricFamily("piaogen_catalogue_up", "Whether the catalogue answers")
        try:
            counts, queue = self._context.service.counts(), self._context.service.queue_counts()
            pace = self._context.service.queue.pace()
            checks = list(_checks(Checks(self._context.service.catalogue)))
            figures = self._gauges.look()
        except Unavailable:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        documents = GaugeMetricFamily("piaogen_documents", "Documents in the archive by state", labels=["state"])
        for state, count in counts.items():
            documents.add_metric([state.value], count)
        yield documents
        jobs = GaugeMetricFamily("piaogen_queue_jobs", "Scans that wait or are being read", labels=["state"])
        jobs.add_metric(["waiting"], queue.waiting)
        jobs.add_metric(["running"], queue.running)
        yield jobs
        yield GaugeMetricFamily("piaogen_workers", "Workers of any server that gave a sign of life lately", value=queue.workers)
        yield from checks
        yield from _figures(figures)
        if pace is not None:
            yield GaugeMetricFamily(
                "piaogen_pages_a_minute", "What all workers read together, by their last readings", value=pace.pages_a_minute
            )


def _figures(seen: Figures) -> Iterator[Metric]:
    """Verdicts, waiting and progress, room, mirror and log. What is not known is left out."""
    verdicts = GaugeMetricFamily("piaogen_documents_by_verdict", "Documents that were read, by verdict", labels=["verdict"])
    for verdict, count in seen.verdicts.items():
        verdicts.add_metric([verdict.value], count)
    yield verdicts
    yield CounterMetricFamily("piaogen_readings", "Readings that were finished by workers of any server", value=seen.readings_finished)
    yield GaugeMetricFamily("piaogen_reading_longest_seconds", "How long the longest reading takes already", value=seen.longest_reading)
    if seen.waits_since is not None:
        told = "When the document came in that has waited longest for its reading"
        yield GaugeMetricFamily("piaogen_queue_oldest_timestamp_seconds", told, value=seen.waits_since.timestamp())
    free = GaugeMetricFamily("piaogen_free_bytes", "Room on the disk of a place that is a folder", labels=["place"])
    for place, room in seen.free_bytes.items():
        free.add_metric([place], room)
    yield free
    if seen.lag is not None:
        yield GaugeMetricFamily("piaogen_mirror_lag_objects", "Objects that the mirror lacks", value=seen.lag.objects)
        yield GaugeMetricFamily("piaogen_mirror_lag_seconds", "For how long the oldest of them has been waiting", value=seen.lag.seconds)
        yield GaugeMetricFamily("piaogen_mirror_compared", "Whether both places were compared since the start", value=seen.lag.known)
    if seen.log_blocks is not None:
        yield GaugeMetricFamily("piaogen_log_blocks", "Blocks of the activity log: the number of its head", value=seen.log_blocks)
    if seen.log_holds is not None:
        yield GaugeMetricFamily("piaogen_log_holds", "Whether the log still has what the index saw of it", value=seen.log_holds)


def _checks(checks: Checks) -> Iterator[Metric]:
    """How the archive stands by its last checks. Times that are not known yet are left out."""
    last = checks.last()
    yield GaugeMetricFamily("piaogen_audit_findings", "Documents that were not sound when they were last checked", value=checks.damaged())
    times = {
        "piaogen_audit_last_timestamp_seconds": ("End of the last audit", None if last.audit is None else last.audit.ended_at),
        "piaogen_audit_last_sound_timestamp_seconds": ("End of the last audit that found nothing wrong", last.sound_at),
        "piaogen_audit_oldest_check_timestamp_seconds": ("When the document was checked that was not checked for longest", checks.oldest()),
        "piaogen_drill_last_timestamp_seconds": ("End of the last restore drill", None if last.drill is None else last.drill.ended_at),
    }
    for name, (meaning, at) in times.items():
        if at is not None:
            yield GaugeMetricFamily(name, meaning, value=at.timestamp())
    if last.drill is not None:
        yield GaugeMetricFamily("piaogen_drill_findings", "What the last restore drill found wrong", value=last.drill.findings_in_all)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one application; its own registry, so that two of them in a process do not mix."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram

    @classmethod
    def create(cls, context: Context, desk: LoginDesk) -> "Metrics":
        """Register everything."""
        registry = CollectorRegistry()
        registry.register(_ArchiveCollector(context, desk))
        return cls(
            registry,
            Counter("piaogen_http_requests", "Requests by route template and status", ["method", "route", "status"], registry=registry),
            Histogram("piaogen_http_request_seconds", "Time to the end of the answer", ["method", "route"], registry=registry),
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one finished request."""
        known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
        self.requests.labels(known, route, str(status)).inc()
        self.seconds.labels(known, route).observe(seconds)

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self.registry)
