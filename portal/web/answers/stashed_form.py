"""What was typed stays where a form could not be taken: offered again as it was, to the same address (S40).

Passwords, codes and files are never kept. A form whose session had ended waits in a sealed cookie, for the same
customer only: whoever signs in next on a shared machine does not see it.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException

from portal.domain.identity.access import Actor
from portal.web.request.current import own_address
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed

NEVER = frozenset({"csrf_token", "password", "old_password", "code"})
LIFE = timedelta(minutes=15)
LONGEST_FIELD = 10_000
Typed = tuple[tuple[str, str], ...]


def typed_fields() -> Typed:
    """The fields of this POST, in clear, in order; empty where it is none."""
    if request.method != "POST":
        return ()
    return tuple(
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in NEVER and len(value) <= LONGEST_FIELD
    )


def stash_form(actor: Actor) -> None:
    """Until they have signed in again. A form too long for a cookie is not kept; its page is still led back to."""
    write_sealed("portal_kept", {"who": actor.key, "to": own_address(), "typed": typed_fields()}, life=LIFE)


def pop_stashed_form(actor: Actor) -> tuple[str, Typed] | None:
    """The address and fields that waited for `actor`, once."""
    kept = read_sealed("portal_kept")
    drop_cookie("portal_kept")
    if kept is None or kept["who"] != actor.key:
        return None
    return kept["to"], tuple((name, value) for name, value in kept["typed"])


def has_stashed_form() -> bool:
    return read_sealed("portal_kept") is not None


def return_url() -> str:
    """The page this request came from or is: where a person who had to sign in wants to be."""
    if request.method in ("GET", "HEAD"):
        return own_address()
    own = own_address()
    return own if is_page(current_app, request.path) else own.partition("?")[0].rpartition("/")[0] or "/"


def is_page(app: Flask, path: str) -> bool:
    """Whether `path` can be opened, and not only posted to."""
    addresses = app.create_url_adapter(request)
    assert addresses, "there is a request"
    try:
        addresses.match(path, method="GET")
    except HTTPException:
        return False
    return True
