"""The record of a case as its customer has it, for whoever may read cases."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from portal.pages.shop.archived import record_or_archived
from portal.pages.shop.case_record import read_kept
from portal.routes.staff import staff
from portal.web.answers.case_record import send_record
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/cases/<case_no>/record.zip")
@staff_may("read", "cases")
def record(case_no: str) -> ResponseReturnValue:
    kept = record_or_archived(
        case_no=case_no,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
    )
    return send_record(kept, partial(read_kept, deps=deps()))
