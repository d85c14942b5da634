"""A withdrawal from contract under EU law: declared, acknowledged, carried out by rule, never revived silently."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import update

from portal.domain.cases.life_cycle import CONTRACT_TRANSITIONS, may_step
from portal.domain.errors import Conflict, NotFound, NotSummarised, RefusedError, Reused
from portal.domain.evidence.files import Upload
from portal.domain.shops.settings import ShopSettings
from portal.models.account import Customer
from portal.models.case import Case, Decision
from portal.pages.shop.contract_withdrawal import contract_page
from portal.repos.unit_of_work import unit_of_work
from portal.services.deadlines.run import run_deadlines
from portal.services.evidence.receive_files import receive_evidence
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.policy.replay import replay
from portal.services.returning.receive_parcel import receive_goods
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.adapters.pictures import encoded
from tests.support.applications import bought, sent
from tests.support.order_facts import make_line, make_order
from tests.support.packs import PACKS
from tests.support.said import decide_case, ship_back, withdraw_contract

pytestmark = pytest.mark.req("N5")
BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = (datetime(2026, 6, day, 15, 0, tzinfo=BERLIN) for day in (1, 10))
END = datetime(2026, 6, 25, tzinfo=BERLIN)  # 24 June 24:00
SECOND = timedelta(seconds=1)


def two_parcels(**values):
    """Two items of an order to Germany that came on 1 and 10 June (POLICY, vectors)."""
    order = make_order(
        make_line("1", 1, 5000, currency="EUR"),
        make_line("2", 2, 3000, currency="EUR"),
        currency="EUR",
        freight=700,
        country="DE",
        placed_at=FIRST - timedelta(days=5),
        **values,
    )
    order = sent(order, delivered_at=FIRST, units=(("1", 1),))
    return sent(order, delivered_at=LAST, units=(("2", 2),))


@pytest.fixture
def berlin(world):
    """The customer lives there; it is the day after the last parcel."""
    with unit_of_work(world.deps) as work:
        work.connection.execute(update(Customer.__table__).values(zone="Europe/Berlin", locale="zh"))
        work.policies.ensure(world.made.shop_id, PACKS["eu"], by="test")
    world.clock.set(LAST + timedelta(days=1))
    return world


def shown(world, number, units=()):
    about = {"order_no": number, "actor": world.shopper, "deps": world.deps}
    return contract_page(settings=ShopSettings(), locale="zh", choice=units, **about)


def withdraw(world, number, units=(), **values):
    about = {"name": "张三", "contact": "c1@example.com", "request_id": f"w-{number}", "actor": world.shopper}
    about |= {"shown": values.pop("shown", "") or shown(world, number, units).shown}
    return withdraw_contract(order_no=number, units=units, deps=world.deps, **(about | values)).case_no


def case_of(world, case_no):
    return next(row for row in world.rows(Case) if row["case_no"] == case_no)


def test_both_lines_are_withdrawn_from_with_all_money_and_freight(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    case_no = withdraw(berlin, number)
    row = case_of(berlin, case_no)
    assert (row["kind"], row["state"], row["return_no"][:1]) == ("contract_withdrawal", "awaiting_return", "R")
    assert row["summary"]["refund"] == {"minor": 8700, "currency": "EUR"}
    assert row["summary"]["deductions"] == []
    assert row["deadline_at"] == datetime(2026, 6, 26, tzinfo=BERLIN)  # 14 days from the notice (EU-6)
    assert berlin.refunds == []
    assert sorted(berlin.notices) == ["contract_withdrawn", "return_approved"]
    assert not [found for found in replay(since=None, deps=berlin.deps) if found.differs]


@pytest.mark.parametrize(("at", "state"), [(END - SECOND, "awaiting_return"), (END, "submitted")])
def test_the_window_ends_with_the_last_second_after_the_last_goods(berlin, at, state):
    number = berlin.take(two_parcels(), policy="eu")
    berlin.clock.set(at)
    row = case_of(berlin, withdraw(berlin, number))
    assert row["state"] == state
    assert ("late" in row["outcome"]["notes"]) == (state == "submitted")
    assert ("EU-12" in row["outcome"]["rules"]) == (state == "submitted")


def test_a_late_one_is_on_record_and_acknowledged_and_not_approved_by_silence(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    berlin.clock.set(END + timedelta(days=9))
    row = case_of(berlin, withdraw(berlin, number))
    assert "contract_withdrawn" in berlin.notices
    run_deadlines(as_of=row["deadline_at"] + SECOND, deps=berlin.deps)
    after = case_of(berlin, row["case_no"])
    assert (after["state"], after["escalated_at"] is not None) == ("submitted", True)


@pytest.mark.parametrize(
    ("decision", "state", "claimed"), [("accept", "awaiting_return", 3), ("refuse", "rejected", 0)]
)
def test_a_person_answers_a_late_one(berlin, decision, state, claimed):
    number = berlin.take(two_parcels(), policy="eu")
    berlin.clock.set(END)
    case_no = withdraw(berlin, number)
    about = {"actor": berlin.made.staff("agent"), "request_id": "d", "deps": berlin.deps}
    decide_case(case_no=case_no, decision=decision, reason_code="window_over", reason="已超过期限", **about)
    assert case_of(berlin, case_no)["state"] == state
    assert sum(line.claimed for line in berlin.order(number).lines) == claimed


def test_the_acknowledgement_is_mailed_with_content_date_and_time_to_the_account(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    withdraw(berlin, number, contact="other@example.org")
    work_all_jobs(deps=berlin.deps)
    mail = next(mail for mail in berlin.mailer.to("c1@example.com") if "撤回合同" in mail.subject)
    assert "商品1×1、商品2×2" in mail.body
    assert "2026年6月11日15:00:00（Europe/Berlin）提交" in mail.body
    assert "张三" in mail.body and "other@example.org" in mail.body


def test_another_address_is_told_in_fixed_words_that_carry_nothing_of_what_was_typed(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    withdraw(berlin, number, name="Buy pills at https://bad.example", contact="other@example.org")
    work_all_jobs(deps=berlin.deps)
    [mail] = berlin.mailer.to("other@example.org")
    assert "撤回合同" in mail.subject and number in mail.body and "2026年6月11日15:00:00" in mail.body
    assert not [word for word in ("pills", "bad.example", "other@", "商品1") if word in mail.subject + mail.body]


def test_another_address_that_refuses_is_a_task_and_says_nothing_of_its_customers_own(berlin):
    berlin.mailer.gone.add("other@example.org")
    withdraw(berlin, berlin.take(two_parcels(), policy="eu"), contact="other@example.org")
    work_all_jobs(deps=berlin.deps)
    assert berlin.mailer.to("c1@example.com") and not berlin.rows(Customer)[0]["unreachable"]
    assert [task["detail"] for task in berlin.tasks] == [{"code": "contract_withdrawn"}]


@pytest.mark.parametrize(
    "contact", ["a@example.org,b@example.org", "a@b@c", "a@example.org\nBcc: b@example.org", "@", "x"]
)
def test_what_is_not_one_address_gets_no_mail(contact, berlin):
    number = berlin.take(two_parcels(), policy="eu")
    withdraw(berlin, number, contact=contact)
    work_all_jobs(deps=berlin.deps)
    assert {mail.to for mail in berlin.mailer.sent} == {"c1@example.com"}


def test_one_address_is_told_three_times_a_day_whoever_names_it_how_often(berlin):
    for _ in range(5):
        withdraw(berlin, berlin.take(two_parcels(), policy="eu"), contact="Other@example.org")
    work_all_jobs(deps=berlin.deps)
    assert len([mail for mail in berlin.mailer.sent if mail.to.casefold() == "other@example.org"]) == 3
    berlin.clock.move(days=1, seconds=1)
    withdraw(berlin, berlin.take(two_parcels(), policy="eu"), contact="other@example.org")
    work_all_jobs(deps=berlin.deps)
    assert len([mail for mail in berlin.mailer.sent if mail.to.casefold() == "other@example.org"]) == 4


def test_a_part_of_it_leaves_the_rest_and_the_freight(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    row = case_of(berlin, withdraw(berlin, number, units=(("2", 1),)))
    assert row["summary"]["refund"]["minor"] == 1500
    assert [line.claimed for line in berlin.order(number).lines] == [0, 1]


def test_what_was_never_summarised_or_has_changed_is_not_done(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    whole = shown(berlin, number).shown
    with pytest.raises(NotSummarised):
        withdraw(berlin, number, units=(("2", 1),), shown=whole)
    first = withdraw(berlin, number, units=(("1", 1),))
    with pytest.raises(Conflict):
        withdraw(berlin, number, units=(("2", 2),), shown=whole, request_id="other")
    assert [row["case_no"] for row in berlin.rows(Case)] == [first]


def test_the_same_form_again_gets_the_first_answer_and_another_body_is_refused(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    digest = shown(berlin, number).shown
    first = withdraw(berlin, number, shown=digest)
    assert withdraw(berlin, number, shown=digest) == first
    with pytest.raises(Reused):
        withdraw(berlin, number, shown=digest, name="李四")
    assert len(berlin.rows(Case)) == len(berlin.rows(Decision)) == 1
    with pytest.raises(RefusedError):
        withdraw(berlin, number, shown=digest, request_id="another")


def test_under_another_law_it_is_refused(berlin):
    number = berlin.take(bought(make_line("1", 1, 3000)))
    with pytest.raises(RefusedError):
        shown(berlin, number)
    with pytest.raises(RefusedError):
        withdraw(berlin, number, shown="x.y")


def test_before_anything_was_sent_the_order_is_cancelled_and_paid_back_at_once(berlin):
    order = make_order(make_line("1", 2, 4000, currency="EUR"), currency="EUR", freight=500, country="DE")
    number = berlin.take(order, policy="eu")
    row = case_of(berlin, withdraw(berlin, number))
    assert row["state"] == "refunding"
    after = berlin.order(number)
    assert (after.state, after.lines[0].gone, after.lines[0].claimed) == ("cancelled", 2, 0)
    assert [refund["amount_minor"] for refund in berlin.refunds] == [4500]


def test_of_a_partly_shipped_order_only_what_was_sent_has_to_come_back(berlin):
    order = make_order(
        make_line("1", 1, 5000, currency="EUR"),
        make_line("2", 1, 3000, currency="EUR"),
        currency="EUR",
        freight=700,
        country="DE",
        placed_at=FIRST,
    )
    number = berlin.take(sent(order, delivered_at=LAST, units=(("1", 1),)), policy="eu")
    row = case_of(berlin, withdraw(berlin, number))
    assert (row["state"], row["summary"]["refund"]["minor"]) == ("awaiting_return", 8700)
    assert [refund["amount_minor"] for refund in berlin.refunds] == [3000]
    lines = berlin.order(number).lines
    assert [(line.claimed, line.gone, line.cancelled) for line in lines] == [(1, 0, 0), (0, 1, 1)]
    give(berlin, row["case_no"])
    assert sum(refund["amount_minor"] for refund in berlin.refunds) == 8700


def give(world, case_no):
    """The goods come back, nobody looks at them, and the law's time is over."""
    staff = world.made.staff("warehouse")
    receive_goods(case_no=case_no, actor=staff, request_id=f"g-{case_no}", deps=world.deps)
    for _ in range(2):
        run_deadlines(as_of=case_of(world, case_no)["deadline_at"] + SECOND, deps=world.deps)


