"""What a shop's program reports: the answer to a hold, a carrier's word of a parcel, points and coupons given back."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.api import api
from portal.routes.api.body import json_body, once
from portal.schemas.act_bodies import BENEFITS, HOLD, PARCEL
from portal.schemas.api import read_body
from portal.services.cancelling.answer_hold import answer_hold
from portal.services.records.returned_benefits import returned_benefits
from portal.services.replacing.note_parcel import ParcelWord, note_parcel
from portal.web.request.current import deps
from portal.web.security.guards import feed_actor, shop_token


@api.post("/orders/<number>/shipping-hold/answer")
@shop_token("orders:write")
def post_hold_answer(number: str) -> ResponseReturnValue:
    """409 `no_hold` where nothing holds the order, `decided` where somebody was faster."""
    body = json_body()
    said = read_body(HOLD, body)
    done = answer_hold(
        order_no=number,
        answer=said["answer"],
        left_at=said.get("left_at"),
        actor=feed_actor(),
        deps=deps(),
        request_id=once(body),
    )
    return {"case_no": done.case_no, "answer": done.answer}


@api.post("/orders/<number>/returned-benefits")
@shop_token("orders:write")
def post_returned_benefits(number: str) -> ResponseReturnValue:
    body = json_body()
    ids = tuple(read_body(BENEFITS, body)["ids"])
    done = returned_benefits(order_no=number, ids=ids, actor=feed_actor(), deps=deps(), request_id=once(body))
    return {"returned": done.count}


@api.post("/parcels/<tracking_no>/status")
@shop_token("orders:write")
def post_parcel_status(tracking_no: str) -> ResponseReturnValue:
    """409 `ambiguous` where several parcels have the number, `delivered` where it has another end."""
    body = json_body()
    said = read_body(PARCEL, body)
    word = ParcelWord(
        status=said["status"],
        at=said.get("at"),
        carrier=said.get("carrier") or "",
        order_no=said.get("order") or "",
        case_no=said.get("case") or "",
    )
    done = note_parcel(tracking_no=tracking_no, word=word, actor=feed_actor(), deps=deps(), request_id=once(body))
    return {"result": done.result, "order": done.order, "case": done.case or None}
