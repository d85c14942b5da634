"""Whatever an inspector finds: the units that were to come are accepted, rejected or missing, each one thing once."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.cases.found import LineFound, Unannounced
from portal.domain.errors import Invalid
from portal.models.case import CaseLine
from portal.models.event import Event
from portal.models.job import StaffTask
from tests.services.applying.test_apply_for import case_of, no_differences
from tests.services.returning.test_inspect import by, inspect, returning
from tests.support.order_facts import make_line
from tests.support.said import inspect_goods

HELD = (("1", 5), ("2", 2))
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def found(draw):
    """What may be found of the goods: at least one unit came; of those accepted some can be sold again."""
    lines = []
    for line_id, most in HELD:
        received = draw(st.integers(0, most))
        accepted = draw(st.integers(0, received))
        resellable = draw(st.integers(0, accepted))
        lines.append(
            LineFound(
                line_id=line_id,
                received=received,
                accepted=accepted,
                rejected=received - accepted,
                resellable=resellable,
            )
        )
    if not any(line.received for line in lines):
        lines[0] = LineFound(line_id="1", received=1, accepted=1, resellable=1)
    return tuple(lines)


def stock_of(world, case_no):
    rows = [row for row in world.rows(Event) if row["key"] and row["key"].startswith(f"stock-back:{case_no}:")]
    return {(data := json.loads(row["text"])["data"])["line"]: data["quantity"] for row in rows}


@pytest.mark.req("S28", "P5")
def test_units_in_are_accepted_rejected_or_missing_and_stock_is_what_can_be_sold_again(world):
    @QUICK
    @given(found=found())
    def walk(found):
        lines = (make_line("1", 5, 10000), make_line("2", 2, 5000))
        number, case_no = returning(world, lines, units=HELD)
        for _ in range(2):
            inspect_goods(case_no=case_no, found=found, reason="有划痕", **by(world, "warehouse", f"in-{case_no}"))
        row, order = case_of(world, case_no), world.order(number)
        said = row["inspection"]
        rejected = said.get("rejected", 0)
        assert said.get("accepted", 0) + rejected + said.get("missing", 0) == sum(count for _, count in HELD)
        kept = [line for line in world.rows(CaseLine) if line["case_id"] == row["id"]]
        assert {line["line_id"]: line["received"] for line in kept} == {one.line_id: one.received for one in found}
        assert stock_of(world, case_no) == {one.line_id: one.resellable for one in found if one.resellable}
        of_line = {line.id: line for line in order.lines}
        for one in found:
            line = of_line[one.line_id]
            assert (line.gone, line.claimed) == (one.accepted, one.rejected)
            assert line.refunded == line.total.minor * one.accepted // line.quantity

    walk()
    no_differences(world)


@pytest.mark.req("S28", "P5")
def test_goods_that_nobody_asked_to_return_are_on_record_and_a_task_and_pay_nothing(world):
    number, case_no = returning(world)
    besides = Unannounced(count=2, what="一双袜子", then="send_back")
    inspect(world, case_no, ("1", 3, 0), unannounced=besides)
    row = case_of(world, case_no)
    assert row["inspection"]["unannounced"] == {"count": 2, "what": "一双袜子", "then": "send_back"}
    assert row["summary"]["refund"]["minor"] == 30000
    assert world.order(number).lines[1].gone == 0
    assert "goods_unannounced" in {task["kind"] for task in world.rows(StaffTask)}
    told = next(event for event in world.rows(Event) if event["kind"].endswith("goods:unannounced"))
    assert json.loads(told["text"])["data"] == {"count": 2, "then": "send_back"}
    assert "袜子" not in told["text"]


@pytest.mark.req("S28")
@pytest.mark.parametrize(
    ("besides", "problem"),
    [
        (Unannounced(count=0, what="袜子", then="ask"), ("extra", "how_many")),
        (Unannounced(count=-1, what="袜子", then="ask"), ("extra", "how_many")),
        (Unannounced(count=1, what=" ", then="ask"), ("extra_what", "required")),
        (Unannounced(count=1, what="袜子", then=""), ("extra_then", "required")),
    ],
)
def test_goods_besides_are_said_with_number_name_and_what_becomes_of_them(world, besides, problem):
    _, case_no = returning(world)
    with pytest.raises(Invalid) as refused:
        inspect(world, case_no, ("1", 3, 0), unannounced=besides)
    assert problem in refused.value.problems
    assert case_of(world, case_no)["state"] == "awaiting_return"
