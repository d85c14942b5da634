"""The mailbox that customers write to, on a real IMAP server (S34)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from portal.adapters.mail_text import text_of_html
from portal.adapters.mailbox_imap import ImapMailbox
from portal.domain.errors import ProviderUnavailable
from portal.domain.inbox.mail import ReceivedMail
from tests.adapters.pictures import encoded, photo
from tests.support.imap_server import Imap, imap_server, written

pytestmark = pytest.mark.req("S34")


@pytest.fixture(scope="module")
def server() -> Iterator[Imap]:
    with imap_server() as found:
        yield found


@pytest.fixture
def imap(server: Imap) -> Imap:
    """With nothing unread in it."""
    ImapMailbox(server.url).read(lambda _mail: True, most=100)
    return server


def read(imap: Imap, **values: Any) -> list[ReceivedMail]:
    found: list[ReceivedMail] = []
    ImapMailbox(imap.url, **values).read(lambda mail: found.append(mail) or True, most=100)
    return found


def test_a_mail_is_given_with_its_words_and_files_and_marked_as_read(imap: Imap) -> None:
    message = written(Subject="订单A-1001  退款", Date="Mon, 30 Nov 2026 10:00:00 +0800")
    message.add_attachment(encoded(photo()), maintype="image", subtype="jpeg", filename="杯子.jpg")
    imap.deliver(message)
    (mail,) = read(imap)
    assert (mail.sender, mail.recipients) == ("c1@example.com", ("help@shop.example",))
    assert (mail.subject, mail.text.strip()) == ("订单A-1001 退款", "杯子碎了")
    assert [(file.name, file.size > 100) for file in mail.attachments] == [("杯子.jpg", True)]
    assert mail.sent_at is not None and mail.sent_at.isoformat() == "2026-11-30T10:00:00+08:00"
    assert not mail.is_automatic and "\\Seen" in imap.flags()[-1] and "\\Flagged" not in imap.flags()[-1]
    assert read(imap) == []


def test_what_is_for_nobody_is_flagged_and_what_fails_stays_unread(imap: Imap) -> None:
    imap.deliver(written())

    def fail(_mail: ReceivedMail) -> bool:
        raise ProviderUnavailable("store", "away")

    with pytest.raises(ProviderUnavailable):
        ImapMailbox(imap.url).read(fail, most=5)
    assert "\\Seen" not in imap.flags()[-1]
    ImapMailbox(imap.url).read(lambda _mail: False, most=5)
    assert "\\Flagged" in imap.flags()[-1]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=1"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.example>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.com"},
        {"From": "no-reply@example.com"},
    ],
    ids=str,
)
def test_what_a_machine_wrote_is_known(imap: Imap, headers: dict[str, str]) -> None:
    imap.deliver(written(**headers))
    assert [mail.is_automatic for mail in read(imap)] == [True]


def test_a_mail_in_html_is_read_as_text_and_its_quotes_are_known(imap: Imap) -> None:
    message = written()
    message.set_content(
        "<style>p{}</style><p>杯子<b>碎</b>了</p><div>请退款</div><blockquote>旧</blockquote>", subtype="html"
    )
    imap.deliver(message)
    (mail,) = read(imap)
    assert mail.text == "杯子碎了\n\n请退款\n\n> 旧"


def test_too_large_a_mail_is_told_of_without_being_read(imap: Imap) -> None:
    imap.deliver(written("x" * 5000))
    (mail,) = read(imap, largest=2000)
    assert mail.is_too_large and mail.text == "" and mail.subject == "退款"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"Subject: =?utf-8?b?////?=\r\nFrom: <<>>@@\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed\r\n\r\nx",
    ],
)
def test_what_is_hardly_a_mail_is_given_all_the_same(imap: Imap, raw: bytes) -> None:
    imap.deliver(b"X-Any: 1\r\n" + raw)
    (mail,) = read(imap)
    assert len(mail.key) == 64 and mail.is_automatic


UNREADABLE = (
    b"From: =?utf-8?B?abcde?= <c1@example.com>\r\nTo: help@shop.example\r\nSubject: x\r\n\r\nx",
    b"From: c1@example.com\r\nTo: help@shop.example\r\nContent-Type: text/plain; charset=idna\r\n\r\n\xff..x",
    b"From: c1@example.com\r\nTo: help@shop.example\r\nSubject: =?undefined?Q?=FF?=\r\n\r\nx",
)


@pytest.mark.parametrize("raw", UNREADABLE)
def test_what_no_parser_can_read_is_for_people_and_holds_up_nothing(imap: Imap, raw: bytes) -> None:
    imap.deliver(raw)
    imap.deliver(written())
    bad, good = read(imap)
    assert (bad.is_unreadable, bad.sender, bad.recipients) == (True, "c1@example.com", ("help@shop.example",))
    assert good.text.strip() == "杯子碎了" and read(imap) == []


def test_what_no_database_keeps_is_left_out(imap: Imap) -> None:
    """NUL, and half of a character, which this charset may encode."""
    head = b"From: c1@example.com\r\nTo: help@shop.example\r\nContent-Transfer-Encoding: base64\r\n"
    body = b64encode(b"one" + bytes([0]) + b" +2AA- two")
    imap.deliver(head + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + body)
    (mail,) = read(imap)
    assert (mail.is_unreadable, mail.text) == (False, "one  two")


def test_one_that_nobody_can_take_in_stays_unread_and_holds_up_nothing(imap: Imap) -> None:
    imap.deliver(written("一"))
    imap.deliver(written("二"))
    taken = []

    def take(mail: ReceivedMail) -> bool:
        if mail.text.strip() == "一":
            raise ValueError("a mistake of ours")
        taken.append(mail.text.strip())
        return True

    with pytest.raises(ValueError, match="a mistake"):
        ImapMailbox(imap.url).read(take, most=1)
    assert taken == ["二"] and [mail.text.strip() for mail in read(imap)] == ["一"]


def test_two_mails_without_an_id_are_two(imap: Imap) -> None:
    for text in ("一", "二"):
        message = written(text)
        del message["Message-ID"]
        imap.deliver(message)
    assert len({mail.key for mail in read(imap)}) == 2


@pytest.mark.parametrize("broken", ["password", "port"])
def test_a_mailbox_that_does_not_answer_is_tried_again_later(imap: Imap, broken: str) -> None:
    url = imap.url.replace("password", "pass") if broken == "password" else imap.url.replace(f":{imap.port}/", ":1/")
    with pytest.raises(ProviderUnavailable) as problem:
        ImapMailbox(url).read(lambda _mail: True, most=1)
    assert "password" not in str(problem.value) and "help@shop" not in str(problem.value)


def test_html_that_never_ends_is_read_as_far_as_it_goes() -> None:
    assert text_of_html("<p>一<br>二<div" + "<" * 100).startswith("一\n二")
