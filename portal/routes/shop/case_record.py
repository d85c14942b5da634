"""下载全部记录: a case with everything that belongs to it, as one file."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from portal.pages.shop.archived import record_or_archived
from portal.pages.shop.case_record import read_kept
from portal.routes.shop import shop
from portal.web.answers.case_record import send_record
from portal.web.answers.web_views import web_view
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.security.guards import signed_in
from portal.web.security.tickets import outside_url


@shop.get("/cases/<case_no>/record.zip")
@signed_in
def record(case_no: str) -> ResponseReturnValue:
    kept = record_or_archived(
        case_no=case_no,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
    )
    if web_view():
        return outside_url("record", case_no)
    return send_record(kept, partial(read_kept, deps=deps()))
