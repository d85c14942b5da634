"""The provider's own refund id and trace number, for staff: on the refund desk and beside the order (PAYMENTS 11)."""

from __future__ import annotations

import pytest

from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refunds import progress_of
from portal.pages.staff.refunds import staff_refunds_page
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import reading
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.order_facts import make_order
from tests.support.world import World

pytestmark = pytest.mark.req("P14", "N7")


@pytest.mark.parametrize(
    ("reference", "trace", "shown"), [("re_77", "ARN123", ("ARN123", "re_77")), ("42", "42", ("42", ""))]
)
def test_staff_read_both_numbers_and_one_of_two_alike(
    world: World, reference: str, trace: str, shown: tuple[str, str]
) -> None:
    world.cancel(world.take(make_order()))
    said = RefundAnswer(outcome="failed", reason="x", reference=reference, trace=trace)
    world.rail.next_refund(said)
    work_all_jobs(deps=world.deps)
    page = staff_refunds_page(actor=world.made.staff("agent"), settings=ShopSettings(), deps=world.deps)
    assert [(row.trace, row.reference) for row in page.refunds] == [shown]
    with reading(world.deps) as work:
        (refund,) = work.refunds.of_order(world.refunds[0]["order_id"])
    progress = progress_of(refund, "A-1", ShopSettings(), world.clock.now())
    assert (progress.trace, progress.reference) == shown
