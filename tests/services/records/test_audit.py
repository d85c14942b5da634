"""The audit trail: whole where it is, and the first broken entry named where it is not (SECURITY, audit; N9)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from portal.domain.identity.access import Actor
from portal.domain.records.events import CHAIN, END, GENESIS, NewEvent, ended, event_text, linked, plain_hash
from portal.models.case import Case
from portal.models.event import Chain, Event
from portal.repos.audit import now_complete
from portal.services.records.sign_heads import sign_heads
from portal.services.records.verify_audit import verify_audit
from tests.services.cases.test_appeal import appeal, refused
from tests.support.memory import peak_memory
from tests.support.order_facts import make_line, make_order
from tests.support.world import World

FREE = {
    "sqlite": ("DROP TRIGGER event_refuses_update", "DROP TRIGGER event_refuses_delete"),
    "postgresql": ("ALTER TABLE event DISABLE TRIGGER ALL",),
}


def bend(world: World, *statements: str) -> None:
    """As somebody would who owns the database: first the triggers go, then the evidence."""
    with world.deps.database.writing() as connection:
        for statement in (*FREE[connection.dialect.name], *statements):
            connection.exec_driver_sql(statement)


CASES = Case.__table__


def lived_a_little(world: World) -> list[str]:
    numbers = [world.take(make_order(make_line("1", 3, 3000))) for _ in range(3)]
    for number in numbers:
        world.cancel(number, (("1", 1),))
    world.settle()
    return numbers


def sign(world: World) -> bool:
    """Once nobody else on the server could still commit something earlier: other tests share it."""
    for _ in range(1_200):
        with world.deps.database.reading() as connection:
            last = connection.execute(select(func.max(Event.__table__.c.id))).scalar_one()
            if now_complete(connection)[1] == last:
                break
        time.sleep(0.05)
    return sign_heads(deps=world.deps)


def broken(world: World) -> Any:
    found = verify_audit(deps=world.deps).broken
    assert found is not None
    return found


@pytest.mark.req("N9")
def test_what_was_written_by_the_services_is_whole(world: World) -> None:
    lived_a_little(world)
    found = verify_audit(deps=world.deps)
    assert found.broken is None
    # Three orders, and the shop that was added.
    assert (found.chains, found.events) == (4, len(world.events()))


@pytest.mark.req("N9", "N6")
def test_what_a_newer_version_has_written_into_a_case_is_in_what_this_one_says_of_it(world: World) -> None:
    """Two versions run beside each other while an installation is upgraded (docs/operate.md)."""
    _, case_no = refused(world)
    with world.deps.database.writing() as connection:
        mine = CASES.c.case_no == case_no
        outcome = connection.execute(select(CASES.c.outcome).where(mine)).scalar_one()
        connection.execute(update(CASES).where(mine).values(outcome={**outcome, "of_a_newer_version": True}))
    appeal(world, case_no)
    assert verify_audit(deps=world.deps).broken is None
    assert world.rows(Case)[0]["outcome"]["of_a_newer_version"] and world.rows(Case)[0]["appeal"]


@pytest.mark.req("N9")
@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE event SET text = replace(text, '1000', '9000') WHERE id = {id}", "its text is not what was hashed"),
        ("UPDATE event SET kind = 'staff:order:cancelled' WHERE id = {id}", "its column kind says otherwise"),
        ("UPDATE event SET actor = 'staff:1' WHERE id = {id}", "its column actor says otherwise"),
        ("UPDATE event SET previous = hash WHERE id = {id}", "does not follow the entry before it"),
    ],
)
def test_a_bent_entry_is_named_with_its_order_and_what_is_wrong(world: World, statement: str, what: str) -> None:
    number = lived_a_little(world)[1]
    row = next(row for row in world.rows(Event) if row["chain"].endswith(f":{number}") and row["seq"] == 2)
    bend(world, statement.format(id=row["id"]))
    found = broken(world)
    assert (found.event_id, found.order, found.seq) == (row["id"], number, 2)
    assert what in found.what


@pytest.mark.req("N9")
def test_an_entry_taken_out_of_the_middle_is_missed(world: World) -> None:
    number = lived_a_little(world)[0]
    bend(world, f"DELETE FROM event WHERE seq = 2 AND chain = 'o:{world.made.shop_id}:{number}'")
    found = broken(world)
    assert (found.order, found.what) == (number, "entry 2 is missing")


@pytest.mark.req("N9")
def test_entries_cut_off_the_end_are_missed(world: World) -> None:
    number = lived_a_little(world)[0]
    bend(world, f"DELETE FROM event WHERE seq > 2 AND chain = 'o:{world.made.shop_id}:{number}'")
    found = broken(world)
    assert (found.order, found.seq) == (number, 2)
    assert "the last of 2 entries, where there should be" in found.what


@pytest.mark.req("N9")
def test_a_chain_that_is_gone_as_a_whole_is_missed(world: World) -> None:
    number = lived_a_little(world)[2]
    bend(world, f"DELETE FROM event WHERE chain = 'o:{world.made.shop_id}:{number}'")
    assert (broken(world).order, broken(world).event_id) == (number, None)


@pytest.mark.req("N9")
def test_a_loose_chain_is_compared_with_its_end(world: World) -> None:
    lived_a_little(world)
    bend(world, "UPDATE chain SET length = length + 1")
    assert "where there should be 2" in broken(world).what


@pytest.mark.req("N9")
def test_heads_are_signed_once_a_day_and_hold_what_has_grown(world: World) -> None:
    lived_a_little(world)
    assert sign(world)
    assert not sign(world)
    number = world.take(make_order())
    world.cancel(number)
    world.clock.move(days=1)
    assert sign(world)
    first, second = world.deps.heads.names()
    assert first.endswith("2026-11-20") and second.endswith("2026-11-21")
    lines = list(world.deps.heads.read(second))
    assert len(lines) == 2 and lines[0].endswith(f"o:{world.made.shop_id}:{number}")
    assert verify_audit(deps=world.deps).signed == 2


@pytest.mark.req("N9")
def test_a_chain_that_was_cut_and_hashed_anew_contradicts_its_signed_head(world: World) -> None:
    number = lived_a_little(world)[0]
    sign(world)
    rows = [row for row in world.rows(Event) if row["chain"].endswith(f":{number}")]
    forged, head, statements = rows[0]["text"].replace("1000", "1"), GENESIS, []
    for row in rows:
        content = forged if row is rows[0] else row["text"]
        previous, head = head, plain_hash(head, content)
        statements.append(
            f"UPDATE event SET text = '{content}', previous = '{previous}', hash = '{head}' WHERE id = {row['id']}"
        )
    statements.append(f"UPDATE orders SET head = '{head}' WHERE number = '{number}'")
    bend(world, *statements)
    # It was hashed anew as whoever owns the database can: without the key.
    entries, heads = verify_audit(deps=world.deps).faults
    assert (entries.order, entries.seq) == (number, 1)
    assert "not under our key" in entries.what
    assert (heads.order, heads.seq) == (number, len(rows))
    assert "is another since the head 000001-2026-11-20 was signed" in heads.what


@pytest.mark.req("N9")
def test_a_chain_that_was_cut_everywhere_is_missed_by_its_signed_head(world: World) -> None:
    number = lived_a_little(world)[0]
    sign(world)
    first = next(row for row in world.rows(Event) if row["chain"].endswith(f":{number}"))
    bend(
        world,
        f"DELETE FROM event WHERE seq > 1 AND order_id = {first['order_id']}",
        f"UPDATE orders SET events_count = 1, head = '{first['hash']}' WHERE id = {first['order_id']}",
    )
    entries, heads = verify_audit(deps=world.deps).faults
    assert "its end is not sealed by us" in entries.what
    assert "is missing since the head" in heads.what


@pytest.mark.req("N9")
@pytest.mark.parametrize(
    ("bent", "what"),
    [
        (lambda files: files.popitem(), "it is missing where heads are kept"),
        (lambda files: files.clear(), "it is missing where heads are kept"),
        (lambda files: files.pop(min(files)), "a signed head before it is missing"),
        (lambda files: files[max(files)].pop(0), "its lines are not those that were signed"),
        (lambda files: files[max(files)].pop(), "its lines are not those that were signed"),
        (
            lambda files: files[max(files)].append(files[max(files)].pop().replace('"number":2', '"number":3')),
            "not ours",
        ),
    ],
)
def test_signed_heads_that_were_bent_themselves_are_named(world: World, bent: Any, what: str) -> None:
    lived_a_little(world)
    sign(world)
    world.cancel(world.take(make_order()))
    world.clock.move(days=1)
    sign(world)
    bent(world.deps.heads.files)  # type: ignore[attr-defined]
    found = verify_audit(deps=world.deps).broken
    assert found is not None and what in found.what


@pytest.mark.req("N9")
def test_verifying_needs_no_more_memory_for_more_events(world: World) -> None:
    used = []
    for chain in range(2):
        head, rows = GENESIS, []
        for seq in range(1, 6_001):
            actor = Actor(kind="staff", shop_id=world.made.shop_id, id=chain + 7)
            event, values = NewEvent(kind="system:test:made"), {"seq": seq, "at": world.clock.now(), "behalf": ""}
            content = event_text(event, shop=str(actor.shop_id), order=None, actor=actor.key, **values)
            previous, head = head, world.deps.vault.digest(CHAIN, linked(head, content))
            rows.append(_row(world, chain, seq, content, previous, head))
        with world.deps.database.writing() as connection:
            connection.execute(insert(Event.__table__), rows)
            end = {"name": rows[0]["chain"], "head": head, "length": len(rows)}
            end["seal"] = world.deps.vault.digest(END, ended(end["name"], len(rows), head))
            connection.execute(insert(Chain.__table__).values(end))
        del rows
        with peak_memory(used):
            found = verify_audit(deps=world.deps)
        assert found.broken is None
    assert used[1] < used[0] * 1.25


def _row(world: World, chain: int, seq: int, content: str, previous: str, head: str) -> dict[str, Any]:
    return {
        "shop_id": world.made.shop_id,
        "chain": f"a:{world.made.shop_id}:staff:{chain + 7}",
        "seq": seq,
        "kind": "system:test:made",
        "at": world.clock.now(),
        "actor": f"staff:{chain + 7}",
        "behalf": "",
        "text": content,
        "previous": previous,
        "hash": head,
    }
