"""Files come in by one way, stay with whoever sent them, and are seen by nobody else."""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import replace

import pytest
from sqlalchemy import insert

from portal.domain.cases.case import Submission
from portal.domain.errors import Forbidden, NotFound, ProviderUnavailable
from portal.domain.evidence.files import MOST_A_DAY, MOST_BYTES, EvidenceRefused, Upload, shown_name
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Order
from portal.domain.orders.planning import plan_units
from portal.domain.records.events import NewEvent
from portal.models.evidence import EvidenceFile
from portal.models.message import Message
from portal.repos.case_rows import NewCase
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.act import CaseAct
from portal.services.evidence.read_evidence import case_evidence, read_evidence
from portal.services.evidence.receive_files import Received, attach_evidence, receive_evidence
from portal.services.evidence.sweep_evidence import sweep_evidence
from tests.adapters.pictures import encoded, photo
from tests.support.fakes import MemoryStore
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.world import World

pytestmark = pytest.mark.req("S20")


def upload(content: bytes, name: str = "IMG_0001.jpg") -> Upload:
    return Upload(name, len(content), io.BytesIO(content))


def picture(shade: int = 0, name: str = "IMG_0001.jpg") -> Upload:
    """A small picture, a different one for each shade."""
    from PIL import Image

    return upload(encoded(Image.new("RGB", (4, 4), (shade, 0, 0)), "PNG"), name)


def order() -> Order:
    return make_order(make_line("1", 2, 5000))


def receive(world: World, order_no: str, *uploads: Upload, actor: Actor | None = None, **values: object) -> Received:
    return receive_evidence(uploads=uploads, actor=actor or world.shopper, order_no=order_no, deps=world.deps, **values)  # type: ignore[arg-type]


def ids(received: Received) -> list[str]:
    return [evidence.id for evidence in received.evidence]


def faults(received: Received) -> list[tuple[str, str]]:
    return [(fault.code, fault.file) for fault in received.faults]


def open_case(world: World, order_no: str) -> tuple[int, int]:
    """(order id, case id) of an application on the order."""
    units = (("1", 1),)
    with unit_of_work(world.deps) as work:
        record = work.orders.get_for_update(order_no, world.shopper)
        plan = plan_units(record.order, units, with_freight=False)
        said = Submission(reason="quality", note="", priority=1, plan=plan, deadline=None)
        case = work.cases.open(
            record,
            NewCase(
                case_no=f"T-{order_no}",
                kind="refund_only",
                opened_by=world.shopper.key,
                submission=said,
                units=units,
            ),
        )
        work.events.append(record, world.shopper, NewEvent(kind="shopper:test:applied"))
        return record.id, case.id


def attach(world: World, place: tuple[int, int], *names: str, actor: Actor | None = None, **values: object) -> None:
    with unit_of_work(world.deps) as work:
        record, case = work.orders.get_by_id_for_update(place[0]), work.cases.get_by_id_for_update(place[1])
        attach_evidence(CaseAct(work, record, case, actor or world.shopper, world.deps), names, **values)  # type: ignore[arg-type]


def write_note(world: World, case_id: int, *, is_internal: bool) -> int:
    row = {
        "shop_id": world.made.shop_id,
        "case_id": case_id,
        "author_kind": "staff",
        "author_id": 1,
        "body": "看一下",
        "is_internal": is_internal,
        "created_at": world.clock.now(),
    }
    with unit_of_work(world.deps) as work:
        table = Message.__table__
        return int(work.connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())


def seen_by(world: World, actor: Actor | None, evidence_id: str) -> bool:
    try:
        return bool(read_evidence(evidence_id=evidence_id, actor=actor, deps=world.deps).content)
    except NotFound:
        return False


def test_what_comes_in_is_cleaned_stored_and_shown_to_its_sender(world: World) -> None:
    number = world.take(order())
    content = encoded(photo(400, 300), comment=b"secret")
    received = receive(world, number, upload(content, "C:\\photos\\IMG 1.jpg"))
    (evidence,) = received.evidence
    assert (evidence.name, evidence.media_type, evidence.width) == ("IMG 1.jpg", "image/jpeg", 400)
    assert evidence.sha256 == hashlib.sha256(content).hexdigest()
    whole = read_evidence(evidence_id=evidence.id, actor=world.shopper, deps=world.deps)
    small = read_evidence(evidence_id=evidence.id, small=True, actor=world.shopper, deps=world.deps)
    assert whole.name == f"evidence-{evidence.id}.jpg" and b"secret" not in whole.content
    assert len(small.content) < len(whole.content) == evidence.size


