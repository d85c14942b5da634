"""请确认来信: what somebody wrote by mail, before it goes to customer service in their name."""

from __future__ import annotations

from portal.domain.errors import Conflict
from portal.pages.values.inbox import MailPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.inbox.confirm_mail import waiting_mail


def mail_page(*, public_id: str, deps: Deps) -> MailPage:
    """Also of one that was confirmed. Raises NotFound, Expired."""
    with reading(deps) as work:
        try:
            kept = waiting_mail(work, public_id)
        except Conflict:
            done = work.inbox.find(public_id)
            assert done is not None
            return MailPage(public_id=public_id, state="joined", order_no=done.order_no, case_no=done.case_no)
    return MailPage(
        public_id=public_id,
        state="asked",
        order_no=kept.order_no,
        body=kept.body or kept.subject,
        files=len(kept.evidence),
        sent=kept.files,
        expires_at=kept.expires_at,
    )
