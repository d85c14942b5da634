"""The pages of the staff: their own session and cookie, never framed, each view guarded by the roles table."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

from portal.web.request.current import visit
from portal.web.shell.staff_shell import staff_context

staff = Blueprint("staff", __name__, url_prefix="/staff")

PAGE_FAMILIES = (
    *(
        "sign_in",
        "company",
        "cases",
        "case",
        "snoozing",
        "assigning",
        "accepting",
        "saved_views",
        "macros",
        "deciding",
        "drafts",
        "presence",
        "offering",
        "reopening",
        "taking_over",
        "returning",
        "warehouse",
        "replacing",
        "evidence",
        "case_record",
        "orders",
        "customers",
        "refunds",
        "declarations",
        "inbox",
    ),
    *(
        "shops",
        "shop_origins",
        "shop_keys",
        "shop_theme",
        "shop_sections",
        "api_tokens",
        "robot",
        "rails",
        "connectors",
    ),
    "webhooks",
    "notice_texts",
    *("team", "join", "account"),
    *("goodwill", "approvals", "jobs", "status", "transfers", "parked", "audit", "reports"),
    *("policies", "policy_review"),
)


@staff.before_request
def find_visit() -> None:
    """Every page of theirs shows who is signed in and in which shop."""
    visit()


staff.context_processor(staff_context)
for family in PAGE_FAMILIES:
    import_module(f"{__name__}.{family}")
