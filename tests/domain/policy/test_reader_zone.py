"""Whose clock a time is told by (law 13)."""

from __future__ import annotations

import pytest

from portal.domain.policy.jurisdictions import LawClock, order_zone, place_of, reader_zone


@pytest.mark.req("N5", "S15")
@pytest.mark.parametrize(
    ("own", "country", "jurisdiction", "zone"),
    [
        ("America/New_York", "DE", "", "America/New_York"),
        ("", "DE", "", "Europe/Berlin"),
        ("", "de", "", "Europe/Berlin"),
        ("", "", "FR", "Europe/Paris"),
        ("", "IT", "FR", "Europe/Rome"),
        ("", "US", "", "Asia/Tokyo"),
        ("", "GB", "", "Europe/London"),
        ("", "gb", "", "Europe/London"),
        ("", "", "GB", "Europe/London"),
        ("", "CN", "", "Asia/Shanghai"),
        ("", "", "EU", "Asia/Tokyo"),
        ("", "", "", "Asia/Tokyo"),
        ("Mars/Olympus", "DE", "", "Europe/Berlin"),
        (None, None, None, "Asia/Tokyo"),
    ],
)
def test_it_is_the_customers_own_else_that_of_where_the_order_goes_else_the_shops(own, country, jurisdiction, zone):
    there = order_zone(jurisdiction=jurisdiction, country=country)
    assert reader_zone(customer_zone=own, order_zone=there, shop_zone="Asia/Tokyo").key == zone


@pytest.mark.req("N5")
@pytest.mark.parametrize("own", ["", "America/New_York"])
@pytest.mark.parametrize("country", ["DE", "GR", "FI"])
def test_the_law_of_the_union_counts_days_by_the_clock_that_its_times_are_told_by(own, country):
    place = place_of(
        LawClock(zone="customer", calendar="customer"),
        jurisdiction="",
        country=country,
        customer_zone=own,
        shop_zone="Asia/Shanghai",
    )
    there = order_zone(jurisdiction="", country=country)
    told = reader_zone(customer_zone=own, order_zone=there, shop_zone="Asia/Shanghai")
    assert told == place.zones[0]
