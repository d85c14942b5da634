"""Orders in bulk: one a line, answered line by line as they are imported."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Response
from flask.typing import ResponseReturnValue

from portal.routes.api import api
from portal.routes.api.body import NDJSON, lines_body, once
from portal.services.intake.import_lines import import_lines
from portal.web.request.current import deps
from portal.web.security.guards import feed_actor, shop_token


@api.post("/orders/bulk")
@shop_token("orders:write")
def post_orders_bulk() -> ResponseReturnValue:
    """The answer begins once the body is here: a client that sends and then reads never waits for itself."""
    body, digest = lines_body()
    with ExitStack() as open_files:
        open_files.callback(body.close)
        answers = import_lines(raw=body, key=once(digest), actor=feed_actor(), deps=deps())
        response = Response(answers, mimetype=NDJSON)
        response.call_on_close(open_files.pop_all().close)
    return response
