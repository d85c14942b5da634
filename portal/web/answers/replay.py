"""A form that is sent twice gets its first answer, whatever stands in its way by now (SECURITY, double effects)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import make_response, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid, NotSummarised, Refused, Reused
from portal.services.applying.first_answer import first_answer
from portal.web.answers.follow import follow
from portal.web.request.current import current_actor, deps

View = Callable[..., ResponseReturnValue]
_IN_THE_WAY = (Conflict, Invalid, NotSummarised, Refused)


def answers_twice(as_sent: Callable[..., str | None]) -> Callable[[View], View]:
    """For the view of an act whose own effect may be what its form meets when it comes again: units that are gone, a
    case that is decided.

    `as_sent` takes what the view takes. It reads the form as it came, checked for its shape alone, and hands it to the
    service, which answers with the first location or raises Reused; None: no such form could have acted. It is called
    only for a request that has acted, so nothing is ever done for the first time by what it reads.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(*args: Any, **names: Any) -> ResponseReturnValue:
            try:
                response = make_response(view(*args, **names))
            except _IN_THE_WAY:
                first = _first()
                if first is None:
                    raise
            else:
                first = _first() if response.status_code in (409, 422) else None
                if first is None:
                    return response
            location = as_sent(*args, **names)
            if location is None:
                raise Reused(first)
            return follow(location)

        return answered

    return decorate


def _first() -> str | None:
    """Where this request led when it came before."""
    request_id = request.form.get("request_id", "")
    return first_answer(actor=current_actor(), request_id=request_id, deps=deps()) if request_id else None
