"""Staff in a customer's place (S43): what shows who calls, and what nobody does for another.

The customer's own pages are used, with the customer's rights and no others, so a phone call ends in the same case as
the page does (S34). Who acted, for whom and how they knew stands with everything that was done (TRAPS T34).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from portal.domain.errors import NotOnBehalf
from portal.domain.identity.access import Actor

Channel = Literal["phone", "chat", "mail", "visit"]
CHANNELS: tuple[Channel, ...] = ("phone", "chat", "mail", "visit")
"""How the customer came to ask for help."""
CONCERNS = ("cancel", "after_sales", "parcel", "progress", "other")
"""What about."""
Way = Literal["code", "call_back"]
"""How it was shown who they are: a code that went to their contact, or questions when called back there."""

Answer = Literal["right", "wrong", "not_asked"]
ANSWERS: tuple[Answer, ...] = ("not_asked", "right", "wrong")
QUESTIONS = ("goods", "amount", "placed", "method", "recipient", "region")
ON_THE_LABEL = frozenset({"recipient", "region"})
"""Whoever finds a parcel's label can answer these; alone they show nothing."""
ENOUGH = 2

IDLE = timedelta(minutes=15)
AT_MOST = timedelta(hours=1)
"""A call is over by then; whoever calls again is asked again."""

OWN_ACTS = frozenset(
    {
        *("password", "sessions", "data", "erasure", "notices"),
        *("payment", "payout", "offer", "rejected", "solved", "contract_withdrawal", "sign_in"),
    }
)
"""What a customer does alone: what lets somebody in or out of their account, what is held on them, what costs them
money or says where theirs goes, what they agree to, what they say themselves of how it went, and a declaration that the
law wants from themselves (EU-9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What staff write down of the call: `reason` as of CONCERNS, `note` in their own words."""

    channel: Channel
    reason: str
    note: str = ""


def call_back_problem(answers: Mapping[str, Answer]) -> str:
    """Why a call-back does not show who it is, "" where it does: two right answers, one of them to what no label tells,
    and no wrong one."""
    given = {question: answer for question, answer in answers.items() if question in QUESTIONS}
    right = {question for question, answer in given.items() if answer == "right"}
    if "wrong" in given.values():
        return "wrong"
    if len(right) < ENOUGH:
        return "too_few"
    return "label_only" if right <= ON_THE_LABEL else ""


def check_own_act(actor: Actor, what: str) -> None:
    """Raises NotOnBehalf where staff act in the customer's place. `what`: one of OWN_ACTS."""
    if what not in OWN_ACTS:
        raise ValueError(what)
    if actor.by_staff:
        raise NotOnBehalf(what)
