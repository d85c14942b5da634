from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.adapters.calendars import PublishedCalendar
from portal.domain.applying.windows import SignedGoods, Window, quality_until, refund_due, return_window
from portal.domain.deadlines.calendars import WeekendsOnly
from portal.domain.policy.jurisdictions import EU_MEMBERS, Place, law_of, place_of
from portal.domain.policy.merge_packs import merge_packs
from portal.domain.policy.pack import Pack
from portal.schemas.pack_file import load_pack
from tests.support.packs import CHINA, LAWS, PACKS, SHANGHAI, FewDays

CN, EU, OPEN = PACKS["cn"], PACKS["eu"], PACKS["open"]
PUBLISHED = PublishedCalendar()
INSTANT = timedelta(microseconds=1)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def eu_place(country: str | None = None, zone: str | None = None) -> Place:
    return place_of(EU.clock, jurisdiction="EU", country=country, customer_zone=zone, shop_zone="Asia/Shanghai")


def window(signed: datetime, pack: Pack = CN, place: Place = CHINA, **more) -> Window:
    calendar, informed = more.pop("calendar", PUBLISHED), more.pop("informed", True)
    goods = SignedGoods(**({"signed_at": signed, "last_signed_at": signed} | more))
    found = return_window(pack, place, calendar, goods, informed=informed)
    assert found is not None
    return found


def shop_on(base: str, text: str) -> Pack:
    words = 'title = { zh = "好店", en = "Good shop" }'
    return load_pack(f'name = "good"\n{words}\non = "{base}"\n{text}', "good.toml", PACKS)


@pytest.mark.req("N5")
@pytest.mark.parametrize("hour", ["00:00", "12:34:56", "23:59:59.999999"])
def test_signed_on_13_november_at_any_hour_it_is_open_until_20_november_24_00(hour):
    found = window(at(f"2026-11-13T{hour}"))
    assert found.ends_at == at("2026-11-21T00:00")
    assert (found.signed_day, found.last_day, found.day_number) == (date(2026, 11, 13), date(2026, 11, 20), 7)
    assert found.rules == ("CN-1", "CN-5")
    assert not found.moved_by_holiday and not found.provisional


@pytest.mark.req("N5")
def test_the_last_second_counts_and_the_next_moment_does_not():
    found = window(at("2026-11-13T10:00"))
    end = at("2026-11-21T00:00")
    assert found.is_open(at("2026-11-20T23:59:59")) and found.is_open(end - INSTANT)
    assert not found.is_open(end) and found.is_over(end)
    assert not found.is_over(end - INSTANT)


@pytest.mark.req("N5")
def test_day_7_on_national_day_moves_to_the_first_day_after_the_holidays():
    found = window(at("2026-09-24T18:00"))
    assert found.nominal_day == date(2026, 10, 1)
    assert found.last_day == date(2026, 10, 8)
    assert found.ends_at == at("2026-10-09T00:00")
    assert found.moved_by_holiday and found.rules == ("CN-1", "CN-5", "CN-7")


def test_trap_1_the_signing_day_is_no_day_and_a_saturday_that_is_worked_is_a_day():
    assert window(at("2026-10-03T09:00")).last_day == date(2026, 10, 10)  # a Saturday worked for National Day
    assert window(at("2026-10-04T09:00")).last_day == date(2026, 10, 12)  # the Sunday after it is not


def test_trap_1_an_adjusted_day_of_rest_moves_the_end_as_a_holiday_does():
    bridge = FewDays(date(2026, 7, 3))
    assert window(at("2026-06-26T09:00"), calendar=bridge).last_day == date(2026, 7, 6)


@pytest.mark.req("N5")
def test_a_year_nobody_has_published_is_weekends_only_and_never_refused_within_10_days():
    known_to_2026 = FewDays(known=frozenset({2026}))
    found = window(at("2026-12-25T10:00"), calendar=known_to_2026)
    assert found.last_day == date(2027, 1, 1) and found.provisional and not found.moved_by_holiday
    assert "CN-7" in found.rules
    end = at("2027-01-02T00:00")
    assert not found.is_open(end) and not found.is_over(end)
    assert not found.is_over(at("2027-01-12T00:00") - INSTANT) and found.is_over(at("2027-01-12T00:00"))


