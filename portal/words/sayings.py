"""Every kind of sentence by its name, as templates ask for it: `said("refusal", page.refusal)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portal.words.embedding import FINDINGS, PAGE_FINDINGS
from portal.words.errors import ERROR_TITLES, ERRORS
from portal.words.fees import FEE_TROUBLE_TITLES, FEE_TROUBLES
from portal.words.notices import NOTICE_TITLES, NOTICES
from portal.words.refunds import COUPONS, NOTES, refund_step
from portal.words.refusals import CHANGED, STAFF_CHANGED, refusal_sentence, refusal_title
from portal.words.returning import rejected_effect
from portal.words.sentences import Sentence
from portal.words.status import WAITS, status_line
from portal.words.timeline import TIMELINE
from portal.words.withdrawing import (
    CANCEL_BUTTONS,
    CANCEL_EFFECTS,
    CANCEL_PARTS,
    CANCEL_TITLES,
    WHY_NOT,
    WITHDRAW_AGAIN,
    WITHDRAW_EFFECTS,
    WITHDRAW_TITLES,
)

SAYINGS: Mapping[str, Callable[..., Sentence | None]] = {
    "status": status_line,
    "waits": WAITS.find,
    "refusal_title": refusal_title,
    "refusal": refusal_sentence,
    "changed": CHANGED.find,
    "staff_changed": STAFF_CHANGED.find,
    "event": TIMELINE.find,
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
    "cancel_title": CANCEL_TITLES.find,
    "cancel_parts": CANCEL_PARTS.find,
    "cancel_effect": CANCEL_EFFECTS.find,
    "cancel_button": CANCEL_BUTTONS.find,
}
