"""What is done for a job of each kind: every handler may be repeated at any point, and does nothing twice."""

from __future__ import annotations

from collections.abc import Callable

from portal.ports import Deps
from portal.repos.jobs import Leased
from portal.services.connectors.handlers import CONNECTOR_JOBS
from portal.services.identity.sign_in import deliver_code
from portal.services.inbox.confirm_mail import mail_confirmation
from portal.services.inbox.read_mailbox import read_mailbox
from portal.services.messages.acknowledge_declaration import acknowledge_declaration
from portal.services.messages.deliver_notices import deliver_guest_notice, deliver_notice
from portal.services.messages.post_to_robot import post_to_robot
from portal.services.notify_staff import fan_out, mail_digest, mail_staff
from portal.services.policy.publish import start_policy
from portal.services.policy.simulate_draft import continue_simulation
from portal.services.refunds.note_differences import reconcile
from portal.services.refunds.recheck_refund import recheck_refund
from portal.services.refunds.record_answer import NextTry
from portal.services.refunds.refund_money import refund_money
from portal.services.returning.settle_pickup import settle_pickup
from portal.services.team.hand_over_cases import hand_over_cases
from portal.services.webhooks.deliver import deliver_webhooks
from portal.services.withdrawing.match_declaration import match_declaration
from portal.services.withdrawing.settle_fee_payment import settle_fee_payment


def _refund(job: Leased, deps: Deps) -> NextTry:
    return refund_money(refund_id=job.payload["refund"], by_hand=job.payload.get("by_hand", -1), deps=deps)


def _refund_recheck(job: Leased, deps: Deps) -> NextTry:
    return recheck_refund(refund_id=job.payload["refund"], deps=deps)


def _fee_payment(job: Leased, deps: Deps) -> NextTry:
    return settle_fee_payment(number=job.payload["payment"], deps=deps)


def _pickup(job: Leased, deps: Deps) -> NextTry:
    return settle_pickup(number=job.payload["pickup"], deps=deps)


def _notice(job: Leased, deps: Deps) -> NextTry:
    deliver_notice(notice_id=job.payload["notice"], deps=deps, was_put_off=bool(job.payload.get("put_off")))
    return NextTry(None)


def _guest_notice(job: Leased, deps: Deps) -> NextTry:
    deliver_guest_notice(told=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _code(job: Leased, deps: Deps) -> NextTry:
    deliver_code(payload=job.payload, deps=deps)
    return NextTry(None)


def _notify_staff(job: Leased, deps: Deps) -> NextTry:
    fan_out(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _staff_mail(job: Leased, deps: Deps) -> NextTry:
    mail_staff(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _staff_digest(job: Leased, deps: Deps) -> NextTry:
    mail_digest(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _robot(job: Leased, deps: Deps) -> NextTry:
    post_to_robot(shop_id=job.payload["shop"], job_id=job.id, deps=deps)
    return NextTry(None)


def _declaration(job: Leased, deps: Deps) -> NextTry:
    match_declaration(declaration_id=job.payload["declaration"], deps=deps)
    return NextTry(None)


def _acknowledgement(job: Leased, deps: Deps) -> NextTry:
    wanted = job.payload
    acknowledge_declaration(declaration_id=wanted["declaration"], to=wanted["to"], deps=deps)
    return NextTry(None)


def _policy(job: Leased, deps: Deps) -> NextTry:
    wanted = job.payload
    start_policy(shop_id=wanted["shop"], policy=wanted["policy"], instead_of=wanted["instead_of"], deps=deps)
    return NextTry(None)


def _simulation(job: Leased, deps: Deps) -> NextTry:
    is_done = continue_simulation(simulation_id=job.payload["simulation"], deps=deps)
    return NextTry(None if is_done else deps.clock.now())


def _hand_over_cases(job: Leased, deps: Deps) -> NextTry:
    wanted = job.payload
    hand_over_cases(staff_id=wanted["staff"], shop_id=wanted["shop"], to=wanted["to"], deps=deps)
    return NextTry(None)


def _reconcile(job: Leased, deps: Deps) -> NextTry:
    return reconcile(asked=job.payload, deps=deps)


def _mailbox(_job: Leased, deps: Deps) -> NextTry:
    read_mailbox(deps=deps)
    return NextTry(None)


def _mail_confirmation(job: Leased, deps: Deps) -> NextTry:
    mail_confirmation(mail_id=job.payload["mail"], deps=deps)
    return NextTry(None)


def _forget_files(job: Leased, deps: Deps) -> NextTry:
    deps.store.delete(job.payload["keys"])
    return NextTry(None)


def _webhook(job: Leased, deps: Deps) -> NextTry:
    is_done = deliver_webhooks(endpoint_id=job.payload["endpoint"], deps=deps)
    return NextTry(None if is_done else deps.clock.now())


HANDLERS: dict[str, Callable[[Leased, Deps], NextTry]] = {
    "refund": _refund,
    "refund_recheck": _refund_recheck,
    "fee_payment": _fee_payment,
    "pickup": _pickup,
    "notice": _notice,
    "guest_notice": _guest_notice,
    "code": _code,
    "tell_staff": _notify_staff,
    "staff_mail": _staff_mail,
    "staff_digest": _staff_digest,
    "robot": _robot,
    "declaration": _declaration,
    "acknowledgement": _acknowledgement,
    "policy": _policy,
    "simulation": _simulation,
    "forget_files": _forget_files,
    "mailbox": _mailbox,
    "mail_confirmation": _mail_confirmation,
    "hand_over_cases": _hand_over_cases,
    "reconcile": _reconcile,
    **CONNECTOR_JOBS,
    "webhook": _webhook,
}