def test_the_day_of_signing_is_that_of_shanghai_wherever_the_server_is():
    assert window(datetime(2026, 11, 12, 16, tzinfo=UTC)).signed_day == date(2026, 11, 13)
    assert window(datetime(2026, 11, 12, 15, 59, 59, tzinfo=UTC)).signed_day == date(2026, 11, 12)


@pytest.mark.parametrize("pack", [CN, EU, OPEN])
def test_without_a_date_of_delivery_no_window_has_started(pack):
    assert return_window(pack, CHINA, PUBLISHED, SignedGoods(signed_at=None, last_signed_at=None)) is None


def test_in_china_each_parcel_has_its_own_window_while_others_are_under_way():
    found = return_window(CN, CHINA, PUBLISHED, SignedGoods(signed_at=at("2026-11-13T10:00"), last_signed_at=None))
    assert found is not None and found.last_day == date(2026, 11, 20)


@pytest.mark.req("N5")
def test_trap_5_in_the_eu_it_starts_with_the_last_goods_and_ends_on_the_14th_day_of_the_customers_zone():
    berlin = ZoneInfo("Europe/Berlin")
    first, last = at("2026-06-01T10:00", berlin), at("2026-06-10T10:00", berlin)
    found = window(first, EU, eu_place("DE"), last_signed_at=last)
    assert found.last_day == date(2026, 6, 24) and found.ends_at == at("2026-06-25T00:00", berlin)
    assert found.rules == ("EU-1", "EU-2")
    assert found.is_open(at("2026-06-24T23:59:59", berlin)) and not found.is_open(at("2026-06-25T00:00", berlin))
    assert return_window(EU, eu_place("DE"), PUBLISHED, SignedGoods(signed_at=first, last_signed_at=None)) is None


@pytest.mark.parametrize(
    ("country", "signed", "last"),
    [
        ("DE", "2026-06-13T10:00", date(2026, 6, 29)),  # day 14 is a Saturday
        ("DE", "2026-12-11T10:00", date(2026, 12, 28)),  # Christmas Day, then a weekend
        ("FR", "2026-06-30T10:00", date(2026, 7, 15)),  # the 14th of July
        ("DE", "2026-06-30T10:00", date(2026, 7, 14)),
        ("LV", "2026-06-10T10:00", date(2026, 6, 25)),  # the day of Jāņi
    ],
)
def test_eu_3b_a_last_day_of_rest_in_the_customers_country_moves_to_the_next_working_day(country, signed, last):
    place = eu_place(country)
    found = window(at(signed, place.zones[0]), EU, place)
    assert found.last_day == last
    assert ("EU-3b" in found.rules) == found.moved_by_holiday == (found.nominal_day != last)


@pytest.mark.req("N5")
def test_of_several_zones_of_a_country_the_latest_end_holds_and_the_customers_own_zone_wins():
    signed = at("2026-06-10T10:00", ZoneInfo("Europe/Lisbon"))
    azores = ZoneInfo("Atlantic/Azores")
    assert window(signed, EU, eu_place("PT")).ends_at == at("2026-06-25T00:00", azores)
    assert window(signed, EU, eu_place("PT", "Europe/Lisbon")).ends_at == at(
        "2026-06-25T00:00", ZoneInfo("Europe/Lisbon")
    )
    assert window(signed, EU, eu_place("PT", "Nowhere/Land")).ends_at == at("2026-06-25T00:00", azores)


def test_goods_that_came_at_midnight_between_two_zones_get_the_day_that_ends_later():
    signed = datetime(2026, 6, 10, 22, 30, tzinfo=UTC)  # the 11th in Madrid, the 10th on the Canaries
    found = window(signed, EU, eu_place("ES"))
    assert found.last_day == date(2026, 6, 25) and found.zone == "Europe/Madrid"


def test_eu_3_without_information_it_is_twelve_months_longer_and_still_ends_on_a_working_day():
    found = window(at("2026-06-10T10:00", ZoneInfo("Europe/Berlin")), EU, eu_place("DE"), informed=False)
    assert found.last_day == date(2027, 6, 24) and found.rules == ("EU-1", "EU-2", "EU-3")
    leap = window(at("2024-02-15T10:00", ZoneInfo("Europe/Berlin")), EU, eu_place("DE"), informed=False)
    assert leap.last_day == date(2025, 2, 28)
    assert window(at("2026-11-13T10:00"), informed=False).last_day == date(2026, 11, 20)


