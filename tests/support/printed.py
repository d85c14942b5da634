"""A PDF as a reader and a scanner see it: its text, page by page, and the codes in the picture of a page."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import zxingcpp


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return found


def text_of(pdf: bytes) -> str:
    """Without the line breaks that the width of a column makes."""
    return re.sub(r"\s*\n\s*", "", "".join(pages_of(pdf)).replace("\r", ""))


def codes_in(pdf: bytes) -> dict[str, str]:
    """What a decoder reads from the first page as it is printed: {"QRCode": …, "Code128": …}."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=2, grayscale=True).to_pil()
    document.close()
    return {code.format.name: code.text for code in zxingcpp.read_barcodes(picture)}


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the fonts inside, without the tag of the subset: `ABCDEF+NotoSansSC-Regular`."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [font for page in document.pages for font in page.resources.get("/Font", {}).values()]
        return {str(font.BaseFont).rpartition("+")[2].removesuffix("-Identity-H") for font in fonts}
