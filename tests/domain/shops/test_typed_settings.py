"""Everything that a settings file can say can be typed on the pages of the settings, and is stored the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.messages.notice_kinds import CODES, FOR_CUSTOMERS
from portal.domain.policy.pack import Words
from portal.domain.shops.sections import SECTIONS, Listed, Section, Setting, all_keys
from portal.domain.shops.settings import ShopSettings, settings_to_dict
from portal.domain.shops.typed_settings import (
    changed_keys,
    read_form,
    row_numbers,
    section_digest,
    typed_of,
    with_row,
    without_row,
)
from portal.schemas.shop_settings import read_settings
from portal.words.settings import HOW_WRITTEN, SECTION_TITLES, SETTING_CHOICES, SETTING_LABELS

pytestmark = pytest.mark.req("N8")
Draw = Callable[..., Any]
LINES = st.text("abc仓库 é1/<&\"'", max_size=12).map(str.strip)
LINKS = {
    "links.pay": "https://shop.example/pay/{order_no}",
    "links.basket": "https://shop.example/cart?add={items}",
    "carriers.track_url": "https://track.example/{tracking_no}",
}
BY_KIND: Mapping[str, st.SearchStrategy[Any]] = {
    "line": LINES,
    "words": st.one_of(LINES.filter(bool), st.fixed_dictionaries({"zh": LINES.filter(bool), "en": LINES.filter(bool)})),
    "amount": st.integers(0, 10**7).map(lambda minor: f"{minor // 100}.{minor % 100:02}"),
    "percent": st.integers(0, 1000).map(lambda tenths: f"{tenths // 10}.{tenths % 10}"),
    "count": st.integers(0, 9),
    "flag": st.booleans(),
    "zone": st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
    "country": st.sampled_from(["", "CN", "DE"]),
    "currency": st.sampled_from(["CNY", "EUR"]),
    "day": st.dates().map(str),
    "weekdays": st.lists(st.sampled_from(["mon", "wed", "sun"]), min_size=1, unique=True),
    "night": st.sampled_from(["", "22:00-08:00", "00:30-06:00"]),
    "names": st.lists(st.sampled_from(["shop", "link", "path"]), max_size=3),
    "hours": st.sampled_from(["09:00-18:00", "round the clock"]),
    "mail": st.sampled_from(["", "service@shop.example"]),
    "sender": st.sampled_from(["", "a@shop.example", "特派 <a@shop.example>"]),
}


def leaves(kind: type, before: str = "") -> Iterator[str]:
    """The dotted keys below a dataclass of settings, those of lists and tables of it too."""
    hints = get_type_hints(kind)
    for one in fields(kind):
        inner = [found for found in _inside(hints[one.name]) if is_dataclass(found) and found is not Words]
        dataclasses = [found for found in inner if found.__module__.startswith("portal.domain.shops")]
        key = f"{before}{one.name}"
        if dataclasses:
            yield from leaves(dataclasses[0], f"{key}.")
        else:
            yield key


def _inside(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in get_args(hint):
        yield from _inside(inner)


def test_every_setting_of_a_shop_has_its_place_on_a_page() -> None:
    places = list(all_keys())
    missing = set(leaves(ShopSettings)) - set(places)
    assert not missing, (
        f"{', '.join(sorted(missing))}: no page of /staff/settings knows this. Add a line to a section of "
        "portal/domain/shops/sections.py and its label to SETTING_LABELS of portal/words/settings.py."
    )
    assert set(places) - set(leaves(ShopSettings)) == {"arrival.method", "sms.templates.notice"}, (
        "a page asks for what no shop can set"
    )
    assert len(places) == len(set(places))


def test_every_setting_and_choice_has_its_words() -> None:
    assert {section.name for section in SECTIONS} == set(SECTION_TITLES)
    lists = {item.key for section in SECTIONS for item in section.items if isinstance(item, Listed)}
    assert set(all_keys()) | lists == set(SETTING_LABELS)
    for section in SECTIONS:
        for item in section.items:
            for setting in item.columns if isinstance(item, Listed) else (item,):
                key = f"{item.key}.{setting.key}".rstrip(".") if isinstance(item, Listed) else item.key
                assert setting.kind in HOW_WRITTEN
                assert all((key, choice) in SETTING_CHOICES for choice in setting.choices)


def value(setting: Setting, key: str) -> st.SearchStrategy[Any]:
    if setting.choices and setting.kind == "choice":
        return st.sampled_from(setting.choices)
    if key == "theme.accent":
        return st.sampled_from(["#14527a", "#7a1f52"])
    if setting.kind == "link":
        return st.sampled_from(["", LINKS.get(key, "https://shop.example/chat")])
    return BY_KIND[setting.kind]


@st.composite
def files(draw: Draw) -> dict[str, Any]:
    """A settings file that is right, of whatever the sections know: a new setting is drawn as its neighbours are."""
    table: dict[str, Any] = {}
    for section in SECTIONS:
        for item in section.items:
            if not draw(st.booleans()):
                continue
            *parents, last = item.key.split(".")
            place = table
            for part in parents:
                place = place.setdefault(part, {})
            place[last] = (
                draw(rows(item))
                if isinstance(item, Listed)
                else draw(value(item, item.key))
                if item.kind != "code"
                else ""
            )
    if table.get("carriers"):
        table["pickup"] = {"carrier": draw(st.sampled_from([one["code"] for one in table["carriers"]]))}
    return table


@st.composite
def rows(draw: Draw, item: Listed) -> Any:
    if item.key == "arrival":
        methods = draw(st.lists(st.sampled_from(["alipay", "card", "klarna", "other"]), max_size=3, unique=True))
        return {method: draw(arrival()) for method in methods}
    if item.key == "sms.templates":
        kinds = draw(st.lists(st.sampled_from(FOR_CUSTOMERS), max_size=3, unique=True))
        return {kind: draw(approved()) for kind in {*kinds, *CODES}} if kinds else {}
    codes = draw(st.lists(st.sampled_from(["SF", "DHL", "UPS", "2"]), max_size=3, unique=True))
    if item.columns[0].kind == "day":
        return draw(st.lists(BY_KIND["day"], max_size=3))
    return [
        {one.key: draw(value(one, f"{item.key}.{one.key}")) for one in item.columns if one.kind != "code"}
        | {"code": code}
        for code in codes
    ]


def approved() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"template_id": BY_KIND["words"], "params": BY_KIND["names"]})


@st.composite
def arrival(draw: Draw) -> dict[str, Any]:
    least = draw(st.integers(0, 3))
    table = {
        "min_days": least,
        "max_days": draw(st.integers(least, 9)),
        "kind": draw(st.sampled_from(["wallet", "bank"])),
    }
    return table | ({"label": draw(BY_KIND["words"])} if draw(st.booleans()) else {})


def sent(section: Section, settings: Mapping[str, Any]) -> dict[str, Any]:
    return read_form(section, typed_of(section, settings), settings_to_dict(ShopSettings())).table


@given(files())
def test_what_a_file_sets_the_pages_set_and_store_alike(file: dict[str, Any]) -> None:
    stored = settings_to_dict(read_settings(file))
    assert settings_to_dict(read_settings(stored)) == stored, "what is stored can be read again"
    typed = settings_to_dict(ShopSettings())
    # The currency first, as on the page: amounts are read in it.
    for section in sorted(SECTIONS, key=lambda one: one.name != "place"):
        read = read_form(section, typed_of(section, stored), typed)
        assert read.problems == []
        typed = settings_to_dict(read_settings(read.table))
        assert section_digest(section, typed) == section_digest(section, stored), section.name
    assert typed == stored


@given(files())
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(file: dict[str, Any]) -> None:
    stored = settings_to_dict(read_settings(file))
    for section in SECTIONS:
        read = read_form(section, typed_of(section, stored), stored)
        assert changed_keys(section, stored, settings_to_dict(read_settings(read.table))) == ()


def test_a_row_more_and_a_row_less_leave_the_others_as_they_were_typed() -> None:
    [carriers] = [item for section in SECTIONS for item in section.items if item.key == "carriers"]
    assert isinstance(carriers, Listed)
    typed: dict[str, Any] = {"carriers-3-code": ("DHL",), "carriers-12-code": ("SF",), "pickup-carrier": ("SF",)}
    more = with_row(carriers, typed)
    assert row_numbers(carriers, more) == [3, 12, 13]
    assert without_row(carriers, 1, more) == more, "12 and 13 do not begin with row 1"
    assert without_row(carriers, 3, more).keys() == more.keys() - {"carriers-3-code"}


def test_one_line_for_every_language_can_be_read_again() -> None:
    """A complaint line that is the same in both languages is stored as one line."""
    stored = settings_to_dict(read_settings({"complaint_line": {"zh": "12315", "en": "12315"}}))
    assert stored["complaint_line"] == "12315"
    assert read_settings(stored).complaint_line == Words("12315", "12315")
