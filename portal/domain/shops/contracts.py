"""What a shop says of withdrawing from contracts and of complaints: where its pages lead, in whose words."""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.identity.phones import country_of
from portal.domain.policy.jurisdictions import NO_LAW, law_of
from portal.domain.policy.legal_buttons import LegalButtons, buttons_for
from portal.domain.policy.pack import Pack, Words
from portal.domain.shops.settings import ShopSettings


def home_of(settings: ShopSettings) -> str:
    """The shop's country (ISO 3166), "" where neither it nor its zone says one."""
    return settings.country or country_of(settings.zone)


def leads_to_withdrawal(settings: ShopSettings, policy: str, laws: Iterable[Pack]) -> bool:
    """Whether pages and mails lead to 撤回合同: as the shop says, else where its policy, or the law of its country,
    knows the right. The page itself is there in every shop (EU-13)."""
    if settings.withdrawal_link != "auto":
        return settings.withdrawal_link == "always"
    laws = tuple(laws)
    at_home = law_of(jurisdiction=None, country=home_of(settings), shop_law=NO_LAW, laws=laws)
    return any(pack.has_contract_withdrawal and (pack.name == policy or pack.law == at_home) for pack in laws)


def buttons_at(countries: Iterable[str], laws: Iterable[Pack]) -> LegalButtons:
    """In the words of the first of `countries` that stands under one of `laws`; "" is none."""
    laws = tuple(laws)
    for country in countries:
        law = law_of(jurisdiction=None, country=country, shop_law=NO_LAW, laws=laws)
        if any(pack.law == law and pack.button for pack in laws):
            return buttons_for(country, law, laws)
    return buttons_for("", NO_LAW, laws)


def complaint_line(policy: Pack, settings: ShopSettings) -> Words | None:
    """Whom a customer may turn to: the law's own line, else the dispute body that the shop names (EU-16)."""
    return policy.complaint_line or settings.complaint_line
