"""Saved views of the queue: a dozen names in a shop, the same name again is the same view."""

from __future__ import annotations

import pytest

from portal.domain.cases.saved_views import LONGEST_NAME, MOST, SavedView, with_view, without_view
from portal.domain.errors import Invalid


def view(name: str, shop_id: int = 1, **query: str) -> SavedView:
    return SavedView(shop_id=shop_id, name=name, query=tuple(query.items()))


def test_the_newest_stands_last_and_the_same_name_is_replaced_where_it_stands() -> None:
    views = with_view(with_view((), view("茶具", q="茶")), view("大额", order="amount"))
    assert [one.name for one in views] == ["茶具", "大额"]
    again = with_view(views, view("茶具", q="壶"))
    assert [dict(one.query) for one in again] == [{"q": "壶"}, {"order": "amount"}]


@pytest.mark.parametrize(
    ("name", "reason"), [("", "required"), ("长" * (LONGEST_NAME + 1), "too_long"), ("又一个", "too_many")]
)
def test_a_name_that_cannot_be_kept_says_why(name: str, reason: str) -> None:
    views = tuple(view(f"第{place}个") for place in range(MOST))
    with pytest.raises(Invalid) as refused:
        with_view(views, view(name))
    assert refused.value.problems == (("name", reason),)
    assert len(with_view(views, view("又一个", shop_id=2))) == MOST + 1


def test_one_that_is_removed_is_gone_in_its_shop_alone() -> None:
    views = (view("大额"), view("大额", shop_id=2))
    assert without_view(views, 1, "大额") == (view("大额", shop_id=2),)
    assert without_view(views, 1, "没有") == views
