"""A file that a customer or a colleague sent in, for whoever may read cases."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.routes.staff import staff
from portal.services.evidence.read_evidence import read_evidence
from portal.web.request.current import current_actor, deps
from portal.web.request.uploads import send_evidence
from portal.web.security.staff_guards import staff_may


@staff.get("/evidence/<evidence_id>")
@staff_may("read", "cases")
def evidence(evidence_id: str) -> ResponseReturnValue:
    """404 for another shop's. `?size=small` is the copy to look through."""
    is_small = request.args.get("size") == "small"
    return send_evidence(read_evidence(evidence_id=evidence_id, small=is_small, actor=current_actor(), deps=deps()))
