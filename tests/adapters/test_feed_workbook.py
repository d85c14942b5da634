"""Workbooks of orders: what a cell holds, which sheet, and what a file may be that somebody else has written."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from portal.adapters import feed_workbook, workbook_limits
from portal.adapters.feed_files import SHIPPED, read_orders
from portal.domain.intake.imported_order import ImportedOrder, Read, Reject
from portal.domain.intake.mapping import FeedMapping, MappingError
from portal.schemas.mapping import parse_mapping
from portal.schemas.order import read_order
from tests.support.memory import peak_memory
from tests.support.workbooks import as_typed, with_part, with_shared_texts, workbook

pytestmark = pytest.mark.req("P26")
HEADER = ["订单编号", "下单时间", "订单状态", "明细编号", "商品编码", "商品名称", "数量", "单价", "支付流水号"]
SHEET = "xl/worksheets/sheet1.xml"


def mapping(**file: Any) -> FeedMapping:
    table = tomllib.loads((SHIPPED / "chinese.toml").read_text("utf-8"))
    order, line = table["order"], table["line"]
    payment = {"reference": "支付流水号", "paid_at": "下单时间"}
    return parse_mapping(
        {
            "file": file,
            "time": table["time"],
            "order": {name: order[name] for name in ("number", "placed_at", "currency", "status")}
            | {"updated_at": "下单时间"},
            "line": {name: line[name] for name in ("id", "sku", "title", "quantity", "unit_price")},
            "payment": payment,
        }
    )


def row(number: Any = "A-1", line: Any = "1", price: Any = 59.9, **other: Any) -> list[Any]:
    values = {
        "下单时间": datetime.fromisoformat("2026-11-01T10:00:00"),
        "订单状态": "已付款",
        "商品编码": "S-1",
        "商品名称": "碗",
        "数量": 2,
    }
    values |= {"订单编号": number, "明细编号": line, "单价": price, "支付流水号": "r1"} | other
    return [values[name] for name in HEADER]


def read(raw: bytes, by: FeedMapping | None = None) -> list[Read | Reject]:
    return list(read_orders(io.BytesIO(raw), "xlsx", by or mapping()))


def one(raw: bytes) -> ImportedOrder:
    (found,) = read(raw)
    assert isinstance(found, Read), found
    order = read_order(found.data)
    assert isinstance(order, ImportedOrder), order
    return order


def test_numbers_dates_and_texts_are_what_they_are() -> None:
    order = one(workbook([HEADER, row(number="0012", price=0.1 + 0.2)]))
    assert (order.number, order.lines[0].total.decimal(), order.placed_at.isoformat()) == (
        "0012",
        "0.60",
        "2026-11-01T02:00:00+00:00",
    )


@pytest.mark.parametrize("serial", [46327.4166666667, 46327.41667, "46327.41667"])
def test_a_time_that_was_never_shown_as_one_is_read_from_its_serial(serial: Any) -> None:
    order = one(workbook([HEADER, row(下单时间=serial)]))
    assert order.placed_at.isoformat()[:16] == "2026-11-01T02:00"


def test_a_number_shown_with_zeros_in_front_has_them() -> None:
    def shown(sheet: Any) -> None:
        sheet["E2"].number_format = "00000"

    assert one(workbook([HEADER, row(商品编码=123)], change=shown)).lines[0].sku == "00123"


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"number": 260110123456789012}, "number", "rounding"),
        ({"number": 2.60110123456789e17}, "number", "rounding"),
        ({"支付流水号": 2026110122001412345678901234}, "payments.0.reference", "rounding"),
        ({"商品编码": datetime.fromisoformat("2026-03-14")}, "lines.0.sku", "made one of what it was"),
        ({"商品编码": "#REF!"}, "lines.0.sku", "an error of the spreadsheet"),
        ({"number": '=B2&"-1"'}, "number", "a formula without a value"),
    ],
)
def test_what_a_spreadsheet_has_spoilt_is_named_with_its_row(cells: dict[str, Any], field: str, reason: str) -> None:
    spoilt, whole = read(workbook([HEADER, row(**cells), row(number="B-1")]))
    assert isinstance(spoilt, Reject) and isinstance(whole, Read)
    assert (spoilt.line, spoilt.field, whole.line) == (2, field, 3)
    assert reason in spoilt.reason


def test_a_formula_counts_as_what_it_came_to_and_is_never_computed() -> None:
    raw = workbook([HEADER, row(price="=29.95*2")])
    assert [type(one) for one in read(raw)] == [Read]
    (found,) = read(raw)
    assert isinstance(found, Read) and found.data["lines"][0]["unit_price"] == "=29.95*2"
    kept = with_part(raw, SHEET, lambda part: part.replace(b"</f><v></v>", b"</f><v>59.9</v>"))
    assert one(kept).lines[0].total.decimal() == "119.80"


def test_the_header_may_stand_below_a_title_and_blank_rows_are_none() -> None:
    raw = workbook([["订单明细"], [], HEADER, row(), [None] * 5, row(number="B-1"), [""] * 9])
    assert [(found.order, found.line) for found in read(raw)] == [("A-1", 4), ("B-1", 6)]


def test_the_sheet_is_the_first_that_is_not_hidden_or_the_one_that_is_named() -> None:
    def other(sheet: Any) -> None:
        sheet.sheet_state = "hidden"
        more = sheet.parent.create_sheet("十一月")
        more.append(HEADER)
        more.append(row(number="N-1"))

    raw = workbook([HEADER, row()], change=other)
    assert [found.order for found in read(raw)] == ["N-1"]
    assert [found.order for found in read(raw, mapping(sheet="订单"))] == ["A-1"]
    with pytest.raises(MappingError, match="订单, 十一月"):
        read(raw, mapping(sheet="十二月"))


def test_what_stands_beside_the_table_is_no_part_of_it() -> None:
    assert one(workbook([HEADER, [*row(), None, "问过客户了"]])).number == "A-1"


def test_a_size_that_the_sheet_states_wrongly_is_not_believed() -> None:
    raw = workbook([HEADER, row(), row(number="B-1")])
    wrong = with_part(raw, SHEET, lambda part: part.replace(b'ref="A1:I3"', b'ref="A1"'))
    assert wrong != raw and len(read(wrong)) == 2


def test_texts_that_cells_share_are_found() -> None:
    raw = workbook([HEADER, row(), row(number="B-1", 商品名称="A &amp; B_x000D_")])
    assert [found.data for found in read(with_shared_texts(raw)) if isinstance(found, Read)] == [
        found.data for found in read(raw) if isinstance(found, Read)
    ]


def test_a_workbook_in_a_gzip_file_is_found_out() -> None:
    assert one(gzip.compress(workbook([HEADER, row()]))).number == "A-1"


def counting_from_1904(sheet: Any) -> None:
    sheet.parent.epoch = CALENDAR_MAC_1904


def zip_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def behind_declaration(entity: bytes, use: bytes) -> Callable[[bytes], bytes]:
    def change(part: bytes) -> bytes:
        begin = part.index(b"<worksheet")
        return (
            part[:begin]
            + entity
            + part[begin:].replace(b"<sheetData>", b"<sheetData><row><c><v>" + use + b"</v></c></row>")
        )

    return change


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password"),
        (lambda: zip_of(**{"orders.csv": b"a,b"}), "no .xlsx workbook"),
        (lambda: workbook([HEADER, row()])[:-200], "damaged"),
        (lambda: workbook([HEADER, row()], change=counting_from_1904), "1904"),
        (lambda: with_part(workbook([HEADER]), SHEET, b"<worksheet><unclosed"), "cannot be read"),
        (lambda: with_part(workbook([HEADER]), "xl/workbook.xml", b"<workbook/>"), "cannot be read"),
        (lambda: with_part(workbook([HEADER]), SHEET, "<worksheet/>".encode("utf-16")), "not UTF-8"),
        (lambda: with_part(workbook([HEADER]), SHEET, behind_declaration(BOMB, b"&b;")), "Entities"),
        (lambda: with_part(workbook([HEADER]), SHEET, behind_declaration(OUTSIDE, b"&a;")), "Entities"),
    ],
    ids=["old", "a zip", "cut", "1904", "no sheet", "no workbook", "utf-16", "entities", "external entities"],
)
def test_what_is_no_workbook_that_can_be_read_is_said_so(raw: Callable[[], bytes], reason: str) -> None:
    (found,) = read(raw())
    assert isinstance(found, Reject)
    assert (found.is_order, found.order) == (False, "")
    assert reason.casefold() in found.reason.casefold()


@pytest.mark.parametrize(
    ("limit", "least", "reason"),
    [
        ("MOST_SHEET_BYTES", 300, "a sheet has more than"),
        ("MOST_TEXT_BYTES", 100, "its texts"),
        ("MOST_OTHER_BYTES", 100, "one of its parts"),
        ("MOST_ROWS", 1, "rows"),
        ("LONGEST_ROW", 200, "a row of it"),
        ("MOST_PARTS", 3, "parts"),
    ],
)
def test_a_workbook_larger_than_is_read_is_refused_before_it_is_opened(
    limit: str, least: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_limits, limit, least)
    (found,) = read(with_shared_texts(workbook([HEADER, row(), row(number="B-1")])))
    assert isinstance(found, Reject) and reason in found.reason


def test_a_cell_far_to_the_right_or_below_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_workbook, "MOST_ROWS", 1_000)
    far = b'<row r="9999999999"><c r="ZZZ9999999999"><v>1</v></c></row></sheetData>'
    raw = with_part(workbook([HEADER, row()]), SHEET, lambda part: part.replace(b"</sheetData>", far))
    assert [found.order for found in read(raw)] == ["A-1"]


NUMBERS = st.sampled_from(["A-1", "A-2", "0012", "260110123456789012", "2.60110E+17", '="007"', " A-1 ", ""])
AMOUNTS = st.one_of(
    st.decimals(min_value=0, max_value=99_999, places=2).map(str),
    st.sampled_from(["1,299.00", "１２．５０", "¥9.90", "", "x", "0.00"]),
)
MOMENTS = st.sampled_from(["2026-11-01 10:00:00", "2026-11-01 10:00", "2026-03-29 02:30:00", "yesterday", "46327.5"])
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
TABLES = st.lists(
    st.tuples(
        NUMBERS,
        MOMENTS,
        st.sampled_from(["已付款", "已签收", "怪"]),
        st.sampled_from(["1", "2", "3", ""]),
        st.sampled_from(["S-1", "00123", "#N/A", "9.1E+12"]),
        TITLES,
        st.sampled_from(["1", "2", "３", "0", "1.5", ""]),
        AMOUNTS,
        st.sampled_from(["r1", "", '="42"']),
    ),
    max_size=8,
)


@given(table=TABLES)
def test_a_workbook_and_the_csv_of_the_same_table_are_the_same_orders(table: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *table])
    by = replace(mapping(grouped=False), may_differ=("下单时间",))
    as_csv = list(read_orders(io.BytesIO(text.getvalue().encode()), "csv", by))
    rows = [[*cells[:5], cells[5] or None, *cells[6:]] for cells in table]
    sheet = workbook(
        [HEADER, *([as_typed(cell) if cell else None for cell in cells] for cells in rows)], change=as_text
    )
    assert [checked(found) for found in read(sheet, by)] == [checked(found) for found in as_csv]


def as_text(sheet: Any) -> None:
    """What begins with `=` is no formula here: somebody has pasted it as text."""
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if cell.data_type == "f":
                cell.data_type = "s"


def checked(found: Read | Reject) -> Any:
    return found if isinstance(found, Reject) else (found.line, found.order, read_order(found.data))


def test_a_sheet_four_times_as_long_takes_hardly_more_memory() -> None:
    assert most_memory(1_200) - most_memory(300) < 1 << 20


def most_memory(rows: int) -> int:
    raw = io.BytesIO(workbook([HEADER, *(row(number=f"A-{n}") for n in range(rows))]))
    used: list[int] = []
    with peak_memory(used):
        assert sum(1 for found in read_orders(raw, "xlsx", mapping()) if isinstance(found, Read)) == rows
    return used[0]
