"""Every time is told by its reader's clock, and a deadline names the clock where it is not the shop's (law 13)."""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from lxml import html as lxml_html

from portal.services.messages.deliver_notices import deliver_notice
from tests.support.full_shop import FullShop
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("N5", "S15")
BERLIN = "Europe/Berlin"
NAMES = {"America/New_York": "纽约时间", "Asia/Shanghai": "上海时间", BERLIN: "柏林时间"}
SEASONS = {
    "winter": datetime(2026, 11, 18, 9, 7, tzinfo=UTC),
    "summer": datetime(2026, 7, 15, 9, 7, tzinfo=UTC),
    "while the clocks change": datetime(2026, 10, 24, 9, 7, tzinfo=UTC),
}
CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?![\d:])")
MOMENTS = {
    "at", "opened", "placed", "paid", "shipped", "delivered", "sent", "written", "received", "appealed", "confirmed",
    "decided", "made", "changed", "since", "retired", "answered", "submitted", "seen", "pickup", "proposed",
    "reconciled", "next",
}  # fmt: skip
"""What has happened, by its mark, and the beginning of a time whose end names the clock: all else ends a term."""
NOT_TIMES = (
    "//time | //script | //*[contains(@class, 'typed')] | //ul[@class='rules'] | //span[@class='notice-subject']"
)
"""What people typed; the law's own words; the subjects of messages, which are looked at where they are sent."""


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.fixture(params=["winter"])
def shop(request: Any, office: Office) -> FullShop:
    found = FullShop(office, SEASONS[request.param])
    found.fill(zone=BERLIN, contact={"phone": "030 1234", "hours": "9:00—21:00"})
    return found


def live_in(office: Office, zone: str) -> None:
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE customer SET zone = '{zone}'")


def wrong_times(page: Any, zone: str, home: str = BERLIN) -> list[str]:
    """Every time of a page that is not told by `zone`, or stands nowhere in an element of its own, or lacks the name of
    it where the clock of `home` is another."""
    tree, found, told = lxml_html.fromstring(page), [], {"9:00", "21:00"}
    for element in tree.xpath("//time"):
        said, shown = datetime.fromisoformat(element.get("datetime")), element.text_content()
        there = said.astimezone(ZoneInfo(zone))
        hour = f"{there:%H:%M}"
        hours = {hour} if hour != "00:00" else {"00:00", "24:00"}
        told |= hours
        if said.utcoffset() != there.utcoffset() or set(CLOCK.findall(shown)) - hours or not CLOCK.search(shown):
            found.append(shown)
        is_term, at_home = element.get("data-time") not in MOMENTS, said.astimezone(ZoneInfo(home))
        must = is_term and there.utcoffset() != at_home.utcoffset()
        if must != (NAMES[zone] in shown) or any(name in shown for key, name in NAMES.items() if key != zone):
            found.append(f"{element.get('data-time')}: {shown}")
    for element in tree.xpath(NOT_TIMES):
        element.drop_tree()
    bare = tree.xpath("string(//main)") if tree.xpath("//main") else tree.text_content()
    return found + [hour for hour in CLOCK.findall(bare) if hour not in told]


def wrong_pages(reader: Browserless, paths: Iterable[str], zone: str, home: str = BERLIN) -> dict[str, list[str]]:
    """What is wrong of each page; one that is not there, or leads on, says nothing."""
    pages = {path: reader.client.get(path) for path in paths}
    assert {page.status_code for page in pages.values()} <= {200, 303, 404, 409}
    shown = {path: page.data for path, page in pages.items() if page.status_code in (200, 409)}
    return {path: found for path, page in shown.items() if (found := wrong_times(page, zone, home))}


@pytest.mark.parametrize("shop", SEASONS, indirect=True)
def test_every_page_tells_times_by_the_customers_clock_and_names_it_where_the_shops_is_another(shop: FullShop) -> None:
    reader = shop.office.newcomer()
    sign_in(reader)
    for zone in NAMES:
        live_in(shop.office, zone)
        assert wrong_pages(reader, shop.paths(), zone) == {}, zone


