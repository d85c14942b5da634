"""What staff do about a mail that found nothing: note it on a case, or put it aside (S34)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.inbox.results import MailHandled
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.inbox import KeptMail
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import lock_case
from portal.services.messages.write_message import write_on_case

LONGEST_NOTE = 2000


def note_mail(*, mail_id: int, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> MailHandled:
    """Its words stand on the case as an internal note of whoever did it: nobody has shown who wrote them.

    Errors: Forbidden, NotFound, Conflict (handled meanwhile), Invalid(case_no: unknown), Reused.
    """
    with unit_of_work(deps) as work:
        if done := _begin(work, mail_id, actor, request_id, f"note {case_no}"):
            return done
        try:
            act = lock_case(work, case_no.strip().upper(), actor, deps)
        except NotFound:
            raise Invalid((("case_no", "unknown"),)) from None
        kept = _still_waiting(work, mail_id, actor)
        words = "\n".join(filter(None, ("（来信，没有核实是谁写的）", kept.subject, kept.body)))
        write_on_case(act, words[:LONGEST_NOTE], (), is_internal=True)
        work.inbox.set(
            mail_id, state="done", case_id=act.case.id, order_id=act.record.id, handled_by=actor.id, handled_at=work.now
        )
        return work.requests.finish(actor, request_id, MailHandled(mail=mail_id, what="noted"))


def put_mail_aside(*, mail_id: int, actor: Actor, request_id: RequestKey, deps: Deps) -> MailHandled:
    """Nothing is to be done about it here, or it was answered otherwise. Errors as of `note_mail`."""
    with unit_of_work(deps) as work:
        if done := _begin(work, mail_id, actor, request_id, "aside"):
            return done
        kept = _still_waiting(work, mail_id, actor)
        work.inbox.set(mail_id, state="done", handled_by=actor.id, handled_at=work.now)
        work.events.append_without_order(actor, NewEvent(kind="staff:mail:put_aside", data={"mail": kept.id}))
        return work.requests.finish(actor, request_id, MailHandled(mail=mail_id, what="put_aside"))


def _begin(work: UnitOfWork, mail_id: int, actor: Actor, request_id: RequestKey, asked: str) -> MailHandled | None:
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    return work.requests.claim(actor, request_id, fingerprint([mail_id, asked]), MailHandled)


def _still_waiting(work: UnitOfWork, mail_id: int, actor: Actor) -> KeptMail:
    kept = work.inbox.find_in(actor.shop_id, mail_id, for_update=True)
    if kept is None:
        raise NotFound("mail")
    if kept.state != "waiting":
        raise Conflict("decided", at=kept.handled_at)
    return kept
