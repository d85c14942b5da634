"""Acts that take what is said as one value, with its parts named in the call: what most tests vary is one of them."""

from __future__ import annotations

from typing import Any

from portal.services.cases import decide_case as deciding
from portal.services.orders import ship_order as shipping
from portal.services.returning import inspect as inspecting
from portal.services.returning import ship_back as sending
from portal.services.withdrawing import withdraw_contract as withdrawing

_KNOWN = ("case_no", "order_no", "actor", "request_id", "deps", "shown")


def _parted(words: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What every act takes, and what is said."""
    known = {name: value for name, value in words.items() if name in _KNOWN}
    return known, {name: value for name, value in words.items() if name not in _KNOWN}


def decide_case(**words: Any) -> Any:
    known, said = _parted(words)
    return deciding.decide_case(verdict=deciding.Verdict(**said), **known)


def inspect_goods(**words: Any) -> Any:
    known, said = _parted(words)
    return inspecting.inspect_goods(report=inspecting.InspectionReport(**said), **known)


def ship_back(**words: Any) -> Any:
    known, said = _parted(words)
    return sending.ship_back(shipment=sending.ReturnShipment(**said), **known)


def withdraw_contract(**words: Any) -> Any:
    known, said = _parted(words)
    return withdrawing.withdraw_contract(declared=withdrawing.Declaration(**said), **known)


def ship_order(**words: Any) -> Any:
    known, said = _parted(words)
    return shipping.ship_order(parcel=shipping.NewParcel(**said), **known)
