"""The record of a case as its customer has it, for whoever may read cases."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from portal.routes.staff import staff
from portal.services.export_case import export_case, read_kept
from portal.web.case_record import send_record
from portal.web.current import current_actor, current_locale, current_shop, deps
from portal.web.staff_guards import staff_may


@staff.get("/cases/<case_no>/record.zip")
@staff_may("read", "cases")
def record(case_no: str) -> ResponseReturnValue:
    values = {"settings": current_shop().settings, "locale": current_locale(), "deps": deps()}
    kept = export_case(case_no=case_no, actor=current_actor(), **values)
    return send_record(kept, partial(read_kept, deps=deps()))
