"""The demo shop's orders, in the order format of INTERFACE, ready to be imported like any shop's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from random import Random
from typing import Any

from portal.demo.arrived import orders_arrived
from portal.demo.before_shipping import orders_before_shipping
from portal.demo.moments import Moments
from portal.demo.on_the_way import orders_on_the_way
from portal.demo.other_shoppers import ordinary_orders, special_orders
from portal.demo.people import demo_accounts as demo_accounts
from portal.demo.writing import write_order


def demo_orders(
    now: datetime, count: int = 72, image_base: str = "/static/demo", *, seed: int = 7
) -> Iterator[dict[str, Any]]:
    """`count` orders around `now` (aware), the same for the same `now` and `seed`; streams, however many.

    The first shopper's come first, so that fewer still show every state; after the written ones come everyday orders.
    """
    when = Moments(now)
    drafts = chain(
        orders_before_shipping(when),
        orders_on_the_way(when),
        orders_arrived(when),
        special_orders(when),
        ordinary_orders(when, Random(seed)),
    )
    for index, draft in enumerate(islice(drafts, count), 1):
        yield write_order(draft, f"TP{draft.placed_at:%Y%m%d}{index:04}", image_base)
