"""Pictures to send in, and a look into what comes out."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image, ImageDraw

CORNERS = {(0, 0): "red", (1, 0): "lime", (0, 1): "blue", (1, 1): "yellow"}


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 160, height: int = 120) -> Image.Image:
    """A picture whose four corners tell how it stands."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for (x, y), colour in CORNERS.items():
        left, top = x * width // 2, y * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return image


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the four quarters, row by row."""
    quarters = [(x, y) for y in (1, 3) for x in (1, 3)]
    return [image.getpixel((x * image.width // 4, y * image.height // 4)) for x, y in quarters]  # type: ignore[misc]


def is_alike(one: Image.Image, other: Image.Image) -> bool:
    pairs = zip(sum(corners(one), ()), sum(corners(other), ()), strict=True)
    return all(abs(left - right) < 40 for left, right in pairs)


def parts_of_jpeg(content: bytes) -> list[int]:
    """The markers up to the scan; raises where anything follows the end of the picture."""
    assert content.startswith(b"\xff\xd8")
    assert content.find(b"\xff\xd9") == len(content) - 2
    markers, place = [], 2
    while content[place + 1] != 0xDA:
        markers.append(content[place + 1])
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    return markers


def parts_of_png(content: bytes) -> list[bytes]:
    """The chunks, of which the last must be the end of the file too."""
    chunks, place = [], 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        chunks.append(content[place + 4 : place + 8])
        place += length + 12
    assert place == len(content)
    return chunks
