"""Every kind of sentence by its name, as templates ask for it: `said("refusal", page.refusal)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portal.words.applying import BESIDE_BUTTON, QUOTES_EMPTY, WHAT_FOLLOWS, apply_reason
from portal.words.audit import AUDIT, NO_ENTRIES, audit_kind
from portal.words.buying_again import PRICES_THEN, WHY_NOT_AGAIN
from portal.words.cases import APPEAL_ANSWERS, APPEAL_TITLES, CASE_OUTCOMES, SUMMARY_TITLES
from portal.words.contract_withdrawal import CONTRACT_OFFERS, CONTRACT_TERMS
from portal.words.credit import CREDIT_CHANGES, CREDIT_EXPIRIES, PAYOUT_ASKED, PAYOUT_NOW, PAYOUT_TERMS
from portal.words.deciding import (
    ASSIGNED,
    DESK_AT_ZERO,
    DESK_DEADLINES,
    DESK_OUTCOMES,
    HOLD_OUTCOMES,
    IF_ACCEPTED,
    IF_CLOSED,
    IF_PARTLY,
    IF_REFUSED,
    IF_STOPPED,
    INSPECTED_SUMS,
    INSPECTION_AT_ZERO,
    PART_HINTS,
)
from portal.words.desk import (
    ACCEPT_BUTTONS,
    CASE_TITLES,
    CUSTOMER_YEARS,
    PARTLY_BUTTONS,
    REFUSE_BUTTONS,
    STOPPED_BUTTONS,
)
from portal.words.drafts import DRAFTS, DRAFTS_SAVED
from portal.words.early_refunds import EARLY_REFUNDS
from portal.words.embedding import FINDINGS, KEY_RETIREMENTS, KEYS_MADE, PAGE_FINDINGS
from portal.words.empty_lists import NO_ORDERS
from portal.words.errors import ERROR_TITLES, ERRORS
from portal.words.exchanging import EXCHANGE_SUMS, EXCHANGE_THEN
from portal.words.fees import (
    FEE_BUTTONS,
    FEE_FOR,
    FEE_FOR_STAFF,
    FEE_STANDINGS,
    FEE_TITLES,
    FEE_TROUBLE_TITLES,
    FEE_TROUBLES,
)
from portal.words.goodwill import IF_GIVEN, PROPOSAL_WAITS, WHY_NOT_APPROVE
from portal.words.help import RETURN_FREIGHT, RETURN_WAYS
from portal.words.inspecting import SCAN_FOUND_NONE, UNANNOUNCED
from portal.words.leaving import KEPT_FORMS, TICKET_LIVES, TICKET_PAYS
from portal.words.notices import NOTICE_TITLES, NOTICES
from portal.words.offering import IF_OFFER_ACCEPTED, IF_OFFER_DECLINED, MADE_OFFERS, OFFER_AT_ZERO, OFFERS
from portal.words.pickup import (
    PICKUP_CHANGES,
    PICKUP_CHARGES,
    PICKUP_FOR_STAFF,
    PICKUP_FREIGHTS,
    PICKUP_NOW,
    PICKUP_OFFERS,
    PICKUP_PREPARES,
    PICKUP_SLOTS,
    PICKUP_TITLES,
)
from portal.words.policies import DRAFT_BASES, FIELD_LEFT_OUT, POLICY_STARTS, SIMULATED
from portal.words.postponing import LATER, LATER_DAYS, LATER_FOR_STAFF, LATER_SHIPPING
from portal.words.presence import DESK_NEWS, LAST_CHANGES, WATCHERS
from portal.words.refunds import COUPONS, NOTES, refund_step
from portal.words.refusals import CHANGED, STAFF_CHANGED, refusal_sentence, refusal_title
from portal.words.replacing import REPLACEMENT_TITLES, REPLACEMENTS
from portal.words.reports import REPORT_CHANGES, REPORT_STANDINGS
from portal.words.returning import (
    INSPECTED,
    INVOICES,
    INVOICES_FOR_STAFF,
    PARCEL_TITLES,
    PROOF_HINTS,
    REJECTED_CHOSEN,
    RETURN_NOW,
    rejected_effect,
)
from portal.words.sentences import Sentence
from portal.words.settings import SETTINGS_CHANGED
from portal.words.signing_in import COMPANY_ASKED, COMPANY_REFUSALS
from portal.words.status import CASE_ACTS, CASE_WAITS, PARCEL_LINES, TODOS, WAITS, status_line
from portal.words.team import MEMBERS_KEPT
from portal.words.timeline import TIMELINE
from portal.words.urging import URGING
from portal.words.withdrawing import (
    CANCEL_BUTTONS,
    CANCEL_EFFECTS,
    CANCEL_PARTS,
    CANCEL_STOCK,
    CANCEL_TITLES,
    WHY_NOT,
    WITHDRAW_AGAIN,
    WITHDRAW_DEADLINES,
    WITHDRAW_EFFECTS,
    WITHDRAW_GOODS,
    WITHDRAW_REFUNDS,
    WITHDRAW_TITLES,
)

SAYINGS: Mapping[str, Callable[..., Sentence | None]] = {
    "status": status_line,
    "waits": WAITS.find,
    "case_waits": CASE_WAITS.find,
    "case_act": CASE_ACTS.find,
    "todo": TODOS.find,
    "no_orders": NO_ORDERS.find,
    "parcel": PARCEL_LINES.find,
    "return_freight": RETURN_FREIGHT.find,
    "return_ways": RETURN_WAYS.find,
    "ticket_pays": TICKET_PAYS.find,
    "ticket_lives": TICKET_LIVES.find,
    "kept_form": KEPT_FORMS.find,
    "key_made": KEYS_MADE.find,
    "company_asked": COMPANY_ASKED.find,
    "settings_changed": SETTINGS_CHANGED.find,
    "company_refused": COMPANY_REFUSALS.find,
    "member_kept": MEMBERS_KEPT.find,
    "key_retirement": KEY_RETIREMENTS.find,
    "offer": OFFERS.find,
    "offer_made": MADE_OFFERS.find,
    "if_offer_accepted": IF_OFFER_ACCEPTED.find,
    "if_offer_declined": IF_OFFER_DECLINED.find,
    "offer_at_zero": OFFER_AT_ZERO.find,
    "refusal_title": refusal_title,
    "refusal": refusal_sentence,
    "urging": URGING.find,
    "pickup_title": PICKUP_TITLES.find,
    "pickup_now": PICKUP_NOW.find,
    "pickup_charge": PICKUP_CHARGES.find,
    "pickup_slot": PICKUP_SLOTS.find,
    "pickup_for_staff": PICKUP_FOR_STAFF.find,
    "pickup_change": PICKUP_CHANGES.find,
    "pickup_prepare": PICKUP_PREPARES.find,
    "pickup_offer": PICKUP_OFFERS.find,
    "pickup_freight": PICKUP_FREIGHTS.find,
    "later": LATER.find,
    "later_days": LATER_DAYS.find,
    "later_shipping": LATER_SHIPPING.find,
    "later_for_staff": LATER_FOR_STAFF.find,
    "why_not_again": WHY_NOT_AGAIN.find,
    "price_then": PRICES_THEN.find,
    "changed": CHANGED.find,
    "simulated": SIMULATED.find,
    "policy_starts": POLICY_STARTS.find,
    "draft_base": DRAFT_BASES.find,
    "field_left_out": FIELD_LEFT_OUT.find,
    "staff_changed": STAFF_CHANGED.find,
    "draft": DRAFTS.find,
    "watcher": WATCHERS.find,
    "desk_news": DESK_NEWS.find,
    "last_change": LAST_CHANGES.find,
    "draft_saved": DRAFTS_SAVED.find,
    "event": TIMELINE.find,
    "audit": AUDIT.find,
    "audit_kind": audit_kind,
    "audit_empty": NO_ENTRIES.find,
    "report_standing": REPORT_STANDINGS.find,
    "report_change": REPORT_CHANGES.find,
    "notice_title": NOTICE_TITLES.find,
    "notice": NOTICES.find,
    "refund_step": refund_step,
    "finding": FINDINGS.find,
    "page_finding": PAGE_FINDINGS.find,
    "error_title": ERROR_TITLES.find,
    "error": ERRORS.find,
    "rejected_effect": rejected_effect,
    "note": NOTES.find,
    "coupon": COUPONS.find,
    "fee_trouble_title": FEE_TROUBLE_TITLES.find,
    "fee_trouble": FEE_TROUBLES.find,
    "withdraw_title": WITHDRAW_TITLES.find,
    "withdraw_effect": WITHDRAW_EFFECTS.find,
    "withdraw_again": WITHDRAW_AGAIN.find,
    "why_not_withdraw": WHY_NOT.find,
    "withdraw_refund": WITHDRAW_REFUNDS.find,
    "withdraw_goods": WITHDRAW_GOODS.find,
    "withdraw_deadline": WITHDRAW_DEADLINES.find,
    "cancel_title": CANCEL_TITLES.find,
    "cancel_parts": CANCEL_PARTS.find,
    "cancel_stock": CANCEL_STOCK.find,
    "cancel_effect": CANCEL_EFFECTS.find,
    "cancel_button": CANCEL_BUTTONS.find,
    "apply_reason": apply_reason,
    "what_follows": WHAT_FOLLOWS.find,
    "beside_button": BESIDE_BUTTON.find,
    "quote_empty": QUOTES_EMPTY.find,
    "summary_title": SUMMARY_TITLES.find,
    "case_outcome": CASE_OUTCOMES.find,
    "appeal_answer": APPEAL_ANSWERS.find,
    "appeal_title": APPEAL_TITLES.find,
    "contract_offer": CONTRACT_OFFERS.find,
    "contract_term": CONTRACT_TERMS.find,
    "payout_now": PAYOUT_NOW.find,
    "payout_terms": PAYOUT_TERMS.find,
    "payout_asked": PAYOUT_ASKED.find,
    "credit_expiry": CREDIT_EXPIRIES.find,
    "credit_change": CREDIT_CHANGES.find,
    "exchange_sum": EXCHANGE_SUMS.find,
    "exchange_then": EXCHANGE_THEN.find,
    "early_refund": EARLY_REFUNDS.find,
    "fee_title": FEE_TITLES.find,
    "fee_for": FEE_FOR.find,
    "fee_for_staff": FEE_FOR_STAFF.find,
    "fee_standing": FEE_STANDINGS.find,
    "fee_button": FEE_BUTTONS.find,
    "return_now": RETURN_NOW.find,
    "invoice": INVOICES.find,
    "invoice_for_staff": INVOICES_FOR_STAFF.find,
    "parcel_title": PARCEL_TITLES.find,
    "replacement": REPLACEMENTS.find,
    "replacement_title": REPLACEMENT_TITLES.find,
    "proof_hint": PROOF_HINTS.find,
    "inspected": INSPECTED.find,
    "unannounced": UNANNOUNCED.find,
    "scan_found_none": SCAN_FOUND_NONE.find,
    "rejected_chosen": REJECTED_CHOSEN.find,
    "if_accepted": IF_ACCEPTED.find,
    "if_partly": IF_PARTLY.find,
    "if_refused": IF_REFUSED.find,
    "if_stopped": IF_STOPPED.find,
    "if_closed": IF_CLOSED.find,
    "if_given": IF_GIVEN.find,
    "why_not_approve": WHY_NOT_APPROVE.find,
    "proposal_waits": PROPOSAL_WAITS.find,
    "desk_deadline": DESK_DEADLINES.find,
    "desk_at_zero": DESK_AT_ZERO.find,
    "desk_outcome": DESK_OUTCOMES.find,
    "hold_outcome": HOLD_OUTCOMES.find,
    "inspection_at_zero": INSPECTION_AT_ZERO.find,
    "part_hint": PART_HINTS.find,
    "inspected_sum": INSPECTED_SUMS.find,
    "assigned": ASSIGNED.find,
    "case_title": CASE_TITLES.find,
    "customer_year": CUSTOMER_YEARS.find,
    "accept_button": ACCEPT_BUTTONS.find,
    "partly_button": PARTLY_BUTTONS.find,
    "refuse_button": REFUSE_BUTTONS.find,
    "stopped_button": STOPPED_BUTTONS.find,
}
