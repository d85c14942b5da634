"""Something that speaks like S3, over HTTP, for tests: moto's server with buckets of the test's own."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.support import needs

WHO = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
"""It believes anybody."""


@contextmanager
def s3_server(*buckets: str) -> Iterator[str]:
    """Its address, with these buckets; ends with the block."""
    needs.need("moto", "what is kept in a bucket is tested on it", importlib.util.find_spec("moto"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _make(buckets, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _make(buckets: Sequence[str], address: str) -> None:
    last = time.monotonic() + 60
    for bucket in buckets:
        while True:
            try:
                urllib.request.urlopen(urllib.request.Request(f"{address}/{bucket}", method="PUT"), timeout=5).close()
                break
            except OSError:
                if time.monotonic() > last:
                    raise
                time.sleep(0.1)
