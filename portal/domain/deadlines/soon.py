"""What staff are told some hours before a deadline of theirs, and which deadlines that are (issue 15, notices)."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.deadlines.table import OF_CASES, DeadlineKind

AHEAD = timedelta(hours=4)
"""A deadline that begins nearer than this is not told of again: whoever was told what waits knows it."""
OF_STAFF: tuple[DeadlineKind, ...] = tuple(kind for kind, rule in OF_CASES.items() if rule.who != "customer")
"""Kinds of deadlines of cases that the shop or its warehouse must meet."""


def needed_to_meet(kind: DeadlineKind) -> str:
    """What one must be allowed to change to meet it (`domain.identity.access`)."""
    if kind in ("shop_inspects", "refunded_uninspected"):
        return "inspect"
    return "hold" if OF_CASES[kind].who == "warehouse" else "cases"
