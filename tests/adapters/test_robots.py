"""Robots over HTTP: the body that each takes, what counts as taken, and where a message never goes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.adapters.pinned_http import is_public
from portal.adapters.robots_http import HttpRobots
from portal.domain.errors import ProviderUnavailable
from portal.ports import RobotAddress, RobotItem, RobotMessage
from tests.support.fakes import NOON, FakeClock
from tests.support.local_http import LocalHandler, serving

pytestmark = pytest.mark.req("S21")
MESSAGE = RobotMessage(
    shop="特派商城",
    text="【特派商城】1件事等处理",
    items=(RobotItem(what="new_case", order_no="A-1", case_no="T1", link="https://x.example/1", deadline=NOON),),
)


@dataclass
class Group:
    """What was posted to it, and what it answers."""

    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    status: int = 200
    answer: str = '{"errcode":0,"errmsg":"ok"}'
    slowly: float = 0.0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/send?key=k"


def serve(kept: Group, context: ssl.SSLContext | None = None) -> AbstractContextManager[int]:
    class Handler(LocalHandler):
        def do_POST(self) -> None:
            body = json.loads(self.body())
            kept.posted.append((self.path, body))
            kept.headers.append(dict(self.headers))
            self.send_response(kept.status)
            if kept.status == 302:
                self.send_header("Location", f"http://127.0.0.1:{kept.port}/elsewhere")
            self.end_headers()
            for piece in kept.answer.encode() if kept.slowly else ():
                self.wfile.write(bytes([piece]))
                self.wfile.flush()
                time.sleep(kept.slowly)
            if not kept.slowly:
                self.wfile.write(kept.answer.encode())

        def do_GET(self) -> None:
            kept.posted.append(("followed", {}))

    return serving(Handler, context)


@pytest.fixture
def group() -> Iterator[Group]:
    kept = Group()
    with serve(kept) as kept.port:
        yield kept


def robots(**named: Any) -> HttpRobots:
    return HttpRobots(FakeClock(), may_be_private=True, **named)


def sign(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("form", ["wecom", "dingtalk"])
def test_wecom_and_dingtalk_take_a_text_under_content(group: Group, form: Any) -> None:
    assert robots().post(RobotAddress(form=form, url=group.url), MESSAGE).problem == ""
    assert group.posted == [("/send?key=k", {"msgtype": "text", "text": {"content": MESSAGE.text}})]
    assert group.headers[0]["Content-Type"].startswith("application/json")
    assert group.headers[0]["Host"] == f"127.0.0.1:{group.port}"


def test_dingtalk_is_signed_in_the_address_over_milliseconds_and_the_secret(group: Group) -> None:
    robots().post(RobotAddress(form="dingtalk", url=group.url, secret="SEC+/="), MESSAGE)
    query = parse_qs(urlsplit(group.posted[0][0]).query)
    at = str(int(NOON.timestamp() * 1000))
    assert query == {"key": ["k"], "timestamp": [at], "sign": [sign("SEC+/=", f"{at}\nSEC+/=")]}


def test_feishu_takes_a_text_of_its_own_and_is_signed_in_the_body_with_the_secret_as_the_key(group: Group) -> None:
    group.answer = '{"StatusCode":0,"StatusMessage":"success","code":0,"msg":"success"}'
    assert robots().post(RobotAddress(form="feishu", url=group.url), MESSAGE).problem == ""
    assert robots().post(RobotAddress(form="feishu", url=group.url, secret="s"), MESSAGE).problem == ""
    at = str(int(NOON.timestamp()))
    plain = {"msg_type": "text", "content": {"text": MESSAGE.text}}
    assert [body for _path, body in group.posted] == [plain, plain | {"timestamp": at, "sign": sign(f"{at}\ns", "")}]


def test_a_program_gets_the_same_in_fields_and_any_2xx_of_it_counts(group: Group) -> None:
    group.status, group.answer = 202, ""
    assert robots().post(RobotAddress(form="json", url=group.url), MESSAGE).problem == ""
    item = {"what": "new_case", "order_no": "A-1", "case_no": "T1", "link": "https://x.example/1"}
    items = [item | {"deadline": NOON.isoformat()}]
    assert group.posted[0][1] == {"shop": "特派商城", "text": MESSAGE.text, "items": items}


@pytest.mark.parametrize(
    ("form", "status", "answer", "problem"),
    [
        ("wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', "refused"),
        ("dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', "refused"),
        ("feishu", 200, '{"code":19021,"msg":"sign match fail"}', "refused"),
        ("wecom", 200, "<html>welcome</html>", "refused"),
        ("wecom", 200, "[0]", "refused"),
        ("wecom", 404, "", "refused"),
        ("json", 404, "no", "refused"),
        ("wecom", 302, "", "redirected"),
    ],
)
def test_what_a_robot_does_not_take_is_no_success_whatever_its_status(
    group: Group, form: Any, status: int, answer: str, problem: str
) -> None:
    group.status, group.answer = status, answer
    found = robots().post(RobotAddress(form=form, url=group.url), MESSAGE)
    assert (found.problem, found.status, found.said) == (problem, status, answer)
    assert len(group.posted) == 1, "no redirect is followed"


def test_what_it_says_is_cut_and_made_harmless(group: Group) -> None:
    group.status, group.answer = 400, "a\u202eb\x00\x1b[31m" + "x" * 9_000
    said = robots().post(RobotAddress(form="json", url=group.url), MESSAGE).said
    assert said.startswith("ab[31mxxx") and len(said) == 300


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_asks_to_come_again_is_tried_again(group: Group, status: int) -> None:
    group.status = status
    with pytest.raises(ProviderUnavailable, match=str(status)):
        robots().post(RobotAddress(form="wecom", url=group.url), MESSAGE)


def test_nobody_there_and_an_answer_that_trickles_end_in_time(group: Group) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(ProviderUnavailable):
        robots().post(RobotAddress(form="wecom", url=nobody), MESSAGE)
    group.slowly, group.answer = 0.1, "x" * 600
    before = time.monotonic()
    try:
        answer = robots(whole=0.3).post(RobotAddress(form="wecom", url=group.url), MESSAGE)
        assert answer.problem == "refused"
    except ProviderUnavailable:
        pass
    assert time.monotonic() - before < 30, "six hundred bytes take a minute"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:169.254.169.254", "2001:db8::1"),
    ],
)
def test_no_address_within_a_network_is_public_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2400:3200::1", "64:ff9b::101:101"])
def test_the_open_internet_is(address: str) -> None:
    assert is_public(address)


def found(*addresses: str) -> Any:
    def resolve(_host: str, port: int, **_named: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return resolve


def test_a_name_that_leads_within_is_not_connected_to_even_where_another_of_its_addresses_is_public(
    group: Group,
) -> None:
    for addresses in (("127.0.0.1",), ("1.1.1.1", "127.0.0.1")):
        adapter = HttpRobots(FakeClock(), resolve=found(*addresses))
        url = f"https://robot.example:{group.port}/x"
        assert adapter.post(RobotAddress(form="wecom", url=url), MESSAGE).problem == "private"
    assert HttpRobots(FakeClock()).post(RobotAddress(form="wecom", url=group.url), MESSAGE).problem == "private"
    assert group.posted == []


def certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "pair.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_name_is_looked_up_once_and_tls_names_it_to_the_address_that_was_found(tmp_path: Path) -> None:
    pair, kept, lookups = certificate(tmp_path, "robot.example"), Group(), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    context.sni_callback = lambda _sock, name, _context: kept.names.append(name)  # type: ignore[assignment]

    def resolve(host: str, port: int, **named: Any) -> list[Any]:
        lookups.append(host)
        return list(found("127.0.0.1")(host, port, **named))

    with serve(kept, context) as port:
        adapter = robots(context=ssl.create_default_context(cafile=str(pair)), resolve=resolve)
        url = f"https://robot.example:{port}/send?key=k"
        assert adapter.post(RobotAddress(form="wecom", url=url), MESSAGE).problem == ""
        assert (kept.names, lookups) == (["robot.example"], ["robot.example"])
        assert kept.headers[0]["Host"] == f"robot.example:{port}"
        other = url.replace("robot.example", "other.example")
        with pytest.raises(ProviderUnavailable, match="SSLCertVerificationError"):
            adapter.post(RobotAddress(form="wecom", url=other), MESSAGE)
        with pytest.raises(ProviderUnavailable):
            robots(resolve=resolve).post(RobotAddress(form="wecom", url=url), MESSAGE)
    assert len(kept.posted) == 1 and ip_address("127.0.0.1").is_loopback
