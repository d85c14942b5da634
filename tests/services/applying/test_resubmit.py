from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.errors import Invalid, NotFound, RefusedError
from portal.models.case import Case
from portal.services.applying.resubmit import resubmit_case
from tests.services.applying.test_apply_for import asking, case_of, no_differences
from tests.services.cases.test_appeal import appeal, refused
from tests.services.cases.test_decide_case import decide
from tests.support.world import World

QUALITY = asking(kind="refund_only", reason="quality", units=(("1", 3),))


def again(world: World, case_no: str, request_id: str = "again", ask: ApplicationAsk = QUALITY, **values) -> str:
    values = {"actor": world.shopper} | values
    location = resubmit_case(case_no=case_no, ask=ask, request_id=request_id, deps=world.deps, **values)
    return location.case_no


def why(world: World, case_no: str, **values) -> str:
    with pytest.raises(RefusedError) as no:
        again(world, case_no, **values)
    return no.value.decision.why


@pytest.mark.req("S39", "S37")
def test_what_was_refused_is_asked_for_again_as_a_new_case_that_names_the_old_one(world):
    number, case_no = refused(world)
    new = again(world, case_no)
    assert again(world, case_no) == new
    assert (case_of(world, new)["state"], case_of(world, new)["follows_id"]) == (
        "submitted",
        case_of(world, case_no)["id"],
    )
    assert case_of(world, case_no)["state"] == "rejected"
    assert (world.order(number).lines[0].claimed, len(world.rows(Case))) == (3, 2)
    assert world.events(number)[-1] == "shopper:case:applied_again"
    assert why(world, case_no, request_id="third") == "applied_again"
    no_differences(world)


@pytest.mark.req("S39", "S36")
def test_it_is_taken_until_the_last_second_and_not_from_the_first_after(world):
    _, case_no = refused(world)
    end = datetime.fromisoformat(case_of(world, case_no)["outcome"]["appeal_by"])
    world.clock.set(end)
    assert why(world, case_no) == "appeal_over"
    world.clock.set(end - timedelta(seconds=1))
    again(world, case_no)


@pytest.mark.req("S39")
def test_it_is_asked_for_again_only_so_often(world):
    _, case_no = refused(world)
    for n in range(2):
        case_no = again(world, case_no, request_id=f"again-{n}")
        decide(world, case_no, "refuse", reason_code="evidence", reason="还是看不清", request_id=f"no-{n}")
    assert why(world, case_no) == "too_often"


@pytest.mark.req("S39")
def test_a_notice_in_time_stays_in_time_when_it_is_mended_later(world):
    ask = {"kind": "return_refund", "reason": "no_reason", "conditions": ()}
    _, case_no = refused(world, **ask)
    world.clock.move(days=6, hours=20)
    new = again(world, case_no, ask=asking(units=(("1", 3),)))
    assert case_of(world, new)["state"] == "awaiting_return"
    no_differences(world)


@pytest.mark.req("S39")
def test_under_appeal_or_of_another_kind_or_somebody_elses_it_is_not(world):
    _, case_no = refused(world)
    with pytest.raises(Invalid):
        again(world, case_no, ask=asking(units=(("1", 1),)))
    with pytest.raises(NotFound):
        again(world, case_no, actor=replace(world.shopper, id=99))
    appeal(world, case_no)
    assert why(world, case_no) == "appeal_open"
