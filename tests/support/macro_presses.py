"""Forms of the page of macros, filled in."""

from __future__ import annotations

from portal.domain.macros.macro import MacroText, Owner
from portal.services.macros.keep_macro import save_macro
from tests.support.presses import MORE, Press
from tests.support.staff import Office


def macro_kept(office: Office, name: str = "致歉", owner: Owner = "shop", **typed: object) -> int:
    """The number of one that the first supervisor keeps."""
    office.add("supervisor")
    values = {"text": "{客户称呼}您好", "into": "message", "name": name, "owner": owner} | typed
    by = {"actor": office.made.staff("supervisor"), "request_id": f"macro {name}", "deps": office.deps}
    return save_macro(typed=MacroText(**values), **by).macro  # type: ignore[arg-type]


def macro_save(office: Office) -> Press:
    typed = {"name": "致歉", "text": "{客户称呼}您好", "owner": "shop"}
    return Press("/staff/macros", typed, {"text": "您好"}, form="/staff/macros", role="supervisor")


def macro_remove(office: Office) -> Press:
    macro_kept(office)
    return Press("/staff/macros", {}, MORE, form="/macros/remove", role="supervisor")


def macro_move(office: Office) -> Press:
    macro_kept(office), macro_kept(office, "补寄")
    down = "[action='/staff/macros/move']:has([value=down])"
    return Press("/staff/macros", {}, MORE, form=down, role="supervisor")


MACRO_ACTS = {"macro_save": (macro_save,), "macro_remove": (macro_remove,), "macro_move": (macro_move,)}
"""By view: the ways its form is filled in."""
