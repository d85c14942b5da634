"""下载全部记录 by a ticket, where no session arrives: beside a frame, or in the browser a web view leads to."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from portal.pages.shop.case_record import export_case, read_kept
from portal.routes.embed import tabs
from portal.web.answers.case_record import send_record
from portal.web.answers.web_views import show_how_to_leave, web_view
from portal.web.request.current import current_locale, deps
from portal.web.security.guards import public
from portal.web.security.tickets import visit_by_ticket


@tabs.get("/ticket/<ticket>/record.zip")
@public
def record(ticket: str) -> ResponseReturnValue:
    holder = visit_by_ticket(ticket, "record")
    case_no = holder.ticket.about
    if web_view():
        return show_how_to_leave("record", name=case_no)
    kept = export_case(
        case_no=case_no, actor=holder.actor, settings=holder.shop.settings, locale=current_locale(), deps=deps()
    )
    return send_record(kept, partial(read_kept, deps=deps()))