@pytest.mark.req("P8")
def test_days_promised_with_the_line_win_when_longer_and_are_nothing_when_shorter():
    longer = window(at("2026-11-13T10:00"), return_days=15)
    assert longer.last_day == date(2026, 11, 30) and longer.day_number == 15  # the 28th is a Saturday
    assert longer.rules == ("CN-1", "CN-5", "CN-17", "CN-7")
    assert window(at("2026-11-13T10:00"), return_days=3) == window(at("2026-11-13T10:00"))


def test_a_shop_may_promise_more_than_the_law_but_not_for_goods_it_restricts():
    policy = merge_packs(
        shop_on("cn", "[windows]\nno_reason_days = 30\n[restrictions.promotion]\nno_reason = true"), CN
    )
    assert window(at("2026-11-13T10:00"), policy).day_number == 30
    restricted = window(at("2026-11-13T10:00"), policy, tags=("promotion",))
    assert restricted.day_number == 7 and "CN-17" not in restricted.rules


def test_an_open_policy_never_ends_even_where_a_law_has_a_window():
    for policy in (OPEN, merge_packs(OPEN, CN), merge_packs(OPEN, EU)):
        found = window(at("2020-01-01T10:00"), policy)
        assert (
            found.ends_at is None
            and found.is_open(at("2030-01-01T10:00"))
            and not found.is_over(at("2030-01-01T10:00"))
        )


def test_a_shop_that_promises_nothing_under_no_law_has_a_window_that_never_opens():
    found = window(at("2026-11-13T10:00"), replace(OPEN, windows=replace(OPEN.windows, no_reason_days=0)))
    assert not found.is_open(at("2026-11-13T10:00")) and found.rules == ("SHOP-4",)


@pytest.mark.req("S21")
def test_quality_is_self_service_for_15_days_and_for_fresh_goods_48_hours():
    signed = at("2026-11-01T10:00")
    assert quality_until(CN, CHINA, signed_at=signed) == at("2026-11-17T00:00")
    assert quality_until(CN, CHINA, signed_at=signed, tags=("promotion", "fresh")) == at("2026-11-03T10:00")


def test_cn_11_goods_back_on_3_december_are_refunded_by_10_december_24_00():
    notice, back = at("2026-11-28T10:00"), at("2026-12-03T15:00")
    assert refund_due(CN, CHINA, notice_at=notice, goods_back_at=back) == at("2026-12-11T00:00")
    assert refund_due(CN, CHINA, notice_at=notice, goods_back_at=None) is None
    assert refund_due(OPEN, CHINA, notice_at=notice, goods_back_at=back) is None


def test_trap_4_the_eu_refund_runs_from_the_notice_and_waits_for_goods_or_proof_whichever_is_first():
    berlin, place = ZoneInfo("Europe/Berlin"), eu_place("DE")
    notice, early, late = (at(f"2026-06-{day}T10:00", berlin) for day in ("10", "12", "26"))
    assert refund_due(EU, place, notice_at=notice, goods_back_at=early) == at("2026-06-25T00:00", berlin)
    assert refund_due(EU, place, notice_at=notice, goods_back_at=None, sent_proof_at=late) == at(
        "2026-06-27T00:00", berlin
    )
    assert refund_due(EU, place, notice_at=notice, goods_back_at=late, sent_proof_at=early) == at(
        "2026-06-25T00:00", berlin
    )
    assert refund_due(EU, place, notice_at=notice, goods_back_at=None) is None


@pytest.mark.req("N4")
def test_the_law_is_that_of_the_order_else_of_its_address_else_of_the_shops_policy():
    def law(jurisdiction: str | None, country: str | None, shop_law: str = "cn") -> str:
        return law_of(jurisdiction=jurisdiction, country=country, shop_law=shop_law, laws=LAWS)

    assert law("CN", "DE", "none") == "cn"
    assert law(None, "de") == "eu"
    assert law("", None) == "cn"
    assert law("EU", None) == "eu"
    assert law(None, "GB") == "uk"
    for country in ("US", "CH", "HK", "IM"):
        assert law(None, country) == "none"
    assert len(EU_MEMBERS) == 27 and set(EU.countries) == EU_MEMBERS | {"EU"}
    named = [code for pack in LAWS for code in pack.countries]
    assert len(named) == len(set(named)), "no order stands under two laws"


