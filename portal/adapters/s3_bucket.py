"""A bucket that speaks S3, opened the same way for evidence and for signed heads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from obstore.store import S3Store

CONNECT, ANSWER, TRIES = timedelta(seconds=3), timedelta(seconds=8), timedelta(seconds=4)
"""The library would go on for three minutes: whoever sends a photo hears sooner that it cannot be kept now. A try ends
after `ANSWER`, its last byte included; what was refused is tried again within `TRIES`, what was silent for so long is
not."""
DEADLINE = TRIES + ANSWER
"""Of a whole call."""


def open_bucket(url: str, endpoint: str = "") -> S3Store:
    """`s3://bucket/prefix`; who we are comes from the usual AWS variables. `endpoint` for what only speaks like S3, the
    bucket in its path. Nothing is asked yet."""
    from obstore.store import S3Store

    place: dict[str, Any] = {}
    if endpoint:
        place = {"endpoint": endpoint, "virtual_hosted_style_request": False}
    options: Any = {"allow_http": endpoint.startswith("http://"), "connect_timeout": CONNECT, "timeout": ANSWER}
    return S3Store.from_url(
        url, client_options=options, retry_config={"max_retries": 2, "retry_timeout": TRIES}, **place
    )
