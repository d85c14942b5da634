"""What a line may be returned under, as promised when it was bought: kept on the line at intake (POLICY; P8)."""

from __future__ import annotations

from typing import Any

from portal.domain.intake.taken_order import TakenLine
from portal.domain.policy.pack import Policy


def line_windows(policy: Policy, line: TakenLine) -> dict[str, Any]:
    """`no_reason_days` (a number or `unlimited`) with the longer of rule and promise (CN-17), the law's own
    `legal_days`, how long quality is self-service, and the rule that excludes the goods, if one does.
    """
    tags, restriction = line.tags, line.restriction
    excluded = policy.excluding_rule(
        tags=tags,
        opened=line.opened_at is not None,
        ground=restriction.ground if restriction else None,
        confirmed=restriction is not None,
    )
    is_restricted = any(tag in policy.restrictions and policy.restrictions[tag].no_reason for tag in tags)
    days = policy.legal_days if is_restricted else policy.windows.no_reason_days
    if days != "unlimited" and line.return_days is not None and line.return_days > days:
        days = line.return_days
    spans = [policy.windows.quality_by_tag[tag] for tag in tags if tag in policy.windows.quality_by_tag]
    quality = min(spans or [policy.windows.quality], key=lambda span: span.nominal)
    return {
        "no_reason_days": days,
        "legal_days": policy.legal_days,
        "quality": str(quality),
        "excluded_by": excluded or "",
    }
