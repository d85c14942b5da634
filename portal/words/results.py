"""Which sentence of `words.notices` the result of an act is told in (law 13)."""

from __future__ import annotations

from portal.domain import results
from portal.domain.cases import results as queue
from portal.domain.connectors import results as connectors
from portal.domain.credit import results as payouts
from portal.domain.goodwill import results as goodwill
from portal.domain.inbox import results as inbox
from portal.domain.intake import results as intake
from portal.domain.macros import results as macros
from portal.domain.messages import results as messages
from portal.domain.orders import results as orders
from portal.domain.policy import results as policy
from portal.domain.refunds import results as refunds
from portal.domain.results import Done
from portal.domain.returning import pickup_results as pickups
from portal.domain.shops import results as shops
from portal.domain.team import results as team
from portal.domain.webhooks import results as webhooks

PLAIN = frozenset(
    {
        "session_ended",
        "notices_chosen",
        "erasure_asked",
        "password_changed",
        "signed_out",
        "behalf_ended",
        "behalf_over",
        "shop_switched",
        "origin_added",
        "origin_removed",
        "key_retired",
        "own_password_changed",
        "draft_saved",
        "draft_gone",
        "others_signed_out",
        "own_notices_chosen",
    }
)
"""Codes of what is said after something that no service answers with a result."""
_CODES: dict[type[Done], str] = {
    results.CancelAsked: "cancel_asked",
    results.AddressChanged: "address_changed",
    results.RefundRetried: "refund_hurried",
    results.CaseEdited: "application_edited",
    results.ContractWithdrawn: "contract_withdrawn",
    results.DeclarationMade: "declaration_made",
    inbox.MailConfirmed: "mail_confirmed",
    results.CaseWithdrawn: "application_withdrawn",
    results.CaseReduced: "application_reduced",
    results.WithdrawalBegun: "withdrawal_begun",
    results.WithdrawalAsked: "withdrawal_asked",
    results.CaseAppealed: "appeal_sent",
    results.QuestionAsked: "question_sent",
    results.ParcelEntered: "parcel_entered",
    pickups.PickupBooked: "pickup_booked",
    pickups.PickupCalledOff: "pickup_called_off",
    results.GoodsReceived: "goods_received",
    results.ParcelBackEntered: "parcel_back_entered",
    results.ParcelHandedOver: "parcel_handed_over",
    results.ReplacementSent: "replacement_sent",
    results.ReplacementArrived: "replacement_arrived",
    results.RefundedInstead: "refunded_instead",
    results.MadeReturn: "made_return",
    results.CaseClosed: "case_closed",
    results.CustomerAsked: "customer_asked",
    queue.CaseReopened: "case_reopened",
    results.TaskDone: "task_done",
    results.JobRetried: "job_retried",
    refunds.ReconciliationAsked: "reconciliation_asked",
    refunds.RefundConfirmed: "refund_confirmed",
    shops.LooksSaved: "looks_saved",
    shops.TokenRetired: "token_retired",
    shops.RobotTried: "robot_tried",
    shops.RailSet: "rail_set",
    shops.RailRemoved: "rail_removed",
    shops.RailChecked: "rail_checked",
    webhooks.EndpointTested: "webhook_tested",
    webhooks.EndpointEnabled: "webhook_enabled",
    webhooks.EndpointRemoved: "webhook_removed",
    webhooks.EventsReplayed: "webhook_replayed",
    policy.SimulationAsked: "policy_simulated",
    shops.SectionSaved: "settings_saved",
    results.OfCase: "same_again",
    results.OfOrder: "same_again",
    results.Done: "same_again",
}
"""Results that are always told of alike."""
_BY_FACT: dict[type[Done], tuple[str, str]] = {
    results.RejectedChosen: ("rejected", "choice"),
    shops.RobotSet: ("robot", "what"),
    connectors.ConnectorSet: ("connector", "what"),
    connectors.ConnectorAsked: ("connector", "what"),
    results.CancelAnswered: ("cancel", "answer"),
    results.DeclarationHandled: ("declaration", "what"),
    inbox.MailHandled: ("mail", "what"),
    results.CaseDecided: ("decided", "decision"),
    results.CaseAssigned: ("case", "to"),
    queue.CaseSnoozed: ("case", "to"),
    queue.CasesAccepted: ("cases_accepted", "which"),
    queue.OfferDone: ("offer", "what"),
    queue.SolvedSaid: ("solved", "answer"),
    queue.CasesAssigned: ("cases_assigned", "which"),
    queue.ViewSaved: ("view", "what"),
    macros.MacroDone: ("macro", "what"),
    messages.NoticeTextDone: ("notice_text", "what"),
    team.MemberChanged: ("member", "what"),
    goodwill.GoodwillGiven: ("goodwill", "what"),
    goodwill.ProposalAnswered: ("proposal", "what"),
    refunds.RefundTransferred: ("transfer", "what"),
    policy.DraftChanged: ("policy_draft", "what"),
    policy.PolicyAnswered: ("policy", "what"),
}
"""Results that are told of by one of their facts: how the code begins, and which fact ends it."""
_FEES = {"paid": "fee_paid", "done": "application_withdrawn", "on_delivery": "fee_on_delivery"}
SILENT = (
    orders.ParcelShipped,
    orders.BenefitsReturned,
    orders.ParcelNoted,
    payouts.CreditBooked,
    refunds.ResultTaken,
    intake.BulkBegun,
    intake.LinesTaken,
    results.CustomerUnmasked,
    shops.KeyAdded,
    shops.TokenAdded,
    shops.KeyRetired,
    team.MemberInvited,
    team.MemberReset,
    shops.OriginsSet,
    webhooks.EndpointAdded,
    webhooks.SecretRotated,
)
"""Results whose page shows by itself what was done, those that no page leads on from, and those of programs."""


def code_of(done: Done) -> str:
    """Which sentence a result is told in; "" for one that its page shows by itself."""
    match done:
        case results.OrderCancelled():
            return _cancelled(done)
        case results.CaseOpened(follows=follows):
            return "application_sent_again" if follows else "application_sent"
        case results.GoodsInspected(is_to_be_sent=is_to_be_sent):
            return "goods_to_be_sent" if is_to_be_sent else "goods_inspected"
        case results.FeeTried(state=state):
            return _FEES.get(state, "")
        case results.MessageWritten(is_internal=is_internal):
            return "note_kept" if is_internal else "message_sent"
        case payouts.PayoutChosen(is_credit=is_credit):
            return "payout_credit" if is_credit else "payout_original"
        case results.ShippingPostponed(until=until):
            return "shipping_postponed" if until else "shipping_restored"
        case results.ShipmentUrged() | results.CaseUrged():
            return _urged(done)
    if type(done) in _BY_FACT:
        begin, fact = _BY_FACT[type(done)]
        return f"{begin}_{getattr(done, fact)}"
    return _CODES.get(type(done), "")


def _urged(done: results.ShipmentUrged | results.CaseUrged) -> str:
    what = "shipment" if isinstance(done, results.ShipmentUrged) else "case"
    is_late = isinstance(done, results.ShipmentUrged) and done.is_late
    return f"{what}_urged{'_again' if done.is_again else '_late' if is_late else ''}"


def _cancelled(done: results.OrderCancelled) -> str:
    if done.is_whole and done.is_unpaid:
        return "order_cancelled_unpaid"
    what = "order_cancelled" if done.is_whole else "units_cancelled" if done.left else "rest_cancelled"
    return what if done.refund else f"{what}_free"
