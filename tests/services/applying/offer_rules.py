"""What the shop offers instead and its customer answers, as rules of the state machine of applications (P13)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case
from portal.domain.errors import Conflict, Invalid, RefusedError
from portal.domain.orders.order import Order
from portal.services.applying.apply_for import apply_for
from portal.services.cases.answer_offer import answer_offer
from portal.services.cases.appeal import appeal_case
from portal.services.cases.offer import Proposal, offer_instead, take_offer_back
from portal.services.deadlines.run import run_deadlines
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.support.said import decide_case
from tests.support.world import World

REASONS = {
    "refund_only": ("quality", "other", "signed_not_received"),
    "return_refund": ("no_reason", "damaged", "other"),
}


class Offers(RuleBasedStateMachine):
    """Of the machine that has an order of those lines in a world, and knows who acts."""

    world: World
    first: Order
    number: str

    def _by(self, who: str) -> dict[str, Any]:
        raise NotImplementedError

    def _second(self) -> dict[str, Any]:
        raise NotImplementedError

    def _case(self, data: st.DataObject) -> Case | None:
        raise NotImplementedError

    def _cases(self) -> list[Case]:
        raise NotImplementedError

    def _refunds(self) -> list[Any]:
        raise NotImplementedError

    @rule(data=st.data(), kind=st.sampled_from(["amount", "keep"]), amount=st.sampled_from(["0.01", "0.50", "9.99"]))
    def offer(self, data: st.DataObject, kind: Any, amount: str) -> None:
        """By the second of the staff, who may answer an appeal as well."""
        if case := self._case(data):
            self._offer(case.case_no, kind, amount)

    @rule(data=st.data(), answer=st.sampled_from(["accept", "accept", "refuse"]))
    def answer_offer(self, data: st.DataObject, answer: Any) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                answer_offer(case_no=case.case_no, answer=answer, **self._by("shopper"))

    @rule(data=st.data())
    def take_offer_back(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                take_offer_back(case_no=case.case_no, **self._second())

    @rule(
        line=st.integers(0, 2),
        kind=st.sampled_from(sorted(REASONS)),
        offered=st.sampled_from(["amount", "keep"]),
        end=st.sampled_from(["accept", "refuse", "withdraw", "lapse", "take_back"]),
        contested=st.booleans(),
    )
    def an_offer_is_made_and_ends(self, line: int, kind: Any, offered: Any, end: Any, contested: bool) -> None:
        """The long way in one step, its answer given twice; `contested`: on the appeal of a refusal."""
        chosen = self.first.lines[line % len(self.first.lines)].id
        ask = ApplicationAsk(kind=kind, units=((chosen, 1),), reason="other", received=True)
        with suppress(RefusedError, Invalid, Conflict):
            case_no = apply_for(order_no=self.number, ask=ask, **self._by("shopper")).case_no
            if contested:
                decide_case(case_no=case_no, decision="refuse", reason="不同意", **self._by("agent"))
                appeal_case(case_no=case_no, body="请再看看", **self._by("shopper"))
            self._offer(case_no, offered, "0.10")
            for _ in range(2):
                self._end_offer(case_no, end)

    def _offer(self, case_no: str, kind: Any, amount: str) -> None:
        said = Proposal(kind=kind, amount=amount, body="这样可以吗")
        with suppress(Conflict, Invalid):
            offer_instead(case_no=case_no, proposal=said, **self._second())

    def _end_offer(self, case_no: str, end: Any) -> None:
        if end == "take_back":
            take_offer_back(case_no=case_no, **self._second())
        elif end == "withdraw":
            withdraw_case(case_no=case_no, reason="mistake", **self._by("shopper"))
        elif end == "lapse":
            run_deadlines(as_of=self.world.clock.now() + timedelta(days=7), deps=self.world.deps)
        else:
            answer_offer(case_no=case_no, answer=end, **self._by("shopper"))

    @invariant()
    def an_offer_that_was_accepted_is_paid_exactly_and_no_other_at_all(self) -> None:
        """Return freight comes on top; goods that came back and were not accepted are not paid for."""
        paid: dict[int | None, int] = {}
        for refund in self._refunds():
            paid[refund.case_id] = paid.get(refund.case_id, 0) + refund.amount.minor
        for case in self._cases():
            if case.offer is None or case.offer.state != "accepted" or case.outcome.answer != "offer":
                continue
            carriage = case.plan.carriage.minor if case.plan.carriage else 0
            assert paid.get(case.id, 0) <= case.offer.amount.minor + carriage
            if case.offer.kind == "keep" or case.kind == "refund_only":
                assert paid.get(case.id, 0) == case.offer.amount.minor

    @invariant()
    def an_offer_is_open_where_its_customer_is_to_answer(self) -> None:
        for case in self._cases():
            assert (case.state == "offered") == (case.offer is not None and case.offer.state == "open" and case.is_open)
            assert (case.state == "offered") == bool(case.deadline and case.deadline.kind == "customer_answers_offer")