def test_there_is_a_term_of_every_kind_on_the_pages_that_were_looked_at(shop: FullShop) -> None:
    reader, seen = shop.office.newcomer(), set()
    sign_in(reader)
    for path in shop.paths():
        page = reader.client.get(path)
        seen |= set(lxml_html.fromstring(page.data).xpath("//time/@data-time")) if page.data else set()
    assert {"deadline", "again_until", "promised", "ended", "until"} <= seen


def test_a_time_of_another_zone_or_without_its_name_is_seen() -> None:
    shown = '<time datetime="2026-11-20T18:00:00-05:00" data-time="deadline">11月20日18:00（纽约时间）前</time>'
    right = f"<main>{shown}</main>"
    assert wrong_times(right, "America/New_York") == []
    assert wrong_times(right, BERLIN)
    assert wrong_times(right.replace("（纽约时间）", ""), "America/New_York")
    assert wrong_times(right.replace("</main>", "23:59</main>"), "America/New_York") == ["23:59"]
    assert wrong_times(right.replace("日18", "日17"), "America/New_York")


def test_whose_zone_is_not_known_reads_by_the_clock_of_the_country_that_the_order_goes_to(office: Office) -> None:
    shop = FullShop(office, SEASONS["winter"])
    shop.fill(zone="Asia/Shanghai")
    reader = office.newcomer()
    sign_in(reader)
    of_no_order = {"/account"}
    assert wrong_pages(reader, {*shop.paths()} - of_no_order, BERLIN, "Asia/Shanghai") == {}
    assert wrong_pages(reader, of_no_order, "Asia/Shanghai", "Asia/Shanghai") == {}


def test_staff_read_by_the_clock_of_their_shop(shop: FullShop) -> None:
    live_in(shop.office, "America/New_York")
    assert wrong_pages(shop.office.desk("supervisor"), shop.staff_paths(), BERLIN) == {}


def test_the_record_of_a_case_is_read_by_its_customers_clock_whoever_takes_it(shop: FullShop) -> None:
    reader, desk = shop.office.newcomer(), shop.office.desk("supervisor")
    sign_in(reader)
    takers = ((reader.client, "/cases/{}/record.zip"), (desk.client, "/staff/cases/{}/record.zip"))
    for zone, (client, path) in itertools.product(NAMES, takers):
        live_in(shop.office, zone)
        kept = zipfile.ZipFile(io.BytesIO(client.get(path.format(shop.cases["refused"])).data))
        assert wrong_times(kept.read("index.zh.html"), zone) == []


def iso_times(value: Any) -> set[datetime]:
    """Every moment in the facts of a notice."""
    if isinstance(value, dict):
        return set().union(*map(iso_times, value.values()))
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return {datetime.fromisoformat(value)}
    return set()


def test_mails_and_texts_tell_times_as_the_pages_do(shop: FullShop) -> None:
    office = shop.office
    with office.deps.database.reading() as connection:
        rows = list(connection.exec_driver_sql("SELECT params FROM notice").scalars())
    moments = {at for row in rows for at in iso_times(json.loads(row))}
    for zone in NAMES:
        live_in(office, zone)
        told = {f"{at.astimezone(ZoneInfo(zone)):%H:%M}" for at in moments}
        told |= {"24:00"} if "00:00" in told else set()
        with office.deps.database.writing() as connection:
            connection.exec_driver_sql("UPDATE notice SET mailed_at = NULL, texted_at = NULL")
        office.mailer.sent.clear()
        for number in range(1, len(rows) + 1):
            deliver_notice(notice_id=number, deps=office.deps)
        mails = [f"{mail.subject} {mail.body}" for mail in office.mailer.to("c1@example.com")]
        assert len(mails) >= len(rows) > 5
        for said in mails:
            assert set(CLOCK.findall(said)) <= told, said
            # A deadline names the clock; a moment that has passed says no more than itself.
            for place in re.findall(r"\d{1,2}:\d{2}(（\w+时间）)?前", said):
                assert (place == "") == (zone == BERLIN), said
