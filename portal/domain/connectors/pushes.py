"""What the platform is to be told of what happened here: which events, once each by the event's own number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

PushKind = Literal["cancel", "note", "return", "refund"]
_KINDS: Mapping[str, PushKind] = {
    "order:cancelled": "cancel",
    "units:cancelled": "cancel",
    "cancel:asked": "note",
    "application:submitted": "note",
    "case:approved": "note",
    "case:rejected": "note",
    "case:withdrawn": "note",
    "goods:inspected": "return",
    "refund:succeeded": "refund",
}
_TEXTS: Mapping[str, tuple[str, str]] = {
    "order:cancelled": ("订单已在售后门户取消。", "The order was cancelled in the after-sales portal."),
    "units:cancelled": ("部分商品已在售后门户取消：", "Part of the order was cancelled in the after-sales portal:"),
    "cancel:asked": ("顾客申请取消，先不要发货：{link}", "The customer asks to cancel. Do not ship yet: {link}"),
    "application:submitted": ("顾客提交了售后申请：{link}", "The customer has applied for after-sales: {link}"),
    "case:approved": ("售后申请已通过：{link}", "The application was approved: {link}"),
    "case:rejected": ("售后申请未通过：{link}", "The application was refused: {link}"),
    "case:withdrawn": ("顾客撤回了售后申请：{link}", "The customer has withdrawn the application: {link}"),
    "goods:inspected": ("退货已收到并验收：{link}", "The goods came back and were inspected: {link}"),
    "refund:succeeded": ("售后退款", "After-sales refund"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """`key`: the same for every try, and by which the platform's own records are searched."""

    key: str
    what: PushKind
    order_no: str
    case_no: str = ""


def pushes_of(events: Iterable[Mapping[str, Any]]) -> list[Push]:
    """Of entries of the event feed, those that the platform has to hear of. What it told us itself it knows."""
    found = []
    for event in events:
        source, _, what = str(event["type"]).partition(":")
        if what in _KINDS and source != "feed" and event["order"]:
            key = key_of(_KINDS[what], int(str(event["cursor"]).partition("-")[2]))
            found.append(Push(key=key, what=_KINDS[what], order_no=event["order"], case_no=event["case"] or ""))
    return found


def key_of(what: PushKind, event_id: int) -> str:
    """`AS-cancel-12`."""
    return f"AS-{what}-{event_id}"


def event_of(key: str) -> int:
    """The number of the event that a key was made of."""
    return int(key.rpartition("-")[2])


def text_of(kind: str, *, locale: str, link: str) -> str:
    """What people who work there read, in the shop's language."""
    chinese, english = _TEXTS[kind.partition(":")[2]]
    return (chinese if locale.startswith("zh") else english).format(link=link)
