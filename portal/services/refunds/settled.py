"""What follows once the money of a refund has moved, by whatever way."""

from __future__ import annotations

from portal.domain.cases import paid
from portal.domain.orders import effects
from portal.domain.refunds.refund import Refund
from portal.services.act import Act, CaseAct


def refund_settled(act: Act, refund: Refund) -> None:
    """From in flight to refunded; staff have nothing to do about it any more, and the case is done with its last one.
    The refund's row says that it has succeeded."""
    work = act.work
    act.save_order(effects.settled(act.order, refund.payment_id, refund.amount.minor))
    work.tasks.close(f"refund_failed:{refund.refund_id}")
    if refund.case_id and not work.refunds.are_open(refund.case_id):
        _close(act.on(work.cases.get_by_id_for_update(refund.case_id)))


def _close(act: CaseAct) -> None:
    """The last refund of the case succeeded: 处理结果：已成功."""
    if act.case.state == "refunding":
        act.save(paid.refunded(act.case, at=act.now))
        act.happened("case:completed")
