"""代客操作: staff act in a customer's place once it is shown who calls (S43).

By a code that goes to the contact on file and that the caller reads out: it is bound to this member of staff and this
customer, so it lets nobody sign in, and staff never see it before. Or by calling back on that contact and asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from portal.domain.errors import Invalid, TooMany
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import AT_MOST, Answer, Said, call_back_problem
from portal.domain.identity.masks import masked_mail, masked_phone
from portal.domain.records.events import NewEvent
from portal.domain.typed import typed_digits
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.one_time_codes import CodeAsk, Destination, check_code, issue_code
from portal.services.identity.represented import Represented, Whom, represented
from portal.services.identity.throttle import Caller, Throttle
from portal.services.identity.visits import VisitSession, hash_token

_PURPOSE: Literal["behalf"] = "behalf"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCode:
    """What the caller read out, and the way it went."""

    to: str
    code: str


def send_code(*, whom: Whom, to: str, actor: Actor, deps: Deps) -> None:
    """To the contact on file. Raises TooMany (its own limits: of the contact, and of this member of staff), Invalid
    where no code goes that way, Forbidden, NotFound."""
    with unit_of_work(deps) as work:
        them = represented(work, whom, actor)
        if to not in them.reachable:
            raise Invalid((("to", "unreachable"),))
        ask = CodeAsk(
            shop_id=actor.shop_id,
            purpose=_PURPOSE,
            subject=_subject(them, actor, to),
            owner=them.key,
            destination=Destination(**{to: getattr(them, to)}, locale=them.locale, zone=them.zone),
            network_of=f"staff:{actor.id}",
        )
        wait = issue_code(work, ask, deps=deps)
        if not wait:
            asked = NewEvent(kind="staff:behalf:code_sent", data=_named(them) | {"to": to})
            work.events.append_without_order(them.acting(actor, 0), asked)
    if wait:
        raise TooMany(wait)


def begin_with_code(
    *, whom: Whom, typed: TypedCode, said: Said, caller: Caller, own: VisitSession, request_id: str, deps: Deps
) -> str:
    """The token of a session in their place. `own`: the session of staff that it belongs to.

    Raises Invalid(code: wrong), TooMany, Forbidden, NotFound.
    """
    actor = own.actor
    with unit_of_work(deps) as work:
        them = represented(work, whom, actor)
        if token := _again(work, actor, request_id, deps):
            return token
        subject = _subject(them, actor, typed.to)
        throttle = Throttle("behalf", typed=subject, account="", caller=caller, deps=deps)
        throttle.check(work)
        is_right = check_code(
            work,
            shop_id=actor.shop_id,
            purpose=_PURPOSE,
            typed=subject,
            owner=them.key,
            code=typed_digits(typed.code),
            deps=deps,
        )
        if is_right:
            throttle.succeeded(work)
            return _begin(
                work, them, said, {"contact": _masked(them, typed.to)}, own=own, request_id=request_id, deps=deps
            )
        # Counted in the transaction that used up the try: whatever is typed costs one.
        throttle.failed(work)
    raise Invalid((("code", "wrong"),))


def begin_with_call_back(
    *,
    whom: Whom,
    answers: Mapping[str, Answer],
    said: Said,
    own: VisitSession,
    request_id: str,
    deps: Deps,
) -> str:
    """As `begin_with_code`: what was asked on the number on file, and how it was answered.

    A wrong answer is on record, since somebody pretended. Raises Invalid(answers: answered_wrong, too_few,
    label_only, unreachable), Forbidden, NotFound.
    """
    actor, problem = own.actor, call_back_problem(answers)
    with unit_of_work(deps) as work:
        them = represented(work, whom, actor)
        if token := _again(work, actor, request_id, deps):
            return token
        if not them.phone:
            problem = "unreachable"
        asked = {question: answer for question, answer in sorted(answers.items()) if answer != "not_asked"}
        if not problem:
            proof = {"contact": masked_phone(them.phone), "questions": asked}
            return _begin(work, them, said, proof, own=own, request_id=request_id, deps=deps)
        if problem == "wrong":
            refused = NewEvent(kind="staff:behalf:refused", data=_named(them) | {"questions": asked})
            work.events.append_without_order(them.acting(actor, 0), refused)
    raise Invalid((("answers", "answered_wrong" if problem == "wrong" else problem),))


def show_number(*, whom: Whom, actor: Actor, deps: Deps) -> str:
    """The number on file, to be called; that it was seen is on record. Raises Forbidden, NotFound, Invalid."""
    with unit_of_work(deps) as work:
        them = represented(work, whom, actor)
        if not them.phone:
            raise Invalid((("number", "unreachable"),))
        seen = NewEvent(kind="staff:behalf:number_seen", data=_named(them))
        work.events.append_without_order(them.acting(actor, 0), seen)
    return them.phone


def end_behalf(*, session: VisitSession, deps: Deps) -> None:
    """The row goes, so a copy of the cookie is worth nothing. Again, nothing."""
    actor = session.actor
    with unit_of_work(deps) as work:
        if work.behalf.end_of(actor.by_staff):
            work.events.append_without_order(actor, NewEvent(kind="staff:behalf:ended", data={"session": session.id}))


def _begin(
    work: UnitOfWork,
    them: Represented,
    said: Said,
    proof: dict[str, Any],
    *,
    own: VisitSession,
    request_id: str,
    deps: Deps,
) -> str:
    """The proof, the session that belongs to it, the event, and a notice to whom it is about."""
    staff = own.actor
    work.behalf.end_of(staff.id)
    way = "call_back" if "questions" in proof else "code"
    kept = work.behalf.add(
        shop_id=staff.shop_id,
        staff_id=staff.id,
        customer_id=them.customer_id,
        order_id=them.order_id,
        way=way,
        channel=said.channel,
        reason=said.reason,
        note=said.note,
        proof=proof,
        request_id=request_id,
    )
    token = _open(work, them, kept, own, deps)
    data = {"way": way, "channel": said.channel, "reason": said.reason} | _named(them)
    data |= {"questions": proof["questions"]} if "questions" in proof else {}
    acting = them.acting(staff, kept)
    work.events.append_without_order(acting, NewEvent(kind="staff:behalf:started", data=data))
    params = {"at": work.now.isoformat()}
    work.notices.add(staff.shop_id, them.customer_id, "behalf_started", params, order_no=them.order_no)
    return token


def _open(work: UnitOfWork, them: Represented, proof_id: int, own: VisitSession, deps: Deps) -> str:
    """A session that belongs to theirs; its token."""
    token = deps.random.token()
    work.sessions.open(
        token_hash=hash_token(token),
        kind="behalf",
        shop_id=own.actor.shop_id,
        customer_id=them.customer_id,
        order_no=them.order_no or None,
        staff_id=own.actor.id,
        behalf_id=proof_id,
        staff_session_id=own.id,
        place="tab",
        locale=own.locale,
        expires_at=work.now + AT_MOST,
    )
    return token


def _again(work: UnitOfWork, actor: Actor, request_id: str, deps: Deps) -> str:
    """The form was sent twice: the same session, under a new token; "" for a form that has begun nothing."""
    session_id = work.behalf.find_request(actor.id, request_id)
    if session_id is None:
        return ""
    token = deps.random.token()
    work.sessions.renew(session_id, hash_token(token))
    return token


def _subject(them: Represented, actor: Actor, to: str) -> str:
    return f"{them.key} at {to} by staff:{actor.id}"


def _named(them: Represented) -> dict[str, Any]:
    return {"customer": them.customer_id} if them.customer_id else {"order": them.order_no}


def _masked(them: Represented, to: str) -> str:
    """Where the code went, as it stands in the proof."""
    return masked_mail(them.mail) if to == "mail" else masked_phone(them.phone)
