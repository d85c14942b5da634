"""撤回合同 for anybody: whose law words the buttons, and what an acknowledgement shows."""

from __future__ import annotations

import re

from portal.domain.shops.contracts import buttons_at, home_of
from portal.pages.values.declaring import DeclaringPage, VerifiedPage
from portal.ports import Deps
from portal.services.identity.visits import VisitedShop
from portal.services.withdrawing.verify_declaration import verify_declaration

_COUNTRY = re.compile(r"[A-Z]{2}\Z", re.ASCII)
_NUMBER = re.compile(r"[\w#.:-]{1,64}\Z")
"""What an order's number looks like: nothing that says anything else in the shop's name."""


def declaring_page(
    *, step: str, country: str, languages: tuple[str, ...], shop: VisitedShop, deps: Deps
) -> DeclaringPage:
    """Nothing here depends on whether there is such an order (TRAPS T32).

    `country`: as the address says it, where a link knew the order's; else the one whose language is the first of
    `languages`, the reader's; else the shop's.
    """
    said = country.upper() if _COUNTRY.match(country.upper()) else ""
    countries = (said, _country_by_language(languages, deps), home_of(shop.settings))
    buttons = buttons_at(countries, deps.laws)
    return DeclaringPage(shop_name=shop.name, step=step, country=said, buttons=buttons)


def _country_by_language(languages: tuple[str, ...], deps: Deps) -> str:
    """`de` or `de-DE` is DE; `de-AT` is none, since its country has no words of its own."""
    for pack in deps.laws:
        for country, label in pack.button.labels.items() if pack.button else ():
            own = (label.language, f"{label.language}-{country}".lower())
            if languages and languages[0].lower() in own:
                return country
    return ""


def verified_page(*, public_id: str, shop_id: int | None, deps: Deps) -> VerifiedPage:
    """`shop_id`: the only shop that this address stands for, None for any. Raises NotFound."""
    found = verify_declaration(public_id=public_id, shop_id=shop_id, deps=deps)
    kept = found.kept
    return VerifiedPage(
        public_id=kept.public_id,
        made_at=kept.made_at,
        held=found.held,
        name=kept.name,
        contact=kept.contact,
        order_no=kept.order_no if _NUMBER.match(kept.order_no) else "",
        is_part=bool(kept.lines),
        zone=found.zone,
        signed_on=found.signed_on,
        is_erased=found.is_erased,
    )
