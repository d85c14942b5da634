"""A collector over loopback HTTP: it reads what it is sent by OpenTelemetry's own protocol; slow, refusing, as told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.local_http import LocalHandler, serving


@dataclass(frozen=True)
class Seen:
    """A span: `kind` as the protocol names it; `service`: who sent it; `is_error`: its status."""

    trace: str
    id: str
    parent: str
    name: str
    kind: str
    facts: dict[str, Any]
    service: dict[str, Any]
    is_error: bool = False
    said: str = ""
    began: int = 0
    ended: int = 0


@dataclass
class Collector:
    """`raw`: bodies as they came. `status` of its answers; `slowly`: seconds before each."""

    port: int = 0
    status: int = 200
    slowly: float = 0.0
    spans: list[Seen] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, body: bytes) -> None:
        self.raw.append(body)
        for of_process in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _facts(of_process.resource.attributes)
            for scope in of_process.scope_spans:
                self.spans += [_seen(span, service) for span in scope.spans]

    def wait_for(self, is_there: Callable[[list[Seen]], Any], patience: float = 30) -> list[Seen]:
        until = time.monotonic() + patience
        while not is_there(list(self.spans)):
            assert time.monotonic() < until, [(span.name, span.facts) for span in self.spans]
            time.sleep(0.05)
        return list(self.spans)

    def until_quiet(self, seconds: float) -> None:
        """Nothing more has come for so long: a portal of this process has sent all, and says nothing of it later."""
        asked = -1
        while asked != self.asked:
            asked = self.asked
            time.sleep(seconds)


def _seen(span: Span, service: dict[str, Any]) -> Seen:
    return Seen(
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        facts=_facts(span.attributes),
        service=service,
        is_error=span.status.code == span.status.STATUS_CODE_ERROR,
        said=span.status.message + "".join(event.name for event in span.events),
        began=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
    )


def _facts(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value") or "string_value") for one in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    kept = Collector()
    with serving(_handler(kept)) as kept.port:
        yield kept


def _handler(kept: Collector) -> type[LocalHandler]:
    class Handler(LocalHandler):
        def do_POST(self) -> None:
            kept.asked += 1
            body = self.body()
            time.sleep(kept.slowly)
            kept.headers.append({name.lower(): value for name, value in self.headers.items()})
            if is_taken := kept.status == 200 and self.path == "/v1/traces":
                kept.take(body)
            self.send_response(200 if is_taken else kept.status if kept.status != 200 else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


def chain(span: Seen, spans: list[Seen]) -> list[str]:
    """The names of what it is part of, the outermost first, and its own."""
    by_id, found = {one.id: one for one in spans}, [span.name]
    while span.parent in by_id:
        span = by_id[span.parent]
        found.insert(0, span.name)
    return found
