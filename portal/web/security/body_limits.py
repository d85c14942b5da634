"""How long a body may be, and of how many fields, by its address: 64 kB unless its form takes files, or one field for
each line of an order.

The server asks before it reads (`portal.processes.front`), the application while it reads, whatever serves it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

SMALL = 64 * 1024
LINES = 2 * 1024 * 1024
"""A field for each of thousands of lines (TRAPS T43), or a policy with all its sentences."""
HOOKS = 4 * 1024 * 1024
"""An order as its platform sends it, with all that plug-ins have added to a thousand lines."""
ORDERS = 16 * 1024 * 1024
UPLOADS = 64 * 1024 * 1024
PARTS, PARTS_OF_LINES = 1_000, 25_000
"""Fields of a form; where there is one for each line of an order, four of them for the longest that is imported (what
of each came, passed, can be sold again, did not pass)."""
TAKES = "PORTAL_BODIES"
"""In the app's config: what pages take by their names, those of staff with `staff.` before them."""
_FILES = (
    "refund refund_quote return_ return_quote exchange exchange_quote reship reship_quote repair repair_quote"
    " after_sales edit edit_quote resubmit resubmit_quote ask messages appeal shipment"
    " staff.message staff.note staff.ask staff.inspect staff.inspect_quote staff.draft"
)
_LINES = (
    "cancel cancel_quote withdraw withdraw_quote contract_withdrawal contract_quote"
    " staff.receive staff.decide staff.decide_quote staff.goodwill"
    " staff.policy_draft staff.policy_draft_text"
)


def most_of(endpoint: str, takes: Mapping[str, int]) -> int:
    """Bytes that a body sent to it may have."""
    place, _, page = endpoint.partition(".")
    if place == "api":
        return UPLOADS if "bulk" in page else ORDERS
    if place == "hooks":
        return HOOKS
    return takes.get(endpoint if place == "staff" else page, SMALL)


def init_app(app: Flask) -> None:
    takes = app.config[TAKES] = dict.fromkeys(_FILES.split(), UPLOADS) | dict.fromkeys(_LINES.split(), LINES)
    addresses = app.url_map.bind("")

    def by_address(method: str, path: str) -> int:
        try:
            endpoint, _ = addresses.match(path, method)
        except HTTPException:
            return SMALL
        return most_of(endpoint, takes)

    def limit_body() -> None:
        most = min(most_of(request.endpoint or "", takes), app.config["MAX_CONTENT_LENGTH"] or UPLOADS)
        request.max_content_length = most
        request.max_form_parts = PARTS if most == SMALL else PARTS_OF_LINES
        if (request.content_length or 0) > most:
            raise RequestEntityTooLarge

    # Before whatever reads a form: the token of every form stands in its body.
    app.before_request(limit_body)
    app.extensions["body_limit"] = by_address
