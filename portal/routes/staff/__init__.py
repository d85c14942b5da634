"""The pages of the staff: their own session and cookie, never framed, each view guarded by the roles table."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

from portal.web.current import visit
from portal.web.staff_shell import staff_around

staff = Blueprint("staff", __name__, url_prefix="/staff")

PAGE_FAMILIES = (
    *("sign_in", "queue", "desk", "deciding", "goods", "evidence", "record", "orders", "refunds"),
    *("settings", "settings_origins", "settings_keys", "settings_looks"),
)


@staff.before_request
def find_visit() -> None:
    """Every page of theirs shows who is signed in and in which shop."""
    visit()


staff.context_processor(staff_around)
for family in PAGE_FAMILIES:
    import_module(f"{__name__}.{family}")
