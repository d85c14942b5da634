"""The fields of a pack as people type them, and back to values of its table.

Nothing typed: the pack below decides. What cannot be read is said of its input and left out; the others go on, so that
everything that is wrong is said at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.deadlines.spans import Span, parse_span
from portal.domain.errors import PortalError
from portal.domain.money import BadMoney, minor_digits, parse_decimal
from portal.domain.policy.overlay import value_at, with_value
from portal.domain.policy.pack_fields import MOST_REMINDERS, UNITS, PackField

Typed = Mapping[str, Sequence[str]]
"""What a form sent: by the name of the input, all that was sent under it."""
LONGEST = 500
_TAG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_WHOLE = re.compile(r"[0-9]{1,5}\Z", re.ASCII)
_AMOUNT = re.compile(r"(?:([A-Z]{3})\s*)?([0-9]{1,12}(?:\.[0-9]{1,4})?)\Z", re.ASCII)
THERE = ".there"
"""Ends the name of the input that says that boxes were there to be ticked."""
UNLIMITED = ("unlimited", "不限")


@dataclass(frozen=True, slots=True)
class TypedProblem:
    """What is wrong at an input, by a code that has words."""

    name: str
    code: str


class _NotUnderstoodError(PortalError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def typed_inputs(field: PackField, table: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the inputs of a field at first, by their names: what the pack itself says, "" for nothing."""
    value = value_at(table, field.key)
    match field.kind:
        case "span":
            return _span_inputs(field.key, value)
        case "spans":
            spans = [*(value or ()), *[""] * MOST_REMINDERS][:MOST_REMINDERS]
            return {
                k: v for number, one in enumerate(spans) for k, v in _span_inputs(f"{field.key}.{number}", one).items()
            }
        case "amount":
            return {field.key: amount_text(value)}
        case "flag":
            return {field.key: "" if value is None else "yes" if value else "no"}
        case "drop":
            return {field.key: "drop" if value is False else ""}
        case "new_span":
            return {f"{field.key}.tag": "", **_span_inputs(f"{field.key}.value", None)}
        case "new_tag":
            return {f"{field.key}.tag": ""}
        case "kinds" | "reasons":
            return {field.key: " ".join(value or ())}
    return {field.key: "" if value is None or value is False else str(value)}


def amount_text(value: Any) -> str:
    """`12.00`, or `CNY 12.00, EUR 2.00`, with a sum without currency for all others."""
    if isinstance(value, Mapping):
        return ", ".join(f"{amount}" if code == "*" else f"{code} {amount}" for code, amount in value.items())
    return str(value) if isinstance(value, str) else ""


def _span_inputs(name: str, value: Any) -> dict[str, str]:
    span = _span(value)
    return {name: str(span.amount) if span else "", f"{name}.unit": span.unit if span else "days"}


def _span(value: Any) -> Span | None:
    try:
        return parse_span(value)
    except ValueError:
        return None


def read_typed(
    fields: Iterable[PackField], typed: Typed, table: Mapping[str, Any], base: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[TypedProblem, ...]]:
    """The pack's table with what was typed, and everything that could not be read. An input that was not sent changes
    nothing; one left empty takes the value away, but for what a file has taken away itself (`false`)."""
    problems: list[TypedProblem] = []
    for field in fields:
        try:
            for key, said in _READ.get(field.kind, _read_text)(field, typed):
                if said is None and value_at(table, key) is False and field.kind != "drop":
                    continue
                is_kinds = field.kind == "kinds"
                value = _unless_inherited(said, list(base.get("kinds", ()))) if is_kinds else said
                table = with_value(table, key, value)
        except _NotUnderstoodError as problem:
            problems.append(TypedProblem(field.key, problem.code))
    return dict(table), tuple(problems)


Values = list[tuple[str, Any]]


def _last(typed: Typed, name: str) -> str | None:
    sent = typed.get(name)
    return sent[-1].strip() if sent else None


def _read_text(field: PackField, typed: Typed) -> Values:
    text = _last(typed, field.key)
    if text is None:
        return []
    if len(text) > LONGEST:
        raise _NotUnderstoodError("too_long")
    return [(field.key, text.replace("\r\n", "\n") or None)]


def _read_days(field: PackField, typed: Typed) -> Values:
    text = _last(typed, field.key)
    if text is not None and text in UNLIMITED:
        return [(field.key, "unlimited")]
    return _read_whole(field, typed)


def _read_whole(field: PackField, typed: Typed) -> Values:
    text = _last(typed, field.key)
    if text is None:
        return []
    if text and not _WHOLE.match(text):
        raise _NotUnderstoodError("whole")
    return [(field.key, int(text) if text else None)]


