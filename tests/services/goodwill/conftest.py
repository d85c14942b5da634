"""Limits that every test of what goes beyond policy begins with."""

from __future__ import annotations

import pytest

from tests.support.beyond_policy import set_limits
from tests.support.world import World


@pytest.fixture(autouse=True)
def limits(world: World) -> None:
    """One person alone: 50.00 a case, 80.00 a day."""
    set_limits(world, second_person="50.00", second_person_day="80.00")
