"""A file of orders as lines of text: gzip, UTF-8 with or without BOM and GB18030 are found out while it streams."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

CHUNK = 1 << 16
LOOK_AHEAD = 1 << 18
LONGEST_LINE = 16 << 20
"""Characters. What is longer is no order, and would not be constant memory."""


BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)


class Damaged(Exception):
    """The rest of the file cannot be read; the text says why."""


class TooLong(str):
    """Stands for a line longer than LONGEST_LINE: its first characters."""


def opened(raw: BinaryIO) -> tuple[BinaryIO, bytes]:
    """`raw`, unpacked where its first bytes say gzip, whatever it is called; and the first four of what is in it."""
    buffered = _buffered(raw)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        buffered = _buffered(cast("BinaryIO", gzip.GzipFile(fileobj=buffered, mode="rb")))
    try:
        return buffered, buffered.peek(4)[:4]
    except BROKEN as problem:
        raise Damaged(f"the file is damaged: {problem}") from None


def _buffered(raw: BinaryIO) -> io.BufferedReader:
    return raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", raw))


def text_of(raw: BinaryIO, most: int | None = None) -> Iterator[str]:
    """Pieces of the text. The encoding is decided at the first byte that is not ASCII, by what follows it.

    A byte that is wrong in it comes out as a lone surrogate, so the order that holds it is rejected and the rest read.
    Raises Damaged, also behind `most` bytes, unpacked.
    """
    (source, _), length = opened(raw), 0
    decoder: codecs.IncrementalDecoder | None = None
    while piece := read_piece(source, CHUNK):
        length += len(piece)
        if most is not None and length > most:
            raise Damaged(f"there are more than {most} bytes, unpacked: send the rest by itself")
        if decoder is None:
            if piece.isascii():
                yield piece.decode("ascii")
                continue
            piece += read_piece(source, LOOK_AHEAD)
            decoder = codecs.getincrementaldecoder(encoding_of(piece))("surrogateescape")
        yield decoder.decode(piece)
    if decoder is not None:
        yield decoder.decode(b"", final=True)


def encoding_of(sample: bytes) -> str:
    """Of bytes that are not all ASCII: by their mark, else UTF-8 if they are that, else GB18030."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-8" if _reads_as("utf-8", sample) or not _reads_as("gb18030", sample) else "gb18030"


def _reads_as(encoding: str, sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def read_piece(source: BinaryIO, size: int) -> bytes:
    """At most `size` bytes, unpacked. Raises Damaged."""
    try:
        return source.read(size)
    except BROKEN as problem:
        raise Damaged(f"the file is damaged from here on: {problem}") from None


def lines_of(pieces: Iterator[str]) -> Iterator[str]:
    """Lines with their ends, split at line feeds only. One that is too long comes as TooLong, and reading goes on."""
    rest: list[str] = []
    held = 0
    for piece in pieces:
        first, *others = piece.split("\n")
        if held <= LONGEST_LINE:
            rest.append(first)
        held += len(first)
        if not others:
            continue
        yield _line(rest, held, "\n")
        for line in others[:-1]:
            yield f"{line}\n"
        rest, held = [others[-1]], len(others[-1])
    if held:
        yield _line(rest, held, "")


def _line(parts: list[str], length: int, end: str) -> str:
    return TooLong("".join(parts)[:200]) if length > LONGEST_LINE else f"{''.join(parts)}{end}"
