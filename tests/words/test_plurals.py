"""English says one item and two items: a sentence with a number either has both forms or needs neither."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import portal
from portal.adapters.notice_formats import NoticeFormats
from portal.adapters.notices_jinja import JinjaNotices
from portal.domain.messages.notice_kinds import NOTICES
from portal.domain.money import Money
from portal.web.shell.paint import ReadablePaints
from portal.web.shell.vocabulary import CatalogueWords
from tests.support.fakes import NOON, FakeClock

CATALOGUE = Path(portal.__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"
NOUNS = "items|units|files|days|hours|minutes|seconds|points|orders|pieces|parts|pages|characters|applications|photos"
COUNTED = re.compile(rf"%\((\w+)\)[sd] (?:[a-z]+ )?(?:{NOUNS})\b")
NEVER_ONE = {"most", "limit", "days", "n", "size"}
"""Bounds and waits that are set to several."""
ALWAYS_SEVERAL = (
    *(
        "您当时用了%(count)s种方式付款",
        "密码至少%(count)d个字符",
        "密码最多%(count)d个字符",
        "只有一部分的文字在最近的",
    ),
    "%(last)s个工作日",
)
"""Said of two and more alone, a bound of ours, or a range, which takes the plural."""


@pytest.mark.req("N6", "S36")
def test_no_sentence_of_one_form_counts_something_in_the_plural() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    wrong = [
        message.string
        for message in catalogue
        if isinstance(message.string, str)
        and not any(part in message.id for part in ALWAYS_SEVERAL)
        and any(found[1] not in NEVER_ONE for found in COUNTED.finditer(message.string))
    ]
    assert wrong == []


ONE = re.compile(rf"(?<![\d.,:])1 (?:[a-z]+ )?(?:{NOUNS})\b")
MANY = re.compile(r"(?<![\d.,:])(?:0|2) (?:[a-z]+ )?(?:item|unit|file|day|hour|minute|second|point|order|piece|part)\b")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_every_sentence_of_two_forms_says_one_thing_and_two_things(count: int) -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    counted = [message for message in catalogue if isinstance(message.string, tuple)]
    said = [str(message.string[count != 1]).replace("%(num)d", "%(num)s") for message in counted]
    said = [text % dict.fromkeys(re.findall(r"%\((\w+)\)", text), count) for text in said]
    assert said and not [text for text in said if ONE.search(text) or MANY.search(text)]


COUNTS = ("units", "points_back", "accepted", "rejected")


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("kind", sorted(kind for kind, names in NOTICES.items() if names & set(COUNTS)))
def test_mails_say_one_thing_and_two_things(kind: str, count: int) -> None:
    known = {
        **dict.fromkeys(NOTICES[kind], ""),
        **dict.fromkeys(("refund", "granted", "asked"), Money(100, "CNY")),
        "account": "alipay",
        **dict.fromkeys(("deadline", "appeal_by"), NOON.isoformat()),
        "coupons_back": [],
        **dict.fromkeys(set(COUNTS) & NOTICES[kind], count),
    }
    params = {name: known[name] for name in NOTICES[kind]}
    notices = JinjaNotices(FakeClock(), CatalogueWords(), ReadablePaints())
    written = notices.write(kind=kind, params=params, locale="en", zone="UTC", shop_name="Tepai")
    assert not ONE.search(written.subject + written.body) and not MANY.search(written.subject + written.body)


@pytest.mark.parametrize("hours", [0, 1, 2, 24, 48, 71, 72, 96])
def test_what_is_left_of_a_time_is_one_hour_and_two_hours(hours: int) -> None:
    formats = NoticeFormats("en", "UTC", NOON, CatalogueWords())
    said = formats.left((NOON + timedelta(hours=hours, minutes=1)).isoformat())
    assert said and not ONE.search(said) and not MANY.search(said)
