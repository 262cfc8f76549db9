"""Figures for Prometheus: requests as they happen, queue and archive when somebody asks."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from api.context import Context
from models.errors import Unavailable


class _ArchiveCollector:
    """Asks the service at each scrape: these figures outlive every process."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[Metric]:
        """Documents by state, the queue's length and pace, workers; nothing but `piaogen_catalogue_up 0` when the catalogue is away."""
        up = GaugeMetricFamily("piaogen_catalogue_up", "Whether the catalogue answers")
        try:
            counts, queue = self._context.service.counts(), self._context.service.queue_counts()
            pace = self._context.service.queue.pace()
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
        if pace is not None:
            yield GaugeMetricFamily(
                "piaogen_pages_a_minute", "What all workers read together, by their last readings", value=pace.pages_a_minute
            )


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one application; its own registry, so that two of them in a process do not mix."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram

    @classmethod
    def create(cls, context: Context) -> "Metrics":
        """Register everything."""
        registry = CollectorRegistry()
        registry.register(_ArchiveCollector(context))
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
