"""English says one item and two items: a sentence with a number either has both forms or needs neither."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import portal

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
