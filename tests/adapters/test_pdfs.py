"""A PDF is taken as it is where it only shows pages, and refused where it would do anything else."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from portal.adapters.images_process import ImageProcess
from portal.adapters.pdf_pikepdf import clean_pdf
from portal.domain.evidence.files import MOST_PAGES, BadFile
from portal.ports import CleanFile

pytestmark = pytest.mark.req("S20")


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def made(change: Callable[[pikepdf.Pdf], object] = lambda pdf: None, *, pages: int = 1, **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        change(pdf)
        pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        clean_pdf(content)
    return refused.value.code


def on_opening(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = script()


def on_the_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=script())


def behind_a_link(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F="calc.exe"))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def in_the_names(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", pdf.make_indirect(script())])))


def with_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["invoice.xml"] = pikepdf.AttachedFileSpec(pdf, b"<x/>", filename="invoice.xml")


def as_a_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array([]))


def test_pages_alone_are_kept_to_the_byte() -> None:
    content = made(pages=MOST_PAGES)
    assert clean_pdf(content) == CleanFile(content=content, media_type="application/pdf")


def test_opening_at_a_certain_page_is_no_action() -> None:
    def at_the_first(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])

    assert clean_pdf(made(at_the_first)).media_type == "application/pdf"


@pytest.mark.parametrize(
    "change", [on_opening, on_the_page, behind_a_link, in_the_names, with_a_file, as_a_form], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("packed", [False, True])
def test_what_runs_opens_or_carries_something_is_refused(change: Callable[[pikepdf.Pdf], object], packed: bool) -> None:
    streams = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    assert refusal(made(change, object_stream_mode=streams)) == "active"


def test_a_password_is_refused_also_one_that_opens_by_itself() -> None:
    assert refusal(made(encryption=pikepdf.Encryption(owner="o", user="u"))) == "active"
    assert refusal(made(encryption=pikepdf.Encryption(owner="o", user=""))) == "active"


def test_too_many_pages_are_refused() -> None:
    assert refusal(made(pages=MOST_PAGES + 1)) == "pages"


def test_what_would_have_to_be_mended_is_refused() -> None:
    whole = made()
    assert refusal(whole[: len(whole) // 2]) == "broken"
    assert refusal(whole + b"PK\x03\x04 more") == "broken"
    assert refusal(b"GIF89a" + whole) == "broken"
    assert refusal(whole.replace(b"startxref\n", b"startxref\n9")) == "broken"


def test_pdfs_are_looked_through_in_the_same_process_as_pictures() -> None:
    images = ImageProcess()
    content = made()
    assert images.clean(content).content == content
    with pytest.raises(BadFile) as refused:
        images.clean(made(on_opening))
    assert refused.value.code == "active"
    images.close()
