"""Mail to staff about what waits for them: one job that names it, then one for each person, so each is mailed once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from portal.domain.identity.access import Actor, may
from portal.domain.messages.robots import is_for_group, next_post
from portal.domain.messages.staff_notices import How, chosen, digest_at, group_of
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.deadlines_soon import DueSoon
from portal.repos.order_record import OrderRecord
from portal.repos.staff_notes import KeptNote
from portal.repos.staff_sessions import Colleague
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.outgoing import Telling

OF_ADMINS = ("settings", "team", "webhooks")
"""Pages whose changes let somebody in, or send something out."""
OF_SENDING = ("webhook_failing", "webhook_off", "webhook_dead")
"""What nobody did and somebody must look after."""
_WRITTEN = {
    "refunds": "refunds",
    "declarations": "cases",
    "inbox": "cases",
    "approvals": "approvals",
    "policies": "policies",
}
"""What one must be allowed to change to be mailed about a page; of any other, what the warehouse may."""
OF_APPROVALS = ("approval_waiting", "approval_overdue")
"""What a second person answers, on the page of approvals."""


SOON = "deadline_soon"
"""What somebody must meet within hours: where whoever has it is away, everybody who may is told."""


def notify_staff(
    work: UnitOfWork,
    what: str,
    record: OrderRecord,
    case_no: str,
    *,
    only: int | None = None,
    refund_id: str = "",
    turn: int = 0,
) -> None:
    """In the caller's transaction. `what` as in the notice staff_task; `only`: a staff id, else all who may answer, or
    of a refund all who may resolve it, of an order that waits for the warehouse too. `turn`: of what happens again to
    the same case or order, which time this is."""
    about = refund_id or case_no or f"order:{record.id}"
    payload = {"what": what, "shop": record.shop_id, "order_no": record.order.no, "case_no": case_no, "only": only}
    page = "refunds" if refund_id else "cases" if case_no else "orders"
    page = "approvals" if what in OF_APPROVALS else page
    payload |= {"about": about, "page": page, "turn": turn}
    # A case or refund is told of once for each reason and turn; a message is news each time.
    again = record.events_count if only else turn
    key = f"tell-staff:{what}:{about}" + (f":{again}" if again else "") + (f":{only}" if only else "")
    work.jobs.enqueue("tell_staff", payload, dedup_key=key)


def notify_of_deadline(work: UnitOfWork, soon: DueSoon) -> None:
    """In the caller's transaction: whose it is, else everybody who may meet it. Another deadline of the same is told of
    again."""
    turn = int(soon.at.timestamp())
    payload = {"what": SOON, "shop": soon.shop_id, "order_no": soon.order_no, "case_no": soon.case_no}
    payload |= {"only": soon.assignee_id, "about": soon.about, "page": soon.page, "needs": soon.needs, "turn": turn}
    payload |= {"deadline": soon.at.isoformat()}
    work.jobs.enqueue("tell_staff", payload, dedup_key=f"tell-staff:{SOON}:{soon.about}:{turn}")


def notify_admins(work: UnitOfWork, what: str, actor: Actor, *, about: str, page: str = "settings") -> None:
    """In the caller's transaction: everybody who may change what `page` shows, but who did it, is told by mail."""
    payload = {"what": what, "shop": actor.shop_id, "order_no": about, "case_no": "", "only": None, "turn": 0}
    payload |= {"about": about, "page": page, "but": actor.id if actor.kind == "staff" else 0}
    work.jobs.enqueue("tell_staff", payload)


def fan_out(*, payload: dict[str, Any], job_id: int, deps: Deps) -> None:
    """A job for everybody who has a mail address and may answer. A repeat adds nothing."""
    with unit_of_work(deps) as work:
        _gather_for_robot(work, payload, job_id)
        for person in _recipients(work.staff_sessions.colleagues(payload["shop"]), payload):
            told = ("what", "shop", "order_no", "case_no", "about")
            mail = {name: payload[name] for name in told} | {"to": person.mail, "page": _page_for(person, payload)}
            mail |= {"deadline": payload.get("deadline", "")}
            about = f"{payload['what']}:{payload['about']}:{payload.get('turn', 0)}"
            how = (
                "at_once"
                if payload["page"] in OF_ADMINS
                else chosen(work.staff_notes.wanted(person.id), payload["what"])
            )
            if how != "at_once":
                _gather(work, person, how, mail, f"{about}:{job_id if payload['only'] else 0}")
                continue
            subject = job_id if payload["only"] or payload["page"] in OF_ADMINS else about
            work.jobs.enqueue("staff_mail", mail, dedup_key=f"staff-mail:{subject}:{person.id}")


def _gather(work: UnitOfWork, person: Colleague, how: How, mail: dict[str, Any], key: str) -> None:
    """Noted for their digest, and the job that sends it; nothing for who wants none."""
    if how == "off":
        return
    told: dict[str, Any] = {name: mail[name] for name in ("what", "order_no", "case_no", "page")}
    told["deadline_at"] = datetime.fromisoformat(mail["deadline"]) if mail["deadline"] else None
    work.staff_notes.add(staff_id=person.id, shop_id=mail["shop"], how=how, key=f"{mail['shop']}:{key}", **told)
    zone = ZoneInfo(work.shops.settings_of(mail["shop"]).zone)
    at = digest_at(how, work.now, zone)
    wanted = {"staff": person.id, "shop": mail["shop"], "how": how}
    work.jobs.enqueue(
        "staff_digest", wanted, run_at=at, dedup_key=f"staff-digest:{person.id}:{mail['shop']}:{how}:{at:%Y%m%d%H}"
    )


