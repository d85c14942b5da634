"""Pictures come out as pixels and nothing else, and decoding them can hurt nobody."""

from __future__ import annotations

import csv
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from portal.adapters.images_process import WAITING, ImageProcess
from portal.domain.errors import ProviderUnavailable
from portal.domain.evidence.files import MOST_PIXELS, BadFile
from portal.ports import CleanFile
from tests.adapters.pictures import encoded, is_alike, opened, parts_of_jpeg, parts_of_png, photo
from tests.support import needs

pytestmark = pytest.mark.req("S20")

# What docs/decisions/0003-evidence.md says where the manifest leaves it to us.
POLICY = {
    "ultrahdr.jpg": "reject",
    "hopper.avif": "accept",
    "hopper.heif": "accept",
    "junk_jpeg_header.jpg": "accept",
    "broken_data_stream.png": "reject",
    "truncated_end_chunk.png": "reject",
    "truncated_app14.jpg": "accept",
    "no_palette.gif": "accept",
    "icc-after-SOF.jpg": "accept",
    "IMG_5195.HEIC": "accept",
    "image00971.jpg": "accept",
}
MANIFEST = needs.data_folder() / "images" / "MANIFEST.csv"
HERE = MANIFEST.exists()
ROWS = list(csv.DictReader(MANIFEST.read_text().splitlines())) if HERE else [{"file": "MANIFEST.csv", "expected": ""}]


@pytest.fixture(scope="module")
def images() -> Iterator[ImageProcess]:
    process = ImageProcess()
    yield process
    process.close()


