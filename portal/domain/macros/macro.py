"""快捷回复 (macros): a text with fields and what goes with it, one's own, the team's or the shop's (P25).

A macro never acts. It fills in forms of the desk, which somebody reads and sends. Its text holds nothing of a customer:
what a case says is put in for fields (`{金额}`, `{amount}`) when it is used. Everybody who answers cases uses those of
the shop and of their role's team and their own; these they change alone, the others only a supervisor changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from portal.domain.cancelling.reasons import STAFF_REFUSING
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid
from portal.domain.given_reason import LONGEST_REASON
from portal.domain.identity.access import Actor, may

Owner = Literal["own", "agents", "supervisors", "shop"]
Into = Literal["message", "note", "ask", "answer", "offer"]
"""Which box of the desk its text goes to: reply, internal note, question, reason of the answer, counter-offer."""
OWNERS: tuple[Owner, ...] = ("own", "agents", "supervisors", "shop")
INTOS: tuple[Into, ...] = ("message", "note", "ask", "answer", "offer")
DECISIONS = ("", "accept", "partly", "refuse")
REASON_CODES = ("", *STAFF_REFUSING)
SNOOZES = (0, 4, 24, 48, 72, 168)
"""Hours; 0 puts nothing off."""
MOST = 50
"""Of one's own, of a team, of a shop."""
LONGEST_NAME, LONGEST_TEXT = 30, 1000
FIELDS = {
    "客户称呼": "customer",
    "订单号": "order_no",
    "售后单号": "case_no",
    "金额": "amount",
    "截止时间": "deadline",
    "商品": "goods",
}
"""What a text may name, in Chinese or by the key of the fact."""
_FIELD = re.compile(r"\{([^{}\n]{1,40})\}")
_ONE_LINE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroText:
    """What somebody has typed. `decision`, `reason_code` and `snooze_hours` are chosen on the desk beside the text."""

    owner: Owner
    name: str
    text: str
    into: Into
    decision: str = ""
    reason_code: str = ""
    snooze_hours: int = 0

    @property
    def digest(self) -> str:
        """By which a page that changes it knows whether a colleague was faster."""
        return fingerprint([getattr(self, name) for name in MacroText.__dataclass_fields__])


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro(MacroText):
    """`staff_id`: whose own it is; `place`: among those with the same owner."""

    id: int
    shop_id: int
    staff_id: int | None
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledText:
    """`missing`: fields that this case has nothing for, as the text names them; they stay as they are."""

    text: str
    missing: tuple[str, ...] = ()


def may_use(macro: Macro, actor: Actor) -> bool:
    """Whether it stands on somebody's desk or list; those who watch over the shop see those of every team."""
    if macro.shop_id != actor.shop_id:
        return False
    if macro.owner == "own":
        return macro.staff_id == actor.id
    return macro.owner == "shop" or actor.role != "agent" or macro.owner == "agents"


def owners_for(actor: Actor) -> tuple[Owner, ...]:
    """Whose somebody may change; none for those who only read."""
    if not may(actor, "write", "cases"):
        return ()
    return OWNERS if actor.role == "supervisor" else ("own",)


def may_edit(macro: Macro, actor: Actor) -> bool:
    return may_use(macro, actor) and macro.owner in owners_for(actor)


def in_order(macros: Iterable[Macro]) -> tuple[Macro, ...]:
    """One's own first, then the team's, then the shop's; of each as they were put."""
    return tuple(sorted(macros, key=lambda one: (OWNERS.index(one.owner), one.place, one.id)))


def tidy(typed: MacroText) -> MacroText:
    """As it is stored. Raises Invalid (name, text, owner, into, decision, reason_code, snooze_hours)."""
    name, text = _ONE_LINE.sub(" ", typed.name).strip(), typed.text.replace("\r\n", "\n").strip()
    longest = LONGEST_REASON if typed.into in ("answer", "offer") else LONGEST_TEXT
    problems = [
        ("name", "required" if not name else "too_long" if len(name) > LONGEST_NAME else ""),
        ("text", "required" if not text else "too_long" if len(text) > longest else _unknown(text)),
        ("owner", "" if typed.owner in OWNERS else "unknown"),
        ("into", "" if typed.into in INTOS else "unknown"),
        ("decision", _decision_problem(typed)),
        ("reason_code", _code_problem(typed)),
        ("snooze_hours", "" if typed.snooze_hours in SNOOZES else "unknown"),
    ]
    if found := tuple((field, problem) for field, problem in problems if problem):
        raise Invalid(found)
    values = {key: getattr(typed, key) for key in MacroText.__dataclass_fields__}
    return MacroText(**values | {"name": name, "text": text})


def check_room(new: MacroText, group: Sequence[Macro], but: int | None) -> None:
    """`group`: all with the same owner. Raises Invalid (name: taken, too_many)."""
    others = [macro for macro in group if macro.id != but]
    if any(macro.name == new.name for macro in others):
        raise Invalid((("name", "taken"),))
    if len(others) >= MOST:
        raise Invalid((("name", "too_many"),))


def moved(group: Sequence[Macro], macro_id: int, to: str) -> tuple[int, ...]:
    """The ids of a group in their new order: one goes `up` or `down` by one, the first and the last stay."""
    ids = [macro.id for macro in in_order(group)]
    at = ids.index(macro_id)
    other = at + (-1 if to == "up" else 1)
    if 0 <= other < len(ids):
        ids[at], ids[other] = ids[other], ids[at]
    return tuple(ids)


def unknown_fields(text: str) -> tuple[str, ...]:
    """What it names in braces that no case can fill, in order, each once."""
    known = {*FIELDS, *FIELDS.values()}
    return tuple(dict.fromkeys(name for name in _FIELD.findall(text) if name.strip() not in known))


def fill(text: str, facts: Mapping[str, str]) -> FilledText:
    """`facts`: words by the keys of FIELDS. Done once: what a fact says is never read as a field again."""
    missing: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        name = found[1].strip()
        said = facts.get(FIELDS.get(name, name), "")
        if not said:
            missing[name] = None
        return said or found[0]

    return FilledText(text=_FIELD.sub(put, text), missing=tuple(missing))


def after_typed(typed: str, text: str) -> str:
    """What somebody has typed already stays, and stands first."""
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def _unknown(text: str) -> str:
    return "unknown_field" if unknown_fields(text) else ""


def _decision_problem(typed: MacroText) -> str:
    """A question and a counter-offer are answers of their own."""
    if typed.decision not in DECISIONS:
        return "unknown"
    return "another_answer" if typed.decision and typed.into in ("ask", "offer") else ""


def _code_problem(typed: MacroText) -> str:
    if typed.reason_code not in REASON_CODES:
        return "unknown"
    return "not_refused" if typed.reason_code and typed.decision != "refuse" else ""
