"""Pictures, decoded strictly and encoded again: what leaves here holds pixels and nothing else (SECURITY, uploads).

Runs in a process of its own (`images_process`): the caps keep it small, that process's limits are the net under them.
"""

from __future__ import annotations

import io
import warnings

import pillow_heif
from PIL import Image, ImageCms, UnidentifiedImageError

from portal.domain.evidence.files import MOST_PHOTO_PIXELS, MOST_PIXELS, BadFile
from portal.ports import CleanFile

# No other decoder is tried; JPEG includes MPO, which begins as one.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
LONGEST_SIDE = 2560
# A screenshot of a whole chat is a strip: bound by its longest side alone it could not be read any more.
STRIP = 3
STRIP_PIXELS = 5_000_000
STRIP_LONGEST = 16_000
SMALL_SIDE = 320
MOST_SCANS, MOST_SEGMENTS = 100, 20_000
MOST_PNG_BYTES = 4 * 1024 * 1024
QUALITY = 88
TRANSPOSED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = MOST_PHOTO_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def clean_image(content: bytes) -> CleanFile:
    """The first frame, upright, as RGB, size-capped, with a small copy. Raises BadFile: type, pixels, broken."""
    if content.startswith(b"\xff\xd8"):
        _check_markers(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            return _clean(opened, is_small=len(content) <= MOST_PNG_BYTES)
    except UnidentifiedImageError:
        # For a photo that was cut off the message asks to send it again, for anything else it names what may be sent.
        raise BadFile("broken" if not content or content.startswith(BEGINNINGS) else "type") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadFile("pixels") from None
    except BadFile:
        raise
    except Exception:
        # Decoders raise whatever they meet (OSError, ValueError, SyntaxError, struct.error, MemoryError, …).
        raise BadFile("broken") from None


def _check_markers(content: bytes) -> None:
    """Each scan of a JPEG costs as much as the whole picture, each segment a step of the reader: what no camera writes
    is not begun. What is counted beside markers (in a profile, a note of the maker) is far below both limits."""
    if content.count(b"\xff\xda") > MOST_SCANS:
        raise BadFile("broken")
    bare = (b"\x00", b"\xff", *(bytes([restart]) for restart in range(0xD0, 0xD8)))
    segments = content.count(b"\xff") - sum(content.count(b"\xff" + after) for after in bare)
    if segments > MOST_SEGMENTS:
        raise BadFile("broken")


def _clean(opened: Image.Image, *, is_small: bool) -> CleanFile:
    is_jpeg = opened.format in ("JPEG", "MPO")
    is_photo = is_jpeg or opened.format == "HEIF"
    if opened.width * opened.height > (MOST_PHOTO_PIXELS if is_photo else MOST_PIXELS):
        raise BadFile("pixels")
    is_sharp = is_small and opened.format in ("PNG", "GIF")
    target = _capped(*opened.size)
    if is_jpeg:
        opened.draft(None, target)
    opened.load()
    plain = _flat(opened)
    profile, orientation = opened.info.get("icc_profile"), _orientation(opened)
    plain.thumbnail(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    plain = _in_srgb(plain, profile)
    if orientation in TRANSPOSED:
        plain = plain.transpose(TRANSPOSED[orientation])
    plain.info.clear()
    body, media_type = _encoded(plain, is_sharp)
    small = plain.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return CleanFile(
        content=body, media_type=media_type, width=plain.width, height=plain.height, small=_jpeg(small, quality=75)
    )


def _capped(width: int, height: int) -> tuple[int, int]:
    """The box that the picture has to fit in."""
    longest, shortest = max(width, height), max(1, min(width, height))
    if longest <= STRIP * shortest:
        return LONGEST_SIDE, LONGEST_SIDE
    scale = min(1.0, (STRIP_PIXELS / (width * height)) ** 0.5, STRIP_LONGEST / longest)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _flat(image: Image.Image) -> Image.Image:
    """RGB, or CMYK, whose profile is wanted for the way to RGB; what is transparent becomes white."""
    if image.mode in ("RGB", "CMYK"):
        return image
    if image.mode.startswith("I"):
        # 16 bits a pixel: the upper 8 are what there is to see.
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours that a browser takes for granted, since the profile will be gone: what colour a thing has is often
    what the complaint is about."""
    if profile:
        try:
            return ImageCms.profileToProfile(image, io.BytesIO(profile), _SRGB, outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    """1 to 8, of EXIF or XMP; 1 where it cannot be read: metadata that is broken breaks no picture."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:
        return 1


def _encoded(image: Image.Image, is_sharp: bool) -> tuple[bytes, str]:
    """PNG for what was drawn (screenshots), as long as it does not grow too large; else JPEG."""
    if is_sharp:
        out = io.BytesIO()
        image.save(out, "PNG", compress_level=4)
        if out.tell() <= MOST_PNG_BYTES:
            return out.getvalue(), "image/png"
    return _jpeg(image, quality=QUALITY), "image/jpeg"


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
