"""One line and some figures for each request: id, endpoint, status, time. Nothing of who asked or what they typed."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import ExitStack
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request

from portal.ports.origin import Origin, begin_request, current_origin, read_request_number, read_traceparent, trace_of
from portal.ports.watch import Step
from portal.web.request.current import deps, known_visit, now
from portal.web.request.metrics import REQUESTS, SECONDS

QUIET = frozenset({"assets.theme", "health.healthz", "health.readyz", "health.metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
log = structlog.get_logger("portal")


def start() -> None:
    g.started = perf_counter()
    origin = _origin()
    g.request_id = origin.request
    begin_request(origin)
    if _endpoint() not in QUIET:
        rule = request.url_rule.rule if request.url_rule else ""
        g.watching = ExitStack()
        step = deps().watch.step("request", _endpoint(), {"method": _method(), "route": rule})
        g.step = g.watching.enter_context(step)


def _endpoint() -> str:
    return request.endpoint or "none"


def _method() -> str:
    return request.method if request.method in METHODS else "other"


def _origin() -> Origin:
    """The number that a trusted proxy gave the request, in X-Request-ID or as a trace, else one of our own. What a
    visitor sends counts for nothing: where no proxy is trusted, there is none that would have set it."""
    number = trace = ""
    if current_app.config["PORTAL_SETTINGS"].trusted_proxies:
        number = read_request_number(request.headers.get("X-Request-ID", ""))
        trace = read_traceparent(request.headers.get("traceparent", ""))
    return Origin(request=number or trace_of(trace) or deps().random.id(now()), traceparent=trace)


def finish(response: Response) -> Response:
    if "started" not in g:
        return response
    endpoint, method = _endpoint(), _method()
    seconds = perf_counter() - g.started
    response.headers["X-Request-ID"] = g.request_id
    REQUESTS.labels(endpoint, method, str(response.status_code)).inc()
    SECONDS.labels(endpoint).observe(seconds)
    if endpoint not in QUIET:
        log.info("answered", endpoint=endpoint, method=method, status=response.status_code, ms=round(seconds * 1000, 1))
        _end_step(response.status_code)
    return response


def _end_step(status: int) -> None:
    """What is streamed after it still comes from there."""
    step: Step = g.step
    step.facts["status"] = status
    if shop := known_visit().shop:
        step.facts["shop"] = shop.id
    step.problem = f"HTTP {status}" if status >= 500 else ""
    within = current_origin()
    g.watching.close()
    begin_request(within)


def leave(_error: BaseException | None) -> None:
    """Of a request that came to no answer."""
    if watching := g.pop("watching", None):
        watching.close()


def reference() -> str:
    """The request's number as people read it out: its last ten letters and digits, in two groups."""
    end: str = g.get("request_id", "0" * 10).replace("-", "")[-10:]
    return f"{end[:5]}-{end[5:]}"


def configure(form: str) -> None:
    """`text` for people, `json` for machines; both to stderr."""
    render: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else readable_line
    structlog.configure(
        processors=[
            name_origin,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_personal,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def name_origin(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Each line of a request or of a job that comes from one says which."""
    if number := current_origin().request:
        entry["request"] = number
    return entry


def readable_line(_logger: Any, _method: str, entry: dict[str, Any]) -> str:
    """A line to read: when, its level, what, then each value by its name; the trace of an error below it."""
    trace = entry.pop("exception", "")
    begin = f"{entry.pop('timestamp')} [{entry.pop('level')}] {entry.pop('event')}"
    line = " ".join((begin, *(f"{name}={_as_word(value)}" for name, value in entry.items())))
    return f"{line}\n{trace}" if trace else line


def _as_word(value: Any) -> str:
    """As it is, or in quotes and escaped where it could be taken for more than one value or line (ASVS 16.4.1)."""
    text = str(value)
    return text if text.isprintable() and " " not in text else repr(text)


LONGEST_VALUE = 20_000
"""Characters of a logged value: what strangers send is cut before it is looked through."""
# Each word is taken whole or not at all, and looked at once: no text makes this slow (SECURITY, availability).
MAIL = re.compile(r"(?<![^\s@'\"<>])[^\s@'\"<>]++@[^\s@'\"<>]++")
DETAIL = re.compile(r"(DETAIL: |parameters: )[^\n]*+")
"""Where PostgreSQL, and SQLAlchemy for it, repeat the values of a row that was refused."""
NUMBER = re.compile(r"(?<![0-9A-Za-z-])\+?[0-9]{11,15}(?![0-9A-Za-z-])")


def hide_personal(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A last net under what exceptions may quote: mail addresses, phone numbers, rows of a database."""
    for name, value in entry.items():
        if isinstance(value, str) and name not in ("timestamp", "request"):
            cut = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
            entry[name] = NUMBER.sub("[number]", MAIL.sub("[mail]", DETAIL.sub(r"\1[hidden]", cut)))
    return entry


def init_app(app: Flask) -> None:
    app.before_request(start)
    app.after_request(finish)
    app.teardown_request(leave)
