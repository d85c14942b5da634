"""A withdrawal from contract as the EU has it, declared by Anna Schneider. Her other orders are there to try it on."""

from __future__ import annotations

from portal.demo.drafts import Draft, DraftParcel, item
from portal.demo.people import PEOPLE
from portal.demo.stories import CaseStory, DemoShop
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.contract_withdrawal import contract_page
from portal.services.withdrawing.withdraw_contract import Declaration, withdraw_contract

_PLACE = 21


def add_declaration(shop: DemoShop) -> CaseStory:
    anna, when = PEOPLE["c-1007"], shop.when
    signed = when.at(4, "13:10")
    parcel = DraftParcel(carrier="EMS", shipped_at=when.at(8, "10:00"), delivered_at=signed, last_scan_at=signed)
    draft = Draft(
        buyer=anna,
        status="delivered",
        placed_at=when.at(9, "18:25"),
        pays=[("card", None)],
        head={"jurisdiction": "EU"},
        items=[item("backpack"), item("mug", 2)],
        freight="6.90",
        freight_tax="1.31",
        parcels=[parcel],
    )
    number = shop.take(draft, _PLACE)
    story = CaseStory(shop, shop.shopper(anna.id), number)
    by = story.by(story.shopper, when.ago(days=1))
    found = contract_page(
        order_no=number, actor=story.shopper, settings=ShopSettings(), locale=anna.locale, deps=by["deps"]
    )
    done = withdraw_contract(
        order_no=number, declared=Declaration(name=anna.name, contact=anna.mail), shown=found.shown, **by
    )
    story.case_no = done.case_no
    return story
