"""Sentences of the source that wait for their reader."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text
from tests.words.languages import speaking


def test_a_sentence_is_said_in_the_language_of_each_reader_and_in_the_source_where_nobody_reads() -> None:
    text = lazy_text("我的订单")
    assert str(text) == "我的订单"
    for _ in range(2):
        with speaking("zh"):
            assert str(text) == "我的订单"
        with speaking("en"):
            assert str(text) == "My orders"
