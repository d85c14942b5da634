"""A shop's looks: seen on a real card before they are saved, refused where nobody could read them (issue 6)."""

from __future__ import annotations

import pytest

from portal.services.identity.visits import get_shop
from portal.web.shell.paint import contrast
from tests.support.staff import Office

pytestmark = pytest.mark.req("P11", "P14")
PATH = "/staff/settings"
GREEN = {"accent": "#0a6b3c", "radius": "0", "mode": "dark", "locale": "en"}


def test_looks_are_saved_and_taken_by_the_shoppers_pages(office: Office, htmx: bool) -> None:
    shopper = office.newcomer()
    before = shopper.client.get("/sign-in").text
    page = office.desk("admin", htmx=htmx).open(PATH).submit("/looks", button="保存外观", **GREEN)
    assert "外观已保存" in page.text
    after = shopper.client.get("/sign-in").text
    assert "theme/tepai.css" in after and "theme/tepai.css" not in before
    sheet = shopper.client.get(after.partition('rel="stylesheet" href="')[2].partition('"')[0]).text
    assert "--radius:0px" in sheet and "color-scheme:dark" in sheet
    settings = get_shop(key="tepai", deps=office.deps).settings
    assert (settings.locale, settings.theme.accent) == ("en", "#0a6b3c")


def test_a_preview_stores_nothing_and_keeps_what_was_typed(office: Office, htmx: bool) -> None:
    page = office.desk("admin", htmx=htmx).open(PATH)
    assert [each.get("data-preview") for each in page.all("[data-preview]")] == ["light", "dark"]
    page = page.submit("/looks", button="预览", **GREEN)
    assert [each.get("data-preview") for each in page.all("[data-preview]")] == ["dark"]
    assert page.one("[data-preview]").get("lang") == "en" and "Cancel order" in page.one("[data-preview]").text
    if not htmx:
        assert page.one("#accent").get("value") == "#0a6b3c"
    href = page.one("#preview link").get("href") or ""
    sheet = page.browser.client.get(href)
    assert sheet.status_code == 200 and "[data-preview=dark]" in sheet.text and "--radius: 0px" in sheet.text
    assert get_shop(key="tepai", deps=office.deps).settings.theme.accent == "#14527a"


@pytest.mark.parametrize("button", ["预览", "保存外观"])
def test_an_accent_nobody_could_read_is_refused_with_its_contrast(button: str, office: Office, htmx: bool) -> None:
    page = office.desk("admin", htmx=htmx).open(PATH).submit("/looks", button=button, **GREEN | {"accent": "#ffd400"})
    assert page.status == 422 and page.has("[data-error=contrast]")
    assert f"{contrast('#ffd400', '#ffffff'):.2f}" in page.text and "4.5" in page.text
    assert page.one("#accent").get("value") == "#ffd400" or (htmx and button == "预览")


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("accent", "red", "colour"),
        ("accent", "", "required"),
        ("radius", "25", "radius"),
        ("radius", "-1", "radius"),
        ("radius", "", "required"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(field: str, typed: str, code: str, office: Office) -> None:
    page = office.desk("admin").open(PATH).submit("/looks", button="保存外观", **GREEN | {field: typed})
    assert page.status == 422
    assert {each.get("data-error") for each in page.all("#looks [data-error]")} == {code}


@pytest.mark.parametrize("query", ["accent=ffd400&radius=8", "accent=14527a}&radius=8", "accent=14527a&radius=x", ""])
def test_a_sheet_is_only_made_of_what_could_be_saved(query: str, office: Office) -> None:
    assert office.desk("auditor").client.get(f"{PATH}/looks.css?{query}").status_code == 404
