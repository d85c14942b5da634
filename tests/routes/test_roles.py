"""Every address of the staff, as every role, as a shopper, a guest and a stranger: the table of INTERFACE (law 7).

The addresses come from the URL map; what each one is for stands here, so a new one fails until somebody decides.
"""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import unit_of_work
from portal.services.identity.sessions import open_session
from tests.support.page import Browserless
from tests.support.staff import Office, open_office
from tests.support.webhook_presses import WEBHOOK_ACTS

ROLES = ("agent", "supervisor", "warehouse", "auditor", "admin")
READ = {
    "cases": set(ROLES),
    "warehouse": {"agent", "supervisor", "warehouse", "auditor"},
    "orders": {"agent", "supervisor", "auditor"},
    "customers": {"agent", "supervisor", "auditor"},
    "refunds": {"agent", "supervisor", "auditor"},
    "approvals": {"agent", "supervisor", "auditor"},
    "settings": {"auditor", "admin"},
    "team": {"auditor", "admin"},
    "jobs": {"admin"},
    "status": {"supervisor", "auditor", "admin"},
    "reports": {"agent", "supervisor", "auditor", "admin"},
    "audit": {"supervisor", "auditor", "admin"},
    "policies": {"agent", "supervisor", "auditor", "admin"},
}
WRITE = {
    "cases": {"agent", "supervisor"},
    "hold": {"agent", "supervisor", "warehouse"},
    "goods": {"agent", "supervisor", "warehouse"},
    "customers": {"agent", "supervisor"},
    "refunds": {"agent", "supervisor"},
    "propose": {"agent", "supervisor"},
    "approvals": {"supervisor"},
    "policies": {"supervisor"},
    "settings": {"admin"},
    "team": {"admin"},
}
ANYBODY = {"sign_in", "verify", "language", "join", "company", "company_return", "company_enter"}
ANY_STAFF = {
    "home",
    "sign_out",
    "shop",
    "resume",
    "account",
    "own_password",
    "own_sessions",
    "own_recovery_codes",
    "own_notices",
}
FOR = {
    "cases": READ["cases"],
    "next_case": READ["cases"],
    "assign": WRITE["cases"],
    "accept": WRITE["cases"],
    **dict.fromkeys(("views", "view_remove"), READ["cases"]),
    "macros": READ["cases"],
    **dict.fromkeys(("macro", "macro_save", "macro_preview", "macro_remove", "macro_move"), WRITE["cases"]),
    "case": READ["cases"],
    "claim": WRITE["cases"],
    "release": WRITE["cases"],
    "snooze": WRITE["cases"],
    "offer": WRITE["cases"],
    "reopen": WRITE["cases"],
    "take_over": WRITE["cases"],
    "offer_take_back": WRITE["cases"],
    "wake": WRITE["cases"],
    "hold": WRITE["hold"],
    **dict.fromkeys(("receive", "inspect", "inspect_quote", "return_parcel", "handed_over"), WRITE["goods"]),
    **dict.fromkeys(("replacement", "replacement_came"), WRITE["goods"]),
    **dict.fromkeys(("warehouse", "scan"), READ["warehouse"]),
    "refund_instead": WRITE["cases"],
    "no_stock": WRITE["cases"],
    "decide": WRITE["cases"],
    "decide_quote": WRITE["cases"],
    "draft": WRITE["cases"],
    "presence": READ["cases"],
    "ask": WRITE["cases"],
    "close": WRITE["cases"],
    "evidence": READ["cases"],
    "record": READ["cases"],
    "message": WRITE["cases"],
    "note": WRITE["cases"],
    "unmask": WRITE["cases"],
    "orders": READ["orders"],
    "order": READ["orders"],
    **dict.fromkeys(("customers", "customer"), READ["customers"]),
    **dict.fromkeys(("act", "act_code", "act_number", "act_call_back"), WRITE["customers"]),
    **dict.fromkeys(("declarations", "declaration", "inbox", "inbox_mail"), READ["cases"]),
    **dict.fromkeys(("mail_note", "mail_aside"), WRITE["cases"]),
    **dict.fromkeys(("declaration_match", "declaration_close", "declaration_unmask"), WRITE["cases"]),
    "refunds": READ["refunds"],
    "retry_refund": WRITE["refunds"],
    "task_done": WRITE["refunds"],
    "reconcile": WRITE["refunds"],
    **dict.fromkeys(
        ("transfer", "transfer_take_back", "transfer_account", "transfer_paid", "parked"), WRITE["refunds"]
    ),
    "transfer_answer": WRITE["approvals"],
    **dict.fromkeys(("approvals", "proposal"), READ["approvals"]),
    **dict.fromkeys(("goodwill", "proposal_take_back"), WRITE["propose"]),
    "proposal_answer": WRITE["approvals"],
    **dict.fromkeys(("settings", "settings_check", "looks_sheet", "shop_section", "robot", "rails"), READ["settings"]),
    **dict.fromkeys(
        ("origin_add", "origin_remove", "key_add", "key_retire", "token_add", "token_retire"), WRITE["settings"]
    ),
    **dict.fromkeys(("robot_save", "robot_try", "rail_save", "rail_check", "rail_remove"), WRITE["settings"]),
    **dict.fromkeys(("connectors", "tokens"), READ["settings"]),
    **dict.fromkeys(("connector_save", "connector_backfill", "connector_compare"), WRITE["settings"]),
    **dict.fromkeys(("webhooks", "webhook"), READ["settings"]),
    **dict.fromkeys(WEBHOOK_ACTS, WRITE["settings"]),
    **dict.fromkeys(("notice_texts", "notice_text"), READ["settings"]),
    **dict.fromkeys(("notice_text_keep", "notice_text_ours", "notice_text_preview"), WRITE["settings"]),
    **dict.fromkeys(("team", "member"), READ["team"]),
    **dict.fromkeys(("member_invite", "member_change", "member_away", "member_back"), WRITE["team"]),
    **dict.fromkeys(("member_end", "member_reset"), WRITE["team"]),
    **dict.fromkeys(("jobs", "job_retry"), READ["jobs"]),
    "status": READ["status"],
    **dict.fromkeys(("reports", "reports_csv"), READ["reports"]),
    **dict.fromkeys(("audit", "audit_csv"), READ["audit"]),
    **dict.fromkeys(("policies", "policy_version", "policy_review"), READ["policies"]),
    **dict.fromkeys(("policy_draft", "policy_draft_begin", "policy_draft_text"), WRITE["policies"]),
    **dict.fromkeys(("policy_draft_discard", "policy_simulate", "policy_propose"), WRITE["policies"]),
    **dict.fromkeys(("policy_answer", "policy_take_back"), WRITE["policies"]),
    **dict.fromkeys(("looks_save", "looks_preview", "shop_section_save", "shop_section_rows"), WRITE["settings"]),
} | {name: set(ROLES) for name in ANY_STAFF}
NOBODYS = {
    "case_no": "T20261120ZZZZZZZZ",
    "order_no": "A-none",
    "customer_id": "999999",
    "refund_no": "R-none",
    "task_id": 999_999,
    "evidence_id": "none",
    "kid": "k99",
    "kind": "stripe",
    "section": "none",
    "language": "fr",
    "public_id": "0" * 26,
    "login": "nobody",
    "number": "G0",
    "job_id": "999999",
    "endpoint_id": "999999",
    "delivery_id": "999999",
    "mail_id": "999999",
    "what": "disable",
    "version_id": 999_999,
    "token": "none",
    "token_id": 999_999,
}


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint without its blueprint, method, path) of everything below /staff."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.rule == "/staff" or rule.rule.startswith("/staff/"):
                path = app.url_map.bind("localhost").build(rule.endpoint, {a: NOBODYS[a] for a in rule.arguments})
                methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
                found += [(rule.endpoint.removeprefix("staff."), method, path) for method in methods]
    return sorted(found)


