"""What a form has chosen, held against what its page offers."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.orders.order import Units


def only_within(choice: Units, most: Mapping[str, int]) -> Units:
    """The choice, where each of its lines has that many units to choose; nothing of it where one has not: its form says
    which, and a choice is never cut."""
    return choice if all(0 < count <= most.get(line_id, 0) for line_id, count in choice) else ()
