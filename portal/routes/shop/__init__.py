"""The shopper pages: one blueprint, registered at / and at /embed/<shop_key>. Relative endpoints only."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Blueprint, Response, url_for

from portal.web.answers.respond import go_to
from portal.web.request.current import visit
from portal.web.security.behalf import check_behalf, stop_behalf
from portal.web.security.frames import check_frame_cookies

shop = Blueprint("shop", __name__)

PAGE_FAMILIES = (
    "sign_in",
    "behalf",
    "find_order",
    "account",
    "orders",
    "buying_again",
    "postponing",
    "cancelling",
    "after_sales",
    "applying",
    "contract_withdrawal",
    "declaring",
    "ask",
    "cases",
    "appealing",
    "offering",
    "slip",
    "returning",
    "pickup",
    "payout",
    "withdrawing",
    "urging",
    "solving",
    "evidence",
    "messages",
    "case_record",
    "notices",
    "unsubscribing",
    "inbox",
    "help",
    "design",
)


@shop.url_value_preprocessor
def take_shop_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """In a frame the address names the shop; views do not have to know."""
    if values:
        values.pop("shop_key", None)


@shop.before_request
def find_visit() -> Response | None:
    """Every page of ours shows who is signed in and which shop this is."""
    if visit().is_behalf_over:
        # Whoever goes on must not become somebody else without noticing.
        stop_behalf()
        return go_to(url_for("staff.customers"), notice="behalf_over")
    check_behalf()
    return check_frame_cookies()


for family in PAGE_FAMILIES:
    import_module(f"{__name__}.{family}")
