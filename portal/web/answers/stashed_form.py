"""What was typed stays where a form could not be taken: offered again as it was, to the same address (S40).

Passwords and codes are never kept. A form whose session had ended, or whose cookie is gone, waits until somebody signs
in: in a sealed cookie, with files or long texts encrypted in the store and only its name in the cookie. It is shown to
whoever sent it; where nobody knows who that was, to the one whose order or case it is about. Whoever signs in next on a
shared machine does not see it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app, request
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from portal.domain.errors import ProviderUnavailable
from portal.domain.evidence.files import MOST_BYTES, MOST_FILES
from portal.domain.identity.access import Actor
from portal.extensions import limiter
from portal.services.identity.stashed_forms import (
    StashedFile,
    StashedForm,
    Typed,
    is_about_own,
    receive_stashed,
    store_form,
    take_form,
)
from portal.web.request.current import deps, own_address
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.security.limits import network

SECRET = frozenset({"password", "old_password", "code", "rail_config"})
NEVER = SECRET | {"csrf_token"}
LIFE = timedelta(minutes=15)
LONGEST_FIELD = 10_000
MOST_TYPED = 100_000
MOST_KEPT = 16 * 1024 * 1024
STASHES = "30 per hour"
"""Of one network: what is kept for people who are not signed in costs room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """`typed` has the files as drafts; `lost`: some file has to be chosen again."""

    address: str
    typed: Typed
    lost: bool


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


def stash_form(actor: Actor | None) -> bool:
    """Until they have signed in again; None where no session says who sent it. False for forms beyond all bounds, and
    for a network that has too many waiting: they are not kept, and their page is still led back to."""
    files, lost = _files()
    form = StashedForm(
        who=actor.key if actor else "", address=own_address(), typed=typed_fields(), files=files, lost=lost
    )
    plain = {"who": form.who, "to": form.address, "typed": form.typed, "lost": lost}
    if not files and write_sealed("portal_kept", plain, life=LIFE):
        return True
    if sum(len(value) for _name, value in form.typed) > MOST_TYPED:
        return False
    with suppress(RateLimitExceeded, ProviderUnavailable), limiter.limit(STASHES, key_func=network):
        return write_sealed("portal_kept", {"key": store_form(form, deps=deps())}, life=LIFE)
    return False


def pop_stashed_form(actor: Actor) -> Resumed | None:
    """What waited for `actor`, once; its files are drafts of theirs from now on."""
    kept = _taken()
    if kept is None or kept.who not in ("", actor.key):
        return None
    about = _about(kept.address)
    if not kept.who and not is_about_own(actor, **about, deps=deps()):
        return None
    evidence, is_whole = receive_stashed(kept.files, actor, **about, deps=deps())
    drafts = tuple((f"{name}_id", file.id) for name, files in evidence.items() for file in files)
    typed = tuple(dict.fromkeys(kept.typed + drafts))
    return Resumed(address=kept.address, typed=typed, lost=kept.lost or not is_whole)


def _taken() -> StashedForm | None:
    kept = read_sealed("portal_kept")
    drop_cookie("portal_kept")
    if kept is None or "key" in kept:
        return take_form(kept["key"], deps=deps()) if kept else None
    typed = tuple((name, value) for name, value in kept["typed"])
    return StashedForm(who=kept["who"], address=kept["to"], typed=typed, lost=kept.get("lost", False))


def _files() -> tuple[tuple[StashedFile, ...], bool]:
    """Those of this form; and whether some are too many or too large to be kept."""
    sent = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    files: list[StashedFile] = []
    for name, file in sent[:MOST_FILES]:
        file.stream.seek(0)
        content = file.stream.read(MOST_BYTES + 1)
        if len(content) <= MOST_BYTES and sum(len(one.content) for one in files) + len(content) <= MOST_KEPT:
            files.append(StashedFile(field=name, name=file.filename or "", content=content))
    return tuple(files), len(files) < len(sent)


def _about(address: str) -> dict[str, str]:
    """The order or case that a form is posted about, as its address says."""
    addresses = current_app.create_url_adapter(request)
    assert addresses, "there is a request"
    try:
        _endpoint, values = addresses.match(address.partition("?")[0], method="POST")
    except HTTPException:
        return {}
    return {name: str(values[name]) for name in ("order_no", "case_no") if name in values}


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
