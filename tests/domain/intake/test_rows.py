"""A mapping: what a shop's own table becomes, and what it keeps out."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.intake.balance import balance_problem
from portal.domain.intake.imported_order import ImportedOrder, Read, Reject
from portal.domain.intake.mapping import FeedMapping, MappingError
from portal.domain.intake.rows import RowReader
from portal.schemas.mapping import parse_mapping
from portal.schemas.order import read_order

HEADER = ["no", "state", "at", "item", "name", "count", "price", "paid", "left"]


def mapping(**changes: Any) -> FeedMapping:
    table: dict[str, Any] = {
        "time": {"zone": "Asia/Shanghai"},
        "order": {
            "number": "no",
            "placed_at": "at",
            "updated_at": "at",
            "currency": {"value": "CNY"},
            "status": {"column": "state", "words": {"已付款": "paid", "已完成": "completed"}},
        },
        "line": {
            "id": "item",
            "sku": "item",
            "title": {"columns": ["name", "item"]},
            "quantity": "count",
            "unit_price": "price",
        },
        "payment": {"method": {"value": "alipay"}, "paid_at": "paid"},
        "parcel": {"shipped_at": "left"},
    }
    return parse_mapping(table | changes)


def row(
    no: str = "1", state: str = "已付款", item: str = "a", count: str = "2", price: str = "5.00", **values: str
) -> list[str]:
    found = {
        "no": no,
        "state": state,
        "at": "2026-11-01 10:00",
        "item": item,
        "name": "碗",
        "count": count,
        "price": price,
    }
    return [(found | {"paid": "2026-11-01 10:05", "left": ""} | values)[name] for name in HEADER]


def read(*rows: list[str], by: FeedMapping | None = None) -> list[Read | Reject]:
    return RowReader(by or mapping(), HEADER).read([(at, cells) for at, cells in enumerate(rows, 2)])


def order_of(*rows: list[str], by: FeedMapping | None = None) -> ImportedOrder:
    (found,) = read(*rows, by=by)
    assert isinstance(found, Read)
    order = read_order(found.data)
    assert isinstance(order, ImportedOrder), order
    return order


def test_rows_become_an_order_with_local_times_and_words_and_its_whole_total_paid() -> None:
    order = order_of(row(), row(item="b", count="1", price="0.125"))
    assert (order.status, order.placed_at.isoformat()) == ("paid", "2026-11-01T02:00:00+00:00")
    assert (order.paid.decimal(), balance_problem(order), order.payments[0].reference) == ("10.13", None, "1")


def test_a_blank_time_of_payment_means_not_paid() -> None:
    assert order_of(row(paid="")).payments == ()


def test_a_date_of_shipping_makes_one_parcel_with_everything() -> None:
    order = order_of(row(left="2026-11-02 09:00"), row(item="b", left="2026-11-02 09:00"))
    assert order.shipments[0].lines == (("a", 2), ("b", 2))


def test_a_title_falls_back_to_the_next_column() -> None:
    assert order_of(row(name="  ")).lines[0].title == "a"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"state": "神秘"}, "status"),
        ({"count": "1.5"}, "lines.0.quantity"),
        ({"price": "1,50"}, "lines.0.unit_price"),
        ({"price": "-1.00"}, "lines.0.unit_price"),
        ({"at": "gestern"}, "placed_at"),
    ],
)
def test_what_a_table_says_wrong_is_never_corrected(values: dict[str, str], field: str) -> None:
    (found,) = read(row(**values))
    assert isinstance(found, Read)
    problems = read_order(found.data)
    assert isinstance(problems, tuple)
    assert field in {problem.field for problem in problems}


def test_orders_are_kept_out_by_a_rule_with_its_reason() -> None:
    by = mapping(reject=[{"column": "no", "starts_with": ["C"], "reason": "is a cancellation"}])
    assert read(row(no="C1"), by=by) == [Reject(2, "C1", "number", "is a cancellation")]


def test_a_line_left_out_is_told_and_the_rest_taken_in() -> None:
    by = mapping(leave_out=[{"column": "count", "at_most": 0, "reason": "written off"}])
    left_out, taken = read(row(), row(item="b", count="-3"), by=by)
    assert left_out == Reject(3, "1", "lines.1.quantity", "written off", is_order=False)
    assert isinstance(taken, Read)
    assert len(taken.data["lines"]) == 1


def test_an_order_without_a_line_left_is_rejected_as_one() -> None:
    by = mapping(leave_out=[{"column": "count", "at_most": 0, "reason": "written off"}])
    assert read(row(count="-1"), row(count="-2"), by=by) == [Reject(2, "1", "lines.0.quantity", "written off")]


def test_a_problem_of_a_line_points_to_its_row() -> None:
    (found,) = read(row(), row(item="b", count="x"))
    assert isinstance(found, Read)
    assert (found.where("lines.1.quantity"), found.where("payments")) == (3, 2)


def test_a_row_of_another_width_keeps_the_whole_order_out() -> None:
    assert read(row(), row()[:-1]) == [Reject(3, "1", "", "the row has 8 columns, the header 9")]


def test_a_mapping_that_cannot_be_used_says_everything_that_is_wrong() -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(
            {
                "order": {"number": "no", "colour": "x", "status": {"word": "x"}},
                "line": {"id": "item"},
                "time": {"zone": "Mars/Olympus"},
                "reject": [{"column": "a", "reason": "b"}],
                "lines": {},
            }
        )
    assert {problem.field for problem in caught.value.problems} >= {
        "order.colour",
        "order.status",
        "order.placed_at",
        "line.quantity",
        "time.zone",
        "reject.0",
        "lines",
    }


def test_a_column_that_is_not_in_the_file_is_named() -> None:
    with pytest.raises(MappingError, match="left: is no column of the file"):
        RowReader(mapping(), HEADER[:-1])


def own_and_parcels(**changes: Any) -> FeedMapping:
    parcel = {"tracking_no": "name", "shipped_at": "left"}
    order = mapping_order() | {"customer": {"id": "state"}, "status": {"value": "shipped"}}
    return mapping(order=order, parcel=parcel, **changes)


def mapping_order() -> dict[str, Any]:
    by = {"number": "no", "placed_at": "at", "updated_at": "at"}
    return by | {"currency": {"value": "CNY"}, "status": {"value": "paid"}}


def test_rows_of_one_order_that_disagree_are_nobodys_order() -> None:
    (found,) = read(row(), row(item="b", state="已完成"))
    assert found == Reject(3, "1", "status", 'the rows of the order disagree: line 3 has "已完成", line 2 "已付款"')


def test_a_blank_says_nothing_and_what_a_later_row_says_counts() -> None:
    order = order_of(row(paid=""), row(item="b", state="", at="", paid=""))
    assert (order.payments, len(order.lines)) == ((), 2)
    assert order_of(row(paid=""), row(item="b", paid="2026-11-01 10:05")).payments[0].captured.minor == 2000


def test_columns_that_may_differ_are_those_of_the_first_row() -> None:
    by = mapping(file={"may_differ": ["state"]})
    assert order_of(row(), row(item="b", state="已完成"), by=by).status == "paid"


def test_each_parcel_that_the_rows_name_is_one() -> None:
    sent = "2026-11-02 09:00"
    rows = [row(name="T1", left=sent), row(item="b", name="T2", left=sent), row(item="c", name="T1", left=sent)]
    order = order_of(*rows, by=own_and_parcels())
    assert [(one.tracking_no, one.lines) for one in order.shipments] == [
        ("T1", (("a", 2), ("c", 2))),
        ("T2", (("b", 2),)),
    ]


def test_a_row_without_the_parcel_has_not_left_where_it_says_everything_else() -> None:
    rows = [row(name="T1", left="2026-11-02 09:00"), row(item="b", name="", left="")]
    (parcel,) = order_of(*rows, by=own_and_parcels()).shipments
    assert parcel.lines == (("a", 2),)


def test_a_row_that_says_nothing_of_the_order_is_in_the_parcel_of_the_first() -> None:
    bare = {"state": "", "at": "", "paid": "", "left": "", "name": ""}
    (parcel,) = order_of(row(name="T1", left="2026-11-02 09:00"), row(item="b", **bare), by=own_and_parcels()).shipments
    assert parcel.lines == (("a", 2), ("b", 2))


@pytest.mark.parametrize("number", ["2.02613E+17", "2E+17", "2.0e+12"])
def test_no_row_of_a_rounded_number_is_an_order(number: str) -> None:
    found = read(row(no=number), row(no=number, item="b"))
    assert [(one.line, one.field) for one in found if isinstance(one, Reject)] == [(2, "number"), (3, "number")]


def test_a_rounded_customer_or_line_is_named() -> None:
    (found,) = read(row(state="1.38E+10"), by=own_and_parcels())
    assert isinstance(found, Reject)
    assert found.field == "customer.id"
    (found,) = read(row(item="9.1E+05"))
    assert isinstance(found, Reject)
    assert found.field == "lines.0.id"


@pytest.mark.parametrize(
    "values",
    [
        {"no": '="1"'},
        {"item": '="a"'},
        {"count": "２"},
        {"count": '="2"'},
        {"price": "￥5.00"},
        {"price": "５．００"},
        {"price": '="5.00"'},
        {"price": "5.00元"},
    ],
)
def test_what_a_spreadsheet_or_a_keyboard_did_to_a_cell_is_undone(values: dict[str, str]) -> None:
    order = order_of(row(**values))
    assert (order.number, order.lines[0].id, order.total.minor) == ("1", "a", 1000)
