"""Mail to the staff about what only they can resolve, once for each of them (S42, N7)."""

from __future__ import annotations

import pytest

from portal.ports import RefundAnswer
from portal.services.identity.staff_accounts import add_staff
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.order_facts import make_line, make_order


def hire(world, login, role):
    add_staff(
        login=login,
        role=role,
        shop_keys=("tepai",),
        password="staff password",
        totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        mail=f"{login}@shop.example",
        deps=world.deps,
    )


@pytest.mark.req("N7", "S42")
def test_a_refund_that_fails_is_mailed_once_to_each_who_can_mend_it(world):
    for login, role in (("kefu", "agent"), ("zhuguan", "supervisor"), ("cang", "warehouse"), ("shenji", "auditor")):
        hire(world, login, role)
    number = world.take(make_order(make_line("1", 1, 5000)))
    for _ in range(3):
        world.rail.next_refund(RefundAnswer(outcome="failed", reason="余额不足"))
    world.cancel(number)
    for _ in range(4):
        work_all_jobs(deps=world.deps)
        world.clock.move(minutes=20)
    mails = [mail for mail in world.mailer.sent if "退款没有成功（" in mail.subject]
    assert sorted(mail.to for mail in mails) == ["kefu@shop.example", "zhuguan@shop.example"]
    assert f"（订单{number}）" in mails[0].subject
    assert "https://after.example/staff/refunds" in mails[0].body
