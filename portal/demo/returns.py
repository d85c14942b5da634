"""Returns of the first shopper at each stage: to be sent, on their way, received, and one with goods not accepted."""

from __future__ import annotations

from portal.demo.after_shipping import delivered
from portal.demo.drafts import item
from portal.demo.moments import Moments
from portal.domain.access import Actor
from portal.domain.applying import CONDITIONS, ApplicationAsk
from portal.domain.inspecting import LineFound
from portal.domain.logins import read_login
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.apply_for import apply_for
from portal.services.inspect_goods import inspect_goods
from portal.services.manage_staff import staff_actor
from portal.services.receive_goods import receive_goods
from portal.services.ship_back import ship_back
from portal.services.take_in_orders import take_in_order

_SHOPPER, _INSPECTOR = "c-1001", "tepai-warehouse"
_GOODS = ("mug", "towel", "book", "scarf")
STAGES = ("awaiting_return", "in_transit", "received", "rejected")


def add_demo_returns(*, shop_id: int, image_base: str, deps: Deps) -> list[str]:
    """The case numbers, one a stage, in the order of STAGES. Three of a good were bought, all three come back."""
    when = Moments(deps.clock.now())
    with reading(deps) as work:
        row = work.accounts.find_by_login(shop_id, read_login(_SHOPPER))
    assert row is not None
    shopper, found = Actor(kind="shopper", shop_id=shop_id, id=row["id"]), []
    for index, (stage, good) in enumerate(zip(STAGES, _GOODS, strict=True), 1):
        draft = delivered(when, index + 1, [item(good, 3)])
        number = f"TP{draft.placed_at:%Y%m%d}9{index:03}"
        take_in_order(shop_id=shop_id, data=draft.written(number, image_base), deps=deps)
        ask = ApplicationAsk(
            kind="return_refund", units=(("1", 3),), reason="no_reason", received=True, conditions=CONDITIONS
        )
        done = apply_for(order_no=number, ask=ask, actor=shopper, request_id=f"demo-{index}", deps=deps)
        found.append(done.removeprefix("case:"))
        _go_on(found[-1], stage, shopper, deps)
    return found


def _go_on(case_no: str, stage: str, shopper: Actor, deps: Deps) -> None:
    reached = STAGES.index(stage)
    if reached >= STAGES.index("in_transit"):
        number = f"SF9{case_no[-8:]}"
        ship_back(
            case_no=case_no, carrier="SF", tracking_no=number, actor=shopper, request_id=f"ship-{case_no}", deps=deps
        )
    if reached >= STAGES.index("received"):
        inspector = staff_actor(login=_INSPECTOR, case_no=case_no, deps=deps)
        receive_goods(case_no=case_no, actor=inspector, request_id=f"receive-{case_no}", deps=deps)
    if stage == "rejected":
        parts = (LineFound(line_id="1", received=3, accepted=2, rejected=1, resellable=2),)
        inspect_goods(
            case_no=case_no,
            found=parts,
            reason="一件已有使用痕迹，吊牌剪断",
            actor=inspector,
            request_id=f"inspect-{case_no}",
            deps=deps,
        )