def test_goods_that_are_not_sent_back_escalate_and_do_not_revive_the_contract(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    row = case_of(berlin, withdraw(berlin, number))
    run_deadlines(as_of=row["deadline_at"], deps=berlin.deps)
    assert "withdrawal_overdue" not in berlin.notices
    run_deadlines(as_of=row["deadline_at"] + SECOND, deps=berlin.deps)
    assert case_of(berlin, row["case_no"])["state"] == "awaiting_return"
    assert [line.claimed for line in berlin.order(number).lines] == [1, 2]
    assert "withdrawal_overdue" in berlin.notices and "application_expired" not in berlin.notices
    assert [task["kind"] for task in berlin.tasks] == ["goods_not_sent"]


def test_the_customer_does_not_take_it_back_silently(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    case_no = withdraw(berlin, number)
    with pytest.raises(Conflict):
        withdraw_case(case_no=case_no, reason="changed_mind", actor=berlin.shopper, request_id="x", deps=berlin.deps)
    for state, steps in CONTRACT_TRANSITIONS.items():
        assert not {"withdraw", "reduce", "edit", "expire"} & set(steps), state
    assert may_step("contract_withdrawal", "awaiting_return", "ship_back")


def sent_back(world, case_no, *, proof=b""):
    about = {"actor": world.shopper, "deps": world.deps}
    ids = []
    if proof:
        upload = Upload("proof.png", len(proof), io.BytesIO(proof))
        ids = [file.id for file in receive_evidence(uploads=[upload], case_no=case_no, **about).evidence]
    about |= {"carrier": "DHL", "tracking_no": "00340434161094", "request_id": f"s-{world.clock.now():%s}"}
    ship_back(case_no=case_no, proof_ids=ids, **about)


def picture(shade):
    return encoded(Image.new("RGB", (4, 4), (shade, 0, 0)), "PNG")


def test_proof_of_sending_ends_the_right_to_wait_that_day(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    berlin.clock.set(datetime(2026, 6, 11, 12, tzinfo=BERLIN))
    case_no = withdraw(berlin, number)
    berlin.clock.set(datetime(2026, 6, 20, 12, tzinfo=BERLIN))
    sent_back(berlin, case_no)
    assert case_of(berlin, case_no)["deadline_at"] is None, "a number alone is no proof: the shop may wait"
    berlin.clock.set(datetime(2026, 6, 26, 12, tzinfo=BERLIN))
    sent_back(berlin, case_no, proof=picture(1))
    end = datetime(2026, 6, 27, tzinfo=BERLIN)
    assert case_of(berlin, case_no)["deadline_at"] == end
    assert run_deadlines(as_of=end, deps=berlin.deps)["case_approved"] == 0
    assert run_deadlines(as_of=end + SECOND, deps=berlin.deps)["case_approved"] == 1
    assert case_of(berlin, case_no)["state"] == "refunding"
    assert [refund["amount_minor"] for refund in berlin.refunds] == [8700]
    assert berlin.notices.count("refund_approved") == 1


def test_early_proof_leaves_the_shop_its_fourteen_days_from_the_notice(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    case_no = withdraw(berlin, number)
    berlin.clock.move(days=1)
    sent_back(berlin, case_no, proof=picture(1))
    assert case_of(berlin, case_no)["deadline_at"] == datetime(2026, 6, 26, tzinfo=BERLIN)
    berlin.clock.move(days=2)
    sent_back(berlin, case_no, proof=picture(2))
    assert case_of(berlin, case_no)["deadline_at"] == datetime(2026, 6, 26, tzinfo=BERLIN)


def test_goods_back_late_are_paid_the_same_day_and_early_ones_by_the_shops_own_days(berlin):
    early, late = (berlin.take(two_parcels(), policy="eu") for _ in range(2))
    early, late = withdraw(berlin, early), withdraw(berlin, late)
    staff, about = berlin.made.staff("warehouse"), {"deps": berlin.deps}
    receive_goods(case_no=early, actor=staff, request_id="r1", **about)
    assert case_of(berlin, early)["deadline_kind"] == "shop_inspects"
    berlin.clock.set(datetime(2026, 7, 1, 9, tzinfo=BERLIN))
    receive_goods(case_no=late, actor=staff, request_id="r2", **about)
    row = case_of(berlin, late)
    assert (row["deadline_kind"], row["deadline_at"]) == ("withdrawal_refunded", datetime(2026, 7, 2, tzinfo=BERLIN))
    run_deadlines(as_of=row["deadline_at"] + SECOND, deps=berlin.deps)
    assert case_of(berlin, late)["state"] == "refunding"


def test_a_reminder_does_not_threaten_to_close_what_stands(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    row = case_of(berlin, withdraw(berlin, number))
    run_deadlines(as_of=row["deadline_at"] - timedelta(days=2), deps=berlin.deps)
    assert "withdrawal_reminder" in berlin.notices and "return_reminder" not in berlin.notices


def test_nobody_else_can_declare_it(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    with pytest.raises(NotFound):
        withdraw(berlin, number, shown="x.y", actor=replace(berlin.shopper, id=99))


def test_the_declaration_does_not_stand_in_the_events(berlin):
    number = berlin.take(two_parcels(), policy="eu")
    withdraw(berlin, number, contact="other@example.org")
    with berlin.deps.database.reading() as connection:
        texts = connection.exec_driver_sql("SELECT text FROM event").scalars().all()
    assert not [text for text in texts if "other@example.org" in text or "张三" in text]
