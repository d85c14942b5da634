"""Results of acts as they are stored with the request that acted, and back as the same type (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.domain import results
from portal.domain.cases import results as queue
from portal.domain.codec import from_plain, to_plain
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
from portal.domain.returning import pickup_results as pickups
from portal.domain.shops import results as shops
from portal.domain.team import results as team
from portal.domain.webhooks import results as webhooks

KINDS: dict[str, type[results.Done]] = {
    "": results.Done,
    "order": results.OfOrder,
    "case": results.OfCase,
    "order_cancelled": results.OrderCancelled,
    "cancel_asked": results.CancelAsked,
    "address_changed": results.AddressChanged,
    "shipment_urged": results.ShipmentUrged,
    "shipping_postponed": results.ShippingPostponed,
    "parcel_shipped": orders.ParcelShipped,
    "benefits_returned": orders.BenefitsReturned,
    "parcel_noted": orders.ParcelNoted,
    "credit_booked": payouts.CreditBooked,
    "bulk_begun": intake.BulkBegun,
    "lines_taken": intake.LinesTaken,
    "case_urged": results.CaseUrged,
    "refund_retried": results.RefundRetried,
    "case_opened": results.CaseOpened,
    "case_edited": results.CaseEdited,
    "contract_withdrawn": results.ContractWithdrawn,
    "declaration_made": results.DeclarationMade,
    "declaration_handled": results.DeclarationHandled,
    "mail_confirmed": inbox.MailConfirmed,
    "mail_handled": inbox.MailHandled,
    "case_withdrawn": results.CaseWithdrawn,
    "case_reduced": results.CaseReduced,
    "withdrawal_begun": results.WithdrawalBegun,
    "withdrawal_asked": results.WithdrawalAsked,
    "fee_tried": results.FeeTried,
    "case_appealed": results.CaseAppealed,
    "question_asked": results.QuestionAsked,
    "message_written": results.MessageWritten,
    "parcel_entered": results.ParcelEntered,
    "payout_chosen": payouts.PayoutChosen,
    "pickup_booked": pickups.PickupBooked,
    "pickup_called_off": pickups.PickupCalledOff,
    "rejected_chosen": results.RejectedChosen,
    "goods_received": results.GoodsReceived,
    "goods_inspected": results.GoodsInspected,
    "parcel_back_entered": results.ParcelBackEntered,
    "parcel_handed_over": results.ParcelHandedOver,
    "replacement_sent": results.ReplacementSent,
    "replacement_arrived": results.ReplacementArrived,
    "refunded_instead": results.RefundedInstead,
    "made_return": results.MadeReturn,
    "cancel_answered": results.CancelAnswered,
    "case_decided": results.CaseDecided,
    "case_assigned": results.CaseAssigned,
    "case_snoozed": queue.CaseSnoozed,
    "cases_assigned": queue.CasesAssigned,
    "view_saved": queue.ViewSaved,
    "macro_done": macros.MacroDone,
    "notice_text_done": messages.NoticeTextDone,
    "offer_done": queue.OfferDone,
    "cases_accepted": queue.CasesAccepted,
    "case_reopened": queue.CaseReopened,
    "solved_said": queue.SolvedSaid,
    "case_closed": results.CaseClosed,
    "customer_asked": results.CustomerAsked,
    "customer_unmasked": results.CustomerUnmasked,
    "task_done": results.TaskDone,
    "refund_transferred": refunds.RefundTransferred,
    "refund_confirmed": refunds.RefundConfirmed,
    "job_retried": results.JobRetried,
    "refund_result_taken": refunds.ResultTaken,
    "reconciliation_asked": refunds.ReconciliationAsked,
    "goodwill_given": goodwill.GoodwillGiven,
    "proposal_answered": goodwill.ProposalAnswered,
    "member_invited": team.MemberInvited,
    "member_changed": team.MemberChanged,
    "member_reset": team.MemberReset,
    "key_added": shops.KeyAdded,
    "key_retired": shops.KeyRetired,
    "token_added": shops.TokenAdded,
    "token_retired": shops.TokenRetired,
    "robot_set": shops.RobotSet,
    "robot_tried": shops.RobotTried,
    "rail_set": shops.RailSet,
    "rail_removed": shops.RailRemoved,
    "rail_checked": shops.RailChecked,
    "connector_set": connectors.ConnectorSet,
    "connector_asked": connectors.ConnectorAsked,
    "origins_set": shops.OriginsSet,
    "looks_saved": shops.LooksSaved,
    "policy_draft_changed": policy.DraftChanged,
    "policy_simulation_asked": policy.SimulationAsked,
    "policy_answered": policy.PolicyAnswered,
    "section_saved": shops.SectionSaved,
    "webhook_added": webhooks.EndpointAdded,
    "webhook_rotated": webhooks.SecretRotated,
    "webhook_tested": webhooks.EndpointTested,
    "webhook_enabled": webhooks.EndpointEnabled,
    "webhook_removed": webhooks.EndpointRemoved,
    "webhook_replayed": webhooks.EventsReplayed,
}
"""By the name they are stored under, which outlives the name of the class."""
_NAMES = {kind: name for name, kind in KINDS.items()}
_NUMBERS = ("order_no", "case_no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A result as it is stored: its kind, the number of its order or case ("" for neither), its other facts as JSON."""

    kind: str
    number: str
    facts: dict[str, Any]


def keep(done: results.Done) -> Kept:
    facts = to_plain(done)
    number = next((facts.pop(name) for name in _NUMBERS if name in facts), "")
    return Kept(kind=_NAMES[type(done)], number=number, facts=facts)


def restore(kept: Kept) -> results.Done:
    """The inverse of `keep`."""
    kind = KINDS[kept.kind]
    number = next(({name: kept.number} for name in _NUMBERS if name in kind.__dataclass_fields__), {})
    return from_plain(kind, kept.facts | number)
