"""审计记录: who did what, and whether the trail is whole; as a page, and as a table to keep. Nothing here acts."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.staff.audit import AuditAsked, audit_page, exported_rows
from portal.routes.staff import staff
from portal.web.answers.audit_table import send_audit
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.request.languages import zone
from portal.web.security.staff_guards import staff_may

TEMPLATE = "pages/staff/audit.html"


@staff.get("/audit")
@staff_may("read", "audit")
def audit() -> ResponseReturnValue:
    after = request.args.get("after", "")
    page = audit_page(asked=_asked(), after=after, zone=zone(), actor=current_actor(), deps=deps())
    return respond(TEMPLATE, TEMPLATE, page=page)


@staff.get("/audit.csv")
@staff_may("read", "audit")
def audit_csv() -> ResponseReturnValue:
    return send_audit(exported_rows(asked=_asked(), zone=zone(), actor=current_actor(), deps=deps()))


def _asked() -> AuditAsked:
    said = {name: request.args.get(name, "") for name in ("number", "who", "kind", "from", "to")}
    return AuditAsked(first=said.pop("from"), last=said.pop("to"), **said)
