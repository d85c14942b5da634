"""The queue and the desk (S42, first part)."""

from __future__ import annotations

import pytest

from tests.staff import Office


@pytest.mark.req("S42", "P14")
def test_the_warehouse_stops_a_parcel_and_sees_before_what_it_does(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    desk = office.desk("warehouse", htmx=htmx)
    page = desk.open("/staff/cases").follow(f"取消订单 {case_no}".replace(" ", ""))
    assert page.state == "submitted"
    assert page.amount("refund") == "90.00"
    page = page.submit("/hold", answer="stopped")
    assert page.path == f"/staff/cases/{case_no}"
    assert page.state == "refunding"
