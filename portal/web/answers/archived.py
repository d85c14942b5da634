"""What cannot be done any more because its order is in the archive: said so, with the page where all of it is read."""

from __future__ import annotations

from flask import request

from portal.domain.errors import Archived, NotFound, PortalError
from portal.pages.shop.archived import is_archived
from portal.pages.values.accounts import ErrorPage
from portal.web.request.current import deps, find_actor, known_visit
from portal.web.request.places import is_staff_request
from portal.web.security.guards import feed_actor
from portal.web.shell.nav import address_of


def archived_here(error: PortalError) -> PortalError:
    """An address below an order or a case that was not found among those that are worked on, and lies in the archive of
    whoever asks; everything else as it is. Somebody else's does not exist here either (law 7)."""
    named = request.view_args or {}
    order_no, case_no = str(named.get("order_no") or named.get("number") or ""), str(named.get("case_no") or "")
    if not isinstance(error, NotFound) or not (order_no or case_no):
        return error
    actor = feed_actor() if request.blueprint == "api" else find_actor() if known_visit().session else None
    if actor is None or not is_archived(order_no=order_no, case_no=case_no, actor=actor, deps=deps()):
        return error
    return Archived()


def page_of_archived() -> ErrorPage:
    """It leads to the page of the order or case that the address is below."""
    named = request.view_args or {}
    own = {name: named[name] for name in ("order_no", "case_no") if name in named}
    back = address_of("case" if "case_no" in own else "order", **own) if own else ""
    return ErrorPage(status=409, code="archived_staff" if is_staff_request() else "archived", back=back)
