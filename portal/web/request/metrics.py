"""Figures for Prometheus. What a process counts itself (requests) is summed over the processes of this machine; what is
the installation's (jobs, workers, calls) is read from the database when it is asked for, the same on every machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()
REQUESTS = Counter("portal_requests", "Requests answered", ("endpoint", "method", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "portal_request_seconds",
    "Time to answer",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the installation. `jobs`, `webhooks`: by state; `due`: by kind of job; `oldest`: seconds that the oldest of a
    kind has been due; `workers`: seen within a minute, by version; `failures`: of calls in 24 hours, `succeeded`: Unix
    time of the last that did, both by who was called, over all shops. `ready`: by what /readyz asks, as this process
    finds it."""

    jobs: Mapping[str, float] = field(default_factory=dict)
    webhooks: Mapping[str, float] = field(default_factory=dict)
    due: Mapping[str, float] = field(default_factory=dict)
    oldest: Mapping[str, float] = field(default_factory=dict)
    workers: Mapping[str, float] = field(default_factory=dict)
    failures: Mapping[str, float] = field(default_factory=dict)
    succeeded: Mapping[str, float] = field(default_factory=dict)
    ready: Mapping[str, float] = field(default_factory=dict)


_FAMILIES = (
    ("jobs", "portal_jobs", "Jobs not done", "state"),
    ("webhooks", "portal_webhooks", "Endpoints of webhooks, and deliveries to them that are not done", "state"),
    ("due", "portal_jobs_due", "Jobs that are due", "kind"),
    ("oldest", "portal_jobs_oldest_seconds", "How long the oldest job has been due", "kind"),
    ("workers", "portal_workers", "Workers seen within a minute", "version"),
    ("failures", "portal_calls_failed", "Calls to the outside that failed in the last 24 hours", "call"),
    ("succeeded", "portal_calls_succeeded_time", "When a call to the outside last succeeded, Unix time", "call"),
    ("ready", "portal_ready", "Whether what the portal needs answers, as /readyz says", "check"),
)


class _OfTheInstallation(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for kept, name, about, label in _FAMILIES:
            family = GaugeMetricFamily(name, about, labels=(label,))
            for value, figure in getattr(self._figures, kept).items():
                family.add_metric((value,), figure)
            if family.samples:
                yield family


def metrics_text(figures: Figures) -> bytes:
    """What Prometheus reads."""
    asked = CollectorRegistry()
    asked.register(_OfTheInstallation(figures))
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY) + generate_latest(asked)
    MultiProcessCollector(asked)  # type: ignore[no-untyped-call] # the library types all but this
    return generate_latest(asked)
