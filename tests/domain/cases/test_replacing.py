"""What the shop sends, in any order of steps: units are claimed until they are sent, paid for, or free again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.cases.life_cycle import CLOSED_STATES, OPEN_STATES, TRANSITIONS


def reachable(kind: str) -> set[str]:
    found, new = set(), {"submitted"}
    while new:
        found |= new
        new = {to for state in new for to in TRANSITIONS[kind][state].values()} - found
    return found


def test_every_state_that_a_reship_or_a_repair_reaches_has_a_way_on_or_is_an_end() -> None:
    for kind in ("reship", "repair"):
        states = reachable(kind)
        assert states <= {*OPEN_STATES, *CLOSED_STATES}
        assert all(TRANSITIONS[kind][state] for state in states if state in OPEN_STATES)
        assert {"completed", "rejected", "withdrawn", "expired", "replacing", "refunding"} <= states


def test_nothing_comes_back_of_a_reship_and_money_never_starts_by_a_plain_yes() -> None:
    assert not reachable("reship") & {"awaiting_return", "in_transit", "received", "sending_back", "approved"}
    for kind in ("reship", "repair"):
        events = {event for state in reachable(kind) for event in TRANSITIONS[kind][state]}
        assert not events & {"approve_refund", "approve_free", "accept", "accept_free", "settle", "settle_paying"}


@given(st.sampled_from(["reship", "repair"]), st.data())
def test_whatever_happens_money_is_reached_only_in_place_of_the_goods(kind: str, data: st.DataObject) -> None:
    state, was_paid = "submitted", False
    for _ in range(12):
        steps = TRANSITIONS[kind].get(state, {})
        # What never was paid cannot come back from the bank.
        events = sorted(event for event in steps if was_paid or event != "refund_reversed")
        if not events:
            break
        event = data.draw(st.sampled_from(events))
        was_paid = was_paid or state == "refunding"
        if steps[event] == "refunding" and state != "refunding" and event != "refund_reversed":
            assert (event, state) in (("refund_instead", "replacing"), ("offer_paid", "offered"))
        state = steps[event]
