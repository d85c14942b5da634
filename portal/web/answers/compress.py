"""gzip for text, at the level that costs least; by ISA-L, which takes a quarter of the time that zlib takes."""

from __future__ import annotations

from flask import Flask, Response, request
from isal import igzip

SMALLEST = 500
KINDS = frozenset({"text/html", "text/css", "text/javascript", "application/json", "text/csv", "image/svg+xml"})


def compress(response: Response) -> Response:
    if response.mimetype not in KINDS or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    is_small = (response.content_length or 0) < SMALLEST
    if is_small or "Content-Encoding" in response.headers or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    response.set_data(igzip.compress(response.get_data(), 1, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def init_app(app: Flask) -> None:
    app.after_request(compress)