def test_one_bad_file_is_named_and_the_good_ones_stay(world: World) -> None:
    number = world.take(order())
    huge = Upload("huge.jpg", MOST_BYTES + 1, io.BytesIO())
    received = receive(
        world, number, picture(1), upload(b"<html>", "page.jpg"), huge, upload(b"", "empty.jpg"), picture(2)
    )
    assert faults(received) == [("type", "page.jpg"), ("size", "huge.jpg"), ("broken", "empty.jpg")]
    again = receive(world, number, kept_ids=ids(received))
    assert ids(again) == ids(received) and len(ids(again)) == 2 and not again.faults


def test_a_file_too_large_is_never_read(world: World) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("it was read")

    huge = Upload("huge.mov", 10 * MOST_BYTES, Unread())
    assert faults(receive(world, world.take(order()), huge)) == [("size", "huge.mov")]


def test_the_seventh_file_is_refused_until_one_is_taken_out(world: World) -> None:
    number = world.take(order())
    received = receive(world, number, *(picture(shade) for shade in range(7)))
    assert faults(received) == [("count", "IMG_0001.jpg")] and received.faults[0].count == 6
    kept = ids(received)
    assert len(receive(world, number, picture(99), kept_ids=kept).evidence) == 6
    after = receive(world, number, picture(99), kept_ids=kept, removed_ids=kept[:1])
    assert len(after.evidence) == 6 and not after.faults and kept[0] not in ids(after)
    assert not seen_by(world, world.shopper, kept[0])


def test_thirty_files_a_day_and_again_tomorrow_where_the_shop_is(world: World) -> None:
    number = world.take(order())
    for start in range(0, MOST_A_DAY, 6):
        received = receive(world, number, *(picture(shade) for shade in range(start, start + 6)))
        receive(world, number, removed_ids=ids(received))
    assert faults(receive(world, number, picture(200))) == [("day", "IMG_0001.jpg")]
    world.clock.move(hours=12, minutes=1)  # 12:00 to 00:01 in Shanghai
    assert not receive(world, number, picture(200)).faults


def test_the_same_file_again_is_the_same_evidence_and_counts_once(world: World) -> None:
    number = world.take(order())
    first = receive(world, number, picture(1), picture(1))
    assert len(first.evidence) == 1
    assert ids(receive(world, number, picture(1), kept_ids=ids(first))) == ids(first)
    attach(world, open_case(world, number), *ids(first))
    assert ids(receive(world, number, picture(1))) == ids(first)
    assert len(world.rows(EvidenceFile)) == 1


