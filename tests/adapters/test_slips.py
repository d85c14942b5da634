"""The slip on paper: read back as a scanner and a reader would, from the PDF."""

from __future__ import annotations

import json
import threading
import unicodedata
from dataclasses import asdict, replace

import pytest

from portal.adapters.slip_text import drawable
from portal.adapters.slips_typst import TypstSlips
from portal.domain.returning.slip import SlipFact, SlipItem, SlipSheet
from tests.support.printed import codes_in, empty_boxes, fonts_of, pages_of, text_of

pytestmark = pytest.mark.req("S26")
SLIPS = TypstSlips()
NUMBER = "R2611207X9KQ2M"
CODE = SLIPS.codes(NUMBER)
READ_OTHERWISE = ("אבג", "محمد", "n\u0308")
"""Read back from a PDF in the order they are drawn in, or a letter for each of its parts."""
HOSTILE = '#import "x": y *粗* _i_ $x^2$ `c` <a> @b \\ // /* */ = - + ~ #eval("1") "引" [a](b) ]} 50%'


def sheet(*items: SlipItem, number: str = NUMBER, sender: str = "张三") -> SlipSheet:
    return SlipSheet(
        language="zh",
        title="退货单",
        number_label="退货单号",
        return_no=number,
        codes=SLIPS.codes(number),
        facts=(SlipFact("寄出期限", "11月27日24:00前"), SlipFact("寄件人", sender, "张*")),
        send_to_title="寄到",
        send_to=("王芳 0571-88888888", "浙江省杭州市文三路1号"),
        items_title="退回的商品",
        columns=("商品", "规格", "货号", "件数", "收到"),
        items=items or (SlipItem(title="羽绒服", variant="黑色 M", sku="YRF-M-01", quantity=2),),
        conditions_title="寄出前请确认",
        conditions=("商品完好", "配件、吊牌、说明齐全"),
        steps_title="怎么寄",
        steps=("放进包裹", "留好面单"),
    )


@pytest.mark.parametrize("number", [NUMBER, "R260101ZZZZZZZ", "R2612310000000", "R2611201234567"])
def test_a_scanner_reads_exactly_the_return_number_from_both_codes(number: str) -> None:
    assert codes_in(SLIPS.print(sheet(number=number))) == {"QRCode": number, "Code128": number}


def test_everything_that_goes_with_the_parcel_is_on_one_page() -> None:
    pages = pages_of(SLIPS.print(sheet()))
    assert len(pages) == 1
    to = ("王芳 0571-88888888", "浙江省杭州市文三路1号")
    for words in (NUMBER, "11月27日24:00前", *to, "羽绒服", "黑色 M", "YRF-M-01", "收到", "留好面单"):
        assert words in pages[0]
    assert "□ 商品完好" in pages[0]


@pytest.mark.parametrize("name", ["张𠮷", "㛃䶮", "𫄷𬭊", "龘靐齉", "Łódź Dvořák", "김철수"])
def test_a_rare_name_is_drawn_and_can_be_read(name: str) -> None:
    pdf = SLIPS.print(sheet(sender=name))
    assert name in text_of(pdf)


def test_what_noto_sans_lacks_is_drawn_by_a_font_that_has_it() -> None:
    assert fonts_of(SLIPS.print(sheet())) == {"NotoSansSC-Regular"}
    assert fonts_of(SLIPS.print(sheet(sender="张𠮷"))) == {"NotoSansSC-Regular", "NotoSansCJKjp-Regular"}


def test_a_character_that_no_font_has_is_named_and_does_not_vanish() -> None:
    assert "张[U+2A6A5]丰" in text_of(SLIPS.print(sheet(sender="张\U0002a6a5丰")))


TYPED = {
    "\U0002a6a5": "[U+2A6A5]",
    "丰\U000e0100": "丰",
    "😀": "[U+1F600]",
    "👨‍👩‍👧": "[U+1F468][U+1F469][U+1F467]",
    "❤️": "[U+2764]",
    "สมชาย": "[U+0E2A][U+0E21][U+0E0A][U+0E32][U+0E22]",
    "अनिल": "[U+0905][U+0928][U+093F][U+0932]",
    "אבג": "אבג",
    "José": "José",
    "Jose\u0301": "José",
    "Nguye\u0302\u0303n": "Nguyễn",
    "n\u0308": "n\u0308",
    "中\u0e48": "中[U+0E48]",
    "\u0301": "\u0301",
    "Ελένη": "Ελένη",
    "Юлия": "Юлия",
    "محمد": "محمد",
    "\ue123": "[U+E123]",
    "\u202e倒\u2066": "倒",
    "\u2028": "",
    "\ufdd0\uffff": "[U+FDD0]",
}
"""A name, and how it stands on the slip: drawn by a font that has it, else by number, never as an empty box."""


@pytest.mark.parametrize("name", TYPED)
def test_what_a_font_lacks_is_drawn_by_another_or_named_in_every_script(name: str) -> None:
    slip = sheet(SlipItem(title=name, variant=name, sku="", quantity=1), sender=f"张{name}丰")
    said = drawable(name, SLIPS._coverage)
    assert said.strip() == unicodedata.normalize("NFC", TYPED[name])
    pdf = SLIPS.print(slip)
    assert empty_boxes(pdf) == 0
    if name not in READ_OTHERWISE:
        assert squeezed(f"张{said}丰") in squeezed(text_of(pdf))


def test_an_empty_box_would_be_seen() -> None:
    data = json.dumps({**asdict(sheet(sender="😀")), "code128": CODE.code128.svg, "qr": CODE.qr.svg})
    assert empty_boxes(SLIPS._compiler.compile(format="pdf", sys_inputs={"slip": data})) > 0


def squeezed(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(text.split()))


def test_what_somebody_typed_is_printed_as_it_was_typed() -> None:
    pdf = SLIPS.print(sheet(SlipItem(title=HOSTILE, variant=HOSTILE, sku=HOSTILE, quantity=1), sender=HOSTILE))
    squeezed = HOSTILE.replace(" ", "")
    assert text_of(pdf).replace(" ", "").count(squeezed) == 4


def test_control_characters_and_halves_of_pairs_are_left_out() -> None:
    assert "张 三 四" in text_of(SLIPS.print(sheet(sender="张\x00三\ud800四")))


def test_twelve_hundred_lines_go_on_over_pages_that_all_name_the_number() -> None:
    items = tuple(SlipItem(title=f"商品{number}", variant="", sku="", quantity=number) for number in range(1, 1201))
    pages = pages_of(SLIPS.print(sheet(*items)))
    assert len(pages) > 20
    assert all(NUMBER in page and "件数" in page for page in pages)
    assert "商品1200" in pages[-1]


def test_several_can_be_printed_at_once() -> None:
    printed: dict[str, bytes] = {}

    def print_one(number: str) -> None:
        printed[number] = SLIPS.print(sheet(number=number))

    numbers = [f"R26112000000{n:02}" for n in range(8)]
    threads = [threading.Thread(target=print_one, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: number in text_of(pdf) for number, pdf in printed.items()} == dict.fromkeys(numbers, True)


def test_without_an_address_the_sentence_stands_in_its_place() -> None:
    asking = replace(sheet(), send_to=("商家还没有登记退货地址，请先联系客服问清楚再寄。",))
    assert "请先联系客服问清楚再寄" in text_of(SLIPS.print(asking))
