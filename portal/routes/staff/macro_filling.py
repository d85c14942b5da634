"""A macro is filled in: which words its fields become, and which forms of the desk it presets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import request

from portal.domain.cases.snoozing import SHORTEST
from portal.domain.identity.masks import masked_name
from portal.domain.macros.macro import Macro, after_typed, fill
from portal.forms import MessageForm, SnoozeForm
from portal.pages.values.staff import StaffCasePage
from portal.routes.staff.answer_form import answer_form
from portal.web.request.current import now
from portal.web.request.languages import zone
from portal.web.shell.filters import ends, money
from portal.words.macros import named_goods

_BOXES = {
    "message": "message-body",
    "note": "note-body",
    "ask": "ask-body",
    "answer": "decide-reason",
    "offer": "offer-body",
}


def macro_facts(page: StaffCasePage) -> dict[str, str]:
    """What a text may say of a case, formatted as its desk shows it. A name is masked here too: whoever writes has not
    asked for it in clear, and a text that anybody fills in must not be a way around that. "" for what there is none of.
    """
    person = page.facts.customer.name if page.facts.customer else ""
    name = person or (page.facts.recipient.name if page.facts.recipient else "")
    whole = page.deciding.whole if page.deciding else page.summary
    titles = [line.title for line in page.lines] or [line.title for line in page.facts.lines]
    return {
        "customer": masked_name(name),
        "order_no": page.order_no,
        "case_no": page.case_no,
        "amount": money(whole.total) if whole and whole.rows else "",
        "deadline": ends(page.deadline) if page.deadline else "",
        "goods": named_goods(titles),
    }


@dataclass
class MacroFilling:
    """`wanted`: the number of the macro. What became of it is told above the desk: `box`, the id of the field that has
    its text; `missing`, fields that this case has nothing for; `left_out`, what cannot be preset now."""

    wanted: str
    macro: Macro | None = None
    box: str = ""
    missing: tuple[str, ...] = ()
    left_out: list[str] = field(default_factory=list)
    snoozes: bool = False

    def fill(self, page: StaffCasePage, forms: dict[str, Any]) -> bool:
        """Into the forms of the desk, after what was typed. False where it is not there any more."""
        _keep_typed(page, forms)
        self.macro = next((macro for macro in page.macros if str(macro.id) == self.wanted), None)
        if self.macro is None:
            return False
        filled = fill(self.macro.text, macro_facts(page))
        self.missing, into = filled.missing, self._into(page, self.macro)
        self.box = _BOXES[into]
        if into == "offer":
            forms["offer"].kind.data = "keep" if "keep" in forms["offer"].kind.codes else None
        box = forms["decide"].reason if into == "answer" else forms[into].body
        box.data = after_typed(box.data or "", filled.text)
        self._choose(page, forms, self.macro)
        return True

    def _into(self, page: StaffCasePage, macro: Macro) -> str:
        """A text that its box cannot take now is a reply: nothing of it is lost."""
        decides = bool(page.deciding and page.deciding.may_act)
        there = {
            "ask": bool(decides and page.deciding and page.deciding.may_ask),
            "answer": decides,
            "offer": bool(page.offering and page.offering.most),
        }
        if there.get(macro.into, True):
            return macro.into
        self.left_out.append(macro.into)
        return "message"

    def _choose(self, page: StaffCasePage, forms: dict[str, Any], macro: Macro) -> None:
        decide = forms["decide"] if page.deciding and page.deciding.may_act else None
        if macro.decision and decide and macro.decision in decide.decision.codes:
            decide.decision.data = macro.decision
            if macro.reason_code in decide.reason_code.codes and decide.needs_code:
                decide.reason_code.data = macro.reason_code
            elif macro.reason_code:
                self.left_out.append("reason_code")
        elif macro.decision:
            self.left_out.append("decision")
        if macro.snooze_hours:
            self._snooze(page, forms, timedelta(hours=macro.snooze_hours))

    def _snooze(self, page: StaffCasePage, forms: dict[str, Any], hours: timedelta) -> None:
        """A deadline of the shop's is never slept through: the last moment before it, where that is earlier."""
        if page.snoozed_until or not page.snooze_proposed or not page.snooze_latest:
            self.left_out.append("snooze")
            return
        until = max(min(now() + hours, page.snooze_latest), now() + SHORTEST)
        forms["snooze"] = SnoozeForm(None, zone=zone(), proposed=until)
        self.snoozes = True


def _keep_typed(page: StaffCasePage, forms: dict[str, Any]) -> None:
    """The reply, and with scripts the answer, as they were typed so far; each is a form of its own again."""
    forms["message"].request_id.data = MessageForm(None).request_id.data
    if page.deciding and "shown" in request.form:
        fresh, forms["decide"] = forms["decide"], answer_form(page.deciding, is_sent=True)
        forms["decide"].request_id.data = fresh.request_id.data
