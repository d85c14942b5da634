"""Every way to send mail keeps the same promises; what only one of them does comes below."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.adapters.mail_file import FileMailer
from portal.adapters.mail_smtp import SmtpMailer
from portal.domain.errors import ProviderUnavailable, Undeliverable
from portal.ports import Mail, Mailer
from tests.adapters.smtp_sink import SmtpSink
from tests.support.fakes import FakeClock, MemoryMailer

MAIL = Mail(
    to="shopper@example.com",
    sender="特派商城 <service@shop.example>",
    subject="订单A-1001已取消，退款¥12.30已发起",
    body="退回到支付宝，预计11月20日至11月26日到账。\n\n客服不会索要密码、验证码，也不会让您转账。\n",
    message_id="notice/01J",
)


@dataclass
class Case:
    mailer: Mailer
    received: Callable[[], list[tuple[str, str, str]]]
    break_it: Callable[[], None]
    knows_repeats: bool


def memory_case() -> Case:
    mailer = MemoryMailer()

    def break_it() -> None:
        mailer.is_down = True

    return Case(mailer, lambda: [(m.to, m.subject, m.body) for m in mailer.sent], break_it, True)


def file_case(directory: Path) -> Case:
    def break_it() -> None:
        directory.mkdir(exist_ok=True)
        directory.rename(directory.with_name("gone"))
        directory.write_text("a file where the directory should be")

    return Case(FileMailer(directory, FakeClock()), lambda: [as_seen(m) for m in mails_in(directory)], break_it, True)


def smtp_case(sink: SmtpSink) -> Case:
    def break_it() -> None:
        sink.refuses = True

    mailer = SmtpMailer(f"smtp://127.0.0.1:{sink.port}", FakeClock())
    return Case(mailer, lambda: [as_seen(m) for m in sink.received], break_it, False)


@pytest.fixture(params=["memory", "file", "smtp"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param == "smtp":
        with SmtpSink() as sink:
            yield smtp_case(sink)
    else:
        yield memory_case() if request.param == "memory" else file_case(tmp_path / "mail")


@pytest.mark.req("S15")
class TestEveryMailer:
    def test_a_mail_arrives_with_its_words_as_they_were(self, case: Case) -> None:
        case.mailer.send(MAIL)
        assert case.received() == [(MAIL.to, MAIL.subject, MAIL.body)]

    def test_two_mails_are_two(self, case: Case) -> None:
        case.mailer.send(MAIL)
        case.mailer.send(replace(MAIL, message_id="notice:01J"))
        assert len(case.received()) == 2

    def test_the_same_mail_again_is_one_where_that_can_be_told(self, case: Case) -> None:
        case.mailer.send(MAIL)
        case.mailer.send(replace(MAIL, subject="another try"))
        subjects = [subject for _, subject, _ in case.received()]
        assert subjects == [MAIL.subject] if case.knows_repeats else subjects[0] == MAIL.subject

    def test_what_cannot_be_sent_is_said_so(self, case: Case) -> None:
        case.break_it()
        with pytest.raises(ProviderUnavailable) as raised:
            case.mailer.send(MAIL)
        assert raised.value.provider == "mail"
        assert MAIL.to not in raised.value.reason


def test_mail_files_are_named_in_the_order_of_time_and_leave_nothing_unfinished(tmp_path: Path) -> None:
    clock = FakeClock()
    mailer = FileMailer(tmp_path, clock)
    for number in (3, 1, 2):
        mailer.send(replace(MAIL, message_id=f"n-{number}", subject=str(number)))
        clock.move(seconds=1)
    assert [mail["Subject"] for mail in mails_in(tmp_path)] == ["3", "1", "2"]
    assert not list(tmp_path.glob(".*.tmp"))


def test_the_same_mail_again_later_makes_no_second_file(tmp_path: Path) -> None:
    clock = FakeClock()
    for _ in range(2):
        FileMailer(tmp_path, clock).send(MAIL)
        clock.move(days=1)
    assert len(mails_in(tmp_path)) == 1


def test_a_mail_file_can_be_read_by_a_person(tmp_path: Path) -> None:
    FileMailer(tmp_path, FakeClock()).send(MAIL)
    (file,) = tmp_path.glob("*.eml")
    assert "退回到支付宝" in file.read_bytes().decode()


def test_a_mail_names_its_time_and_an_id_that_a_second_sending_would_repeat(tmp_path: Path) -> None:
    FileMailer(tmp_path, FakeClock()).send(MAIL)
    (mail,) = mails_in(tmp_path)
    assert mail["Date"] == "Fri, 20 Nov 2026 04:00:00 +0000"
    assert mail["Message-ID"] == "<notice.01J@shop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_line_break_in_a_subject_never_becomes_a_header(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        FileMailer(tmp_path, FakeClock()).send(replace(MAIL, subject="x\r\nBcc: someone@example.com"))


@pytest.mark.req("S15")
@pytest.mark.parametrize(("scheme", "at_once"), [("smtp", False), ("smtps", True)])
def test_a_server_with_tls_gets_the_mail_and_the_password_encrypted(scheme: str, at_once: bool, tmp_path: Path) -> None:
    server_side, client_side = certificate(tmp_path)
    with SmtpSink(tls=server_side, tls_at_once=at_once) as sink:
        url = f"{scheme}://shop:p%40ss@127.0.0.1:{sink.port}"
        SmtpMailer(url, FakeClock(), tls=client_side).send(MAIL)
    assert len(sink.received) == 1
    assert ("STARTTLS" in [line.upper() for line in sink.heard]) != at_once
    assert any(line.startswith("AUTH PLAIN") for line in sink.heard)


@pytest.mark.req("S15")
def test_a_server_that_reports_is_asked_to_name_the_mail_and_to_send_no_more_than_its_headers_back() -> None:
    with SmtpSink() as sink:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{sink.port}", FakeClock())
        mailer.send(MAIL)
        sink.offers = ("DSN",)
        mailer.send(MAIL)
    usual, reported = (line for line in sink.heard if line.upper().startswith("MAIL"))
    assert "ENVID" not in usual and "ENVID=notice.01J RET=HDRS" in reported
    assert [line.endswith("NOTIFY=FAILURE") for line in sink.heard if line.upper().startswith("RCPT")] == [False, True]


def test_a_server_with_a_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    server_side, _ = certificate(tmp_path)
    with SmtpSink(tls=server_side) as sink, pytest.raises(ProviderUnavailable):
        SmtpMailer(f"smtp://127.0.0.1:{sink.port}", FakeClock()).send(MAIL)
    assert not sink.received


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with SmtpSink() as sink:
        port = sink.port
    with pytest.raises(ProviderUnavailable):
        SmtpMailer(f"smtp://127.0.0.1:{port}", FakeClock()).send(MAIL)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25"])
def test_a_url_that_is_no_mail_server_stops_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://host"):
        SmtpMailer(url, FakeClock())


def mails_in(directory: Path) -> list[EmailMessage]:
    messages = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(directory.glob("*.eml"))
    ]
    return [message for message in messages if isinstance(message, EmailMessage)]


def as_seen(message: EmailMessage) -> tuple[str, str, str]:
    return message["To"], message["Subject"], message.get_content().replace("\r\n", "\n")


def certificate(directory: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for 127.0.0.1 made for this test: the server's context, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = directory / "sink.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(pem)
    client_side = ssl.create_default_context(cafile=str(pem))
    return server_side, client_side


@pytest.mark.req("S15")
@pytest.mark.parametrize(
    ("verb", "answer", "for_good"),
    [
        ("RCPT", "550 5.1.1 no such mailbox", "550 5.1.1"),
        ("RCPT", "553 no", "553"),
        ("DATA", "554 5.6.0 not like this", "554 5.6.0"),
        ("RCPT", "550 5.7.1 relaying denied", ""),
        ("RCPT", "530 5.7.0 sign in first", ""),
        ("RCPT", "450 4.2.1 later", ""),
        ("MAIL", "550 5.1.8 bad sender", ""),
    ],
)
def test_only_what_a_server_refuses_for_good_is_not_tried_again(verb: str, answer: str, for_good: str) -> None:
    with SmtpSink(answers={verb: answer}) as sink, pytest.raises(ProviderUnavailable) as raised:
        SmtpMailer(f"smtp://127.0.0.1:{sink.port}", FakeClock()).send(MAIL)
    assert isinstance(raised.value, Undeliverable) == bool(for_good)
    assert not for_good or raised.value.reason == for_good
