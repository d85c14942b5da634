"""Bodies of API requests: JSON objects only; and the key under which one acts once."""

from __future__ import annotations

import hashlib
import json
import tempfile
from typing import Any, BinaryIO, cast

from flask import abort, request

from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid
from portal.domain.sent import Sent

LONGEST_KEY = 255


def json_body() -> dict[str, Any]:
    """The body as an object. 415 for another type, 422 for what is not an object."""
    if not request.is_json:
        abort(415)
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        # The parser's own limit; a real body is a handful of levels deep.
        raise Invalid((("", "is nested too deep"),)) from None
    if not isinstance(body, dict):
        raise Invalid((("", "must be a JSON object"),))
    return body


NDJSON = "application/x-ndjson"
_ENCODINGS = ("gzip", "identity")
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16


def lines_body() -> tuple[BinaryIO, str]:
    """A body of one JSON object a line, gzipped or not, in a file of its own, and its SHA-256 (hex). 415 for another
    type or encoding. Whoever gets the file closes it."""
    if request.mimetype != NDJSON or request.headers.get("Content-Encoding", "gzip").lower() not in _ENCODINGS:
        abort(415)
    body = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - it outlives this
    digest = hashlib.sha256()
    while piece := request.stream.read(_PIECE):
        digest.update(piece)
        body.write(piece)
    body.seek(0)
    return body, digest.hexdigest()


def _plain_text(said: Any) -> Any:
    """A body as text: it may hold what is none of our facts, such as fractions."""
    return said if isinstance(said, str) else json.dumps(said, sort_keys=True, default=str)


def once(said: Any) -> Sent | None:
    """What this request is known by where it names an `Idempotency-Key`, else None: the same key with the same address
    and body, `said`, gets the first answer again. Kept in the transaction of the effect, as long as forms are.

    Raises Invalid for a key that is empty, long or not of printable ASCII.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid((("Idempotency-Key", f"must be of 1 to {LONGEST_KEY} printable characters"),))
    act = [request.method, request.endpoint, sorted((request.view_args or {}).items())]
    return Sent(f"api-{hashlib.sha256(key.encode()).hexdigest()}", fingerprint([act, _plain_text(said)]))
