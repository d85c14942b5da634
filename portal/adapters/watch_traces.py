"""The port `Watch` as spans of OpenTelemetry, beside the lines of the log. The package is an extra (decision 94).

A span says which act, of which shop, how long and what came of it: codes and our own numbers. Neither words of an
exception, addresses, values of statements nor a path go in.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import FrameType

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from portal.adapters.watch_log import problem_of
from portal.ports.origin import coming_from, current_origin
from portal.ports.watch import Fact, Step, StepKind, Tally, Watch

_BEGIN = frozenset({"request", "job"})
"""Whatever else is done belongs to one of these, or is a worker's looking round, of which there is no trace."""
_KINDS: Mapping[StepKind, SpanKind] = {
    "request": SpanKind.SERVER,
    "job": SpanKind.CONSUMER,
    "call": SpanKind.CLIENT,
    "transaction": SpanKind.INTERNAL,
}
_NAMED = {"method": "http.request.method", "route": "http.route", "status": "http.response.status_code"}
_ACTS = ("portal.services.", "portal.pages.")
_WORKS_JOBS = "portal.services.jobs.work_jobs"
_W3C = TraceContextTextMapPropagator()


class TracingWatch:
    """`beside`: is told as well, and knows how often calls failed."""

    def __init__(self, tracer: Tracer, beside: Watch) -> None:
        self._tracer, self._beside = tracer, beside

    def step(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> AbstractContextManager[Step]:
        parent = _parent()
        if parent is None and kind not in _BEGIN:
            return self._beside.step(kind, name, facts)
        return self._traced(kind, name, facts, parent)

    @contextmanager
    def _traced(self, kind: StepKind, name: str, facts: Mapping[str, Fact], parent: Context | None) -> Iterator[Step]:
        # An empty context where there is no parent: whatever the thread did before is none.
        span = self._tracer.start_span(_title(kind, name, facts), parent or Context(), _KINDS[kind])
        # OTEL_SDK_DISABLED gives spans without a number.
        origin = replace(current_origin(), traceparent=_traceparent(span) or current_origin().traceparent)
        with (
            use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False),
            coming_from(origin),
            self._beside.step(kind, name, facts) as step,
        ):
            try:
                yield step
            except BaseException as error:
                step.outcome, step.problem = type(error).__name__, problem_of(error)
                raise
            finally:
                _tell(span, kind, {**facts, "request": origin.request, **step.facts}, step)

    def taken(self) -> Sequence[Tally]:
        return self._beside.taken()

    def give_back(self, tallies: Sequence[Tally]) -> None:
        self._beside.give_back(tallies)


def _parent() -> Context | None:
    """The span that is open here, or the one of another process that wanted this; None for neither."""
    written = current_origin().traceparent
    if not written:
        return None
    here = trace.get_current_span()
    if _traceparent(here) == written:
        return trace.set_span_in_context(here, Context())
    return _W3C.extract({"traceparent": written}, Context())


def _traceparent(span: Span) -> str:
    """As W3C writes it, "" for none."""
    context = span.get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _title(kind: StepKind, name: str, facts: Mapping[str, Fact]) -> str:
    if kind == "request":
        return f"{facts['method']} {facts['route'] or name}"
    return (_act() or name) if kind == "transaction" else f"{kind} {name}"


def _tell(span: Span, kind: StepKind, facts: Mapping[str, Fact], step: Step) -> None:
    for name, value in facts.items():
        if value != "":
            span.set_attribute(_NAMED.get(name, f"portal.{name}") if kind == "request" else f"portal.{name}", value)
    if step.outcome:
        span.set_attribute("portal.outcome", step.outcome)
    if step.problem:
        span.set_status(Status(StatusCode.ERROR, step.problem))


def _act() -> str:
    """The act of a service, or the page, that wanted this transaction: the outermost one, as whoever it was called for
    knows it; not the machinery that works off jobs."""
    found, frame = "", sys._getframe(1)
    at: FrameType | None = frame
    while at is not None:
        module = str(at.f_globals.get("__name__", ""))
        if module.startswith(_ACTS) and module != _WORKS_JOBS:
            found = f"{module.partition('.')[2]}.{at.f_code.co_name}"
        elif found and module.startswith("portal."):
            return found
        at = at.f_back
    return found
