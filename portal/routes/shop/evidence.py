"""A file that was imported: under our name and type, in a box that runs nothing, to whoever it belongs to."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.routes.shop import shop
from portal.services.evidence.read_evidence import read_evidence
from portal.web.answers.web_views import web_view
from portal.web.request.current import deps, find_actor
from portal.web.request.uploads import send_evidence
from portal.web.security.guards import public
from portal.web.security.tickets import outside_url


@shop.get("/evidence/<evidence_id>")
@public
def evidence(evidence_id: str) -> ResponseReturnValue:
    """404 to anybody else, without a session too (INTERFACE). `?size=small` is the copy to look through."""
    is_small = request.args.get("size") == "small"
    file = read_evidence(evidence_id=evidence_id, small=is_small, actor=find_actor(), deps=deps())
    return outside_url("evidence", evidence_id) if web_view() and not file.is_image else send_evidence(file)
