"""Decoding in a process of its own, with little memory, little time, no secrets and no way to write (SECURITY, uploads).

One such process serves one web process: started with the first file, and again when it has died. The two speak over a
pipe, a length before every part: a file in, `{"type": …}` or `{"fault": …}` with what came of it back.
"""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from portal.domain.evidence import BadFile
from portal.ports import CleanFile

WALL_SECONDS = 15.0
CPU_SECONDS = 10
MEMORY = 768 * 1024 * 1024
# Memory that decoders have once taken is not always given back.
MOST_FILES = 200
_LENGTH = struct.Struct(">I")
_ROOT = Path(__file__).parents[2]


class ImageProcess:
    """The `ImageCleaner` port. Safe for threads, which wait for each other."""

    def __init__(self, *, wall_seconds: float = WALL_SECONDS, memory: int = MEMORY) -> None:
        self._wall_seconds, self._memory = wall_seconds, memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._done = 0

    def clean(self, content: bytes) -> CleanFile:
        with self._lock:
            process = self._running()
            watch = threading.Timer(self._wall_seconds, process.kill)
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

    def close(self) -> None:
        """Ends the process; the next file starts another."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and (self._process.poll() is not None or self._done >= MOST_FILES):
            self._end()
        if self._process is None:
            self._done = 0
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Nothing of ours is handed on: what a decoder's defect could read there, it cannot.
                env={"PYTHONPATH": str(_ROOT)},
                cwd="/",
            )
        return self._process

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            with self._process:
                self._process = None


def _exchange(process: subprocess.Popen[bytes], content: bytes) -> list[bytes]:
    assert process.stdin and process.stdout
    _write(process.stdin, content)
    process.stdin.flush()
    return [_read(process.stdout) for _ in range(3)]


def _read_answer(answer: list[bytes]) -> CleanFile:
    facts = json.loads(answer[0])
    if "fault" in facts:
        raise BadFile(facts["fault"])
    return CleanFile(content=answer[1], small=answer[2], **facts)


def _write(pipe: BinaryIO | object, part: bytes) -> None:
    pipe.write(_LENGTH.pack(len(part)))  # type: ignore[attr-defined]
    pipe.write(part)  # type: ignore[attr-defined]


def _read(pipe: BinaryIO | object) -> bytes:
    """One part. Raises EOFError where the other side is gone."""
    head = pipe.read(_LENGTH.size)  # type: ignore[attr-defined]
    if len(head) < _LENGTH.size:
        raise EOFError
    part: bytes = pipe.read(_LENGTH.unpack(head)[0])  # type: ignore[attr-defined]
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
