"""A declaration finds its order: by number and contact at once, else by hand; what was declared takes effect then.

It counts from when it was made (EU-4), and is acknowledged to the contact on file alone, in full.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may, system
from portal.domain.identity.logins import one_mail, read_login
from portal.domain.orders.decisions import Refused
from portal.domain.records.events import NewEvent, text_digest
from portal.domain.results import DeclarationHandled
from portal.domain.sent import RequestKey
from portal.domain.withdrawing.declaration import units_meant
from portal.ports import Deps
from portal.repos.declarations import KeptDeclaration
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import Act, lock_order
from portal.services.applying.apply_for import open_application
from portal.services.identity.find_order import contact_on
from portal.services.withdrawing.declare import address_of_declaration, declarant
from portal.services.withdrawing.withdraw_contract import Declaration, decide_withdrawal_now, withdrawal

WAITING = "declaration_waiting"


@dataclass(frozen=True, slots=True)
class Found:
    """What a declaration came to: the case that it opened, or `why` a person has to look."""

    case_id: int | None = None
    case_no: str = ""
    why: str = ""


def match_declaration(*, declaration_id: int, deps: Deps) -> None:
    """The job of a new one. A repeat does nothing."""
    with unit_of_work(deps) as work:
        kept = work.declarations.find_by_id(declaration_id)
        if kept is None or kept.state != "received":
            return
        act = _order_of(work, kept, deps)
        # The order's row first (law 5): somebody may have been faster since.
        kept = work.declarations.find_by_id_for_update(declaration_id)
        if kept is None or kept.state != "received":
            return
        if act is None:
            _put_before_staff(work, kept, "no_match")
            if one_mail(kept.contact):
                _acknowledge(work, kept, "named")
            return
        found = _declared(act, kept, kept.lines)
        _settle(act, kept, found, system(kept.shop_id))
        if found.why:
            _put_before_staff(work, kept, found.why)


def match_by_hand(
    *, public_id: str, order_no: str, lines: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> DeclarationHandled:
    """`order_no` as staff type it, `lines` as they read what was declared.

    Errors: NotFound, Forbidden, Reused; Conflict (handled meanwhile); Invalid(order_no: unknown or refused; lines).
    """
    with unit_of_work(deps) as work:
        done, kept = _begin(work, public_id, actor, request_id, f"match {order_no} {lines}")
        if done:
            return done
        contacts = work.orders.find_contacts(actor.shop_id, order_no.strip())
        if contacts is None:
            raise Invalid((("order_no", "unknown"),))
        act = _lock(work, actor.shop_id, contacts.number, deps)
        kept = _still_open(work, kept)
        found = _declared(act, kept, lines)
        if found.why:
            raise Invalid((("lines" if found.why == "lines" else "order_no", found.why),))
        _settle(act, kept, found, actor)
        work.tasks.close(f"{WAITING}:{public_id}")
        return work.requests.finish(actor, request_id, DeclarationHandled(public_id=public_id, what="matched"))


def close_declaration(
    *, public_id: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> DeclarationHandled:
    """No order of ours is meant, or what was declared was settled otherwise. Errors as of `match_by_hand`."""
    with unit_of_work(deps) as work:
        done, kept = _begin(work, public_id, actor, request_id, f"close {reason}")
        if done:
            return done
        kept = _still_open(work, kept)
        said = _said(work, kept, reason)
        work.declarations.handled(kept.id, state="closed")
        work.tasks.close(f"{WAITING}:{public_id}")
        work.events.append_without_order(actor, NewEvent(kind="staff:declaration:closed", data=said))
        return work.requests.finish(actor, request_id, DeclarationHandled(public_id=public_id, what="closed"))


def unmask_declaration(
    *, public_id: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> DeclarationHandled:
    """Records who looked and why; the caller shows one view in clear. Errors: NotFound, Forbidden, Reused."""
    with unit_of_work(deps) as work:
        done, kept = _begin(work, public_id, actor, request_id, f"unmask {reason}")
        if done:
            return done
        said = _said(work, kept, reason)
        work.events.append_without_order(actor, NewEvent(kind="staff:declaration:unmasked", data=said))
        return work.requests.finish(actor, request_id, DeclarationHandled(public_id=public_id, what="unmasked"))


def _begin(
    work: UnitOfWork, public_id: str, actor: Actor, request_id: RequestKey, asked: str
) -> tuple[DeclarationHandled | None, KeptDeclaration]:
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    done = work.requests.claim(actor, request_id, fingerprint([public_id, asked]), DeclarationHandled)
    kept = work.declarations.find_in(actor.shop_id, public_id)
    if kept is None:
        raise NotFound("declaration")
    return done, kept


def _still_open(work: UnitOfWork, kept: KeptDeclaration) -> KeptDeclaration:
    now = work.declarations.find_by_id_for_update(kept.id)
    if now is None or now.state != "waiting":
        raise Conflict("decided", at=now.handled_at if now else None)
    return now


def _said(work: UnitOfWork, kept: KeptDeclaration, reason: str) -> dict[str, str]:
    """Staff's own words stand in the row, since they may name people; the event has their digest (law 6)."""
    reasons = "\n".join(filter(None, (kept.reason, reason)))
    work.declarations.reasoned(kept.id, reasons)
    return {"declaration": kept.public_id, "text": text_digest(kept.salt, {"reason": reasons})}