def refusal(images: ImageProcess, content: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        images.clean(content)
    return refused.value.code


def assert_holds_nothing_but_pixels(clean: CleanFile) -> None:
    picture = opened(clean.content)
    assert (picture.mode, picture.size) == ("RGB", (clean.width, clean.height))
    assert max(picture.size) <= 2560
    assert getattr(picture, "n_frames", 1) == 1
    assert not picture.getexif() and not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(picture.info)
    if clean.media_type == "image/png":
        assert set(parts_of_png(clean.content)) == {b"IHDR", b"IDAT", b"IEND"}
    else:
        # The JFIF header, tables, the frame: no other application data, no comment.
        assert set(parts_of_jpeg(clean.content)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert set(parts_of_jpeg(clean.small)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert max(opened(clean.small).size) <= 320


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_every_file_of_the_manifest_comes_out_as_it_says(
    row: dict[str, str], images: ImageProcess, shared_data: Callable[[str], Path]
) -> None:
    content = shared_data(f"images/{row['file']}").read_bytes()
    expected = POLICY.get(row["file"], "accept or reject") if row["expected"] == "policy" else row["expected"]
    try:
        clean = images.clean(content)
    except BadFile:
        assert "reject" in expected
    else:
        assert "accept" in expected
        assert_holds_nothing_but_pixels(clean)


def test_a_turned_photo_of_the_manifest_stands_upright(
    images: ImageProcess, shared_data: Callable[[str], Path]
) -> None:
    turned = opened(images.clean(shared_data("images/hopper_orientation_6.jpg").read_bytes()).content)
    upright = opened(shared_data("images/hopper.jpg").read_bytes())
    assert max(ImageStat.Stat(ImageChops.difference(turned, upright)).mean) < 12
    landscape = images.clean(shared_data("images/Landscape_6.jpg").read_bytes())
    assert (landscape.width, landscape.height) == (1800, 1200)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_whatever_way_the_camera_was_held_the_picture_stands_upright(
    orientation: int, kind: str, images: ImageProcess
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = photo().transpose(undo[orientation]) if orientation in undo else photo()
    clean = images.clean(encoded(held, kind, exif=exif))
    assert (clean.width, clean.height) == (160, 120)
    assert is_alike(opened(clean.content), photo())


def test_where_it_was_taken_what_was_noted_and_what_was_appended_do_not_come_along(images: ImageProcess) -> None:
    exif = Image.Exif()
    exif[0x010E] = "张三的手机"
    exif.get_ifd(0x8825)[1] = "N"
    content = encoded(photo(), exif=exif, comment=b"secret", xmp=b"<x:xmpmeta/>") + b"PK\x03\x04 appended"
    clean = images.clean(content)
    assert_holds_nothing_but_pixels(clean)
    assert not any(word in clean.content for word in (b"secret", b"xmpmeta", b"PK\x03\x04", "张三".encode()))


def test_what_is_transparent_becomes_white_and_16_bits_become_8(images: ImageProcess) -> None:
    clear = opened(images.clean(encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG")).content)
    assert clear.getpixel((4, 4)) == (255, 255, 255)
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([0, 0, 0] * 256)
    assert opened(images.clean(encoded(palette, "GIF", transparency=0)).content).getpixel((4, 4)) == (255, 255, 255)
    deep = opened(images.clean(encoded(Image.new("I;16", (8, 8), 0x8000), "PNG")).content)
    assert deep.getpixel((4, 4)) == (128, 128, 128)


def test_colours_are_those_that_the_profile_means(images: ImageProcess) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    # A profile that does not fit the picture is left aside; it must not cost the customer the upload.
    clean = images.clean(encoded(photo(), icc_profile=profile))
    assert is_alike(opened(clean.content), photo())


def test_a_photo_is_made_smaller_and_the_screenshot_of_a_chat_stays_readable(images: ImageProcess) -> None:
    big = images.clean(encoded(photo(4000, 3000)))
    assert (big.width, big.height, big.media_type) == (2560, 1920, "image/jpeg")
    chat = images.clean(encoded(photo(1080, 12_000), "PNG"))
    assert chat.width > 600 and chat.width * chat.height <= 5_000_000 and chat.media_type == "image/png"


def test_too_many_pixels_are_refused_before_they_are_decoded(images: ImageProcess) -> None:
    side = int(MOST_PIXELS**0.5) + 1
    assert refusal(images, encoded(Image.new("1", (side, side)), "PNG")) == "pixels"
    assert refusal(images, encoded(Image.new("1", (side * 4, side * 4)), "PNG")) == "pixels"


def test_what_is_no_picture_is_told_from_one_that_is_broken(images: ImageProcess) -> None:
    whole = encoded(photo())
    assert refusal(images, b"") == "broken"
    assert refusal(images, whole[: len(whole) // 2]) == "broken"
    assert refusal(images, b"\x89PNG\r\n\x1a\n") == "broken"
    assert refusal(images, b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "type"
    assert refusal(images, encoded(photo(), "BMP")) == "type"
    assert refusal(images, encoded(photo(), "TIFF")) == "type"


def test_a_killed_process_is_started_again(images: ImageProcess) -> None:
    images.clean(encoded(photo()))
    assert images.pid
    os.kill(images.pid, signal.SIGKILL)
    os.waitid(os.P_PID, images.pid, os.WEXITED | os.WNOWAIT)
    assert images.clean(encoded(photo())).width == 160


def test_too_little_memory_refuses_the_file_and_nothing_else() -> None:
    images = ImageProcess(memory=180 * 1024 * 1024)
    assert refusal(images, encoded(Image.new("RGBA", (5000, 5000)), "PNG")) == "broken"
    assert images.clean(encoded(photo())).width == 160
    images.close()


def test_what_takes_too_long_is_ended_and_the_next_file_is_taken() -> None:
    images = ImageProcess()
    images.clean(encoded(photo()))
    images.wall_seconds = 0.05
    assert refusal(images, encoded(photo(5000, 5000), "PNG")) == "broken"
    images.wall_seconds = 15.0
    assert images.clean(encoded(photo())).width == 160
    images.close()


def test_the_process_knows_no_secret_of_ours(images: ImageProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    images.close()
    monkeypatch.setenv("PORTAL_SECRET_KEY", "s" * 40)
    images.clean(encoded(photo()))
    assert "PORTAL" not in Path(f"/proc/{images.pid}/environ").read_text()


def test_a_twelve_megapixel_photo_stays_under_400_megabytes() -> None:
    images = ImageProcess()
    images.clean(encoded(photo(4032, 3024), quality=95, progressive=True, subsampling=0))
    status = Path(f"/proc/{images.pid}/status").read_text()
    assert int(status.partition("VmHWM:")[2].split()[0]) < 400 * 1024
    images.close()


def crafted(parts: int, segment: bytes) -> bytes:
    """A JPEG that repeats `segment` before its end."""
    content = encoded(photo(), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + segment * parts + content[last:]


def test_a_picture_of_thousands_of_scans_or_segments_is_not_begun(images: ImageProcess) -> None:
    content = encoded(photo(), "JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    images.clean(content)
    before = images.pid
    for bad in (crafted(80_000, scan), crafted(500_000, b"\xff\xfe\x00\x04ab"), crafted(200, scan)):
        assert refusal(images, bad) == "broken"
    assert images.pid == before, "it was begun, and met a limit"
    assert images.clean(crafted(20, b"\xff\xfe\x00\x04ab")).media_type == "image/jpeg"


@pytest.mark.parametrize("width", [1, 160, 4_000])
@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 1}, {"quality": 100}])
def test_what_cameras_and_programs_write_has_far_fewer(
    width: int, options: dict[str, object], images: ImageProcess
) -> None:
    noise = Image.effect_noise((width, width), 100).convert("RGB")
    assert images.clean(encoded(noise, "JPEG", **options)).media_type == "image/jpeg"


def test_who_comes_while_too_many_files_wait_is_told_to_come_again_and_a_page_is_not_held_up() -> None:
    process = ImageProcess()
    try:
        with ExitStack() as full:
            for _ in range(1 + WAITING):
                assert process._counter._inside.acquire(blocking=False)
                full.callback(process._counter._inside.release)
            with pytest.raises(ProviderUnavailable):
                process.clean(encoded(photo()))
        assert process.clean(encoded(photo())).width == 160
    finally:
        process.close()
