"""Where spans go: to a collector over OTLP/HTTP, from a thread beside the work. What it does not take is lost, and
nobody waits for it (decision 94).

What the portal does not say itself OpenTelemetry reads from the environment: the sampler (OTEL_TRACES_SAMPLER),
headers and certificates (OTEL_EXPORTER_OTLP_…), the size of the queue (OTEL_BSP_…), more of the resource.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.util import Finalize
from urllib.parse import urlsplit

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

NAME = "after-sales-portal"
TRY_SECONDS = 3.0
"""A batch is tried for so long."""
LAST_SECONDS = 2.0
"""A process that ends begins no further batch after this."""
SAY_EVERY = 60.0
log = structlog.get_logger("portal")


@dataclass(frozen=True, slots=True)
class Traces:
    """`end`: sends what is still here and then nothing more. Whoever ends a process need not call it."""

    tracer: Tracer
    end: Callable[[], object]


def traces_to(url: str, version: str) -> Traces:
    """One for this process. `url`: of a collector; spans leave it every few seconds and when the process ends."""
    _speak()
    # The environment's names count for more than ours.
    own = Resource({SERVICE_NAME: NAME, SERVICE_VERSION: version}).merge(OTELResourceDetector().detect())
    sent = PatientExporter(exporter_to(url))
    provider = TracerProvider(resource=Resource.create().merge(own), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(sent))

    def end() -> None:
        sent.last_at = time.monotonic() + LAST_SECONDS
        provider.shutdown()

    # Granian's processes are multiprocessing's, where `atexit` is not heard; this is heard there and elsewhere.
    return Traces(provider.get_tracer("portal", version), Finalize(None, end, exitpriority=0))


def exporter_to(url: str) -> OTLPSpanExporter:
    """`url` with the path of its own that it names, else with that of the protocol."""
    is_base = urlsplit(url).path in ("", "/")
    return OTLPSpanExporter(f"{url.rstrip('/')}/v1/traces" if is_base else url, timeout=TRY_SECONDS)


class PatientExporter(SpanExporter):
    """`last_at`: no batch is begun after it (of the monotonic clock), so that no process ends late."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner, self.last_at = inner, float("inf")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if time.monotonic() > self.last_at:
            return SpanExportResult.FAILURE
        return self._inner.export(spans)

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


class OneLine(logging.Handler):
    """What OpenTelemetry says of a collector that does not answer, as lines of our log: one a minute."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._next_at = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + SAY_EVERY
            log.warning("traces.lost", problem=record.getMessage())


def _speak() -> None:
    theirs = logging.getLogger("opentelemetry")
    theirs.propagate = False
    if not any(isinstance(one, OneLine) for one in theirs.handlers):
        theirs.addHandler(OneLine())


def collector_problem(url: str) -> str:
    """Sends a batch of nothing, as batches are sent; "" where it was taken."""
    said: list[str] = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    theirs = logging.getLogger("opentelemetry")
    theirs.addHandler(listener)
    try:
        is_taken = exporter_to(url).export(()) is SpanExportResult.SUCCESS
    finally:
        theirs.removeHandler(listener)
    return "" if is_taken else " ".join(said[-1:]) or "does not take them"
