"""Cases, for a program that follows them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.api.archived import case_or_archived
from portal.pages.api.cases import cases_facts
from portal.routes.api import api
from portal.schemas.case_query import read_query
from portal.web.request.current import deps
from portal.web.security.guards import feed_actor, shop_token


@api.get("/cases")
@shop_token("cases:read")
def get_cases() -> ResponseReturnValue:
    query = read_query(request.args)
    return cases_facts(
        state=query.get("state") or "",
        since=query.get("updated_since"),
        after=query.get("after") or "",
        limit=query.get("limit"),
        actor=feed_actor(),
        deps=deps(),
    )


@api.get("/cases/<case_no>")
@shop_token("cases:read")
def get_case(case_no: str) -> ResponseReturnValue:
    return case_or_archived(case_no=case_no, actor=feed_actor(), deps=deps())
