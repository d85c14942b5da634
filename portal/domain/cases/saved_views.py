"""Views of the queue that somebody has saved for themselves: a name for what they filter by again and again."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.errors import Invalid

MOST = 12
LONGEST_NAME = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """`query`: the filters as an address says them, as pairs; of one shop."""

    shop_id: int
    name: str
    query: tuple[tuple[str, str], ...]


def with_view(views: tuple[SavedView, ...], new: SavedView) -> tuple[SavedView, ...]:
    """The newest last; one of the same name is replaced where it stands.

    Raises Invalid (name: required, too_long, too_many).
    """
    if not new.name:
        raise Invalid((("name", "required"),))
    if len(new.name) > LONGEST_NAME:
        raise Invalid((("name", "too_long"),))
    if any(_is_same(view, new) for view in views):
        return tuple(new if _is_same(view, new) else view for view in views)
    if sum(view.shop_id == new.shop_id for view in views) >= MOST:
        raise Invalid((("name", "too_many"),))
    return (*views, new)


def without_view(views: tuple[SavedView, ...], shop_id: int, name: str) -> tuple[SavedView, ...]:
    """The same where there is none of that name."""
    return tuple(view for view in views if (view.shop_id, view.name) != (shop_id, name))


def _is_same(view: SavedView, other: SavedView) -> bool:
    return (view.shop_id, view.name) == (other.shop_id, other.name)
