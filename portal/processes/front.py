"""The application as the web server gets it: ASGI around WSGI, so that no client can hold a thread.

A request's body is read in the event loop, in time, and only then is there a thread for it. What monitoring asks is
answered by a thread of its own, while pages wait. Answers are written by the event loop too: who reads slowly holds a
connection. Pages stay plain blocking code. An answer of unknown length is sent as it is made.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication

import structlog

from portal.adapters.places import Places
from portal.processes.bodies import Bodies, Gone, Receive, TooSlow

MONITORED = frozenset({"/healthz", "/readyz", "/metrics"})
THREADS = 32
"""More than places: those that wait for a silent bucket (22), and those for a decoder (9, portal.adapters.places),
leave some."""
MOST_BODY = 64 * 1024 * 1024
WITHOUT_CONTENT = frozenset({204, 304})
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_TOO_SLOW = (408, b"The body of this request did not come in time.\n")
_FAILED = (500, b"Internal error\n")
log = structlog.get_logger("portal")

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that is still being made, part by part, each within the request's own `context`."""

    status: int
    headers: list[tuple[bytes, bytes]]
    parts: Iterator[bytes]
    close: Callable[[], Any]
    context: Context


Limit = Callable[[str, str], int]
"""Bytes that a body may have, by method and path."""


class Front:
    """ASGI 3. `places`: requests that are worked on at once."""

    def __init__(self, pages: WSGIApplication, *, places: int = 1, limit: Limit | None = None) -> None:
        self._pages, self._limit = pages, limit or (lambda _method, _path: MOST_BODY)
        self._places = Places(places)
        self._threads = ThreadPoolExecutor(THREADS, "page")
        self._monitoring = ThreadPoolExecutor(1, "monitoring")
        self._bodies: Bodies | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Callable[[Any], Any]) -> None:
        if scope["type"] != "http":
            return
        self._bodies = self._bodies or Bodies()
        try:
            body, length = await self._body(self._bodies, scope, receive)
        except Gone:
            return
        except TooSlow:
            await _send(send, _plain(*_TOO_SLOW))
            return
        environ = environ_of(scope, body, length)
        is_monitoring = environ["PATH_INFO"] in MONITORED
        work, threads = (self._answer, self._monitoring) if is_monitoring else (self._in_place, self._threads)
        with closing(body):
            # A context of its own: what one request leaves in it is nothing to the next one of the same thread.
            run = copy_context().run
            answer = await asyncio.get_running_loop().run_in_executor(threads, run, work, environ)
            if isinstance(answer, Streamed):
                await self._stream(send, answer)
            else:
                await _send(send, answer)

    async def _stream(self, send: Callable[[Any], Any], answer: Streamed) -> None:
        """Each part is made when the one before it was sent, in a place of its own: others have theirs in between."""
        run = asyncio.get_running_loop().run_in_executor
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        try:
            while (part := await run(self._threads, self._next_part, answer)) is not None:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        finally:
            await run(self._threads, answer.context.run, answer.close)
        await send({"type": "http.response.body", "body": b""})

    def _next_part(self, answer: Streamed) -> bytes | None:
        with self._places.taken():
            return answer.context.run(next, answer.parts, None)

    async def _body(self, bodies: Bodies, scope: dict[str, Any], receive: Receive) -> tuple[IO[bytes], int]:
        """Nothing of one that says beforehand that it is too long: the application refuses it by what it says."""
        headers = dict(scope["headers"])
        declared, is_chunked = headers.get(b"content-length", b""), b"transfer-encoding" in headers
        if not is_chunked and (not declared or scope["method"] in WITHOUT_BODY):
            return io.BytesIO(), 0
        most = self._limit(scope["method"], scope["path"])
        if declared.isdigit() and int(declared[:18]) > most:
            return io.BytesIO(), int(declared[:18])
        return await bodies.read(receive, most=most)

    def _in_place(self, environ: dict[str, Any]) -> Answer | Streamed:
        with self._places.taken():
            return self._answer(environ)

    def _answer(self, environ: dict[str, Any]) -> Answer | Streamed:
        """What the application answers, whole where it says how long that is. An error that it lets through is a short
        500."""
        begun: list[tuple[int, list[tuple[bytes, bytes]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _problem: Any = None) -> Callable[[bytes], Any]:
            named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            begun[:] = [(int(status[:3]), named)]
            return lambda _written: None

        try:
            parts = self._pages(environ, start_response)
            close = getattr(parts, "close", lambda: None)
            if begun and not hasattr(parts, "__len__") and _is_open_ended(environ["REQUEST_METHOD"], *begun[0]):
                return Streamed(*begun[0], iter(parts), close, copy_context())
            try:
                content = b"".join(parts)
            finally:
                close()
        except Exception:
            log.exception("the application failed")
            return _plain(*_FAILED)
        return (*begun[0], content)


def _is_open_ended(method: str, status: int, headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether there is a body whose length nobody knows yet."""
    return method != "HEAD" and status not in WITHOUT_CONTENT and all(name != b"content-length" for name, _ in headers)


def environ_of(scope: dict[str, Any], body: IO[bytes], length: int) -> dict[str, Any]:
    """PEP 3333. Names with an underscore are left out: they would pass for those with a dash, which proxies set."""
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        if b"_" not in raw:
            name = f"HTTP_{raw.decode('latin-1').upper().replace('-', '_')}"
            text, known = value.decode("latin-1"), environ.get(name)
            environ[name] = text if known is None else f"{known}{'; ' if name == 'HTTP_COOKIE' else ','}{text}"
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("HTTP_CONTENT_LENGTH", None)
    if (kind := environ.pop("HTTP_CONTENT_TYPE", None)) is not None:
        environ["CONTENT_TYPE"] = kind
    if length:
        environ["CONTENT_LENGTH"] = str(length)
    return environ


def _plain(status: int, said: bytes) -> Answer:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"content-length", str(len(said)).encode()),
        (b"connection", b"close"),
    ]
    return status, headers, said


async def _send(send: Callable[[Any], Any], answer: Answer) -> None:
    status, headers, content = answer
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


__all__ = ["Front", "environ_of"]
