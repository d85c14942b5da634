"""One address, two answers: the page, or for htmx the fragment; and where an act leads."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, url_for
from htmx_flask import make_response, request

from portal.domain.results import Done
from portal.web.answers.notices import store_notice
from portal.web.request.languages import read_in


def wants_fragment() -> bool:
    """An htmx request that swaps a part; boosted and history requests need the whole page."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def respond(page_template: str, fragment_template: str, *, status: int = 200, **values: Any) -> Response:
    """The page, or the fragment alone. Both are the same address, so `Vary` names what decides."""
    read_in(getattr(values.get("page"), "zone", ""))
    template = fragment_template if wants_fragment() else page_template
    response: Response = make_response(render_template(template, **values), status)
    response.vary.add("HX-Request")
    return response


def part_of(name: str, *, more: str) -> str:
    """The fragment of a list that htmx wants: the whole list, or only its next cards where 加载更多 asks for them."""
    is_more = (request.htmx.target or "").startswith("more-")
    return f"fragments/shop/{more if is_more else name}.html"


def go(endpoint: str, *, notice: Done | str | None = None, **values: Any) -> Response:
    """Leads to a page of ours, with a notice shown there once."""
    return go_to(url_for(endpoint, **values), notice=notice)


def go_to(address: str, *, notice: Done | str | None = None) -> Response:
    """The same for an address: 303, or for htmx 204 with HX-Redirect."""
    if notice is not None:
        store_notice(notice)
    if wants_fragment():
        response: Response = make_response("", 204, redirect=address)
        response.vary.add("HX-Request")
        return response
    onward: Response = make_response(redirect(address, 303))
    return onward
