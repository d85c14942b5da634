"""保存的视图: somebody keeps what they filter the queue by under a name, or lets it go."""

from __future__ import annotations

from typing import Literal

from portal.domain.cases.results import ViewSaved
from portal.domain.cases.saved_views import SavedView, with_view, without_view
from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.sent import RequestKey
from portal.domain.typed import plain
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def save_view(
    *, name: str, query: tuple[tuple[str, str], ...], actor: Actor, request_id: RequestKey, deps: Deps
) -> ViewSaved:
    """For oneself, in this shop. Errors: Forbidden, Invalid (name: required, too_long, too_many), Reused."""
    view = SavedView(shop_id=actor.shop_id, name=plain(name), query=query)
    return _change(view, "saved", actor, request_id, deps)


def remove_view(*, name: str, actor: Actor, request_id: RequestKey, deps: Deps) -> ViewSaved:
    """Errors: Forbidden, Reused."""
    return _change(SavedView(shop_id=actor.shop_id, name=name, query=()), "removed", actor, request_id, deps)


def _change(
    view: SavedView, what: Literal["saved", "removed"], actor: Actor, request_id: RequestKey, deps: Deps
) -> ViewSaved:
    if not may(actor, "read", "cases"):
        raise Forbidden("cases")
    with unit_of_work(deps) as work:
        asked = fingerprint([what, view.name, [list(pair) for pair in view.query]])
        if done := work.requests.claim(actor, request_id, asked, ViewSaved):
            return done
        mine = work.team.views_of(actor.id)
        kept = with_view(mine, view) if what == "saved" else without_view(mine, view.shop_id, view.name)
        work.team.keep_views(actor.id, kept)
        return work.requests.finish(actor, request_id, ViewSaved(name=view.name, what=what))
