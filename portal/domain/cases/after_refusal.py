"""After a refusal, or a part that was granted: an appeal to somebody else, or the application again (S39).

Both end with the time the answer gave (POLICY, timers). An appeal is made once; what was refused can be applied for
again so often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.cases.case import Case
from portal.domain.orders.decisions import Refused

AppealState = Literal["", "open", "upheld", "granted", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterRefusal:
    """A case as it stands after a refusal. `appeal_by`: until when it can be contested, None where it never could.

    `holds_rejected`: goods came back, some were not accepted, and the customer's choice is waited for until then.
    `is_part`: the shop granted a part, and something of the rest can still be contested.
    `again`: the application that took its place, "" for none; `tries`: how often it was applied for again before.
    """

    kind: str
    state: str
    appeal_by: datetime | None = None
    holds_rejected: bool = False
    is_part: bool = False
    appeal: AppealState = ""
    again: str = ""
    tries: int = 0


def after_refusal(case: Case, *, is_part: bool = False, again: str = "", tries: int = 0) -> AfterRefusal:
    """What of the case counts after a refusal. `is_part`: as `applying.after_part` finds it."""
    return AfterRefusal(
        kind=case.kind,
        state=case.state,
        appeal_by=case.due_at if case.awaits_choice else case.outcome.appeal_by,
        holds_rejected=case.awaits_choice,
        is_part=is_part,
        appeal=case.appeal.state if case.appeal else "",
        again=again,
        tries=tries,
    )


def why_no_appeal(facts: AfterRefusal, now: datetime) -> Refused | None:
    """None: it can be appealed. A cancel that came too late is final (POLICY, where cases end)."""
    if facts.kind == "cancel":
        return _no("too_late")
    return _neither(facts, now)


def why_not_again(facts: AfterRefusal, limit: int, now: datetime) -> Refused | None:
    """None: what was refused can be applied for again, as it was or changed. `limit`: how often at most."""
    if facts.kind == "cancel" or facts.holds_rejected or facts.is_part:
        return _no("not_refused")
    if refused := _neither(facts, now):
        return refused
    if facts.tries >= limit:
        return _no("too_often", left=str(limit))
    return None


def contest_by(case: Case) -> datetime | None:
    """Until when an application that was refused waits for its customer: to be applied for again, or contested. None:
    it does not, as of a cancel that came too late, goods that were given up, or once it was contested."""
    if case.state != "rejected" or case.kind == "cancel" or case.inspection or case.appeal:
        return None
    return case.outcome.appeal_by


def tries_before(case: Case, cases: Iterable[Case]) -> int:
    """How many applications the case follows, one after the other; `cases` are those of its order."""
    return len(_chain(case, cases)) - 1


def first_of(case: Case, cases: Iterable[Case]) -> Case:
    """The application that all of them follow: the case itself, where it follows none."""
    return _chain(case, cases)[-1]


def follower_among(case: Case, cases: Iterable[Case]) -> str:
    """The number of the application that took its place, "" for none; `cases` are those of its order."""
    return next((other.case_no for other in cases if other.follows_id == case.id), "")


def _chain(case: Case, cases: Iterable[Case]) -> list[Case]:
    """The case and those it follows, the latest first."""
    by_id, chain = {one.id: one for one in cases}, [case]
    while before := by_id.pop(chain[-1].follows_id or 0, None):
        chain.append(before)
    return chain


def _neither(facts: AfterRefusal, now: datetime) -> Refused | None:
    if facts.appeal:
        return _no("appeal_open" if facts.appeal == "open" else "appealed")
    if facts.again:
        return _no("applied_again", case_no=facts.again)
    if not (facts.holds_rejected or facts.is_part or facts.state == "rejected") or facts.appeal_by is None:
        return _no("not_refused")
    if now >= facts.appeal_by:
        return _no("appeal_over", until=facts.appeal_by.isoformat())
    return None


def _no(why: str, **facts: str) -> Refused:
    return Refused(rules=("SHOP-7",), why=why, instead=("contact",), facts=facts)


_TO_MEND: Mapping[str, tuple[str, ...]] = {
    "evidence": ("close_up", "whole", "label"),
    "wrong_info": ("check_goods", "check_reason"),
    "fee_unpaid": ("pay_first",),
    "goods_condition": ("parts", "packing"),
}


def what_to_mend(reason_code: str) -> tuple[str, ...]:
    """What an application that was refused for this reason lacked, as codes; none where nothing can be mended (a date
    that is past, goods that are excepted) or only the shop's own words say what."""
    return _TO_MEND.get(reason_code, ())
