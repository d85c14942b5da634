"""Returns of the first shopper at each stage: to be sent, on their way, received, one with goods not accepted, and one
whose withdrawal waits for its fee."""

from __future__ import annotations

from portal.demo.stories import INSPECTOR, CaseStory, DemoShop, all_three, three_of
from portal.domain.cases.found import LineFound
from portal.services.returning.inspect import InspectionReport, inspect_goods
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.ship_back import ReturnShipment, ship_back
from portal.services.withdrawing.withdraw_case import withdraw_case

_GOODS = {"awaiting_return": "mug", "in_transit": "towel", "received": "book", "rejected": "scarf", "fee_due": "pillow"}
STAGES = tuple(_GOODS)


def add_returns(shop: DemoShop, login: str) -> list[CaseStory]:
    """One a stage, in the order of STAGES. Three of a good were bought, all three come back."""
    shopper, stories = shop.shopper(login), []
    for place, (stage, good) in enumerate(_GOODS.items(), 1):
        story = CaseStory(shop, shopper, three_of(shop, good, place, place + 1))
        story.apply(all_three(), shop.when.ago(days=place))
        _go_on(story, stage, place)
        stories.append(story)
    return stories


def _go_on(story: CaseStory, stage: str, days: int) -> None:
    """`days` ago it was applied for; what is sent is sent half a day later."""
    ago = story.shop.when.ago
    if stage != "awaiting_return":
        sent_at = ago(days=days - 1, hours=12)
        shipment = ReturnShipment(carrier="SF", tracking_no=f"SF9{story.case_no[-8:]}")
        story.step(ship_back, sent_at, shipment=shipment)
    if stage in ("received", "rejected"):
        story.step(receive_goods, ago(hours=5 if stage == "received" else 20), login=INSPECTOR)
    if stage == "rejected":
        _inspect(story)
    if stage == "fee_due":
        story.step(withdraw_case, ago(hours=3), reason="changed_mind")


def _inspect(story: CaseStory) -> None:
    at = story.shop.when.ago(hours=2)
    story.step(
        inspect_goods,
        at,
        login=INSPECTOR,
        report=InspectionReport(
            found=(LineFound(line_id="1", received=3, accepted=2, rejected=1, resellable=2),),
            reason="一件已有使用痕迹，吊牌剪断",
            photo_ids=story.photographed(("worn", "cut-tag"), at, INSPECTOR),
        ),
    )
