"""The policy an order is imported under: the shop's pack and the law's, in the versions of now (POLICY, which law)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.intake.imported_order import ImportedOrder
from portal.domain.policy.jurisdictions import NO_LAW, Law, law_of
from portal.domain.policy.pack import Pack, Policy
from portal.repos.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What holds for orders under one law in one shop."""

    policy: Policy
    shop_version_id: int
    law_version_id: int | None

    @property
    def ship_within(self) -> timedelta:
        return self.policy.ship_within.nominal


def policy_at(work: UnitOfWork, shop_id: int, *, country: str, placed_at: datetime, laws: tuple[Pack, ...]) -> Policy:
    """What would hold for an order to `country` ("": where the shop is) that is placed at `placed_at` (aware UTC): as
    `ShopTerms` would find it then. Reads only. Raises LookupError for a shop without a policy."""
    shop = work.shops.get_by_id(shop_id)
    shop_version = work.policies.at(shop_id, shop.policy, placed_at)
    if shop_version is None:
        raise LookupError(f"no version of the policy {shop.policy} is published for the shop {shop.key}")
    shop_law = work.policies.in_force(shop_version, None).law
    law = law_of(jurisdiction=None, country=country, shop_law=shop_law, laws=laws)
    law_version = None if law == NO_LAW else work.policies.at(shop_id, law, placed_at)
    shipped = next((pack for pack in laws if pack.law == law), None)
    if law_version is None and law != NO_LAW and shipped is not None:
        return work.policies.with_law(shop_version, shipped)
    return work.policies.in_force(shop_version, law_version)


class ShopTerms:
    """The terms of one shop, read once per transaction and law. `laws`: the legal packs there are."""

    def __init__(self, work: UnitOfWork, shop_id: int, laws: tuple[Pack, ...]) -> None:
        self.shop_id = shop_id
        self._work, self._laws = work, laws
        shop = work.shops.get_by_id(shop_id)
        newest = work.policies.newest(shop_id, shop.policy)
        if newest is None:
            raise LookupError(f"no version of the policy {shop.policy} is published for the shop {shop.key}")
        self._shop_version_id = newest
        self._shop_law: Law = work.policies.in_force(newest, None).law
        self._by_law: dict[Law, OrderTerms] = {}

    def of(self, taken: ImportedOrder) -> OrderTerms:
        country = taken.ship_to.country if taken.ship_to else ""
        law = law_of(jurisdiction=taken.jurisdiction, country=country, shop_law=self._shop_law, laws=self._laws)
        if law not in self._by_law:
            version = self._version_of(law)
            policy = self._work.policies.in_force(self._shop_version_id, version)
            self._by_law[law] = OrderTerms(policy, self._shop_version_id, version)
        return self._by_law[law]

    def _version_of(self, law: Law) -> int | None:
        """A law that has come since the shop was added is published for it with its first order."""
        if law == NO_LAW:
            return None
        newest = self._work.policies.newest(self.shop_id, law)
        shipped = next((pack for pack in self._laws if pack.law == law), None)
        if newest is None and shipped is not None:
            return self._work.policies.ensure(self.shop_id, shipped, by="operator")
        return newest

    def kept(self, shop_version_id: int, law_version_id: int | None) -> OrderTerms:
        """Those of an order that is in: the versions it was imported under."""
        return OrderTerms(
            self._work.policies.in_force(shop_version_id, law_version_id), shop_version_id, law_version_id
        )
