"""What a 12-megapixel photo costs the process that decodes it: time and memory (`python -m bench.photo`)."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pillow_heif
from PIL import Image

from portal.adapters.images_process import ImageProcess

SIZE = (4032, 3024)
MOST_SECONDS, MOST_MEGABYTES = 1.0, 400
ROUNDS = 5


def photo() -> Image.Image:
    """Large forms with fine grain on them: as hard to decode as what a camera takes."""
    forms = Image.radial_gradient("L").resize(SIZE)
    grain = Image.effect_noise(SIZE, 24)
    return Image.merge("RGB", (Image.blend(forms, grain, 0.2), Image.blend(forms, grain, 0.1), forms))


def files() -> dict[str, bytes]:
    pillow_heif.register_heif_opener()
    image = photo()
    options = {
        "JPEG": {"quality": 85},
        "JPEG progressive": {"quality": 85, "progressive": True, "subsampling": 0},
        "HEIF": {"quality": 60},
        "WEBP": {"quality": 80, "method": 2},
    }
    return {kind: _saved(image, kind.partition(" ")[0], **how) for kind, how in options.items()}


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def measure(content: bytes) -> tuple[float, float, int]:
    """Seconds by the clock and of the processor, each of the quickest of some rounds, and the peak in megabytes.

    The process is there already, as it is for every photo but the first.
    """
    images = ImageProcess()
    images.clean(content)
    by_clock, of_processor = [], []
    for _ in range(ROUNDS):
        started, used = time.perf_counter(), processor_seconds(images.pid)
        images.clean(content)
        by_clock.append(time.perf_counter() - started)
        of_processor.append(processor_seconds(images.pid) - used)
    status = Path(f"/proc/{images.pid}/status").read_text()
    images.close()
    return min(by_clock), min(of_processor), int(status.partition("VmHWM:")[2].split()[0]) // 1024


def processor_seconds(pid: int | None) -> float:
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    for kind, content in files().items():
        by_clock, of_processor, megabytes = measure(content)
        print(
            f"12 megapixels, {kind}, {len(content) / 1024 / 1024:.1f} MB: {by_clock:.2f} s (budget {MOST_SECONDS}), "
            f"{of_processor:.2f} s of processor, {megabytes} MB (budget {MOST_MEGABYTES})"
        )


if __name__ == "__main__":
    main()