def _order_of(work: UnitOfWork, kept: KeptDeclaration, deps: Deps) -> Act | None:
    """The order of that number on which that contact stands, locked."""
    contacts = work.orders.find_contacts(kept.shop_id, kept.order_no.strip())
    zone = work.shops.settings_of(kept.shop_id).zone
    if contacts is None or not any(contact_on(contacts, read_login(kept.contact), zone)):
        return None
    return _lock(work, kept.shop_id, contacts.number, deps)


def _lock(work: UnitOfWork, shop_id: int, number: str, deps: Deps) -> Act:
    """As whoever holds the order's number would act."""
    return lock_order(work, number, Actor(kind="guest", shop_id=shop_id, order_no=number), deps)


def _declared(act: Act, kept: KeptDeclaration, lines: str) -> Found:
    units = units_meant(lines, act.order)
    if units is None:
        return Found(why="lines")
    said = Declaration(name=kept.name, contact=kept.contact, units=units)
    ask = replace(withdrawal(said), is_proven=False)
    # Windows are judged by when it was declared, whenever that is found out.
    situation = replace(act.situation, noticed_at=kept.made_at)
    decision, _ = decide_withdrawal_now(situation, ask)
    if isinstance(decision, Refused):
        return Found(why="refused")
    case = open_application(act, ask, situation)
    return Found(case.id, case.case_no)


def _settle(act: Act, kept: KeptDeclaration, found: Found, by: Actor) -> None:
    """The row says where it led, the order's trail who found out, and the contact on file is told."""
    work = act.work
    state = "matched" if found.case_id else "waiting"
    work.declarations.handled(kept.id, state=state, why=found.why, order_id=act.record.id, case_id=found.case_id)
    source = "staff" if by.kind == "staff" else "system"
    data = {"declaration": kept.public_id, "made_at": kept.made_at.isoformat()}
    event = NewEvent(kind=f"{source}:declaration:matched", data=data, case_no=found.case_no or None)
    work.events.append(act.record, by, event)
    if act.record.customer_id is None:
        _acknowledge(work, kept, "file")
        return
    act.notify_of_order("declaration_received", case_no=found.case_no, **acknowledged(kept, act.deps))


def acknowledged(kept: KeptDeclaration, deps: Deps) -> dict[str, object]:
    """What an acknowledgement says besides the numbers: content, date and time (EU-9), and where it is verified."""
    address = address_of_declaration(kept.public_id, deps)
    typed = {"name": kept.name, "contact": kept.contact, "lines": kept.lines}
    return {**typed, "submitted_at": kept.made_at.isoformat(), "verify": address}


def _acknowledge(work: UnitOfWork, kept: KeptDeclaration, to: str) -> None:
    key = f"acknowledgement:{kept.id}:{to}"
    work.jobs.enqueue("acknowledgement", {"declaration": kept.id, "to": to}, dedup_key=key)


def _put_before_staff(work: UnitOfWork, kept: KeptDeclaration, why: str) -> None:
    if why == "no_match":
        work.declarations.handled(kept.id, state="waiting", why=why)
    work.tasks.open(kept.shop_id, WAITING, dedup_key=f"{WAITING}:{kept.public_id}", detail={})
    told = {"what": WAITING, "shop": kept.shop_id, "order_no": "", "case_no": "", "only": None, "turn": 0}
    told |= {"about": kept.public_id, "page": "declarations"}
    work.jobs.enqueue("tell_staff", told, dedup_key=f"tell-staff:{WAITING}:{kept.public_id}")
    event = NewEvent(kind="system:declaration:waits", data={"declaration": kept.public_id, "why": why})
    work.events.append_without_order(declarant(kept.shop_id, kept.id), event)
