"""What each of the staff wants to be mailed, and how soon: at once, gathered by the hour or the day, or not at all.

What lets somebody into the shop (keys, sites, members) is no choice and is not named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

How = Literal["at_once", "hourly", "daily", "off"]
HOWS: tuple[How, ...] = ("at_once", "hourly", "daily", "off")
GROUPS: Mapping[str, frozenset[str]] = {
    "new_case": frozenset({"new_case", "cancel_waiting"}),
    "deadline_soon": frozenset({"deadline_soon"}),
    "overdue": frozenset(
        {"application_unanswered", "question_unanswered", "appeal_unanswered", "goods_uninspected", "refund_overdue"}
    ),
    "refund_failed": frozenset(
        {
            "refund_failed",
            "rail_missing",
            "refund_parked",
            "payment_disputed",
            "dispute_lost",
            "fee_return_failed",
            "fee_unpayable",
            "transfer_waiting",
            "rail_differs",
            "rail_uncompared",
        }
    ),
    "appeal": frozenset({"appeal_waiting"}),
    "messages": frozenset(
        {"customer_wrote", "customer_urges", "offer_declined", "offer_lapsed", "mention", "notice_undelivered"}
    ),
    "approvals": frozenset({"approval_waiting", "approval_overdue", "proposal_declined"}),
    "other": frozenset(),
}
"""Reasons by what is chosen together, in the order in which it is asked; any other reason is of the last."""
DEFAULTS: Mapping[str, How] = dict.fromkeys(GROUPS, "at_once")
MORNING = time(8)


def group_of(what: str) -> str:
    return next((group for group, reasons in GROUPS.items() if what in reasons), "other")


def chosen(wanted: Mapping[str, str], what: str) -> How:
    """How somebody is mailed of `what`; what they never chose goes as it does by default."""
    group = group_of(what)
    said = wanted.get(group)
    return next((how for how in HOWS if how == said), DEFAULTS[group])


def digest_at(how: How, now: datetime, zone: tzinfo) -> datetime:
    """When what is gathered now goes out: at the next full hour, or at eight the next morning, by the shop's clock."""
    local = now.astimezone(zone)
    if how == "hourly":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    today = datetime.combine(local.date(), MORNING, zone)
    if today > now:
        return today
    return datetime.combine(local.date() + timedelta(days=1), MORNING, zone)
