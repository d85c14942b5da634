"""A form that comes twice gets its first answer, whatever stands in its way by now (SECURITY, double effects).

What a form says is digested here and nowhere else: all its fields and the bytes of its files, in any order. The
service keeps the digest with the result, in the transaction of the effect; the same form again is known by it, and
nobody has to find out what it would mean today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid, NotSummarised, RefusedError
from portal.domain.results import Done
from portal.domain.sent import Sent
from portal.services.first_answer import first_answer
from portal.web.answers.follow import follow
from portal.web.request.current import acting_as, deps

View = Callable[..., ResponseReturnValue]
_IN_THE_WAY = (Conflict, Invalid, NotSummarised, RefusedError)
_SAYS_NOTHING = frozenset({"csrf_token", "shown", "issued"})
"""Fields by which a page is known, not what is asked for with it."""
_PIECE = 1 << 16


def sent() -> Sent:
    """The form of this request, as services want it: `request_id` names it, the digest is what it says and where."""
    if "sent" not in g:
        fields = sorted(pair for pair in request.form.items(multi=True) if pair[0] not in _SAYS_NOTHING)
        files = sorted((name, _hash(file)) for name, file in request.files.items(multi=True) if file.filename)
        act = [(request.endpoint or "").rpartition(".")[2], sorted((request.view_args or {}).items())]
        g.sent = Sent(request.form.get("request_id", ""), fingerprint([act, fields, files]))
    found: Sent = g.sent
    return found


def idempotent(view: View) -> View:
    """For the view of an act whose own effect may be what its form meets when it comes again: units that are gone, a
    case that is decided. It leads where the first one led; raises Reused where the same id says something else."""

    @wraps(view)
    def answered(*args: Any, **names: Any) -> ResponseReturnValue:
        if request.method != "POST":
            return view(*args, **names)
        form = sent()
        try:
            response = make_response(view(*args, **names))
        except _IN_THE_WAY:
            if (first := _first(form)) is None:
                raise
            return follow(first)
        if response.status_code in (409, 422) and (first := _first(form)) is not None:
            return follow(first)
        return response

    vars(answered)["is_idempotent"] = True
    return answered


def _first(form: Sent) -> Done | None:
    return first_answer(actor=acting_as(), sent=form, deps=deps()) if form.request_id else None


def _hash(file: FileStorage) -> str:
    """Of its bytes; the file is left as if nobody had read it."""
    digest = hashlib.sha256()
    file.stream.seek(0)
    while piece := file.stream.read(_PIECE):
        digest.update(piece)
    file.stream.seek(0)
    return digest.hexdigest()
