"""Something beyond policy that waits for a second person: asked for in a question, proposed by an agent."""

from __future__ import annotations

from portal.demo.stories import AGENT, CaseStory, DemoShop, three_of
from portal.services.goodwill.give_amount import give_amount
from portal.services.messages.ask_question import ask_question

_PLACE = 71


def add_goodwill(shop: DemoShop, login: str) -> CaseStory:
    """Above what one person alone may give (`limits.second_person` of the shop), so a supervisor finds it in 待审批."""
    ago, shopper = shop.when.ago, shop.shopper(login)
    story = CaseStory(shop, shopper, three_of(shop, "lamp", _PLACE, 40))
    said = "三盏里有两盏的底座有磨痕，不影响使用，能不能补偿一些？"
    asked = ask_question(order_no=story.order_no, body=said, **story.by(shopper, ago(hours=6)))
    story.case_no = asked.case_no
    reason = "两盏底座有磨痕，客户愿意留下，按三成补偿"
    story.step(give_amount, ago(hours=5), login=AGENT, amount="233.10", reason=reason)
    return story
