"""系统状态: whether all is well, for supervisors, auditors and administrators. Nothing here acts."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.pages.staff.status import status_page
from portal.routes.staff import staff
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

TEMPLATE = "pages/staff/status.html"


@staff.get("/status")
@staff_may("read", "status")
def status() -> ResponseReturnValue:
    return respond(TEMPLATE, TEMPLATE, page=status_page(actor=current_actor(), deps=deps()))
