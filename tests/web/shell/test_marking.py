"""What a search met is marked, and nothing that was typed becomes markup."""

from __future__ import annotations

import pytest

from portal.web.shell.marking import marked


@pytest.mark.parametrize(
    ("text", "wanted", "shown"),
    [
        ("手作粗陶马克杯", "马克", "手作粗陶<mark>马克</mark>杯"),
        ("AA级台灯 aa", "Aa", "<mark>AA</mark>级台灯 <mark>aa</mark>"),
        ("TP202611280003", "tp 2026", "<mark>TP202611280003</mark>"),
        ("Café", "cafe", "<mark>Café</mark>"),
        ("杯垫", "马克", "杯垫"),
        ("杯垫", "  ", "杯垫"),
        ("杯垫", "#", "杯垫"),
        ("<b>杯</b>", "杯", "&lt;b&gt;<mark>杯</mark>&lt;/b&gt;"),
        ("a<i>", "<i>", "a<mark>&lt;i&gt;</mark>"),
        ("a.b", ".", "a<mark>.</mark>b"),
    ],
)
def test_the_place_that_was_met_is_marked(text: str, wanted: str, shown: str) -> None:
    assert marked(text, wanted) == shown