def _read_span(field: PackField, typed: Typed) -> Values:
    sent = _span_sent(typed, field.key)
    return [] if sent is None else [(field.key, sent or None)]


def _span_sent(typed: Typed, name: str) -> str | None:
    """`5 days`, "" for an empty input, None where it was not sent."""
    amount, unit = _last(typed, name), _last(typed, f"{name}.unit") or "days"
    if not amount:
        return amount
    if not _WHOLE.match(amount) or int(amount) == 0 or unit not in UNITS:
        raise _NotUnderstoodError("span")
    return str(Span(int(amount), next(one for one in ("hours", "open hours", "days", "working days") if one == unit)))


def _read_spans(field: PackField, typed: Typed) -> Values:
    sent = [_span_sent(typed, f"{field.key}.{number}") for number in range(MOST_REMINDERS)]
    if all(one is None for one in sent):
        return []
    return [(field.key, [one for one in sent if one] or None)]


def _read_amount(field: PackField, typed: Typed) -> Values:
    text = _last(typed, field.key)
    if text is None:
        return []
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in re.split("[,，;；]", text))):
        read = _AMOUNT.match(part)
        if read is None or (read[1] or "*") in found:
            raise _NotUnderstoodError("amount")
        found[read[1] or "*"] = _checked_amount(read[1], read[2])
    return [(field.key, found["*"] if list(found) == ["*"] else found or None)]


def _checked_amount(currency: str | None, amount: str) -> str:
    try:
        if currency:
            minor_digits(currency)
        return str(parse_decimal(amount))
    except BadMoney:
        raise _NotUnderstoodError("amount") from None


def _read_percent(field: PackField, typed: Typed) -> Values:
    text = _last(typed, field.key)
    if text is None:
        return []
    if text and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", text, re.ASCII):
        raise _NotUnderstoodError("percent")
    return [(field.key, text or None)]


def _read_choice(field: PackField, typed: Typed) -> Values:
    text = _last(typed, field.key)
    if text is None:
        return []
    if text and text not in field.choices:
        raise _NotUnderstoodError("choice")
    return [(field.key, text or None)]


def _read_flag(field: PackField, typed: Typed) -> Values:
    text = _last(typed, field.key)
    if text not in (None, "", "yes", "no"):
        raise _NotUnderstoodError("choice")
    return [] if text is None else [(field.key, None if not text else text == "yes")]


def _boxes(field: PackField, typed: Typed) -> list[str] | None:
    """Which boxes were ticked: none of them says nothing, so a hidden input says that they were there."""
    if field.key not in typed and f"{field.key}{THERE}" not in typed:
        return None
    return [one for one in typed.get(field.key, ()) if one]


def _read_drop(field: PackField, typed: Typed) -> Values:
    ticked = _boxes(field, typed)
    return [] if ticked is None else [(field.key, False if ticked == ["drop"] else None)]


def _read_kinds(field: PackField, typed: Typed) -> Values:
    chosen = _boxes(field, typed)
    if chosen is None:
        return []
    return [(field.key, chosen or None if field.kind == "reasons" else chosen)]


def _unless_inherited(chosen: list[str], inherited: list[str]) -> list[str] | None:
    chosen = sorted(chosen, key=lambda kind: inherited.index(kind) if kind in inherited else len(inherited))
    return None if chosen == inherited else chosen


def _read_new_span(field: PackField, typed: Typed) -> Values:
    tag, span = _last(typed, f"{field.key}.tag"), _span_sent(typed, f"{field.key}.value")
    if not tag and not span:
        return []
    if not tag or not _TAG.match(tag):
        raise _NotUnderstoodError("tag")
    if not span:
        raise _NotUnderstoodError("span")
    return [(f"{field.key}.{tag}", span)]


def _read_new_tag(field: PackField, typed: Typed) -> Values:
    tag = _last(typed, f"{field.key}.tag")
    if not tag:
        return []
    if not _TAG.match(tag):
        raise _NotUnderstoodError("tag")
    return [(f"{field.key}.{tag}.no_reason", True)]


_READ: dict[str, Callable[[PackField, Typed], Values]] = {
    "days": _read_days,
    "whole": _read_whole,
    "span": _read_span,
    "spans": _read_spans,
    "amount": _read_amount,
    "percent": _read_percent,
    "choice": _read_choice,
    "flag": _read_flag,
    "drop": _read_drop,
    "kinds": _read_kinds,
    "reasons": _read_kinds,
    "new_span": _read_new_span,
    "new_tag": _read_new_tag,
}