@pytest.mark.req("P29")
def test_a_law_is_nothing_but_its_pack():
    swiss = replace(PACKS["uk"], name="ch", law="ch", countries=("CH",))
    assert law_of(jurisdiction=None, country="CH", shop_law="cn", laws=(*LAWS, swiss)) == "ch"


@pytest.mark.req("P29")
def test_british_days_end_in_london_and_bank_holidays_do_not_move_them():
    uk, london = PACKS["uk"], ZoneInfo("Europe/London")
    place = place_of(uk.clock, jurisdiction=None, country="GB", customer_zone="Asia/Tokyo", shop_zone="Asia/Shanghai")
    assert place == Place("", (london,))
    # Fourteen days after 11 April 2026 end with Saturday the 25th; those after 23 March with Easter Monday.
    assert window(at("2026-04-11T10:00", london), uk, place).ends_at == at("2026-04-26T00:00", london)
    assert window(at("2026-03-23T10:00", london), uk, place).ends_at == at("2026-04-07T00:00", london)


@pytest.mark.req("P29")
def test_the_british_refund_runs_from_the_goods_or_the_proof_of_sending_whichever_is_first():
    uk, london = PACKS["uk"], ZoneInfo("Europe/London")
    place = Place("", (london,))
    notice, proof, goods = (at(f"2026-06-{day}T10:00", london) for day in ("10", "12", "20"))
    due = refund_due(uk, place, notice_at=notice, goods_back_at=goods, sent_proof_at=proof)
    assert due == at("2026-06-27T00:00", london)
    assert refund_due(uk, place, notice_at=notice, goods_back_at=goods) == at("2026-07-05T00:00", london)
    assert refund_due(uk, place, notice_at=notice, goods_back_at=None) is None


def test_a_customer_whose_country_nobody_knows_has_weekends_and_the_last_midnight_of_the_union():
    assert eu_place() == Place("", (ZoneInfo("Atlantic/Azores"),))
    assert eu_place("GB").country == ""


def test_china_counts_by_shanghai_and_an_open_policy_by_the_shop():
    def place(pack: Pack) -> Place:
        return place_of(
            pack.clock, jurisdiction=None, country="CN", customer_zone="Asia/Urumqi", shop_zone="Europe/Paris"
        )

    assert place(CN) == CHINA
    assert place(OPEN) == Place("", (ZoneInfo("Europe/Paris"),))


FIRST = datetime(2004, 1, 1, tzinfo=UTC)
moments = st.integers(0, 8370 * 86400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
countries = st.sampled_from(sorted(EU_MEMBERS))


@given(moments)
def test_nobody_in_china_has_less_than_seven_whole_days_after_the_day_of_signing(signed):
    found = window(signed)
    assert found.ends_at is not None and found.last_day is not None
    end = found.ends_at.astimezone(SHANGHAI)
    assert (end.hour, end.minute, end.second) == (0, 0, 0)
    assert end.date() - found.signed_day >= timedelta(days=8)
    assert not PUBLISHED.is_rest_day("CN", found.last_day)


@given(moments, countries)
def test_nobody_in_the_eu_has_less_than_fourteen_whole_days_and_none_ends_on_a_day_of_rest(signed, country):
    found = window(signed, EU, eu_place(country))
    assert found.ends_at is not None and found.last_day is not None
    assert found.last_day - found.signed_day >= timedelta(days=14)
    assert found.ends_at - signed >= timedelta(days=14, hours=-1)
    assert not PUBLISHED.is_rest_day(country, found.last_day)


@given(moments, moments, countries)
def test_who_signs_later_never_ends_earlier(one, two, country):
    first, second = sorted((one, two))
    for pack, place in ((CN, CHINA), (EU, eu_place(country))):
        ends = [window(signed, pack, place).ends_at for signed in (first, second)]
        assert ends[0] is not None and ends[1] is not None and ends[0] <= ends[1]


@given(moments, st.integers(0, 60), st.integers(0, 60))
def test_a_longer_promise_never_ends_earlier(signed, one, two):
    fewer, more = sorted((one, two))
    ends = [window(signed, return_days=days, calendar=WeekendsOnly()).ends_at for days in (fewer, more)]
    assert ends[0] is not None and ends[1] is not None and ends[0] <= ends[1]
