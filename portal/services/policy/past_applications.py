"""`portal cases export`: past applications as `portal policy simulate` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from portal.domain.applying.simulation import PastApplication
from portal.ports import Deps
from portal.repos.unit_of_work import reading


def past_applications(*, shop_key: str, since: date | None, deps: Deps) -> Iterator[PastApplication]:
    """In the order they were asked for, a line each; `since` is a day of the shop's. In a stream, however many there
    are. Raises NotFound before the first."""
    with reading(deps) as work:
        shop_id = int(work.shops.get(shop_key).id)
        zone = ZoneInfo(work.shops.settings_of(shop_id).zone)
    start = datetime.combine(since, time(0), zone) if since else None

    def lines() -> Iterator[PastApplication]:
        with reading(deps, streams=True) as work:
            yield from work.past_cases.export(shop_id, start)

    return lines()
