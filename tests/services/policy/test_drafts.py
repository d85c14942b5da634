"""The draft of a shop's next policy: begun, changed by several, never against the law, published by two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError

from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.models.event import Event
from portal.models.policy import PolicyDraft, PolicyProposal, PolicySimulation
from portal.models.shop import PolicyVersion
from portal.repos.unit_of_work import reading
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.policy.drafts import FaultyDraftError
from portal.services.policy.publish import publish_policy
from tests.support.beyond_policy import person
from tests.support.make import make_staff
from tests.support.packs import PACKS
from tests.support.policies import PolicyDesk
from tests.support.world import World

pytestmark = pytest.mark.req("N4")


@pytest.fixture
def desk(world: World) -> PolicyDesk:
    return PolicyDesk(world.deps, person(world))


@pytest.fixture
def boss(world: World) -> PolicyDesk:
    return PolicyDesk(world.deps, person(world, 2))


def told(world: World) -> list[str]:
    return [row["kind"].removeprefix("staff:policy:") for row in world.rows(Event) if ":policy:" in row["kind"]]


def days_in_use(world: World) -> Any:
    with reading(world.deps) as work:
        shop = work.shops.get_by_id(world.made.shop_id)
        version = work.policies.newest(shop.id, shop.policy)
        assert version is not None
        return work.policies.in_force(version, None).windows.no_reason_days


def test_a_shop_on_the_laws_own_pack_begins_one_of_its_own_on_it(desk: PolicyDesk) -> None:
    text = desk.begin().text
    pack = desk.deps.packs.read_pack(text)
    assert (pack.on, pack.law, pack.name) == ("cn", "cn", "tepai") and pack.windows == PACKS["cn"].windows
    desk.begin()
    assert desk.draft.revision == 1


def test_a_draft_is_changed_by_several_and_nobody_writes_over_what_they_have_not_seen(
    desk: PolicyDesk, boss: PolicyDesk
) -> None:
    shown = desk.begin().revision
    assert desk.save({"windows.no_reason_days": ["15"], "exclusions.newspaper": ["", "drop"]}) == "saved"
    with pytest.raises(Conflict, match="draft_changed"):
        boss.save({"paid_cancel": ["asked"]}, revision=shown)
    assert boss.save({"paid_cancel": ["asked"]}) == "saved"
    pack = desk.deps.packs.read_pack(desk.draft.text)
    assert (pack.windows.no_reason_days, pack.paid_cancel, "newspaper" in pack.exclusions) == (15, "asked", False)
    assert desk.save({"paid_cancel": ["asked"]}) == "same"
    assert desk.save({"exclusions.newspaper": [""], "paid_cancel": [""]}) == "saved"
    assert "newspaper" in desk.deps.packs.read_pack(desk.draft.text).exclusions


def test_what_the_law_forbids_is_never_saved_and_everything_wrong_is_said_at_once(desk: PolicyDesk) -> None:
    before = desk.begin()
    typed = {"windows.no_reason_days": ["3"], "timers.shop_inspects": ["9"], "timers.shop_inspects.unit": ["days"]}
    with pytest.raises(FaultyDraftError) as caught:
        desk.save(typed | {"arrival.max_working_days": ["1"], "windows.provisional_grace_days": ["ten"]})
    assert [one.key for one in caught.value.pack] == [
        "arrival.max_working_days",
        "windows.no_reason_days",
        "timers.shop_inspects",
    ]
    assert [(one.name, one.code) for one in caught.value.typed] == [("windows.provisional_grace_days", "whole")]
    with pytest.raises(FaultyDraftError):
        desk.save({"fees.withdrawal.fixed": ["5.00"]})
    for text in (
        'name = "x',
        'name = "cn"\ntitle = {zh="a", en="b"}\non = "cn"',
        before.text.replace('"cn"', '"open"'),
    ):
        with pytest.raises(FaultyDraftError):
            desk.save_text(text)
    assert desk.draft == before


def test_a_file_keeps_its_comments_through_the_forms(desk: PolicyDesk) -> None:
    desk.begin()
    desk.save_text(f"# agreed on in May\n{desk.draft.text}\n[windows]\nno_reason_days = 15  # as promised\n")
    desk.save({"windows.no_reason_days": ["20"], "timers.shop_inspects": ["1"], "timers.shop_inspects.unit": ["days"]})
    assert "# agreed on in May" in desk.draft.text and "no_reason_days = 20  # as promised" in desk.draft.text


def test_it_is_published_once_a_second_person_approves_and_old_versions_stay(
    world: World, desk: PolicyDesk, boss: PolicyDesk
) -> None:
    desk.ready()
    assert desk.propose(reason="春节前放宽").what == "proposed" and days_in_use(world) == 7
    with pytest.raises(Conflict, match="same_person"):
        desk.answer()
    done = boss.answer()
    assert done.what == "approved" and days_in_use(world) == 30 and world.rows(PolicyDraft) == []
    (row,) = world.rows(PolicyProposal)
    assert (row["state"], row["version_id"], row["answered_by"]) == ("approved", done.version_id, "staff:2")
    assert told(world) == ["drafted", "edited", "simulated", "proposed", "published"]
    (simulated,) = world.rows(PolicySimulation)
    assert simulated["id"] == row["simulation_id"]


def test_a_start_in_the_future_changes_nothing_until_then(world: World, desk: PolicyDesk, boss: PolicyDesk) -> None:
    desk.ready()
    for days, code in ((-1, "past"), (400, "too_far")):
        with pytest.raises(Invalid) as caught:
            desk.propose(starts_at=world.clock.now() + timedelta(days=days))
        assert caught.value.problems == (("starts_at", code),)
    desk.propose(starts_at=world.clock.now() + timedelta(days=10))
    boss.answer()
    assert days_in_use(world) == 7
    world.clock.move(days=11)
    world.settle()
    assert days_in_use(world) == 30


def test_the_same_person_under_another_account_and_other_roles_do_not_approve(world: World, desk: PolicyDesk) -> None:
    desk.ready()
    desk.propose()
    with world.deps.database.writing() as connection:
        connection.execute(sql("UPDATE staff SET mail = 'li@shop.example'"))
    twin = person(world, 2)
    with world.deps.database.writing() as connection:
        connection.execute(sql("UPDATE staff SET mail = ' LI@shop.example' WHERE id = 2"))
    with pytest.raises(Conflict, match="same_person"):
        PolicyDesk(world.deps, twin).answer()
    for role in ("agent", "admin", "auditor", "warehouse"):
        with pytest.raises(Forbidden):
            PolicyDesk(world.deps, replace(twin, id=9, role=role)).answer()  # type: ignore[arg-type]
    assert {row["name"] for row in world.rows(PolicyVersion)} <= set(PACKS)


def test_the_database_holds_that_two_people_publish_and_that_a_proposal_stays(
    world: World, desk: PolicyDesk, boss: PolicyDesk
) -> None:
    desk.ready()
    desk.propose()
    mine = "answered_by = proposed_by, answered_person = 5, version_id = 1"
    same = "answered_by = 'staff:7', answered_person = proposed_person, version_id = 1"
    for change in (f"state = 'approved', {mine}", f"state = 'approved', {same}", "state = 'approved'", "body = '{}'"):
        with pytest.raises(DatabaseError), world.deps.database.writing() as connection:
            connection.execute(sql(f"UPDATE policy_proposal SET {change}"))
    boss.answer("decline", reason="再想想")
    for change in ("state = 'proposed'", "proposed_by = 'staff:9'", "answer = 'ja'"):
        with pytest.raises(DatabaseError), world.deps.database.writing() as connection:
            connection.execute(sql(f"UPDATE policy_proposal SET {change}"))


def test_a_draft_that_changes_makes_its_proposal_void(world: World, desk: PolicyDesk, boss: PolicyDesk) -> None:
    desk.ready()
    desk.propose()
    number = desk.newest["id"]
    with pytest.raises(Conflict, match="policy_proposed"):
        desk.propose()
    desk.save({"paid_cancel": ["asked"]})
    with pytest.raises(Conflict, match="policy_answered"):
        boss.answer(proposal_id=number)
    assert [row["state"] for row in world.rows(PolicyProposal)] == ["void"]
    with pytest.raises(Conflict, match="simulate_first"):
        desk.propose()
    desk.simulate()
    desk.propose()
    assert desk.answer("take_back").what == "taken_back"
    desk.propose()
    with pytest.raises(Invalid):
        boss.answer("decline")
    assert boss.answer("decline", reason="太长").what == "declined" and desk.draft
    assert told(world)[-5:] == ["simulated", "proposed", "taken_back", "proposed", "declined"]


def test_what_was_published_meanwhile_by_a_command_is_not_undone_by_an_older_proposal(
    world: World, desk: PolicyDesk, boss: PolicyDesk
) -> None:
    desk.ready()
    desk.propose()
    make_staff(world.deps, "zhuguan", "supervisor")
    publish_policy(pack=PACKS["open"], login="zhuguan", shop_key="tepai", starts_at=None, deps=world.deps)
    with pytest.raises(Conflict, match="policy_moved"):
        boss.answer()


def test_an_earlier_pack_that_is_published_again_holds_again(world: World) -> None:
    make_staff(world.deps, "zhuguan", "supervisor")
    mine = replace(PACKS["open"], name="mine")
    for pack in (mine, replace(mine, paid_cancel="asked"), mine):
        publish_policy(pack=pack, login="zhuguan", shop_key="tepai", starts_at=None, deps=world.deps)
    with reading(world.deps) as work:
        version = work.policies.newest(world.made.shop_id, "mine")
        assert version is not None and work.policies.in_force(version, None).paid_cancel == "at_once"


def test_a_draft_that_says_nothing_new_is_not_proposed(desk: PolicyDesk, boss: PolicyDesk) -> None:
    desk.ready()
    desk.propose()
    boss.answer()
    again = desk.begin()
    assert desk.deps.packs.table_of(again.text)["windows"] == {"no_reason_days": 30}
    desk.simulate()
    with pytest.raises(Conflict, match="draft_same"):
        desk.propose()


def test_other_supervisors_are_told_that_a_policy_waits(world: World, desk: PolicyDesk) -> None:
    for login, role in (("zhuguan", "supervisor"), ("guan", "admin")):
        make_staff(world.deps, login, role)
    with world.deps.database.writing() as connection:
        connection.execute(sql("UPDATE staff SET mail = login || '@shop.example'"))
    desk.ready()
    desk.propose()
    work_all_jobs(deps=world.deps)
    told = [mail for mail in world.mailer.sent if "售后规则" in mail.subject]
    assert [mail.to for mail in told] == ["zhuguan@shop.example"]
    assert "https://after.example/staff/policies" in told[0].body
