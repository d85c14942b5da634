"""Applications of the first shopper that the shop did not approve: one to be corrected and sent again, one appealed."""

from __future__ import annotations

from portal.demo.stories import AGENT, CaseStory, DemoShop, all_three, three_of
from portal.services.cases.appeal import appeal_case
from portal.services.cases.decide_case import Verdict, decide_case

_FIRST_PLACE = 11


def add_refusals(shop: DemoShop, login: str) -> list[CaseStory]:
    """The one that can be sent again, then the one under appeal."""
    shopper, ago = shop.shopper(login), shop.when.ago
    again = CaseStory(shop, shopper, three_of(shop, "kettle", _FIRST_PLACE, 6))
    again.apply(all_three("damaged", kind="refund_only", note="壶盖上有一道裂纹。"), ago(days=3))
    again.step(
        decide_case,
        ago(days=2),
        login=AGENT,
        verdict=Verdict(
            decision="refuse",
            reason_code="evidence",
            reason="没有看到裂纹的照片，请补拍整体和裂纹处各一张，再重新申请",
        ),
    )
    appealed = CaseStory(shop, shopper, three_of(shop, "tea", _FIRST_PLACE + 1, 7))
    appealed.apply(
        all_three("not_as_described", kind="refund_only", note="罐上写的是二级，页面写的是一级。"), ago(days=4)
    )
    appealed.step(
        decide_case,
        ago(days=3),
        login=AGENT,
        verdict=Verdict(decision="refuse", reason_code="wrong_info", reason="订单里的规格是一级，与发货记录一致"),
    )
    appealed.step(appeal_case, ago(hours=6), body="三罐的标签都是二级，和发货记录对不上，请另一位同事再核对一次。")
    return [again, appealed]
