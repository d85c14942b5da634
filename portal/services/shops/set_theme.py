"""How a shop's pages look and which language they begin in: a part of its settings, set from the staff pages."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import LooksSaved
from portal.domain.shops.settings import settings_to_dict
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def set_theme(
    *, accent: str, radius: int, mode: str, locale: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> LooksSaved:
    """Replaces theme and language, and nothing else; whatever the shop has set besides stays.

    Errors: Forbidden, SettingsError (with every value that `portal shops set` would refuse), Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    theme = {"accent": accent, "radius": radius, "mode": mode}
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["looks", theme, locale]), LooksSaved):
            return done
        work.shops.lock(actor.shop_id)
        before = work.shops.get_by_id(actor.shop_id).settings
        after = deps.schemas.read_settings({**before, "theme": theme, "locale": locale})
        work.shops.set(actor.shop_id, settings=settings_to_dict(after))
        data = {"keys": ["locale", "theme"], "theme": theme, "locale": locale}
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:shop:set", data=data))
        return work.requests.finish(actor, request_id, LooksSaved())
