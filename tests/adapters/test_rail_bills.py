"""Bills of a day, however many lines they have: memory holds one."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.adapters import alipay_bills, wechat_bills
from portal.adapters.bill_files import fetched
from portal.adapters.rail_values import bill_days
from tests.rails.local_provider import LocalProvider, Reply, Request
from tests.support.memory import peak_memory

LINES = 60_000
_HEAD = "交易时间,商户退款单号,申请退款金额,退款状态"


class BillServer(LocalProvider):
    bill = b""

    def handle(self, request: Request) -> Reply:
        return Reply(200, self.bill, {"Content-Type": "application/zip"})


class MovedServer(LocalProvider):
    def handle(self, request: Request) -> Reply:
        is_moved = request.path == "/bill"
        return Reply(302, b"", {"Location": f"{self.url}/there"}) if is_moved else Reply(200, b"bill", {})


@contextmanager
def little_memory() -> Iterator[None]:
    """At most 4 MB beyond what was there: a twentieth of such a bill."""
    used: list[int] = []
    with peak_memory(used):
        yield
    assert used[0] < 4_000_000


@pytest.mark.req("N7")
class TestBills:
    def test_wechats_is_read_line_by_line(self) -> None:
        row = "`2026-11-20 12:00:00,`01JR-{},`12.30,`SUCCESS"
        text = "\r\n".join(
            [_HEAD, *(row.format(count) for count in range(LINES)), "总交易单数,总金额", "`2,`1"]
        ).encode()
        packed, sha1 = gzip.compress(text), hashlib.sha1(text).hexdigest()
        file = io.BytesIO(packed)
        del text
        with little_memory():
            lines = wechat_bills.bill_lines(file, sha1)
            assert next(lines)["商户退款单号"] == "01JR-0"
            assert sum(1 for _ in lines) == LINES - 1

    def test_a_long_one_is_fetched_to_disk(self) -> None:
        server = BillServer()
        server.bill = bytes(20_000_000)
        try:
            with (
                little_memory(),
                fetched(f"{server.url}/bill", provider="wechat", timeout=20, headers={"A": "b"}) as file,
            ):
                assert file.seek(0, io.SEEK_END) == 20_000_000
        finally:
            server.close()

    def test_what_is_signed_for_one_address_is_sent_to_no_other(self) -> None:
        server = MovedServer()
        try:
            for headers, asked in ((None, ["/bill", "/there"]), ({"Authorization": "signed"}, ["/bill"])):
                server.requests.clear()
                with suppress(OSError), fetched(f"{server.url}/bill", provider="x", timeout=20, headers=headers):
                    pass
                assert [request.path for request in server.requests] == asked
        finally:
            server.close()

    def test_alipays_is_read_line_by_line(self) -> None:
        rows = (f"2026112{count:021d}\t,01JR-{count}\t,退款\t\r\n" for count in range(LINES))
        text = "".join(["#remark\r\n", "支付宝交易号,退款批次号/请求号,业务类型\r\n", *rows, "#end\r\n"]).encode("gbk")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr("2088_业务明细.csv", text)
        server = BillServer()
        server.bill = packed.getvalue()
        del text, packed
        try:
            with little_memory():
                lines = alipay_bills.bill_lines(f"{server.url}/bill", timeout=20)
                assert next(lines)["退款批次号/请求号"] == "01JR-0"
                assert sum(1 for _ in itertools.islice(lines, LINES)) == LINES - 1
        finally:
            server.close()

    @pytest.mark.parametrize(
        ("now", "since", "days"),
        [
            (datetime(2026, 11, 20, 4, 0, tzinfo=UTC), datetime(2026, 11, 18, 4, 0, tzinfo=UTC), [18, 19]),
            (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), datetime(2026, 11, 18, 4, 0, tzinfo=UTC), [18]),
            (datetime(2026, 11, 20, 4, 0, tzinfo=UTC), datetime(2026, 11, 17, 17, 0, tzinfo=UTC), [18, 19]),
            (datetime(2026, 11, 20, 4, 0, tzinfo=UTC), datetime(2026, 11, 20, 4, 0, tzinfo=UTC), [19]),
            (datetime(2026, 11, 20, 4, 0, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC), [17, 18, 19]),
        ],
    )
    def test_days_are_those_of_shanghai_until_the_last_that_was_made(
        self, now: datetime, since: datetime, days: list[int]
    ) -> None:
        first = date(2026, 11, 1)
        wanted = [first + timedelta(days=day - 1) for day in days]
        assert list(bill_days(since, now, most=3)) == wanted
