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


def empty_boxes(pdf: bytes) -> int:
    """How often glyph 0 of a font is drawn: what stands for a character that the font does not have."""
    count = 0
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("Tj", "TJ"):
                    parts = operands[0] if str(operator) == "TJ" else operands
                    texts = [bytes(part) for part in parts if isinstance(part, pikepdf.String)]
                    count += sum(text[at : at + 2] == b"\0\0" for text in texts for at in range(0, len(text), 2))
    return count


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
