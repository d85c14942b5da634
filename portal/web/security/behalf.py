"""What staff may do on a customer's pages in the customer's place: only what stands here (S43).

A new page of the shopper's is refused until somebody decides; the services that matter most refuse by themselves too.
"""

from __future__ import annotations

from datetime import timedelta

from flask import request

from portal.domain.errors import NotFound, NotOnBehalf
from portal.domain.identity.behalf import check_own_act
from portal.services.identity.visits import VisitSession
from portal.web.request.current import current_session, visit
from portal.web.security.cookies import write_cookie

MAY = frozenset(
    {
        *("home", "language", "help", "help_page", "contact", "design", "verify", "mail", "resume", "behalf_end"),
        *(
            "orders",
            "archived_orders",
            "order",
            "address",
            "later",
            "cancel",
            "cancel_quote",
            "urge_order",
            "ask",
            "after_sales",
        ),
        *("refund", "refund_quote", "return_", "return_quote", "exchange", "exchange_quote"),
        *("reship", "reship_quote", "repair", "repair_quote"),
        *("cases", "case", "edit", "edit_quote", "resubmit", "resubmit_quote", "appeal", "urge_case"),
        *("withdraw", "withdraw_quote", "messages", "evidence", "shipment", "slip", "slip_pdf", "pickup"),
    }
)
OWN = {
    **dict.fromkeys(("sign_in", "sign_in_code", "sign_in_verify", "sign_out", "find_order"), "sign_in"),
    **dict.fromkeys(("account", "own_data", "record"), "data"),
    **dict.fromkeys(("notices", "notice", "notices_read", "notice_settings", "unsubscribing"), "notices"),
    **dict.fromkeys(("fee", "pay", "buy_again"), "payment"),
    **dict.fromkeys(("contract_withdrawal", "contract_quote", "withdraw_contract"), "contract_withdrawal"),
    "password": "password",
    "end_session": "sessions",
    "erasure": "erasure",
    "payout": "payout",
    "offer": "offer",
    "rejected": "rejected",
    "solved": "solved",
}
"""What of `domain.identity.behalf.OWN_ACTS` a page is about."""


def check_behalf() -> None:
    """Before every page of a shopper's. Raises NotOnBehalf."""
    session = visit().session
    if session is None or not session.actor.by_staff:
        return
    page = (request.endpoint or "").rpartition(".")[2]
    if page in OWN:
        check_own_act(session.actor, OWN[page])
    if page not in MAY:
        raise NotOnBehalf


def start_behalf(token: str) -> None:
    """Ends with the browser; how long it is good for is the row's business."""
    write_cookie("portal_behalf", token)


def stop_behalf() -> None:
    write_cookie("portal_behalf", "", life=timedelta(0))


def behalf_session() -> VisitSession:
    """Raises NotFound for whoever acts for themselves."""
    session = current_session()
    if not session.actor.by_staff:
        raise NotFound
    return session
