"""A notice that is shown once, on the page an act led to: its result, in a sealed cookie of a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g

from portal.domain.kept_results import KINDS, Kept, keep, restore
from portal.domain.results import Done
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.words.results import PLAIN, code_of

LIFE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftNotice:
    """`code` is one of CODES of words.notices; `done`, where an act led to it, fills its sentence."""

    code: str
    done: Done | None = None


def store_notice(said: Done | str) -> None:
    """For the next page; nothing for a result that its page shows by itself. Raises ValueError for a code that is none
    of `words.results.PLAIN`."""
    if isinstance(said, str):
        if said not in PLAIN:
            raise ValueError(f"no notice of code {said}")
        write_sealed("portal_notice", {"code": said}, life=LIFE)
    elif code_of(said):
        kept = keep(said)
        write_sealed("portal_notice", {"kind": kept.kind, "number": kept.number, "facts": kept.facts}, life=LIFE)


def has_notice() -> bool:
    return waiting_notice() is not None


def pop_notice() -> LeftNotice | None:
    """The notice left by the act before; taking it is what shows it, so it is gone with this answer."""
    notice = waiting_notice()
    if notice:
        drop_cookie("portal_notice")
    return notice


def waiting_notice() -> LeftNotice | None:
    if "notice" not in g:
        left = read_sealed("portal_notice")
        g.notice = _read(left) if left else None
    found: LeftNotice | None = g.notice
    return found


def _read(left: dict[str, Any]) -> LeftNotice | None:
    """None for one of another version: a cookie lives a minute, and so may an upgrade."""
    if left.get("code") in PLAIN:
        return LeftNotice(code=left["code"])
    if left.get("kind") not in KINDS:
        return None
    done = restore(Kept(kind=left["kind"], number=left["number"], facts=left["facts"]))
    return LeftNotice(code=code_of(done), done=done)
