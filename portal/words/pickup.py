"""上门取件: what it costs, how the booking stands, what to prepare (P16)."""

from __future__ import annotations

from datetime import timedelta
from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, carrier, clock, money, plain, stamp, until


def _state(pickup: Facts) -> str:
    if pickup.state in ("refused", "missed"):
        return "failed"
    if pickup.state in ("requested", "booked"):
        return str(pickup.state)
    return ""


def _payer(pickup: Facts) -> str:
    return str(pickup.payer)


PICKUP_TITLES = Table(
    {"requested": _l("上门取件待确认"), "booked": _l("上门取件已约好"), "": _l("上门取件")}, {}, code=_state
)
PICKUP_NOW = Table(
    {
        "requested": _l("已提交给快递公司，确认后会通知您。"),
        "booked": _l("%(carrier)s的快递员会按约定的时间上门。"),
        ("failed", "shop"): _l("上次的预约没有取件成功。可以另约时间，运费由商家承担；也可以自己寄出。"),
        "failed": _l("上次的预约没有取件成功。可以另约时间，也可以自己寄出。"),
        ("", "shop"): _l("快递员上门取走商品，运费由商家承担，您不用付。"),
        "": _l("快递员上门取走商品，取件费由您在取件时付给快递员，选时间时会写明金额。"),
    },
    {"carrier": carrier("carrier")},
    code=_state,
    variant=_payer,
)
PICKUP_CHARGES = Table(
    {"": (_l("%(charge)s，取件时付给快递员"), _l("您不用付，由商家承担"))},
    {"charge": money("charge")},
    code=lambda _pickup: "",
)
_ONE_DAY = timedelta(hours=12)
PICKUP_SLOTS = Table(
    {"": _l("%(start)s–%(hour)s"), "long": _l("%(start)s到%(end)s")},
    {
        "start": stamp("start", "pickup"),
        "hour": clock("end", "pickup_end"),
        "end": until("end", "pickup_end"),
    },
    code=lambda slot: "long" if slot.end - slot.start > _ONE_DAY else "",
)
PICKUP_FOR_STAFF = Table(
    {
        "requested": _l("客户预约了上门取件，等快递公司确认：%(start)s到%(end)s"),
        "": _l("已约上门取件：%(carrier)s，%(start)s到%(end)s"),
    },
    {
        "carrier": carrier("carrier"),
        "start": stamp("start", "pickup"),
        "end": until("end", "pickup_end"),
    },
    code=_state,
)
PICKUP_CHANGES = Table(
    {"": (_l("%(until)s前可以改时间或取消，不收费。"),)},
    {"until": until("cancel_by", "cancel_by")},
    code=lambda pickup: "" if pickup.may_change else "fixed",
)
PICKUP_PREPARES = Table(
    {"": _l("商品、配件、吊牌一起包好，放入退货单或写上退货单号%(return_no)s")},
    {"return_no": plain("return_no")},
    code=lambda _pickup: "",
)
PICKUP_OFFERS = Table(
    {
        "unreachable": _l("现在联系不上快递公司，请稍后再试，或自己寄出。"),
        "none": (_l("%(deadline)s前没有可以预约的时间，请自己寄出。"), _l("现在没有可以预约的时间，请自己寄出。")),
        "": (_l("选一个时间，%(deadline)s前都可以取件。"), _l("选一个时间。")),
    },
    {"deadline": until("send_by")},
    code=lambda page: "unreachable" if not page.is_reachable else "" if page.slots else "none",
)
PICKUP_FREIGHTS = Table(
    {
        "shop": _l("按这份申请的规则，寄回运费由商家承担，取件不收费。"),
        "": (_l("按这份申请的规则，寄回运费由您承担：取件费%(charge)s，取件时付给快递员。"), _l("取件不收费。")),
    },
    {"charge": money("charge")},
    code=attrgetter("now.payer"),
)
"""Who pays, and how much, before anything is booked (CN-12, CN-13)."""
