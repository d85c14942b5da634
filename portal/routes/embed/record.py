"""下载全部记录 by a ticket, where no session arrives: beside a frame, or in the browser a web view leads to."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from portal.routes.embed import tabs
from portal.services.export_case import export_case, read_kept
from portal.web.case_record import send_record
from portal.web.current import current_locale, deps
from portal.web.guards import public
from portal.web.tickets import lent
from portal.web.web_views import show_way_out, web_view


@tabs.get("/ticket/<ticket>/record.zip")
@public
def record(ticket: str) -> ResponseReturnValue:
    holder = lent(ticket, "record")
    case_no = holder.ticket.about
    if web_view():
        return show_way_out("record", name=case_no)
    values = {"settings": holder.shop.settings, "locale": current_locale(), "deps": deps()}
    return send_record(export_case(case_no=case_no, actor=holder.actor, **values), partial(read_kept, deps=deps()))
