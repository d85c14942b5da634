"""The fields of a shop's pack, one by one: what kind of value each holds, and which rules of a law speak of it.

A key with `*` stands for every tag, ground or rule of that table. What is not here (the law's own tables) is written in
the file itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from portal.domain.policy.pack import SHOP_RULES, TIMERS, KeepReason

FieldKind = Literal[
    "days",
    "whole",
    "span",
    "spans",
    "amount",
    "percent",
    "choice",
    "flag",
    "kinds",
    "reasons",
    "text",
    "drop",
    "new_span",
    "new_tag",
]
Section = Literal["windows", "restrictions", "kinds", "money", "timers", "waits", "words"]
SECTIONS: tuple[Section, ...] = ("windows", "restrictions", "kinds", "money", "timers", "waits", "words")
KEEP_RULE, HANDOVER_RULE = "SHOP-8", "SHOP-9"
"""The rules of goods that stay and of refunds at hand-over: no pack has them unless it says so, and their words are
asked for with the others."""
UNITS = ("hours", "open hours", "days", "working days")
MOST_REMINDERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PackField:
    """`rules`: codes of whatever law; those that the pack below has are shown beside the field. `name`: what stands
    for `*` in its key."""

    key: str
    kind: FieldKind
    section: Section
    choices: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    name: str = ""

    @property
    def code(self) -> str:
        """Its key with `*` for what is only of this pack: what words are found by."""
        return self.key.replace(self.name, "*", 1) if self.name else self.key


def _field(section: Section, key: str, kind: FieldKind, rules: str = "", choices: str = "") -> PackField:
    return PackField(key=key, kind=kind, section=section, choices=tuple(choices.split()), rules=tuple(rules.split()))


_FREIGHT = "CN-12 CN-13 EU-6 UK-4"
_FEE = "CN-13 EU-5 EU-7 UK-3"
FIELDS: tuple[PackField, ...] = (
    _field("windows", "windows.no_reason_days", "days", "CN-1 CN-5 CN-7 CN-17 EU-1 EU-2 UK-1"),
    _field("windows", "windows.quality", "span", "CN-13"),
    _field("windows", "windows.quality_by_tag.*", "span"),
    _field("windows", "windows.quality_by_tag", "new_span"),
    _field("windows", "windows.provisional_grace_days", "whole", "CN-7"),
    _field("windows", "exclusions.*", "drop", "CN-2 EU-8 UK-6"),
    _field("windows", "confirmed_grounds.*", "drop", "CN-3 CN-4"),
    _field("restrictions", "restrictions.*.no_reason", "flag", "CN-1 EU-1 UK-1"),
    _field("restrictions", "restrictions.*.exchange", "flag"),
    _field("restrictions", "restrictions", "new_tag"),
    _field("kinds", "kinds", "kinds"),
    _field("kinds", "paid_cancel", "choice", "", "at_once asked"),
    _field("kinds", "approves", "choice", "", "by_rule everything"),
    _field("money", "freight.outbound", "choice", "CN-20 EU-5 UK-3", "kept with_last_unit"),
    _field("money", "freight.return_carriage", "choice", _FREIGHT, "customer shop"),
    _field("money", "freight.carriage_cap", "amount", _FREIGHT),
    *(
        one
        for name, how in (
            ("cancel", "withheld charged"),
            ("restocking", "withheld charged"),
            ("withdrawal", "charged"),
            ("pickup", "charged"),
        )
        for one in (
            _field("money", f"fees.{name}.how", "choice", _FEE, how),
            _field("money", f"fees.{name}.fixed", "amount", _FEE),
            _field("money", f"fees.{name}.percent", "percent", _FEE),
        )
    ),
    _field("money", "limits.auto", "amount"),
    _field("money", "limits.refund_only_auto", "amount"),
    _field("money", "keep_goods.under", "amount"),
    _field("money", "keep_goods.reasons", "reasons", "", " ".join(get_args(KeepReason))),
    _field("money", "refund_at_handover.under", "amount"),
    _field("money", "refund_at_handover.under_sum", "amount"),
    _field("money", "refund_at_handover.reasons", "reasons", "", " ".join(get_args(KeepReason))),
    _field("money", "refund_at_handover.most", "whole"),
    _field("money", "refund_at_handover.days", "whole"),
    _field("money", "refund_at_handover.proven", "whole"),
    _field("money", "refund_at_handover.arrives_within", "span"),
    _field("money", "thresholds", "choice", "CN-20", "keep reprice"),
    _field("money", "coupons", "choice", "CN-19", "back_when_all_gone kept"),
    _field("money", "arrival.min_working_days", "whole"),
    _field("money", "arrival.max_working_days", "whole", "CN-11 EU-5 UK-3"),
    *(
        _field("timers", f"timers.{name}", "span", "CN-14" if who == "shop" else "EU-6 UK-4" if "sends" in name else "")
        for name, who in TIMERS.items()
    ),
    _field("timers", "send_back_reminders", "spans"),
    _field("waits", "ship_within", "span"),
    _field("waits", "waits.not_received_after_promise", "span"),
    _field("waits", "waits.not_received_without_scan", "span"),
    _field("waits", "waits.not_received_after_shipping", "span"),
    _field("waits", "waits.undated_delivery", "span"),
    _field("words", "title.zh", "text"),
    _field("words", "title.en", "text"),
    _field("words", "complaint_line.zh", "text", "CN-14"),
    _field("words", "complaint_line.en", "text", "CN-14"),
    *(
        _field("words", f"rules.*.{part}.{locale}", "text")
        for part in ("says", "next", "source")
        for locale in ("zh", "en")
    ),
)
_PLAIN: Mapping[str, PackField] = {one.key: one for one in FIELDS if "*" not in one.key}
_STARRED = tuple((one.key.split("*"), one) for one in FIELDS if "*" in one.key)


def field_at(key: str) -> PackField | None:
    """The field a key belongs to, its `*` filled in; None where it has none."""
    if key in _PLAIN:
        return _PLAIN[key]
    for (before, after), one in _STARRED:
        name = key[len(before) : len(key) - len(after)] if after else key[len(before) :]
        if key.startswith(before) and key.endswith(after) and name and "." not in name:
            return replace(one, key=key, name=name)
    return None


def fields_of(table: Mapping[str, Any], base: Mapping[str, Any]) -> tuple[PackField, ...]:
    """Those of a pack: every plain one, and the starred ones for each name that it or the pack below has. Rules are the
    shop's own, whatever their number; the law's cannot be changed."""
    return tuple(field for one in FIELDS for field in _filled(one, table, base))


def _filled(one: PackField, table: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[PackField]:
    if "*" not in one.key:
        if not (one.key.startswith("fees.") and one.key.split(".")[1] in (base.get("fees") or {}).get("forbidden", ())):
            yield one
        return
    before, _, after = one.key.partition(".*")
    for name in _names(before, table, base):
        if one.kind == "drop" and name not in _inner(base, before):
            continue
        if after.startswith(".source") and name in SHOP_RULES:
            continue
        yield replace(one, key=f"{before}.{name}{after}", name=name)


def _names(before: str, table: Mapping[str, Any], base: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys((*_inner(base, before), *_inner(table, before))))
    names = tuple(name for name in names if "." not in name)
    if before != "rules":
        return names
    own = (name for name in names if name.startswith("SHOP-"))
    return tuple(dict.fromkeys((*own, KEEP_RULE, HANDOVER_RULE)))


def _inner(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found: Any = table
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
