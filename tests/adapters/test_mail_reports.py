"""Reports of mail servers, as each writes them: which mail it was, and whether anybody is there (S15)."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.adapters.mail_message import as_mime
from portal.adapters.mail_reports import delivery_report, is_report
from portal.domain.inbox.reports import DeliveryReport, reason_of, verdict_of
from portal.domain.messages.mail_names import SealedName
from portal.ports import Mail
from tests.support.fakes import FakeClock
from tests.support.reports import SERVERS, reported

pytestmark = pytest.mark.req("S15", "S34")
NAME = "notice-7-20261130100002000001"
SENT = as_mime(
    Mail(
        to="c1@example.com",
        sender="特派商城 <help@shop.example>",
        subject="您的退款申请没有通过",
        body="…",
        message_id=f"{NAME}.{'a' * 24}{'b' * 8}",
        thread="case.T1",
    ),
    FakeClock().now(),
)
OURS = SealedName(what="notice", number=7, name=NAME, is_elsewhere=False, seal="a" * 24, address="b" * 8)
SAID = {
    "postfix": ("address", "550 5.1.1"),
    "postfix-delayed": ("none", "4.4.1"),
    "postfix-gave-up": ("mail", "4.4.1"),
    "exim": ("address", "550 5.0.0"),
    "exchange": ("address", "550 5.1.10"),
    "exchange-not-allowed": ("mail", "550 5.7.133"),
    "163": ("address", "550 5.0.0"),
    "163-taken-for-spam": ("mail", "5.0.0"),
    "qq": ("address", "550"),
    "sendmail-by-envelope": ("mail", "552 5.2.2"),
}


def test_every_server_that_is_written_out_is_read() -> None:
    assert set(SAID) == set(SERVERS)


@pytest.mark.parametrize("server", SERVERS)
def test_a_report_names_the_mail_and_tells_a_bad_address_from_a_mail_that_was_lost(server: str) -> None:
    message = message_from_bytes(reported(server, SENT))
    report = delivery_report(message)
    assert report is not None and report.names == (OURS,)
    assert (verdict_of(report), reason_of(report)) == SAID[server]
    assert is_report(message) == (server != "qq")
    assert "@" not in reason_of(report) and "User" not in reason_of(report)


@pytest.mark.parametrize("server", SERVERS)
def test_a_report_of_a_mail_that_is_not_ours_is_none(server: str) -> None:
    theirs = as_mime(
        Mail(to="c1@example.com", sender="a@b.example", subject="x", body="y", message_id="notice-7-1"),
        FakeClock().now(),
    )
    assert delivery_report(message_from_bytes(reported(server, theirs))) is None


def test_a_person_who_quotes_a_mail_of_ours_reports_nothing() -> None:
    raw = f"From: c1@example.com\r\nIn-Reply-To: {SENT['Message-ID']}\r\n\r\n550 5.1.1 no such user\r\n"
    assert delivery_report(message_from_bytes(raw.encode())) is None


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"action": "delivered", "status": "2.0.0"}, "none"),
        ({"action": "relayed", "status": "5.1.1"}, "none"),
        ({"action": ""}, "none"),
        ({"action": "failed"}, "mail"),
        ({"action": "failed", "status": "5.2.1"}, "address"),
        ({"action": "failed", "status": "5.4.4"}, "address"),
        ({"action": "failed", "status": "5.4.7"}, "mail"),
        ({"action": "failed", "status": "5.5.0", "diagnostic": "smtp; 550 5.5.0 mailbox unavailable"}, "address"),
        ({"action": "failed", "status": "5.0.0", "diagnostic": "smtp; 550 5.7.1 blocked"}, "mail"),
        ({"action": "failed", "status": "five", "diagnostic": "smtp; 553 no such name"}, "address"),
        ({"action": "failed", "status": "5.0.0", "diagnostic": "smtp; 554 refused"}, "mail"),
        ({"action": "failed", "diagnostic": "at 10.5.1.1 nobody answered"}, "mail"),
    ],
    ids=str,
)
def test_what_is_final_and_what_is_about_the_address(said: dict[str, Any], verdict: str) -> None:
    assert verdict_of(DeliveryReport(names=(OURS,), **said)) == verdict


@pytest.mark.parametrize(
    "line",
    ["Action: failed", "Status: 5.1.1", "Content-Type: message/delivery-status", "Diagnostic-Code: smtp; 550 5.1.1"],
)
@given(odd=st.one_of(st.binary(max_size=200), st.sampled_from([b"", b"\r\n\r\n", b": ", b"=?utf-8?b?//8=?=", b"\0"])))
def test_odd_reports_are_read_as_far_as_they_go(line: str, odd: bytes) -> None:
    raw = reported("postfix", SENT).replace(line.encode(), odd, 1)
    report = delivery_report(message_from_bytes(raw))
    assert report is None or len(reason_of(report)) <= 20


@given(
    parts=st.lists(
        st.sampled_from(
            [
                b"Content-Type: message/delivery-status\r\n",
                b"Content-Type: message/rfc822\r\n",
                b"Content-Type: multipart/report; boundary=x\r\n",
                b"Content-Transfer-Encoding: base64\r\n",
                b"Content-Type: text/plain; charset=\xff\xfe\r\n",
                b"Content-Type: text/html; charset=utf-7\r\n",
                b"From: mailer-daemon@x\r\n",
                f"Message-ID: {SENT['Message-ID']}\r\n".encode(),
                b"Action: failed\r\n",
                b"\r\n",
                b"--x\r\n",
                b"--x--\r\n",
                b"550 5.1.1\r\n",
                b"\xd5\xd2\xb2\xbb\xb5\xbd====\r\n",
            ]
        ),
        max_size=30,
    )
)
def test_whatever_is_put_together_is_no_error(parts: list[bytes]) -> None:
    report = delivery_report(message_from_bytes(b"".join(parts)))
    assert report is None or verdict_of(report) in ("none", "mail", "address")


def test_a_long_name_is_not_folded_apart() -> None:
    domain = "a-shop-with-a-rather-long-name-of-its-own.mail.example"
    mail = Mail(to="a@b.example", sender=f"s@{domain}", subject="x", body="y", message_id=f"{NAME}-named.{'a' * 32}")
    raw = as_mime(mail, FakeClock().now()).as_bytes().decode()
    assert f"Message-ID: <{mail.message_id}@{domain}>" in raw and f"X-Message-Name: {mail.message_id}" in raw
