"""A carrier's word of a parcel, by its number: to the customer, or back to the shop (P12).

What it means for an order or a case is what it would mean from the feed or from staff. Goods that come back count once
somebody has opened the parcel, whatever the carrier says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.cases.case_parcels import seen_on_its_way, way_of
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Shipment
from portal.domain.orders.parcel_news import Heard, ParcelNews, ParcelState, after_news, heard
from portal.domain.orders.results import ParcelNoted
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.typed import plain
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.replacing.send_replacement import arrive
from portal.services.returning.send_back import hand_over

TROUBLE: tuple[ParcelState, ...] = ("refused", "returned", "lost")
TASK = "return_parcel_trouble"
_AHEAD = timedelta(minutes=5)
"""What a carrier's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelWord:
    """`at` None for now. `carrier`, `order_no`, `case_no`: which one is meant, "" where the number says it."""

    status: ParcelState
    at: datetime | None = None
    carrier: str = ""
    order_no: str = ""
    case_no: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Literal["order", "case"]
    number: str


@dataclass(frozen=True, slots=True)
class _Forward:
    """A parcel of the shop's to its customer; any carrier where none is named."""

    order_no: str
    tracking_no: str
    carrier: str

    def among(self, parcels: Iterable[Shipment]) -> Shipment | None:
        mine = (one for one in parcels if one.tracking_no == self.tracking_no)
        return next((one for one in mine if self.carrier in ("", one.carrier)), None)


def note_parcel(
    *, tracking_no: str, word: ParcelWord, actor: Actor, deps: Deps, request_id: RequestKey | None = None
) -> ParcelNoted:
    """Errors: NotFound; Conflict("ambiguous": several are called so; "delivered": it has another end); Invalid (at);
    Reused."""
    number = plain(tracking_no)
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, "", ParcelNoted):
            return done
        found, news = _only(work, number, word, actor), _news(word, work.now)
        if found.kind == "order":
            result = _of_order(work, _Forward(found.number, number, word.carrier), news, actor)
            noted = ParcelNoted(result=result, order=found.number, case="")
        else:
            act = lock_case(work, found.number, actor, deps)
            noted = ParcelNoted(result=_of_case(act, number, news), order=act.order.no, case=found.number)
        return work.requests.finish(actor, request_id, noted)


def _news(word: ParcelWord, now: datetime) -> ParcelNews:
    at = word.at or now
    if at > now + _AHEAD:
        raise Invalid((("at", "must not be in the future"),))
    return ParcelNews(status=word.status, at=at)


def _only(work: UnitOfWork, tracking_no: str, word: ParcelWord, actor: Actor) -> _Found:
    """The one order or case whose parcel is meant."""
    orders = [] if word.case_no else work.scanning.orders_of_parcel(actor, tracking_no)
    if len(orders) > 1 and word.carrier:
        forward = [_Forward(one, tracking_no, word.carrier) for one in orders]
        orders = [one.order_no for one in forward if one.among(work.orders.get(one.order_no, actor).order.shipments)]
    cases = [case for case in work.scanning.cases_of_parcel(actor, tracking_no) if way_of(case, tracking_no)]
    found = [_Found("order", one) for one in orders if word.order_no in ("", one)]
    found += [
        _Found("case", case.case_no)
        for case in cases
        if word.case_no in ("", case.case_no) and (word.case_no or word.order_no in ("", case.order_no))
    ]
    if not found:
        raise NotFound("parcel")
    if len(found) > 1:
        raise Conflict("ambiguous", detail={"found": ", ".join(f"{one.kind} {one.number}" for one in found)})
    return found[0]


def _of_order(work: UnitOfWork, meant: _Forward, news: ParcelNews, actor: Actor) -> Heard:
    record = work.orders.get_for_update(meant.order_no, actor)
    parcel = meant.among(record.order.shipments)
    if parcel is None:
        raise NotFound("parcel")
    if news.at < parcel.shipped_at:
        raise Invalid((("at", "is before it left"),))
    result = heard(parcel.status, parcel.last_scan_at or parcel.delivered_at, news)
    if result == "updated":
        work.orders.save(record, after_news(record.order, parcel, news))
        what = "delivered" if news.status == "delivered" else "seen"
        data = {"shipment": parcel.id, "status": news.status, "at": news.at.isoformat()}
        work.events.append(record, actor, NewEvent(kind=f"feed:parcel:{what}", data=data))
    return result


def _of_case(act: CaseAct, tracking_no: str, news: ParcelNews) -> Heard:
    match way_of(act.case, tracking_no):
        case "there":
            return _comes_to_shop(act, news)
        case "back" if act.case.state == "sending_back" and news.status in ("delivered", "refused"):
            hand_over(act, accepted=news.status == "delivered")
            return "updated"
        case "replacement" if act.case.state == "replacing" and news.status == "delivered":
            arrive(act)
            return "updated"
        case None:
            raise NotFound("parcel")
    return "unchanged"


def _comes_to_shop(act: CaseAct, news: ParcelNews) -> Heard:
    there = act.case.parcel.there if act.case.parcel else None
    if there is None or act.case.state != "in_transit":
        return "unchanged"
    result = heard(there.status, there.seen_at, news)
    if result == "updated":
        act.save(seen_on_its_way(act.case, news))
        act.happened(f"return_parcel:{news.status}", at=news.at.isoformat())
        if news.status in TROUBLE:
            act.open_task(TASK)
    return result
