"""A mail is confirmed by its sender: by a link that goes to the address on the order, used once (S34)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Expired, NotFound
from portal.domain.identity.access import Actor
from portal.domain.inbox.results import MailConfirmed
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.inbox import KeptMail
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.act import lock_order
from portal.services.inbox.receive_mail import customer_of, message_of
from portal.services.messages.ask_question import ask_on_order
from portal.services.messages.strangers import may_be_told
from portal.services.outgoing import Telling


def mail_confirmation(*, mail_id: int, deps: Deps) -> None:
    """Sends the link, a few a day to one address. Raises ProviderUnavailable; the job comes back."""
    with reading(deps) as work:
        kept = work.inbox.find_by_id(mail_id)
        if kept is None or kept.state != "asked":
            return
        shop = work.shops.get_by_id(kept.shop_id)
        contacts = work.orders.find_contacts(kept.shop_id, kept.order_no)
    name = f"mail-{mail_id}-{kept.received_at:%Y%m%d%H%M%S%f}"
    if contacts is None or not may_be_told(kept.sender, f"{shop.name} {kept.order_no}", message_id=name, deps=deps):
        return
    settings = deps.schemas.read_settings(shop.settings)
    locale = contacts.locale or settings.locale
    zone = contacts.zone or settings.zone
    reader = {"locale": locale, "zone": zone, "shop_name": settings.name_in(locale, shop.name)}
    until = kept.expires_at.isoformat() if kept.expires_at else ""
    params = {"order_no": kept.order_no, "deadline": until, "link": address_of_mail(kept, deps)}
    telling = Telling(kind="mail_confirmation", params=params, reader=reader, name=name)
    deps.mailer.send(telling.mail(kept.sender, settings, deps))


def address_of_mail(kept: KeptMail, deps: Deps) -> str:
    return f"{deps.base_url}/mail/{kept.public_id}"


def confirm_mail(*, public_id: str, actor: Actor, request_id: RequestKey, deps: Deps) -> MailConfirmed:
    """Opens the question, or adds to the order's thread, in the name of whoever the address on the order belongs to.

    Errors: NotFound, Expired (too late), Conflict (confirmed before, or staff took it up), Reused.
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["mail", public_id]), MailConfirmed):
            return done
        kept = waiting_mail(work, public_id)
        # The order's row first (law 5): somebody may have been faster since.
        act = lock_order(work, kept.order_no, customer_of(kept.shop_id, kept.order_no, kept.customer_id), deps)
        kept = waiting_mail(work, public_id, for_update=True)
        refused = max(kept.files - len(kept.evidence), 0)
        about = ask_on_order(act, message_of(kept.body, kept.subject, refused), kept.evidence)
        about.happened("mail:received")
        work.inbox.set(
            kept.id, state="joined", case_id=about.case.id, sender="", subject="", body="", handled_at=work.now
        )
        return work.requests.finish(actor, request_id, MailConfirmed(public_id=public_id, case_no=about.case_no))


def waiting_mail(work: UnitOfWork, public_id: str, *, for_update: bool = False) -> KeptMail:
    """One that can be confirmed. Raises NotFound, Expired, Conflict."""
    kept = work.inbox.find(public_id, for_update=for_update)
    if kept is None:
        raise NotFound("mail")
    if kept.state == "joined":
        raise Conflict("done", at=kept.handled_at)
    if kept.state != "asked" or (kept.expires_at and kept.expires_at < work.now):
        raise Expired("mail")
    return kept
