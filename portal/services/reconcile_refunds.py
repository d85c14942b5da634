"""Compares our refunds with the rail's own books and lists every difference (PAYMENTS rule 10, TRAPS T17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from portal.ports import Deps, RailRefund
from portal.repos.unit_of_work import reading

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def reconcile_refunds(*, since: datetime | None = None, deps: Deps) -> list[str]:
    """One line a difference, none when the books agree. Changes nothing: no state is ever inferred from it."""
    start = since or _BEGINNING
    with reading(deps) as work:
        ours = {row["number"]: row for row in work.refunds.submitted_since(start)}
    theirs = {refund.number: refund for refund in deps.rail.refunds_since(start)}
    return list(_differences(ours, theirs))


def _differences(ours: Mapping[str, Mapping[str, Any]], theirs: Mapping[str, RailRefund]) -> Iterator[str]:
    for number in sorted(theirs.keys() - ours.keys()):
        booked = theirs[number].amount
        yield f"{number}: the rail booked {booked} {booked.currency} that we do not know of"
    for number in sorted(ours):
        row, refund = ours[number], theirs.get(number)
        if refund is None:
            if row["state"] == "succeeded":
                yield f"{number}: arrived here, unknown to the rail (order {row['order_no']})"
            continue
        if refund.amount.minor != row["amount_minor"] or refund.amount.currency != row["currency"]:
            yield f"{number}: {row['amount_minor']} minor units here, {refund.amount.minor} with the rail"
        if refund.outcome == "succeeded" and row["state"] != "succeeded":
            yield f"{number}: succeeded with the rail, {row['state']} here (order {row['order_no']})"
        if row["state"] == "succeeded" and refund.outcome != "succeeded":
            yield f"{number}: succeeded here, {refund.outcome} with the rail (order {row['order_no']})"
