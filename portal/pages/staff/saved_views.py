"""What is being kept as a view of the queue, and what is kept already. One query."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.cases.saved_views import MOST, SavedView
from portal.domain.identity.access import Actor
from portal.pages.staff.queue_asked import QueueAsked
from portal.ports import Deps
from portal.repos.unit_of_work import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewsPage:
    """`asked`: the filters that would be kept; `views`: those kept, each with its name and filters."""

    asked: dict[str, str]
    views: tuple[SavedView, ...]
    most: int


def saved_views_page(*, asked: QueueAsked, actor: Actor, deps: Deps) -> SavedViewsPage:
    with reading(deps) as work:
        mine = tuple(view for view in work.team.views_of(actor.id) if view.shop_id == actor.shop_id)
    return SavedViewsPage(asked=asked.query, views=mine, most=MOST)
