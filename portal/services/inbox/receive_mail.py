"""A mail from a customer becomes what it is about: a message of their case, a question that they confirm, or something
for staff (S34). Each is received once, by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.domain.identity.access import Actor
from portal.domain.inbox.mail import Asks, Drops, Fate, Joins, NamedOrder, ReceivedMail, Waits, fate_of
from portal.domain.inbox.words import numbers_named, own_words
from portal.domain.typed import folded_mail
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.act import lock_case
from portal.services.evidence.receive_files import Received, receive_evidence
from portal.services.inbox.mail_row import row_of
from portal.services.inbox.receive_report import receive_report
from portal.services.messages.write_message import write_on_case

LASTS = timedelta(hours=20)
"""For a confirmation: its files are kept for a day."""
WAITING = "mail_waiting"


@dataclass(frozen=True, slots=True)
class _Read:
    """A mail of a shop, its own words, and what becomes of it."""

    shop_id: int
    mail: ReceivedMail
    words: str
    fate: Fate


def receive_mail(mail: ReceivedMail, *, deps: Deps) -> bool:
    """False where it is for none of the shops. A repeat changes nothing. Raises ProviderUnavailable (of files)."""
    if mail.report is not None and receive_report(mail, mail.report, deps=deps):
        return True
    with reading(deps) as work:
        shop_ids = _shops_of(work, mail)
        if not shop_ids or any(work.inbox.is_known(shop_id, mail.key) for shop_id in shop_ids):
            return bool(shop_ids)
        reads = [_read(work, shop_id, mail) for shop_id in shop_ids]
    best = next((read for read in reads if isinstance(read.fate, Joins | Asks)), reads[0])
    _settle(best, deps)
    return True


def _shops_of(work: UnitOfWork, mail: ReceivedMail) -> list[int]:
    """Those whose address it was sent to; else the only one there is."""
    shops = work.shops.all()
    sent_to = {folded_mail(address) for address in mail.recipients}
    found = []
    for shop in shops:
        settings = work.shops.settings_of(shop.id)
        if sent_to & {folded_mail(address) for address in (settings.contact.mail, settings.mail_from) if address}:
            found.append(shop.id)
    return found or ([shops[0].id] if len(shops) == 1 else [])


def _read(work: UnitOfWork, shop_id: int, mail: ReceivedMail) -> _Read:
    words = own_words(mail.text)
    numbers = numbers_named(mail.subject, words)
    named = work.inbox.named(shop_id, numbers, mail.sender) if numbers else []
    theirs = [] if named else work.inbox.theirs(shop_id, mail.sender)
    return _Read(shop_id, mail, words, fate_of(mail, words, named, theirs))


def _settle(read: _Read, deps: Deps) -> None:
    match read.fate:
        case Joins(order):
            _join(read, order, deps)
        case Asks(order):
            _ask(read, order, deps)
        case Waits(why):
            with unit_of_work(deps) as work:
                if mail_id := work.inbox.add(_row(read, deps, state="waiting", why=why, **_texts(read))):
                    put_before_staff(work, read.shop_id, mail_id)
        case Drops():
            with unit_of_work(deps) as work:
                work.inbox.add(_row(read, deps, state="dropped"))


def _join(read: _Read, order: NamedOrder, deps: Deps) -> None:
    actor = customer_of(read.shop_id, order.order_no, order.customer_id)
    received = _files(read, actor, {"case_no": order.case_no}, deps)
    with unit_of_work(deps) as work:
        act = lock_case(work, order.case_no, actor, deps)
        about = {"order_id": act.record.id, "case_id": act.case.id}
        if work.inbox.add(_row(read, deps, state="joined", **about)) is None:
            return
        ids = [evidence.id for evidence in received.evidence]
        write_on_case(act, message_of(read.words, read.mail.subject, len(received.faults)), ids)
        act.happened("mail:received")


def _ask(read: _Read, order: NamedOrder, deps: Deps) -> None:
    actor = customer_of(read.shop_id, order.order_no, order.customer_id)
    received = _files(read, actor, {"order_no": order.order_no}, deps)
    with unit_of_work(deps) as work:
        kept = {
            **_texts(read),
            "state": "asked",
            "order_id": work.evidence.order_id_of(actor, order_no=order.order_no),
            "evidence": [evidence.id for evidence in received.evidence],
            "expires_at": work.now + LASTS,
        }
        if mail_id := work.inbox.add(_row(read, deps, **kept)):
            work.jobs.enqueue("mail_confirmation", {"mail": mail_id}, dedup_key=f"mail-confirmation:{mail_id}")


def _files(read: _Read, actor: Actor, about: Mapping[str, str], deps: Deps) -> Received:
    """By the one way files come in; what is no good is said in the message. A mail waits for a store that is away."""
    return receive_evidence(uploads=read.mail.attachments, actor=actor, deps=deps, **about).unless_away()


def _row(read: _Read, deps: Deps, **values: Any) -> dict[str, Any]:
    return row_of(read.shop_id, read.mail, deps, **values)


def _texts(read: _Read) -> dict[str, str]:
    return {"sender": read.mail.sender, "subject": read.mail.subject, "body": read.words}


def customer_of(shop_id: int, order_no: str, customer_id: int) -> Actor:
    """Whoever may write about the order: its customer, or a guest with this one order."""
    if customer_id:
        return Actor(kind="shopper", shop_id=shop_id, id=customer_id)
    return Actor(kind="guest", shop_id=shop_id, order_no=order_no)


def message_of(words: str, subject: str, refused: int) -> str:
    """What stands in the case. A mail of files alone is called by its subject."""
    left_out = f"\n（{refused}个附件没有收下）" if refused else ""
    return f"{words or subject}{left_out}"


def put_before_staff(work: UnitOfWork, shop_id: int, mail_id: int) -> None:
    payload = {"what": WAITING, "shop": shop_id, "order_no": "", "case_no": "", "only": None, "turn": 0}
    payload |= {"about": f"mail:{mail_id}", "page": "inbox"}
    work.jobs.enqueue("tell_staff", payload, dedup_key=f"tell-staff:{WAITING}:{mail_id}")
