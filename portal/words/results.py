"""Which sentence of `words.notices` the result of an act is told in (law 13)."""

from __future__ import annotations

from portal.domain import results
from portal.domain.results import Done

PLAIN = frozenset({"password_changed", "signed_out", "shop_switched", "origin_added", "origin_removed", "key_retired"})
"""Codes of what is said after something that no service answers with a result."""
_CODES: dict[type[Done], str] = {
    results.CancelAsked: "cancel_asked",
    results.AddressChanged: "address_changed",
    results.RefundRetried: "refund_hurried",
    results.CaseEdited: "application_edited",
    results.ContractWithdrawn: "contract_withdrawn",
    results.DeclarationMade: "declaration_made",
    results.CaseWithdrawn: "application_withdrawn",
    results.CaseReduced: "application_reduced",
    results.WithdrawalBegun: "withdrawal_begun",
    results.WithdrawalAsked: "withdrawal_asked",
    results.CaseAppealed: "appeal_sent",
    results.QuestionAsked: "question_sent",
    results.ParcelEntered: "parcel_entered",
    results.GoodsReceived: "goods_received",
    results.GoodsInspected: "goods_inspected",
    results.ParcelBackEntered: "parcel_back_entered",
    results.ParcelHandedOver: "parcel_handed_over",
    results.CaseClosed: "case_closed",
    results.CustomerAsked: "customer_asked",
    results.TaskDone: "task_done",
    results.LooksSaved: "looks_saved",
    results.OfCase: "same_again",
    results.OfOrder: "same_again",
    results.Done: "same_again",
}
"""Results that are always told of alike."""
_FEES = {"paid": "fee_paid", "on_delivery": "fee_on_delivery"}
SILENT = (results.CustomerUnmasked, results.KeyAdded, results.KeyRetired, results.OriginsSet)
"""Results whose page shows by itself what was done, and those that no page leads on from."""


def code_of(done: Done) -> str:
    """Which sentence a result is told in; "" for one that its page shows by itself."""
    match done:
        case results.OrderCancelled():
            return _cancelled(done)
        case results.CaseOpened(follows=follows):
            return "application_sent_again" if follows else "application_sent"
        case results.FeeTried(state=state):
            return _FEES.get(state, "")
        case results.MessageWritten(is_internal=is_internal):
            return "note_kept" if is_internal else "message_sent"
        case results.RejectedChosen(choice=choice):
            return f"rejected_{choice}"
        case results.CancelAnswered(answer=answer):
            return f"cancel_{answer}"
        case results.DeclarationHandled(what=what):
            return f"declaration_{what}"
        case results.CaseDecided(decision=decision):
            return f"decided_{decision}"
        case results.CaseAssigned(to=to):
            return f"case_{to}"
    return _CODES.get(type(done), "")


def _cancelled(done: results.OrderCancelled) -> str:
    if done.is_whole and done.is_unpaid:
        return "order_cancelled_unpaid"
    what = "order_cancelled" if done.is_whole else "units_cancelled" if done.left else "rest_cancelled"
    return what if done.refund else f"{what}_free"
