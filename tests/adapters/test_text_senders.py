"""Every way to send a text message keeps the same promises; what only one of them does comes below."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from portal.adapters.sms_file import FileTexts
from portal.adapters.sms_http import HttpTexts
from portal.domain.errors import ProviderUnavailable, Undeliverable
from portal.ports import TextMessage, TextSender
from tests.support.fakes import FakeClock, MemoryTexts
from tests.support.local_http import LocalHandler, serving

MESSAGE = TextMessage(
    to="+8613800000001", sender="特派商城", body="【特派商城】验证码123456，5分钟内有效", message_id="sms/1"
)


@dataclass
class Gateway:
    """A gateway on loopback: what it was posted, with which headers; `status` is what it answers."""

    posted: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    status: int = 202
    answer: bytes = b""
    port: int = 0


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    kept = Gateway()

    class Handler(LocalHandler):
        def do_POST(self) -> None:
            body = json.loads(self.body())
            kept.headers.append(dict(self.headers))
            if kept.status == 202:
                kept.posted.append(body)
            self.send_response(kept.status)
            if kept.status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(kept.answer)))
            self.end_headers()
            self.wfile.write(kept.answer)

        def do_GET(self) -> None:
            kept.posted.append({"followed": self.path})
            self.send_response(200)
            self.end_headers()

    with serving(Handler) as kept.port:
        yield kept


@dataclass
class Case:
    texts: TextSender
    received: Callable[[], list[dict[str, Any]]]
    break_it: Callable[[], None]


def memory_case() -> Case:
    texts = MemoryTexts()

    def break_it() -> None:
        texts.is_down = True

    return Case(texts, lambda: [asdict(message) for message in texts.sent], break_it)


def file_case(directory: Path) -> Case:
    def break_it() -> None:
        directory.write_text("a file where the directory should be")

    return Case(FileTexts(directory, FakeClock()), lambda: texts_in(directory), break_it)


def http_case(gateway: Gateway) -> Case:
    def break_it() -> None:
        gateway.status = 503

    return Case(HttpTexts(f"http://127.0.0.1:{gateway.port}/send"), lambda: gateway.posted, break_it)


@pytest.fixture(params=["memory", "file", "http"])
def case(request: pytest.FixtureRequest, tmp_path: Path, gateway: Gateway) -> Case:
    match request.param:
        case "memory":
            return memory_case()
        case "file":
            return file_case(tmp_path / "sms")
    return http_case(gateway)


@pytest.mark.req("S15")
class TestEveryTextSender:
    def test_a_message_arrives_as_it_was(self, case: Case) -> None:
        case.texts.send(MESSAGE)
        (received,) = case.received()
        said = {name: getattr(MESSAGE, name) for name in ("to", "sender", "body", "message_id")}
        assert {name: received[name] for name in said} == said

    def test_an_approved_text_goes_with_its_parameters_in_order(self, case: Case) -> None:
        case.texts.send(replace(MESSAGE, template_id="SMS_77", params=("TP1", "¥1.00")))
        (received,) = case.received()
        assert (received["template_id"], list(received["params"])) == ("SMS_77", ["TP1", "¥1.00"])

    def test_what_cannot_be_sent_is_said_so(self, case: Case) -> None:
        case.break_it()
        with pytest.raises(ProviderUnavailable) as raised:
            case.texts.send(MESSAGE)
        assert raised.value.provider == "sms"
        assert MESSAGE.to not in raised.value.reason


def test_a_message_file_names_its_time_and_a_repeat_makes_no_second_one(tmp_path: Path) -> None:
    texts = FileTexts(tmp_path, FakeClock())
    texts.send(MESSAGE)
    texts.send(MESSAGE)
    (kept,) = texts_in(tmp_path)
    assert set(kept) == {"at", "to", "body", "sender", "message_id"}
    assert kept["at"] == "2026-11-20T04:00:00+00:00"


def test_the_gateway_gets_the_credentials_of_the_url_and_a_key_against_repeats(gateway: Gateway) -> None:
    HttpTexts(f"http://shop:p%40ss@127.0.0.1:{gateway.port}/send").send(MESSAGE)
    assert gateway.headers[0]["Authorization"] == "Basic c2hvcDpwQHNz"
    assert gateway.headers[0]["Idempotency-Key"] == "sms/1"


def test_a_redirect_is_not_followed_to_where_nobody_configured(gateway: Gateway) -> None:
    gateway.status = 302
    with pytest.raises(ProviderUnavailable):
        HttpTexts(f"http://127.0.0.1:{gateway.port}/send").send(MESSAGE)
    assert gateway.posted == []


def test_a_gateway_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(ProviderUnavailable):
        HttpTexts("http://127.0.0.1:9/send").send(MESSAGE)


@pytest.mark.parametrize("url", ["http://sms.example/send", "ftp://127.0.0.1/", "https://", "http://localhost.evil/"])
def test_a_message_never_travels_unencrypted(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpTexts(url)


def texts_in(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in sorted(directory.glob("*.json"))]


@pytest.mark.parametrize(
    ("status", "answer", "code"),
    [
        (422, b"", "422"),
        (422, b'{"accepted": false, "code": "no_such_number"}', "no_such_number"),
        (202, b'{"accepted": false, "code": "isv.MOBILE_NUMBER_ILLEGAL"}', "isv.MOBILE_NUMBER_ILLEGAL"),
        (202, '{"accepted": false, "code": "号码+8613800000001无效"}'.encode(), "refused"),
        (202, b"<html>", None),
        (202, b"[1]", None),
    ],
)
def test_what_a_gateway_refuses_for_good_is_told_by_its_code_alone(
    status: int, answer: bytes, code: str | None, gateway: Gateway
) -> None:
    gateway.status, gateway.answer = status, answer
    sender = HttpTexts(f"http://127.0.0.1:{gateway.port}/sms")
    if code is None:
        sender.send(MESSAGE)
        return
    with pytest.raises(Undeliverable) as raised:
        sender.send(MESSAGE)
    assert raised.value.reason == code
