"""A host that is no name of a host is refused before the application: it would find no address to answer under."""

from __future__ import annotations

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from portal.web.security.headers import file_headers

_LONGEST = 260
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63})*\.?"
_HOST = re.compile(rf"(?:{_NAME}|\[[0-9A-Fa-f:.]{{2,45}}\])(?::[0-9]{{1,5}})?\Z")


def is_host(name: str) -> bool:
    """A name or address with or without a port. Empty is what HTTP/1.0 may leave out."""
    return not name or (len(name) <= _LONGEST and _HOST.match(name) is not None)


def refuse_odd_hosts(app: Flask, *, is_https: bool) -> None:
    """400 in plain text, with the headers of every answer. Behind ProxyFix: what proxies pass on is read too."""
    pages: WSGIApplication = app.wsgi_app
    headers = [*file_headers(is_https=is_https).items(), ("Content-Type", "text/plain; charset=utf-8")]

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if is_host(environ.get("HTTP_HOST", "")):
            return pages(environ, start_response)
        start_response("400 Bad Request", [*headers, ("Cache-Control", "no-store")])
        return [b"This is no name of a host.\n"]

    app.wsgi_app = answer  # type: ignore[method-assign] # Flask documents it
