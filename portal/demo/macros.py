"""快捷回复 of the demo shop: four that everybody uses."""

from __future__ import annotations

from portal.demo.stories import DemoShop
from portal.domain.macros.macro import MacroText
from portal.services.identity.staff_accounts import staff_actor
from portal.services.macros.keep_macro import save_macro

_SUPERVISOR = "tepai-supervisor"
_MACROS = (
    MacroText(
        owner="shop",
        name="致歉并说明运费",
        into="message",
        text="{客户称呼}您好，很抱歉{商品}给您添了麻烦。您垫付的寄回运费由我们承担，验收后和退款{金额}一起原路退回，请保留寄件凭证。",
    ),
    MacroText(
        owner="shop",
        name="请补一张近照",
        into="ask",
        text="{客户称呼}您好，为了尽快处理售后单{售后单号}，请补一张{商品}问题部位的近照，光线亮一些，能看清细节就可以。",
    ),
    MacroText(
        owner="shop",
        name="破损免寄回",
        into="offer",
        text="{客户称呼}您好，很抱歉收到的{商品}有破损。商品不用寄回，您留下即可，我们把下面的金额退给您。",
    ),
    MacroText(
        owner="shop",
        name="补寄新品",
        into="answer",
        decision="accept",
        text="{客户称呼}您好，很抱歉这次的疏忽。我们同意您的申请，寄出后快递单号会显示在售后单里。",
    ),
)


def add_macros(shop: DemoShop) -> None:
    actor = staff_actor(login=_SUPERVISOR, deps=shop.deps)
    for place, typed in enumerate(_MACROS):
        at = shop.when.ago(days=3, minutes=place)
        save_macro(typed=typed, actor=actor, request_id=f"demo macro {place}", deps=shop.at(at))
