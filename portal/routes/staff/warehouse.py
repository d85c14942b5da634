"""仓库: what waits there, and the page that a scanner types into."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.results import Done, OfCase
from portal.pages.staff.scanning import scan_page
from portal.pages.staff.warehouse import warehouse_page
from portal.routes.staff import staff
from portal.web.answers.follow import follow
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

TEMPLATE, SCAN = "pages/staff/warehouse.html", "pages/staff/scan.html"


@staff.get("/warehouse")
@staff_may("read", "warehouse")
def warehouse() -> ResponseReturnValue:
    """`list` = stop, coming, awaited, inspect, send, back; `after`."""
    args = request.args
    page = warehouse_page(which=args.get("list", ""), after=args.get("after", ""), actor=current_actor(), deps=deps())
    return respond(TEMPLATE, TEMPLATE, page=page)


@staff.get("/scan")
@staff_may("read", "warehouse")
def scan() -> ResponseReturnValue:
    """`q`: what the scanner read. One parcel is opened, of several one is chosen; nothing is changed by it. The address
    names no place on the page: a browser would then not give the focus to the field of the next scan."""
    page = scan_page(q=request.args.get("q", ""), done=request.args.get("done", ""), actor=current_actor(), deps=deps())
    if page.opens:
        return go(".case", case_no=page.opens, scan=1)
    return respond(SCAN, SCAN, page=page)


def next_parcel(done: Done) -> ResponseReturnValue:
    """After an act on a parcel that was scanned: ready for the next one. Else its case, as after every act."""
    if "scan" in request.form and isinstance(done, OfCase):
        return go(".scan", notice=done, done=done.case_no)
    return follow(done)