def _gather_for_robot(work: UnitOfWork, payload: dict[str, Any], job_id: int) -> None:
    """Noted for the shop's group, and the job of the minute that posts it."""
    what, shop_id, deadline = payload["what"], payload["shop"], payload.get("deadline", "")
    robot = None if payload["page"] in OF_ADMINS else work.robots.find(shop_id)
    if robot is None or not is_for_group(what, group_of(what), robot.kinds):
        return
    told: dict[str, Any] = {name: payload[name] for name in ("what", "order_no", "case_no", "page")}
    told["deadline_at"] = datetime.fromisoformat(deadline) if deadline else None
    work.robots.add_note(shop_id=shop_id, key=str(job_id), **told)
    at = next_post(work.now)
    work.jobs.enqueue("robot", {"shop": shop_id}, run_at=at, dedup_key=f"robot:{shop_id}:{at:%Y%m%d%H%M}")


def mail_digest(*, payload: dict[str, Any], job_id: int, deps: Deps) -> None:
    """One mail with all that was gathered since the last; none where nothing was, or while its reader is away or gone.

    Raises ProviderUnavailable; the job comes back. Sent again after a crash it has the same name.
    """
    staff_id, shop_id, how = payload["staff"], payload["shop"], payload["how"]
    with reading(deps) as work:
        notes = work.staff_notes.gathered(staff_id, shop_id, how)
        person = next((one for one in work.staff_sessions.colleagues(shop_id) if one.id == staff_id), None)
        shop = work.shops.get_by_id(shop_id)
    if not notes or person is None or not person.mail or person.disabled_at or person.is_away:
        return
    settings = deps.schemas.read_settings(shop.settings)
    tasks = [_task(note, deps) for note in notes]
    params = {"tasks": tasks, "link": f"{deps.base_url}/staff/cases"}
    telling = _telling("staff_digest", params, settings, shop.name, f"staff-digest-{job_id}-{staff_id}")
    deps.mailer.send(telling.mail(person.mail, settings, deps))
    with unit_of_work(deps) as work:
        work.staff_notes.drop([note.id for note in notes])


def _task(note: KeptNote, deps: Deps) -> dict[str, Any]:
    """As the words of a notice are made of."""
    deadline = note.deadline_at.isoformat() if note.deadline_at else ""
    known = {"what": note.what, "order_no": note.order_no, "case_no": note.case_no}
    return known | {"deadline": deadline, "link": link_to(asdict(note), deps)}


def mail_staff(*, payload: dict[str, Any], job_id: int, deps: Deps) -> None:
    """One mail to one person. Raises ProviderUnavailable; the job comes back."""
    with reading(deps) as work:
        shop = work.shops.get_by_id(payload["shop"])
    settings = deps.schemas.read_settings(shop.settings)
    params = {name: payload[name] for name in ("what", "order_no", "case_no")}
    params |= {"deadline": payload.get("deadline", "")}
    is_setting = payload["page"] in OF_ADMINS
    if is_setting:
        params = {"what": payload["what"], "about": payload["about"]}
    name = f"staff-{job_id}-{payload['what']}-{payload['about']}"
    of_setting = "staff_webhook" if payload["what"] in OF_SENDING else "staff_settings"
    kind = of_setting if is_setting else "staff_task"
    telling = _telling(kind, params | {"link": link_to(payload, deps)}, settings, shop.name, name)
    deps.mailer.send(telling.mail(payload["to"], settings, deps))


def _telling(kind: str, params: dict[str, Any], settings: ShopSettings, added_as: str, name: str) -> Telling:
    """In the shop's language and by its clock."""
    shop_name = settings.name_in(settings.locale, added_as)
    reader = {"locale": settings.locale, "zone": settings.zone, "shop_name": shop_name}
    return Telling(kind=kind, params=params, reader=reader, name=name)


def _page_for(person: Colleague, payload: dict[str, Any]) -> str:
    """The warehouse sees no orders: it is led to the queue, and told the number."""
    actor = Actor(kind="staff", shop_id=payload["shop"], id=person.id, role=person.role)
    page: str = payload["page"]
    return "queue" if page == "orders" and not may(actor, "read", "orders") else page


def link_to(payload: dict[str, Any], deps: Deps) -> str:
    """Where it is handled: the case, the order, the list of refunds in trouble, or the shop's settings."""
    page = payload["page"]
    of_one = {"cases": payload["case_no"], "orders": quote(payload["order_no"], safe="")}
    place = f"{page}/{of_one[page]}" if page in of_one else {"queue": "cases"}.get(page, page)
    return f"{deps.base_url}/staff/{place}"


def _recipients(people: list[Colleague], payload: dict[str, Any]) -> list[Colleague]:
    found = [person for person in people if _is_recipient(person, payload)]
    if found or payload["what"] != SOON or not payload["only"]:
        return found
    return _recipients(people, payload | {"only": None})


def _is_recipient(person: Colleague, payload: dict[str, Any]) -> bool:
    if not person.mail or person.disabled_at or person.is_away or person.id == payload.get("but"):
        return False
    if payload["only"]:
        return bool(person.id == payload["only"])
    actor = Actor(kind="staff", shop_id=payload["shop"], id=person.id, role=person.role)
    if payload["page"] in OF_ADMINS:
        return may(actor, "write", payload["page"])
    return may(actor, "write", payload.get("needs") or _WRITTEN.get(payload["page"], "hold"))
