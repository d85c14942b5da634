"""An exchange of the first shopper: the goods are back and accepted, what the others cost more is to be paid."""

from __future__ import annotations

from dataclasses import replace

from portal.demo.catalogue import GOODS
from portal.demo.products import variant_sku
from portal.demo.stories import AGENT, INSPECTOR, CaseStory, DemoShop, all_three, three_of
from portal.domain.cases.ask import WantedVariant
from portal.domain.returning.inspection import all_accepted
from portal.services.cases.decide_case import Verdict, decide_case
from portal.services.returning.inspect import InspectionReport, inspect_goods
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.ship_back import ReturnShipment, ship_back

_PLACE = 61


def add_exchange(shop: DemoShop, login: str) -> CaseStory:
    """Three of a hoodie for three in another colour, which is dearer."""
    ago, wanted = shop.when.ago, WantedVariant(line_id="1", sku=variant_sku(GOODS["hoodie"], 3))
    story = CaseStory(shop, shop.shopper(login), three_of(shop, "hoodie", _PLACE, 5))
    story.apply(replace(all_three(kind="exchange", note="想换一个颜色"), variants=(wanted,)), ago(days=4))
    story.step(decide_case, ago(days=3, hours=20), login=AGENT, verdict=Verdict(decision="accept"))
    parcel = ReturnShipment(carrier="SF", tracking_no=f"SF8{story.case_no[-8:]}")
    story.step(ship_back, ago(days=3), shipment=parcel)
    story.step(receive_goods, ago(days=1), login=INSPECTOR)
    report = InspectionReport(found=all_accepted((("1", 3),)))
    story.step(inspect_goods, ago(hours=6), login=INSPECTOR, report=report)
    return story