def asked(somebody: Browserless, method: str, path: str) -> tuple[int, str]:
    """The status and where it leads, with the token that a page of theirs carries."""
    if method == "GET":
        answer = somebody.client.get(path)
    else:
        token = somebody.client.get("/staff/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = somebody.client.post(path, data={"csrf_token": token}, headers={"Origin": "http://localhost"})
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.req("S42")
def test_every_address_of_the_staff_has_its_row_in_the_table(app: Flask) -> None:
    assert {name for name, _, _ in addresses(app)} == set(FOR) | ANYBODY


@pytest.mark.req("S42")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_comes_to_what_the_table_says_and_to_nothing_else(role: str, office: Office) -> None:
    desk = office.desk(role)
    wrong = []
    for name, method, path in addresses(office.app):
        if name in ANYBODY | ANY_STAFF:
            continue
        status, _ = asked(desk, method, path)
        if (status == 403) == (role in FOR[name]):
            wrong.append((name, method, status))
    assert wrong == []


@pytest.mark.req("S42")
@pytest.mark.parametrize("who", ["stranger", "shopper", "guest"])
def test_nobody_else_comes_to_any_of_it(who: str, office: Office) -> None:
    somebody = office.newcomer()
    if who != "stranger":
        order_no = office.take()
        actor = (
            office.made.shopper
            if who == "shopper"
            else Actor(kind="guest", shop_id=office.made.shop_id, order_no=order_no)
        )
        with unit_of_work(office.deps) as work:
            token = open_session(work, actor=actor, old_token="", locale="", deps=office.deps)
        somebody.client.set_cookie("portal", token)
        # The same session in the cookie of the staff is worth nothing either.
        somebody.client.set_cookie("portal_staff", token)
    wrong = []
    for name, method, path in addresses(office.app):
        if name in ANYBODY:
            continue
        status, where = asked(somebody, method, path)
        if status != 303 or not where.startswith("/staff/sign-in"):
            wrong.append((name, method, status, where))
    assert wrong == []


@pytest.mark.req("S42")
def test_a_session_of_the_staff_is_worth_nothing_on_the_shoppers_pages(office: Office) -> None:
    office.take(customer_id=None)
    desk = office.desk("supervisor")
    token = desk.client.get_cookie("portal_staff")
    assert token is not None
    desk.client.set_cookie("portal", token.value)
    for path in ("/orders", "/orders/TP20260001", "/cases", "/account", "/notices"):
        answer = desk.client.get(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in"), path
