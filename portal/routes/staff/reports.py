"""报表: figures, pictures and tables over a period; each table as CSV. Nothing here acts."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal.pages.staff.reports import GOODS_EXPORTED, GOODS_SHOWN, ReportAsked, reports_page
from portal.pages.values.reports import ReportsPage
from portal.routes.staff import staff
from portal.web.answers.report_table import PARTS, send_report
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.request.languages import zone
from portal.web.security.staff_guards import staff_may

TEMPLATE = "pages/staff/reports.html"


@staff.get("/reports")
@staff_may("read", "reports")
def reports() -> ResponseReturnValue:
    return respond(TEMPLATE, TEMPLATE, page=_page(GOODS_SHOWN))


@staff.get("/reports.csv")
@staff_may("read", "reports")
def reports_csv() -> ResponseReturnValue:
    """`part`: one of the tables; without it all of them, one below the other."""
    part = request.args.get("part", "")
    if part and part not in PARTS:
        abort(404)
    return send_report(_page(GOODS_EXPORTED), part)


def _page(goods: int) -> ReportsPage:
    args = request.args
    said = {name: args.get(name, "") for name in ("period", "kind", "shop")}
    asked = ReportAsked(first=args.get("from", ""), last=args.get("to", ""), **said)
    return reports_page(asked=asked, zone=zone(), actor=current_actor(), deps=deps(), goods=goods)
