"""Files of orders: encodings, gzip, broken lines, endless lists; nothing stops the rest of a file from being read."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.adapters import feed_bytes
from portal.adapters.feed_files import SHIPPED, Format, load_mapping, read_orders
from portal.domain.intake.balance import balance_problem
from portal.domain.intake.imported_order import ImportedOrder, Read, Reject
from portal.domain.intake.mapping import FeedMapping, MappingError
from portal.schemas.order import read_order
from tests.support.feed import fed_order


def read(raw: bytes, file_format: Format = "ndjson", mapping: FeedMapping | None = None) -> list[Read | Reject]:
    return list(read_orders(io.BytesIO(raw), file_format, mapping))


def lines(*orders: dict[str, Any]) -> bytes:
    return "".join(f"{json.dumps(order, ensure_ascii=False)}\n" for order in orders).encode()


def titles(found: list[Read | Reject]) -> list[str]:
    return [item.data["lines"][0]["title"] for item in found if isinstance(item, Read)]


@pytest.mark.parametrize(
    "encode",
    [
        lambda raw: raw,
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.decode().encode("gb18030"),
        lambda raw: raw.decode().encode("utf-16"),
        gzip.compress,
        lambda raw: gzip.compress(raw.decode().encode("gb18030")),
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.rstrip(b"\n"),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "gzip", "gzip gb18030", "crlf", "no last line feed"],
)
def test_encodings_and_packing_are_found_out(encode: Callable[[bytes], bytes]) -> None:
    assert titles(read(encode(lines(fed_order(), fed_order())))) == ["衬衫", "衬衫"]


def test_the_encoding_is_found_out_however_late_it_shows() -> None:
    plain = fed_order(number="A", customer=None, ship_to=None, lines=[{"id": "1", "title": "shirt"}])
    raw = lines(*[plain] * 3000).decode().encode("gb18030") + lines(fed_order()).decode().encode("gb18030")
    assert len(raw) > 4 * feed_bytes.CHUNK
    assert titles(read(raw))[-1] == "衬衫"


def test_broken_lines_are_rejected_where_they_are_and_the_rest_is_read() -> None:
    raw = lines(fed_order()) + b'{"number": \n\n[1]\n"x"\n{"a": NaN}\n' + b"[" * 100_000 + b"\n" + lines(fed_order())
    found = read(raw)
    assert [(type(item).__name__, item.line) for item in found] == [
        ("Read", 1),
        ("Reject", 2),
        ("Reject", 4),
        ("Reject", 5),
        ("Reject", 6),
        ("Reject", 7),
        ("Read", 8),
    ]


def test_a_wrong_byte_spoils_only_its_own_order() -> None:
    raw = lines(fed_order()) + lines(fed_order()).replace("衬".encode(), b"\xe8\xff") + lines(fed_order())
    checked = [read_order(item.data) for item in read(raw) if isinstance(item, Read)]
    assert [isinstance(order, ImportedOrder) for order in checked] == [True, False, True]


def test_a_line_too_long_is_rejected_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_bytes, "LONGEST_LINE", 10_000)
    found = read(b'{"x": "' + b"x" * 200_000 + b'"}\n' + lines(fed_order()))
    assert [type(item).__name__ for item in found] == ["Reject", "Read"]


def test_a_file_that_breaks_off_says_where() -> None:
    raw = gzip.compress(lines(*[fed_order(number=str(n)) for n in range(2000)]))
    found = read(raw[: len(raw) // 2])
    assert isinstance(found[-1], Reject)
    assert (found[-1].is_order, "damaged" in found[-1].reason) == (False, True)
    assert len(found) > 1


def test_a_list_of_orders_is_read_one_by_one() -> None:
    document = json.dumps({"orders": [{"number": str(n), "status": "pending"} for n in range(500)]}, indent=1)
    found = read_orders(io.BytesIO(document.encode()), "woocommerce")
    assert isinstance(found, Iterator)
    assert next(found).order == "0"
    assert len(list(found)) == 499


@pytest.mark.parametrize(
    "document", ["[{},{}]", "{}\n{}", "{}{}", '{"orders": [{}, {}]}', "[\n{\n},\n{}\n]\n", "[{}]\n[{}]"]
)
def test_lists_documents_and_lines_are_all_orders(document: str) -> None:
    assert len(read(document.encode(), "woocommerce")) == 2


def test_after_a_broken_document_the_next_one_is_found() -> None:
    found = read(b'{\n "a": oops,\n "b": 1\n}\n{\n "status": "pending"\n}\n', "woocommerce")
    assert [item.line for item in found] == [1, 5]


def test_a_table_needs_a_mapping() -> None:
    with pytest.raises(MappingError):
        read(b"a,b\n1,2\n", "csv")


PLAIN = (
    "order_number,placed_at,updated_at,currency,status,line_id,sku,title,quantity,unit_price,paid_amount,paid_at,"
    "payment_method,payment_reference"
)


def plain_mapping(**file: Any) -> FeedMapping:
    import tomllib

    from portal.schemas.mapping import parse_mapping

    table = tomllib.loads((SHIPPED / "plain.toml").read_text("utf-8"))
    there = set(PLAIN.split(","))
    for name in ("order", "line", "payment"):
        table[name] = {
            key: value for key, value in table[name].items() if isinstance(value, str) and value in there
        } | {
            key: value
            for key, value in table[name].items()
            if isinstance(value, dict) and "columns" in value and key != "id"
        }
    table["order"]["status"] = "status"
    return parse_mapping({name: table[name] for name in ("time", "order", "line", "payment")} | {"file": file})


def cells(number: str, line_id: str, paid: str = "10.00") -> str:
    at = "2026-11-01T10:00:00Z"
    return f'{number},{at},{at},EUR,paid,{line_id},S,"A ""fine"" cup,\nblue",1,5.00,{paid},{at},card,r'


def test_rows_of_an_order_are_grouped_and_know_their_lines() -> None:
    raw = "\n".join([PLAIN, cells("1", "a"), cells("1", "b"), cells("2", "a", "5.00"), ""])
    found = read(raw.encode(), "csv", plain_mapping())
    assert [(item.order, item.line, len(item.data["lines"])) for item in found if isinstance(item, Read)] == [
        ("1", 2, 2),
        ("2", 6, 1),
    ]
    assert all(isinstance(read_order(item.data), ImportedOrder) for item in found if isinstance(item, Read))


def test_rows_that_stand_apart_are_collected_where_the_mapping_says_so() -> None:
    raw = "\n".join([PLAIN, cells("2", "a"), cells("1", "a", "5.00"), cells("2", "b")])
    found = read(raw.encode(), "csv", plain_mapping(grouped=False))
    assert [(item.order, len(item.data["lines"])) for item in found if isinstance(item, Read)] == [("2", 2), ("1", 1)]


@pytest.mark.parametrize("name", ["plain", "chinese", "online_retail", "shopify_orders", "erp"])
def test_the_mappings_shipped_can_be_used(name: str) -> None:
    assert load_mapping(name).columns()


def test_the_chinese_mapping_reads_a_chinese_table_in_gb18030() -> None:
    header = sorted(load_mapping("chinese").columns())
    values = {
        "订单编号": "DD1",
        "下单时间": "2026-11-01 10:00:00",
        "订单状态": "已签收",
        "付款条件": "在线支付",
        "会员编号": "hy1",
        "会员手机": "13800000001",
        "收货人": "张三",
        "明细编号": "1",
        "商品编码": "SP1",
        "商品名称": "青花瓷碗",
        "数量": "2",
        "单价": "50.00",
        "运费": "8.00",
        "满减优惠": "10.00",
        "优惠券编号": "YHQ",
        "优惠券金额": "5.00",
        "使用积分": "100",
        "积分抵扣": "1.00",
        "支付方式": "微信支付",
        "实付金额": "92.00",
        "付款时间": "2026-11-01 10:01:00",
        "支付流水号": "42",
        "快递公司": "SF",
        "运单号": "SF1",
        "发货时间": "2026-11-02 10:00:00",
        "签收时间": "2026-11-03 10:00:00",
    }
    raw = "\r\n".join([",".join(header), ",".join(values.get(name, "") for name in header)]).encode("gb18030")
    (found,) = read(raw, "csv", load_mapping("chinese"))
    assert isinstance(found, Read)
    order = read_order(found.data)
    assert isinstance(order, ImportedOrder), order
    assert (order.status, order.lines[0].title, order.lines[0].net, balance_problem(order)) == (
        "delivered",
        "青花瓷碗",
        8400,
        None,
    )
    assert (order.payments[0].method, order.lines[0].points_count) == ("wechat", 100)


def test_online_retail_is_read_whole(shared_data: Callable[[str], Path]) -> None:
    counted: Counter[str] = Counter()
    with shared_data("online_retail.csv.gz").open("rb") as raw:
        for item in read_orders(raw, "csv", load_mapping("online_retail")):
            counted[item.reason if isinstance(item, Reject) else "order"] += 1
    assert counted == {
        "order": 14706,
        "is a cancellation, not an order": 2735,
        "is not above 0: stock written off, nothing sold": 914,
        "is an accounting entry, not an order": 3,
    }
