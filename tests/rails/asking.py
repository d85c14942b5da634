"""How a contract asks a rail, whatever it lacks: what a rail cannot, it has to say, each time it is asked to."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pytest

from portal.domain.money import Money
from portal.ports import NoLookUp, RailRefund, RefundAnswer, RefundAsk
from tests.rails.counterparts import Counterpart, Reporting


def found(provider: Counterpart, ask: RefundAsk) -> RefundAnswer:
    """By the rail's look-up. One that has none says so, and what its provider tells by itself stands for it."""
    if "look_up" not in provider.lacks:
        return provider.rail.find_refund(ask)
    with pytest.raises(NoLookUp) as said:
        provider.rail.find_refund(ask)
    assert not said.value.is_lost
    return cast(Reporting, provider).reported(ask.number)


def named(provider: Counterpart, amount: Money) -> Money | None:
    """The amount in an answer about a refund of that amount."""
    return None if "details" in provider.lacks else amount


def statement(provider: Counterpart, since: datetime, until: datetime | None = None) -> list[RailRefund] | None:
    """Oldest first. None: the rail has none and says so, which is not the same as an empty one."""
    if "statement" not in provider.lacks:
        return sorted(provider.rail.refunds_since(since, until), key=lambda line: line.at)
    with pytest.raises(NoLookUp):
        tuple(provider.rail.refunds_since(since, until))
    return None


def lists(provider: Counterpart, since: datetime, *amounts: Money, until: datetime | None = None) -> bool:
    """Whether its statement holds these and nothing else, or there is none."""
    lines = statement(provider, since, until)
    return lines is None or [line.amount for line in lines] == list(amounts)
