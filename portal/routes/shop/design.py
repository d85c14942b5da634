"""The parts that pages are made of, each shown with its parameters: in a demonstration alone."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import NotFound
from portal.pages.shop.design import design_page
from portal.routes.shop import shop
from portal.web.answers.respond import respond
from portal.web.request.current import deps
from portal.web.security.guards import public


@shop.get("/design")
@public
def design() -> ResponseReturnValue:
    if not deps().is_sandbox:
        raise NotFound("page")
    return respond("pages/shop/design.html", "fragments/shop/design.html", page=design_page())
