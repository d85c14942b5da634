"""A marker in every personal field there is: found nowhere after an erasure, and in nobody else's export (N9).

Every column of text or JSON is named here, as personal or as not and why. A new one makes the test fail until it is.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, String, Table, Text, insert, inspect, select, text, update

from portal.domain.intake.imported_order import Read
from portal.domain.withdrawing.declaration import Typed
from portal.extensions import db
from portal.models.case import Case, CaseKey, Decision
from portal.models.declaration import Declaration
from portal.models.desk import DeskDraft
from portal.models.evidence import EvidenceFile, EvidenceLink
from portal.models.fee import Fee, FeePayment
from portal.models.inbox import InboundMail
from portal.models.job import Job, StaffTask
from portal.models.message import Message
from portal.models.order import Order, TrackingNumber
from portal.services.intake.import_orders import import_order, import_stream
from portal.services.records.erase_customer import erase_customer
from portal.services.records.export_customer import export_customer
from portal.services.records.verify_audit import verify_audit
from tests.services.records.test_erase_customer import stop, with_a_history
from tests.support.feed import fed_order
from tests.support.make import make_customer
from tests.support.world import World

MARK = "Zeuge-"
OURS = "codes, keys, digests and numbers of ours or the shop's; nobody's words"
PERSONAL: dict[str, set[str]] = {
    "customer": {
        "login_key",
        "phone_key",
        "phone_end",
        "mail_key",
        "external_id",
        "name",
        "phone",
        "mail",
        "locale",
        "zone",
        "password_hash",
        "digest_key",
        "notices_off",
        "unreachable",
    },
    "archived_order": {"document"},
    "orders": {
        "search",
        "recipient",
        "ship_to",
        "shipments",
        "feed_refunds",
        "extra",
        "pay_url",
        "digest",
        "later_note",
    },
    "tracking_number": {"tracking_no"},
    "after_sales_case": {
        "note",
        "solved_note",
        "asked",
        "outcome",
        "parcel",
        "inspection",
        "appeal",
        "replacement",
        "offer",
    },
    "case_key": {"key"},
    "decision": {"facts"},
    "desk_draft": {"parts"},
    "message": {"body"},
    "goodwill": {"said", "reason", "answer"},
    "pickup": {"name", "phone", "address", "tracking_no", "reason"},
    "refund": {"account", "summary"},
    "fee_payment": {"payer_ip"},
    "behalf": {"proof", "note"},
    "transfer": {"sealed", "tail", "consent", "answer"},
    "declaration": {"name", "order_no", "contact", "lines", "reason", "repeat_key", "contact_key", "salt"},
    "inbound_mail": {"sender", "sender_key", "subject", "body"},
    "evidence_file": {"name", "key", "small_key", "sha256", "evidence_id", "media_type", "author"},
    "notice": {"params", "kind", "order_no", "case_no"},
    "job": {"payload", "error"},
    "staff_task": {"detail"},
    "session": {"token_hash", "locale", "order_no", "orders", "place", "kind"},
    "one_time_code": {"destination", "subject", "network", "code_hash", "purpose"},
    "handoff_code": {"code_hash", "orders", "locale", "path"},
    "request": {"actor", "request_id", "digest", "kind", "number", "facts"},
}
NOT_PERSONAL: dict[str, str] = {
    "rail_day": "rail key problem",
    "orders": "number number_key currency status state tab payment_terms jurisdiction country discounts fees card "
    "refund_state waiting_case cancelled_by head seal",
    "order_line": "line_id sku title variant unit_price category tags gift_of restriction stock_problem image_url "
    "product_url search",
    "payment": "payment_id method reference",
    "after_sales_case": "case_no kind state reason summary opened_by deadline_kind decided_by return_no payout salt "
    "solved",
    "case_line": "line_id",
    "decision": "kind actor decision salt",
    "message": "author_kind salt",
    "declaration": "public_id locale state why",
    "inbound_mail": "key public_id state why evidence",
    "refund": "refund_id number quote_no trace currency method why state reason rail rail_reference",
    "goodwill": "number kind state currency plan stand proposed_by answered_by salt",
    "goodwill_day": "currency",
    "behalf": "way channel reason request_id",
    "transfer": "state way proposed_by answered_by paid_by reference",
    "credit_account": "currency",
    "credit_entry": "number kind order_no case_no",
    "pickup": "number state carrier payer currency",
    "archived_order": "number number_key state currency card digest head seal",
    "archived_case": "case_no return_no",
    "fee": "fee_no for_what currency state choice",
    "fee_payment": "number method state problem refund_number pay_url rail",
    "job": "kind dedup_key lease origin",
    "turn": "name lease",
    "worker_sign": "name version",
    "call_sign": "name problem failures",
    "staff_task": "kind dedup_key",
    "desk_presence": "",
    "macro": "owner name text into decision reason_code",
    "notice_text": "kind language subject body",
    "staff_note": "how what order_no case_no page key",
    "deadline_mark": "name",
    "connector": "platform host sealed_config backfill_cursor events_cursor differences problem",
    "connected_order": "external_id order_no",
    "platform_push": "key what order_no case_no state reason",
    "shop_rail": "kind methods sealed check_problem",
    "payment_dispute": "state",
    "robot": "form sealed_url sealed_secret host tail kinds problem said",
    "robot_note": "what order_no case_no page key",
    "webhook_endpoint": "url kinds sealed_secret sealed_old_secret state off_because test_problem test_said",
    "webhook_delivery": "state claim problem said",
    "event": "chain case_no kind actor behalf text previous hash key",
    "chain": "name head seal",
    "audit_seal": "digest heads_digest text_ids signature",
    "audit_check": "faults signature",
    "signed_head": "name signature",
    "report_span": "size counts",
    "report_product": "size kind sku reason title",
    "report_order": "counts",
    "report_state": "zone",
    "shop": "key name policy settings origins image_origins",
    "product": "sku title group_key variant currency category tags image_url product_url offers",
    "shop_token": "token_hash scopes",
    "shop_host": "host",
    "policy_version": "name digest body published_by",
    "policy_draft": "text changed_by",
    "policy_simulation": "state body digest counts started_by",
    "policy_change": "before after currency before_rules after_rules",
    "policy_proposal": "state body digest note proposed_by answered_by answer",
    "handoff_key": "kid algorithm sealed",
    "spent_token": "digest",
    "recovery_code": "digest",
    "staff": "invite_hash login role mail password_hash totp_secret provider_issuer provider_subject views notices",
    "failure": "bucket",
    "tombstone": "digest",
}
"""Said of all of them: OURS. Staff and shops are no customers; what an order's goods are called is the shop's."""
WORDS = ("reason", "consent", "note", "body", "tracking_no")


def may_hold_text(table: Table) -> set[str]:
    return {c.name for c in table.c if isinstance(c.type, (String, Text, JSON, LargeBinary))}


def test_every_column_that_can_hold_text_is_personal_or_is_not() -> None:
    for name, table in db.metadata.tables.items():
        known = PERSONAL.get(name, set()) | set(NOT_PERSONAL.get(name, "").split())
        assert may_hold_text(table) - known == set(), f"{name}: is it erased, and why not? ({OURS})"
        assert known - may_hold_text(table) == set(), f"{name}: is no longer there"


def marked(value: Any, place: str) -> Any:
    """The same JSON with a marker wherever somebody's words or a parcel's number stand."""
    if isinstance(value, dict):
        return {
            name: f"{MARK}{place}.{name}" if name in WORDS else marked(item, f"{place}.{name}")
            for name, item in value.items()
        }
    return [marked(item, place) for item in value] if isinstance(value, list) else value


def put_markers(world: World) -> None:
    """Words in every field that an application, a desk, a feed or a job could have left them in."""
    with world.deps.database.writing() as connection:
        for table in (Order.__table__, Case.__table__, StaffTask.__table__):
            for row in connection.execute(select(table)).mappings().all():
                held = {name: row[name] for name in PERSONAL[table.name] if isinstance(row[name], dict | list)}
                values = {name: marked(value, f"{table.name}.{name}") for name, value in held.items()}
                if table.name == "after_sales_case":
                    values["outcome"] = {**row["outcome"], "reason": f"{MARK}reason", "consent": f"{MARK}consent"}
                    values["note"] = f"{MARK}note"
                    there = {"carrier": "SF", "tracking_no": f"{MARK}there"}
                    values["parcel"] = {"there": there}
                    values["appeal"] = {"by": "shopper:1", "at": "2026-11-20T04:00:00+00:00", "message": 1}
                    values["appeal"] |= {"body": f"{MARK}appeal", "reason": f"{MARK}upheld"}
                    values["inspection"] = {"by": "staff:1", "at": "2026-11-20T04:00:00+00:00", "lines": []}
                    values["inspection"] |= {"reason": f"{MARK}inspected"}
                if table.name == "orders":
                    values |= {"recipient": f"{MARK}recipient", "pay_url": f"https://pay.example/{MARK}"}
                    values["later_note"] = f"{MARK}note"
                    values["ship_to"] = dict.fromkeys(("name", "phone", "address"), f"{MARK}ship_to")
                    invoice = {"title": f"{MARK}invoice", "tax_id": f"{MARK}tax"}
                    values["extra"] = {"invoice": invoice, "fed_ship_to": {"name": f"{MARK}fed"}}
                connection.execute(update(table).where(table.c.id == row["id"]).values(values))
        decisions = Decision.__table__
        for row in connection.execute(select(decisions)).mappings().all():
            facts = marked(json.loads(row["facts"]), "facts")
            connection.execute(update(decisions).where(decisions.c.id == row["id"]).values(facts=json.dumps(facts)))
        connection.execute(update(Message.__table__).values(body=f"{MARK}message"))
        _add_rows(connection, world)


def _add_rows(connection: Any, world: World) -> None:
    now, shop_id = world.clock.now(), world.made.shop_id
    order_id = connection.execute(select(Order.__table__.c.id).limit(1)).scalar_one()
    case_id, message_id = connection.execute(select(Message.__table__.c.case_id, Message.__table__.c.id).limit(1)).one()
    draft = {"shop_id": shop_id, "case_id": case_id, "staff_id": 1, "saved_at": now}
    draft |= {"parts": {"note": {"fields": {"body": f"{MARK}draft"}}}}
    connection.execute(insert(DeskDraft.__table__).values(draft))
    mail = {
        "shop_id": shop_id,
        "key": "k",
        "public_id": "p",
        "order_id": order_id,
        "received_at": now,
        "state": "waiting",
    }
    mail |= dict.fromkeys(("sender", "sender_key", "subject", "body"), f"{MARK}mail") | {"evidence": []}
    connection.execute(insert(InboundMail.__table__).values(mail))
    parcel = {"shop_id": shop_id, "tracking_no": f"{MARK}parcel", "order_id": order_id}
    connection.execute(insert(TrackingNumber.__table__).values(parcel))
    connection.execute(insert(CaseKey.__table__).values(shop_id=shop_id, key=f"{MARK}key", case_id=case_id))
    file = {"shop_id": shop_id, "order_id": order_id, "author": "staff:1", "media_type": "image/jpeg", "size": 1}
    file |= {"width": 1, "height": 1, "sha256": "0" * 64, "created_at": now}
    for name in ("told", "noted"):
        values = file | {"evidence_id": f"{MARK}{name}", "name": f"{MARK}{name}.jpg", "key": f"random-{name}"}
        file_id = connection.execute(insert(EvidenceFile.__table__).values(values)).inserted_primary_key[0]
        said = message_id
        if name == "noted":
            note = {"shop_id": shop_id, "case_id": case_id, "author_kind": "staff", "author_id": 1, "created_at": now}
            note |= {"body": f"{MARK}among colleagues", "is_internal": True}
            said = connection.execute(insert(Message.__table__).values(note)).inserted_primary_key[0]
        link = {"shop_id": shop_id, "file_id": file_id, "case_id": case_id, "message_id": said, "created_at": now}
        connection.execute(insert(EvidenceLink.__table__).values(link))
    _add_declarations(connection, world, order_id)
    fee = {"shop_id": shop_id, "order_id": order_id, "case_id": case_id, "fee_no": "F-1", "for_what": "withdrawal"}
    fee |= {"amount_minor": 1, "currency": "CNY", "state": "processing", "choice": {}, "due_at": now, "created_at": now}
    fee_id = connection.execute(insert(Fee.__table__).values(fee)).inserted_primary_key[0]
    pays = {"shop_id": shop_id, "fee_id": fee_id, "number": "F-1-1", "method": "card", "state": "processing"}
    pays |= {"payer_ip": f"{MARK}address", "created_at": now}
    connection.execute(insert(FeePayment.__table__).values(pays))
    done = {"created_at": now, "run_at": now, "done_at": now}
    sealed = world.deps.vault.encrypt(
        "one-time code", json.dumps({"to": {"phone": "+8613800000001"}, "code": "123456"})
    )
    connection.execute(insert(Job.__table__).values(kind="code", payload={"sealed": sealed}, **done))
    told = {"to": "c1@example.com", "what": f"{MARK}job"}
    connection.execute(insert(Job.__table__).values(kind="staff_mail", payload=told, error="", **done))
    waits = {"created_at": now, "run_at": now, "error": f"{MARK}: c1@example.com was refused"}
    connection.execute(insert(Job.__table__).values(kind="staff_mail", payload={}, **waits))


def _add_declarations(connection: Any, world: World, order_id: int) -> None:
    """One about their order; one that found none and names their phone, typed as people do."""
    for number, (name, order) in enumerate((("declared", order_id), ("lost", None))):
        row: dict[str, Any] = {"shop_id": world.made.shop_id, "public_id": f"D{number:025}", "order_id": order}
        said = Typed(name=f"{MARK}{name}", order_no=f"{MARK}number", contact="138 0000 0001", lines=f"{MARK}goods")
        key = world.deps.vault.digest("declaration contact", f"{world.made.shop_id}:{said.contact_key}")
        row |= {"name": said.name, "order_no": said.order_no, "contact": said.contact, "lines": said.lines}
        row |= {"reason": f"{MARK}because", "salt": "0" * 32, "contact_key": key, "state": "closed"}
        connection.execute(insert(Declaration.__table__).values(made_at=world.clock.now(), **row))


def everything(world: World) -> str:
    with world.deps.database.reading() as connection:
        names = inspect(connection).get_table_names()
        rows = [str(v) for n in names for row in connection.execute(text(f'SELECT * FROM "{n}"')) for v in row]
    found = "|".join(rows)
    return found + found.encode().decode("unicode_escape", "ignore")


@pytest.mark.req("N9")
def test_no_marker_is_left_after_an_erasure_nor_stands_in_anybody_elses_export(world: World) -> None:
    stop(world, with_a_history(world))
    world.settle()
    other = make_customer(world.deps, world.made.shop_id, 2)
    with world.deps.database.writing() as connection:
        connection.execute(text("UPDATE customer SET name = '韩梅梅' WHERE id = :id"), {"id": other})
    put_markers(world)
    theirs = json.dumps(export_customer(shop_key="tepai", login="c-1", deps=world.deps), ensure_ascii=False)
    assert (
        f"{MARK}told" in theirs
        and f"{MARK}draft" not in theirs
        and "noted" not in theirs
        and "colleagues" not in theirs
    )
    foreign = json.dumps(export_customer(shop_key="tepai", login="c-2", deps=world.deps), ensure_ascii=False)
    assert MARK not in foreign and "c1@example.com" not in foreign
    assert MARK in everything(world)
    erase_customer(shop_key="tepai", login="c-1", deps=world.deps)
    left = everything(world)
    assert MARK not in left, left[left.find(MARK) - 200 : left.find(MARK) + 60]
    for word in ("c1@example.com", "13800000001", "张三"):
        assert word not in left
    codes = [row for row in world.rows(Job) if row["kind"] == "code"]
    assert codes == []
    assert verify_audit(deps=world.deps).broken is None


@pytest.mark.req("N9")
def test_who_was_erased_stays_erased_when_the_feed_sends_them_again_and_it_is_told(world: World) -> None:
    order = fed_order()
    import_order(shop_id=world.made.shop_id, data=order, deps=world.deps)
    login = order["customer"]["id"]
    erase_customer(shop_key="tepai", login=login, deps=world.deps)
    before = everything(world)
    again = order | {"updated_at": "2026-11-21T09:00:00+08:00"}
    same_phone = order | {"number": "F-2", "customer": order["customer"] | {"id": "another"}}
    stranger = {"id": "stranger", "phone": "+8613900000042", "name": "李雷"}
    other = order | {"number": "F-3", "customer": stranger, "ship_to": None}
    told: list[Any] = []
    counts = import_stream(
        shop_id=world.made.shop_id,
        orders=[Read(line, one["number"], one) for line, one in enumerate((again, same_phone, other), 1)],
        on_reject=told.append,
        deps=world.deps,
    )
    assert (counts.read, counts.rejected) == (3, 0)
    assert [(one.order, one.field) for one in told] == [("F-1", "customer"), ("F-2", "customer")]
    assert all("was erased" in one.reason for one in told)
    import_order(shop_id=world.made.shop_id, data=again | {"updated_at": "2026-11-22T09:00:00+08:00"}, deps=world.deps)
    after = everything(world)
    named = [order["customer"].get(name) for name in ("name", "phone", "mail")]
    for word in filter(None, [*named, order["ship_to"]["name"], order["ship_to"]["address"]]):
        assert after.count(word) == before.count(word), word
    assert "李雷" in after
