"""系统状态: whether all is well, what it means where it is not, and where that is mended (N4, P12)."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from portal.domain.identity.access import Actor
from portal.domain.refunds.rails import MerchantConfig
from portal.models.inbox import InboundMail
from portal.ports.watch import Tally
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.signs import say_alive
from portal.services.records.sign_heads import sign_heads
from portal.services.shops.set_rail import set_rail
from tests.support.page import Page
from tests.support.queries import counted
from tests.support.staff import Office

STATUS = "/staff/status"
SECRET = "whsec_" + base64.b64encode(b"s" * 24).decode()
pytestmark = pytest.mark.req("N4", "P12")


def states(page: Page) -> dict[str, str]:
    return {str(row.get("data-part")): str(row.get("data-state")) for row in page.all("tr[data-part]")}


def row(page: Page, part: str) -> str:
    (found,) = page.all(f"tr[data-part={part}]")
    return str(found.text)


def note(office: Office, *tallies: Tally) -> None:
    with unit_of_work(office.deps) as work:
        work.signs.note_calls(tallies)


def test_a_new_shop_has_nothing_to_mend_but_its_worker(office: Office) -> None:
    page = office.desk("admin").open(STATUS)
    assert states(page)["workers"] == "trouble" and "一个都不在，这些就都停着" in row(page, "workers")
    assert "有要处理的" in page.text and "一天内没有见过后台进程" in page.text
    say_alive(worker="machine:8000", deps=office.deps)
    page = office.desk("admin").open(STATUS)
    assert set(states(page).values()) <= {"fine", "unknown"}
    assert "没有要处理的" in page.text and page.has("tr[data-worker='machine:8000']")


def test_a_queue_that_does_not_move_is_told_by_its_kinds(office: Office) -> None:
    with unit_of_work(office.deps) as work:
        work.jobs.enqueue("refund", {"refund": "R"}, run_at=work.now - timedelta(minutes=3))
        work.jobs.enqueue("forget_files", {"keys": []}, run_at=work.now - timedelta(minutes=1))
    page = office.desk("admin").open(STATUS)
    assert states(page)["queue"] == "look" and "最早的已等3分钟" in row(page, "queue")
    assert [one.get("data-due") for one in page.all("tr[data-due]")] == ["refund", "other"]
    office.clock.move(minutes=13)
    assert states(office.desk("admin").open(STATUS))["queue"] == "trouble"


def test_what_waits_for_a_person_is_counted(office: Office) -> None:
    with unit_of_work(office.deps) as work:
        shop = office.made.shop_id
        work.tasks.open(shop, "refund_failed", dedup_key="a", detail={})
        work.tasks.open(shop, "refund_parked", dedup_key="b", detail={})
        work.connection.execute(
            InboundMail.__table__.insert().values(
                shop_id=shop, key="k", public_id="p", sender_key="s", state="waiting", evidence=[], received_at=work.now
            )
        )
        work.jobs.enqueue("robot", {"shop": shop})
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE job SET dead_at = run_at WHERE kind = 'robot'")
    found = states(office.desk("supervisor").open(STATUS))
    assert {found[part] for part in ("refunds_failed", "refunds_parked", "dead_jobs")} == {"trouble"}
    assert found["inbox"] == "look"


def test_a_rail_tells_when_it_last_answered_this_shop(office: Office) -> None:
    operator = Actor(kind="operator", shop_id=office.made.shop_id)
    config = MerchantConfig(methods=("card",), url="https://erp.example/refunds", secret=SECRET)
    set_rail(config=config, actor=operator, deps=office.deps)
    assert states(office.desk("admin").open(STATUS))["rail"] == "unknown"
    note(office, Tally("rail.merchant", office.made.shop_id + 1, failed=9, problem="HTTP 500"))
    assert states(office.desk("admin").open(STATUS))["rail"] == "unknown"
    note(office, Tally("rail.merchant", office.made.shop_id, failed=2, problem="HTTP 503"))
    page = office.desk("admin").open(STATUS)
    assert states(page)["rail"] == "trouble"
    assert all(said in row(page, "rail") for said in ("自己的系统", "HTTP 503", "24小时内失败2次"))
    office.clock.move(minutes=1)
    note(office, Tally("rail.merchant", office.made.shop_id, succeeded=1))
    assert states(office.desk("admin").open(STATUS))["rail"] == "look"
    office.clock.move(hours=25)
    assert states(office.desk("admin").open(STATUS))["rail"] == "fine"


def test_mail_that_fails_and_heads_that_are_old_are_told(office: Office) -> None:
    note(office, Tally("mail", 0, failed=1, problem="ConnectionRefusedError"), Tally("sms", 0, succeeded=1))
    sign_heads(deps=office.deps)
    found = states(office.desk("auditor").open(STATUS))
    assert (found["mail"], found["sms"], found["heads"]) == ("trouble", "fine", "fine")
    office.clock.move(days=3)
    assert states(office.desk("auditor").open(STATUS))["heads"] == "trouble"


def test_a_worker_of_another_version_is_marked(office: Office) -> None:
    with unit_of_work(office.deps) as work:
        work.signs.worker_lives("new", "v2")
    assert "与本页不同" in office.desk("admin").open(STATUS).text


@pytest.mark.parametrize("role", ["supervisor", "auditor", "admin"])
def test_links_lead_only_where_one_may_go(role: str, office: Office) -> None:
    desk = office.desk(role)
    page = desk.open(STATUS)
    links = {link for text, link in page.links.items() if text.startswith("查看")}
    assert links and ("/staff/jobs" in links) == (role == "admin")
    for link in links:
        desk.open(link)


def test_it_costs_the_same_however_much_there_is(office: Office) -> None:
    desk = office.desk("admin")
    desk.open(STATUS)
    with counted() as few:
        desk.open(STATUS)
    with unit_of_work(office.deps) as work:
        for number in range(300):
            work.jobs.enqueue("refund", {"refund": str(number)}, run_at=work.now - timedelta(minutes=3))
        work.signs.note_calls([Tally(f"rail.{number}", office.made.shop_id, failed=1) for number in range(20)])
    with counted() as many:
        desk.open(STATUS)
    assert len(many) == len(few) <= 8, few
