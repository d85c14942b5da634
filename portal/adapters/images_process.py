"""Decoding in a process of its own: little memory, little time, no secrets, no way to write (SECURITY, uploads).

One such process serves one web process: started with the first file, and again when it has died. The two speak over a
pipe, a length before every part: a file in, `{"type": …}` or `{"fault": …}` with what came of it back.
"""

from __future__ import annotations

import contextlib
import json
import resource
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO

from portal.adapters.places import Counter
from portal.domain.evidence.files import ENDINGS, FAULTS, BadFile
from portal.ports import CleanFile

WALL_SECONDS = 12.0
CPU_SECONDS = 5
WAITING, WAIT_SECONDS = 8, 10.0
"""Files that wait for the process, and for how long; whoever comes then is told to come again."""
MEMORY = 768 * 1024 * 1024
# Memory that decoders have once taken is not always given back.
MOST_FILES = 200
MOST_PART = 32 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_ROOT = Path(__file__).parents[2]


class ImageProcess:
    """The `ImageCleaner` port. Safe for threads, which wait for each other: a few, and not for long."""

    def __init__(self, *, wall_seconds: float = WALL_SECONDS, memory: int = MEMORY) -> None:
        self.wall_seconds, self._memory = wall_seconds, memory
        self._lock = threading.Lock()
        self._counter = Counter("images", at_once=1, waiting=WAITING, seconds=WAIT_SECONDS)
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: Callable[[], object] = lambda: None
        self._done = 0

    def clean(self, content: bytes) -> CleanFile:
        """Raises BadFile, and ProviderUnavailable where too many wait. Other pages go on meanwhile."""
        with self._counter.served(), self._lock:
            process = self._running()
            watch = threading.Timer(self.wall_seconds, process.kill)
            watch.start()
            try:
                answer = _exchange(process, content)
            except (OSError, EOFError):
                # It met its limits, or a defect in a decoder ended it: whichever, the file is to blame.
                self._end()
                raise BadFile("broken") from None
            finally:
                watch.cancel()
            self._done += 1
        return _read_answer(answer)

    @property
    def pid(self) -> int | None:
        """The id of the process, None without one: for measuring what it uses."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """Ends the process; the next file starts another."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and (self._process.poll() is not None or self._done >= MOST_FILES):
            self._end()
        if self._process is None:
            self._done = 0
            self._process = process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Nothing of ours is handed on: what a decoder's defect could read there, it cannot.
                env={"PYTHONPATH": str(_ROOT)},
                cwd="/",
            )
            self._ending = weakref.finalize(self, _stop, process)
        return self._process

    def _end(self) -> None:
        if self._process:
            self._process = None
            self._ending()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with contextlib.suppress(BrokenPipeError), process:
        pass


def _exchange(process: subprocess.Popen[bytes], content: bytes) -> list[bytes]:
    assert process.stdin and process.stdout
    _write(process.stdin, content)
    process.stdin.flush()
    return [_read(process.stdout) for _ in range(3)]


def _read_answer(answer: list[bytes]) -> CleanFile:
    """What the other side says is believed as far as a decoder that was taken over could do no harm with it."""
    facts = json.loads(answer[0])
    if facts.get("media_type") not in ENDINGS:
        raise BadFile(facts["fault"] if facts.get("fault") in FAULTS else "broken")
    width, height = int(facts["width"]), int(facts["height"])
    return CleanFile(content=answer[1], media_type=facts["media_type"], width=width, height=height, small=answer[2])


def _write(pipe: IO[bytes], part: bytes) -> None:
    pipe.write(_LENGTH.pack(len(part)))
    pipe.write(part)


def _read(pipe: IO[bytes]) -> bytes:
    """One part. Raises EOFError where the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size or _LENGTH.unpack(head)[0] > MOST_PART:
        raise EOFError
    part = pipe.read(_LENGTH.unpack(head)[0])
    if len(part) < _LENGTH.unpack(head)[0]:
        raise EOFError
    return part


def serve(memory: int) -> None:
    """The other side: cleans what comes in until the web process is gone."""
    from portal.adapters.images_pillow import clean_image
    from portal.adapters.pdf_pikepdf import BEGINS, clean_pdf

    _limit(memory)
    while True:
        try:
            content = _read(sys.stdin.buffer)
        except EOFError:
            return
        _allow_more_cpu()
        try:
            clean = clean_pdf(content) if content.startswith(BEGINS) else clean_image(content)
        except BadFile as bad:
            parts = [json.dumps({"fault": bad.code}).encode(), b"", b""]
        else:
            facts = {"media_type": clean.media_type, "width": clean.width, "height": clean.height}
            parts = [json.dumps(facts).encode(), clean.content, clean.small]
        for part in parts:
            _write(sys.stdout.buffer, part)
        sys.stdout.buffer.flush()


def _limit(memory: int) -> None:
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (most, most))


def _allow_more_cpu() -> None:
    """The limit counts from the start of the process, so every file moves it on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS, hard))


if __name__ == "__main__":
    serve(int(sys.argv[1]))