def test_the_same_form_twice_at_once_takes_in_each_file_once(world: World) -> None:
    number = world.take(order())
    answers: list[Received] = []
    threads = [
        threading.Thread(target=lambda: answers.append(receive(world, number, picture(1), picture(2))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({tuple(sorted(ids(answer))) for answer in answers}) == 1
    assert len(world.rows(EvidenceFile)) == 2


@pytest.mark.req("S20", "S38")
def test_an_application_takes_its_files_and_an_edit_says_which_it_keeps(world: World) -> None:
    number = world.take(order())
    place = open_case(world, number)
    first = ids(receive(world, number, picture(1), picture(2)))
    attach(world, place, *first)
    other = ids(receive(world, number, picture(3), kept_ids=first[:1]))
    attach(world, place, *other, exactly=True)
    with reading(world.deps) as work:
        assert [evidence.id for evidence in case_evidence(work, place[1])[None]] == other
    # A file stays with the application, whoever asks to take it out of a form.
    receive(world, number, removed_ids=other)
    assert seen_by(world, world.shopper, other[0])


def test_no_more_than_six_stand_with_an_application_and_six_with_each_message(world: World) -> None:
    number = world.take(order())
    place = open_case(world, number)
    six = ids(receive(world, number, *(picture(shade) for shade in range(6))))
    attach(world, place, *six)
    (seventh,) = ids(receive(world, number, picture(7)))
    with pytest.raises(EvidenceRefused) as refused:
        attach(world, place, seventh)
    assert (refused.value.fault.code, refused.value.fault.count) == ("count", 6)
    attach(world, place, seventh, message_id=write_note(world, place[1], is_internal=False))
    with reading(world.deps) as work:
        assert sorted(map(len, case_evidence(work, place[1]).values())) == [1, 6]


@pytest.mark.req("S20")
def test_nobody_else_sees_a_draft_or_gives_it_to_an_application(world: World) -> None:
    number = world.take(order())
    place = open_case(world, number)
    (name,) = ids(receive(world, number, picture(1)))
    other = Actor(kind="shopper", shop_id=world.made.shop_id, id=make_customer(world.deps, world.made.shop_id, 2))
    guest = Actor(kind="guest", shop_id=world.made.shop_id, order_no=number)
    strangers = (None, other, guest, world.made.staff("agent"), replace(world.shopper, shop_id=99))
    assert [seen_by(world, actor, name) for actor in strangers] == [False] * 5
    with pytest.raises(NotFound):
        receive(world, number, picture(2), actor=other)
    for actor in (other, guest):
        with pytest.raises(NotFound):
            attach(world, place, name, actor=actor)
    assert ids(receive(world, number, kept_ids=[name], actor=guest)) == []
    assert seen_by(world, world.shopper, name)


def test_a_file_of_another_order_cannot_be_taken_along(world: World) -> None:
    one, two = world.take(order()), world.take(order())
    (name,) = ids(receive(world, one, picture(1)))
    assert ids(receive(world, two, kept_ids=[name])) == []
    with pytest.raises(NotFound):
        attach(world, open_case(world, two), name)


def test_what_an_application_shows_is_seen_by_its_customer_guest_and_staff_only(world: World) -> None:
    number = world.take(order())
    (name,) = ids(receive(world, number, picture(1)))
    attach(world, open_case(world, number), name)
    shop_id = world.made.shop_id
    guest = Actor(kind="guest", shop_id=shop_id, order_no=number)
    elsewhere = Actor(kind="guest", shop_id=shop_id, order_no=world.take(order()))
    other = Actor(kind="shopper", shop_id=shop_id, id=make_customer(world.deps, shop_id, 2))
    foreign = replace(world.made.staff("agent"), shop_id=99)
    assert [seen_by(world, actor, name) for actor in (world.shopper, guest, world.made.staff("agent"))] == [True] * 3
    assert [seen_by(world, actor, name) for actor in (elsewhere, other, foreign, None)] == [False] * 4


def test_what_staff_note_for_themselves_the_customer_never_sees(world: World) -> None:
    number = world.take(order())
    place = open_case(world, number)
    agent = world.made.staff("agent")
    inward, outward = ids(receive_evidence(
        uploads=(picture(1), picture(2)), actor=agent, case_no=f"T-{number}", deps=world.deps
    ))  # fmt: skip
    attach(world, place, inward, actor=agent, message_id=write_note(world, place[1], is_internal=True))
    attach(world, place, outward, actor=agent, message_id=write_note(world, place[1], is_internal=False))
    assert [seen_by(world, world.shopper, name) for name in (inward, outward)] == [False, True]
    assert seen_by(world, world.made.staff("supervisor"), inward)


def test_who_may_only_read_sends_nothing_in(world: World) -> None:
    with pytest.raises(Forbidden):
        receive(world, world.take(order()), picture(1), actor=world.made.staff("auditor"))


def test_drafts_go_after_a_day_and_what_is_used_stays(world: World) -> None:
    number = world.take(order())
    used, unused = ids(receive(world, number, picture(1), picture(2)))
    attach(world, open_case(world, number), used)
    assert sweep_evidence(deps=world.deps) == 0
    world.clock.move(hours=25)
    assert sweep_evidence(deps=world.deps) == 1
    assert [seen_by(world, world.shopper, name) for name in (used, unused)] == [True, False]
    assert len(world.store.files) == 2


def test_what_an_application_shows_no_longer_goes_a_day_after_that(world: World) -> None:
    number = world.take(order())
    [dropped, also_written] = ids(receive(world, number, picture(1), picture(2)))
    order_id, case_id = open_case(world, number)
    attach(world, (order_id, case_id), dropped, also_written)
    message_id = write_note(world, case_id, is_internal=False)
    attach(world, (order_id, case_id), also_written, message_id=message_id)
    world.clock.move(days=30)
    with unit_of_work(world.deps) as work:
        files = work.evidence.usable(world.shopper, order_id, [dropped, also_written])
        work.evidence.unlink([file.id for file in files], case_id=case_id)
    world.clock.move(hours=23)
    assert sweep_evidence(deps=world.deps) == 0
    world.clock.move(hours=2)
    assert sweep_evidence(deps=world.deps) == 1
    assert seen_by(world, world.shopper, also_written)


def test_tries_that_fail_count_too_so_nobody_keeps_the_decoder_busy(world: World) -> None:
    number = world.take(order())
    for shade in range(MOST_A_DAY - 1):
        [(code, _)] = faults(receive(world, number, upload(b"\xff\xd8\xff" + bytes([shade]))))
        assert code == "broken"
    assert ids(receive(world, number, picture(1)))
    assert faults(receive(world, number, upload(b"\xff\xd8\xff+"), picture(2, "b.png"))) == [
        ("day", "IMG_0001.jpg"),
        ("day", "b.png"),
    ]
    world.clock.move(days=1)
    assert ids(receive(world, number, picture(3)))


def test_a_file_whose_row_was_never_written_goes_after_a_day(world: World) -> None:
    world.store.put(f"{world.clock.now():%Y%m%d}/left-over", b"x")
    receive(world, world.take(order()), picture(1))
    assert sweep_evidence(deps=world.deps) == 0
    world.clock.move(hours=25)
    sweep_evidence(deps=world.deps)
    assert world.store.files == {}


def test_a_store_that_is_away_takes_nothing_in(world: World) -> None:
    world.store.is_down = True
    with pytest.raises(ProviderUnavailable):
        receive(world, world.take(order()), picture(1)).unless_away()
    assert world.rows(EvidenceFile) == []


class TiredStore(MemoryStore):
    """Takes one file, with its small copy, and is away then."""

    def put(self, key: str, content: bytes) -> None:
        known = {name.removesuffix("-small") for name in self.files}
        self.is_down = self.is_down or (bool(known) and key.removesuffix("-small") not in known)
        super().put(key, content)


def test_what_a_store_that_is_away_did_not_take_is_said_of_each_file_and_what_it_took_stays(world: World) -> None:
    number, names = world.take(order()), ["1.jpg", "2.jpg", "3.jpg"]
    world.deps = replace(world.deps, store=TiredStore(world.clock))
    sent = [picture(shade, name) for shade, name in enumerate(names, 1)]
    received = receive(world, number, *sent)
    assert [file.name for file in received.evidence] == ["1.jpg"]
    assert faults(received) == [("away", "2.jpg"), ("away", "3.jpg")]
    assert [row["name"] for row in world.rows(EvidenceFile)] == ["1.jpg"]


def test_files_that_take_the_store_too_long_are_not_waited_for(world: World) -> None:
    class SlowStore(MemoryStore):
        def put(self, key: str, content: bytes) -> None:
            world.clock.move(seconds=11)
            super().put(key, content)

    number = world.take(order())
    world.deps = replace(world.deps, store=SlowStore(world.clock))
    received = receive(world, number, *(picture(shade, f"{shade}.jpg") for shade in range(4)))
    assert received.evidence and "3.jpg" in dict(map(reversed, faults(received)))  # type: ignore[arg-type]


def test_a_scanner_has_the_first_word_and_none_is_let_through_without_it(world: World) -> None:
    class Scanner:
        def is_clean(self, content: bytes) -> bool:
            if not content.startswith(b"\x89PNG"):
                raise ProviderUnavailable("scanner")
            return False

    world.deps = replace(world.deps, scanner=Scanner())
    number = world.take(order())
    assert faults(receive(world, number, picture(1))) == [("virus", "IMG_0001.jpg")]
    with pytest.raises(ProviderUnavailable):
        receive(world, number, upload(encoded(photo()))).unless_away()


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\破损.jpg", "破损.jpg"),
        ("invoice\u202egpj.exe", "invoice gpj.exe"),
        ("", "?"),
        ("长" * 300 + ".heic", "长" * 91 + "….heic"),
    ],
)
def test_names_are_shown_without_paths_and_tricks(sent: str, shown: str) -> None:
    assert shown_name(sent) == shown
