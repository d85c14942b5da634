"""The forms about mails from customers, filled in."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from portal.domain.evidence.files import Upload
from portal.domain.inbox.mail import ReceivedMail
from portal.services.inbox.receive_mail import receive_mail
from tests.support.presses import MORE, Press
from tests.support.staff import Office


def came(office: Office) -> str:
    """The page of a mail that found no case."""
    count = len(office.rows("SELECT id FROM inbound_mail"))
    file = Upload(name="a.doc", size=1, content=io.BytesIO(b"a"))
    mail = ReceivedMail(
        key=f"{count}".ljust(64, "m"),
        sender="other@example.org",
        recipients=(),
        subject="你好",
        text="杯子碎了，怎么办？",
        attachments=(file,),
    )
    receive_mail(mail, deps=office.deps)
    return f"/staff/inbox/{office.rows('SELECT max(id) AS id FROM inbound_mail')[0]['id']}"


def mail_note(office: Office) -> Press:
    first, second = office.waiting(), office.waiting()
    return Press(came(office), {"case_no": first}, {"case_no": second}, form="/note", role="agent")


def mail_aside(office: Office) -> Press:
    return Press(came(office), {}, MORE, form="/aside", role="agent")


INBOX_ACTS: Mapping[str, tuple[Callable[[Office], Press], ...]] = {
    "mail_note": (mail_note,),
    "mail_aside": (mail_aside,),
}
