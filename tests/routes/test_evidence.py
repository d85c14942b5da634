"""Evidence in a form and at its address: what stays, what is refused, who gets what under which headers."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest
from flask import Flask

from tests.adapters.pictures import encoded, opened, photo
from tests.adapters.test_pdfs import made as made_pdf
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless, Page
from tests.support.shopper import Shopfront, sign_in
from tests.support.trial_form import add_trial

pytestmark = pytest.mark.req("S20")
PHOTO = ("IMG_1.jpg", encoded(photo(), comment=b"secret"), "image/jpeg")


def pictures(count: int) -> list[tuple[str, bytes, str]]:
    return [(f"{number}.png", encoded(photo(40 + number), "PNG"), "image/png") for number in range(count)]


def files(page: Page) -> list[str]:
    return [element.get("value") or "" for element in page.all("input[name=evidence_id]")]


@pytest.fixture
def app(sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    return add_trial(portal_on(sqlite_url))


@pytest.fixture
def form(front: Shopfront, shopper: Browserless) -> Page:
    number = front.take(make_order(make_line("1", 1, 1000)))
    return shopper.open(f"/orders/{number}/trial")


def test_a_file_stays_while_the_form_is_mended(form: Page) -> None:
    page = form.submit(evidence=PHOTO)
    assert page.status == 422 and page.errors == ["required"]
    assert len(files(page)) == 1
    page = page.submit(description="杯子碎了")
    assert page.status == 200 and len(files(page)) == 1 and "收到" in page.text


def test_a_bad_file_refuses_the_form_by_name_and_the_good_one_stays(form: Page) -> None:
    page = form.submit(description="碎了", evidence=[("说明.docx", b"PK\x03\x04", "application/msword"), PHOTO])
    assert page.status == 422
    assert page.errors == ["type"]
    assert page.says("说明.docx不是支持的格式。可以上传JPG、PNG、WebP、GIF、HEIC图片和PDF。")
    assert len(files(page)) == 1


def test_a_file_too_large_says_how_large_and_what_to_do(form: Page) -> None:
    page = form.submit(
        description="碎了", evidence=("big.jpg", b"\xff\xd8\xff" + b"x" * (8 * 1024 * 1024), "image/jpeg")
    )
    assert page.errors == ["size"]
    assert page.says("big.jpg有8.1MB，超过8MB。请压缩，或截取有问题的部分。")


def test_files_are_uploaded_and_taken_out_again_without_sending_the_form(form: Page) -> None:
    page = form.submit(evidence=pictures(2), button="upload")
    assert page.status == 200 and not page.errors and len(files(page)) == 2
    first, second = files(page)
    page = page.submit(button=first)
    assert files(page) == [second] and not page.errors
    assert page.browser.open(f"/evidence/{first}").status == 404


def test_the_seventh_file_is_one_too_many(form: Page) -> None:
    page = form.submit(description="碎了", evidence=pictures(7))
    assert page.status == 422 and page.errors == ["count"] and len(files(page)) == 6
    assert page.says("最多6个文件，已有6个。移除一个后可以再加。")


def test_an_empty_file_part_is_no_file(form: Page) -> None:
    page = form.submit(description="碎了")
    assert page.status == 200 and files(page) == []


def test_a_picture_is_served_under_our_name_in_a_box_that_runs_nothing(form: Page) -> None:
    page = form.submit(evidence=PHOTO, button="upload")
    (name,) = files(page)
    shown = page.browser.client.get(f"/evidence/{name}")
    headers = shown.headers
    assert shown.status_code == 200 and shown.mimetype == "image/jpeg"
    assert opened(shown.data).size == (160, 120) and b"secret" not in shown.data
    assert headers["Content-Disposition"] == f'inline; filename="evidence-{name}.jpg"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    small = page.browser.client.get(page.one("ul.photos img").get("src") or "")
    assert small.status_code == 200 and small.mimetype == "image/jpeg"


def test_a_pdf_is_served_as_an_attachment_only(form: Page) -> None:
    pdf = made_pdf()
    page = form.submit(evidence=("发票.pdf", pdf, "application/pdf"), button="upload")
    (name,) = files(page)
    answer = page.browser.client.get(f"/evidence/{name}?size=small")
    assert (answer.mimetype, answer.data) == ("application/pdf", pdf)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="evidence-{name}.pdf"'
    assert page.one("ul.photos").says("发票.pdf") and not page.has("ul.photos img")


def test_a_pdf_with_a_script_is_refused(form: Page) -> None:
    def on_opening(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    page = form.submit(evidence=("a.pdf", made_pdf(on_opening), "application/pdf"), button="upload")
    assert page.status == 422 and files(page) == []
    assert page.says("a.pdf带有密码、脚本或附件。")


def test_it_is_not_there_for_anybody_else(form: Page, front: Shopfront, app: Flask) -> None:
    page = form.submit(evidence=PHOTO, button="upload")
    (name,) = files(page)
    stranger = Browserless(app.test_client())
    assert stranger.open(f"/evidence/{name}").status == 404
    make_customer(front.deps, front.made.shop_id, 2)
    sign_in(stranger, "c-2")
    assert stranger.open(f"/evidence/{name}").status == 404
    assert stranger.open(f"/evidence/{'0' * 26}").status == 404


@pytest.mark.parametrize("sent", ["x" * 100, "../../etc/passwd", "0" * 26, "<script>"])
def test_what_no_page_of_ours_has_sent_is_left_aside(form: Page, sent: str) -> None:
    page = form.submit(description="碎了", forged={"evidence_id": [sent], "evidence": sent})
    assert page.status == 200 and files(page) == []


def test_an_order_of_1200_lines_with_six_photos_posts(form: Page) -> None:
    lines = {f"quantity-{number}": "80995" for number in range(1200)}
    page = form.submit(description="碎了", evidence=pictures(6), forged=lines)
    assert page.status == 200 and len(files(page)) == 6
