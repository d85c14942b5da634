"""Presses about a shop's next policy, each with the page that its form stands on."""

from __future__ import annotations

from dataclasses import replace

from tests.support.policies import KINDER, PolicyDesk
from tests.support.presses import MORE, Press
from tests.support.staff import Office

LIST, DRAFT, REVIEW = "/staff/policies", "/staff/policies/draft", "/staff/policies/review"


def writer(office: Office) -> PolicyDesk:
    """Somebody else than whoever presses."""
    return PolicyDesk(office.deps, replace(office.made.staff("supervisor"), id=98))


def policy_draft_begin(office: Office) -> Press:
    return Press(LIST, {}, MORE, form="/draft/begin", role="supervisor")


def policy_draft(office: Office) -> Press:
    writer(office).begin()
    days = "windows.no_reason_days"
    return Press(DRAFT, {days: "30"}, {days: "60"}, form="/policies/draft", role="supervisor")


def policy_draft_text(office: Office) -> Press:
    text = writer(office).begin().text
    typed, other = ({"text": f"{text}\n[windows]\nno_reason_days = {days}\n"} for days in (30, 60))
    return Press(DRAFT, typed, other, form="/draft/text", role="supervisor")


def policy_draft_discard(office: Office) -> Press:
    writer(office).begin()
    return Press(LIST, {}, MORE, form="/draft/discard", role="supervisor")


def policy_simulate(office: Office) -> Press:
    desk = writer(office)
    desk.begin()
    desk.save(KINDER)
    return Press(REVIEW, {"days": "90"}, {"days": "30"}, form="/simulate", role="supervisor")


def policy_propose(office: Office) -> Press:
    writer(office).ready()
    return Press(REVIEW, {"reason": "春节"}, {"reason": "元旦"}, form="/propose", role="supervisor")


def proposed(office: Office) -> None:
    desk = writer(office)
    desk.ready()
    desk.propose()


def policy_answer(office: Office) -> Press:
    proposed(office)
    other = {"answer": "decline", "reason": "太长"}
    return Press(REVIEW, {"answer": "approve"}, other, form="/review/answer", role="supervisor")


def policy_take_back(office: Office) -> Press:
    proposed(office)
    return Press(REVIEW, {}, MORE, form="/take-back", role="supervisor")


def policy_pages(office: Office) -> list[str]:
    """All of them, with a draft that has been tried out."""
    desk = writer(office)
    if desk.begin().revision == 1:
        desk.save(KINDER)
        desk.simulate()
    number = office.rows("SELECT max(id) AS id FROM policy_version")[0]["id"]
    return [LIST, DRAFT, REVIEW, f"/staff/policies/versions/{number}"]


POLICY_ACTS = {
    "policy_draft_begin": (policy_draft_begin,),
    "policy_draft": (policy_draft,),
    "policy_draft_text": (policy_draft_text,),
    "policy_draft_discard": (policy_draft_discard,),
    "policy_simulate": (policy_simulate,),
    "policy_propose": (policy_propose,),
    "policy_answer": (policy_answer,),
    "policy_take_back": (policy_take_back,),
}
