"""退货单: a page that prints, and a PDF."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from portal.pages.shop.slip import print_slip, slip_page
from portal.pages.values.slips import SlipPage
from portal.routes.shop import shop
from portal.web.answers.respond import respond
from portal.web.answers.slip_sheet import sheet_of
from portal.web.answers.web_views import web_view
from portal.web.request.current import current_actor, current_shop, deps, shop_name
from portal.web.security.guards import signed_in
from portal.web.security.tickets import outside_url


@shop.get("/cases/<case_no>/slip")
@signed_in
def slip(case_no: str) -> ResponseReturnValue:
    page = _page(case_no)
    return respond("pages/shop/slip.html", "fragments/shop/slip.html", page=page, sheet=sheet_of(page))


@shop.get("/cases/<case_no>/slip.pdf")
@signed_in
def slip_pdf(case_no: str) -> ResponseReturnValue:
    """Named by the return number; opens in the browser, from where it can be printed or kept."""
    page = _page(case_no)
    if web_view():
        return outside_url("slip_pdf", case_no)
    response = Response(print_slip(sheet=sheet_of(page), deps=deps()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{page.return_no}.pdf"'
    return response


def _page(case_no: str) -> SlipPage:
    settings = current_shop().settings
    return slip_page(case_no=case_no, actor=current_actor(), shop_name=shop_name(), settings=settings, deps=deps())
