"""Other machines beside an installation: workers and webs with a network, or a clock, of their own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.faults.installation import Browser, Installation, free_port


@contextmanager
def running(place: Installation, *words: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, or what `words` say, with `variables` of its own in its environment."""
    process = place.run(*(words or ("worker",)), **variables)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def another_web(place: Installation, **variables: str) -> Iterator[Browser]:
    """Once it answers; the shopper's browser there."""
    port = free_port()
    browser = Browser(port, dict(place.browser.cookies))
    words = ("serve", "--no-worker", "--workers", "1", "--port", str(port))
    with running(place, *words, PORTAL_BASE_URL=f"http://127.0.0.1:{port}", **variables):
        until(lambda: place.answers(browser), place)
        yield browser


def with_clock_off(place: Installation, name: str, seconds: int) -> dict[str, str]:
    """The environment of a machine whose clock is so far off."""
    folder = place.folder / f"machine-{name}"
    folder.mkdir()
    (folder / "clock").write_text(str(seconds))
    return {"PORTAL_FAULTS": str(folder)}


def until(is_so: Callable[[], bool], place: Installation, patience: float = 60) -> None:
    last = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < last, (place.folder / "log").read_text()[-4000:]
        time.sleep(0.05)
