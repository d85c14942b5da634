"""The settings of a shop, put together for the staff page: one query for each part that is shown."""

from __future__ import annotations

from urllib.parse import urlsplit

from portal.domain.embedding.hand_over import MOST_KEYS
from portal.domain.embedding.setup_check import Setup, findings, page_finding, snippet
from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.pages.staff.settings import sections_menu
from portal.pages.values.shops import RemoveOriginPage, RetireKeyPage, SettingsPage
from portal.ports import Deps
from portal.repos.handoffs import EmbeddingFacts
from portal.repos.unit_of_work import reading
from portal.services.embedding.handoff_keys import key_rows, keys_digest, live_of
from portal.services.identity.visits import VisitedShop
from portal.services.shops.set_origins import origins_digest


def _setup(address: str, facts: EmbeddingFacts, shop: VisitedShop, live_keys: int, deps: Deps) -> Setup:
    return Setup(
        address=address,
        has_customer=facts.has_customer,
        has_policy=facts.has_policy,
        last_handover=facts.last_handover,
        origins=shop.origins,
        live_keys=live_keys,
        is_sandbox=deps.is_sandbox,
    )


def settings_page(
    *, actor: Actor, shop: VisitedShop, deps: Deps, is_check: bool = False, page_address: str = ""
) -> SettingsPage:
    """Everything as it is now. `is_check`: whether it would work, and for `page_address` whether that page could."""
    with reading(deps) as work:
        keys = key_rows(work, actor.shop_id)
        host = work.shops.first_host(actor.shop_id)
        facts = work.handoffs.facts(actor.shop_id, shop.policy) if is_check else None
    live, address = live_of(keys), _address(host, deps.base_url)
    setup = _setup(address, facts, shop, len(live), deps) if facts else None
    return SettingsPage(
        shop_key=shop.key,
        address=address,
        audience=deps.base_url,
        origins=shop.origins,
        keys=keys,
        may_add_key=len(live) < MOST_KEYS,
        snippet=snippet(address, shop.key),
        theme=shop.settings.theme,
        locale=shop.settings.locale,
        may_act=may(actor, "write", "settings"),
        sections=sections_menu(shop),
        findings=findings(setup) if setup else (),
        page_address=page_address,
        of_page=page_finding(page_address, setup) if setup and page_address else None,
    )


def remove_origin_page(*, origin: str, shop: VisitedShop) -> RemoveOriginPage:
    """Raises NotFound where it is not named."""
    if origin not in shop.origins:
        raise NotFound("origin")
    return RemoveOriginPage(origin=origin, is_last=len(shop.origins) == 1, shown=origins_digest(shop.origins))


def retire_key_page(*, kid: str, actor: Actor, deps: Deps) -> RetireKeyPage:
    """Raises NotFound for a key that is not there, or is retired already."""
    with reading(deps) as work:
        live = live_of(key_rows(work, actor.shop_id))
    key = next((key for key in live if key.kid == kid), None)
    if key is None:
        raise NotFound("hand-off key")
    return RetireKeyPage(kid=kid, algorithm=key.algorithm, is_last=len(live) == 1, shown=keys_digest(live))


def _address(host: str, base_url: str) -> str:
    """The shop's own name for the portal where it has one: frame and page are then the likelier one site."""
    return f"{urlsplit(base_url).scheme}://{host}" if host else base_url
