"""Webhooks over HTTP: signed so that the library believes them, and never sent into a network that is not public."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.adapters.clock import SystemClock
from portal.adapters.pinned_http import PinnedHttp
from portal.adapters.webhooks_http import HttpWebhooks, retry_after
from portal.domain.webhooks.endpoint import LONGEST_ANSWER
from portal.ports import WebhookCall
from tests.support.hook_receiver import Receiver, receiving

pytestmark = pytest.mark.req("P12")
OLD, NEW, OTHER = (f"whsec_{letter * 43}=" for letter in "ABC")
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(NEW) as kept:
        yield kept


def call(url: str, *secrets: str, body: str = '{"type":"system:refund:succeeded"}') -> WebhookCall:
    return WebhookCall(url=url, secrets=secrets or (NEW,), message_id="evt_7", at=datetime.now(UTC), body=body)


def webhooks(**named: Any) -> HttpWebhooks:
    return HttpWebhooks(SystemClock(), PinnedHttp(**{"may_be_private": True, **named}))


def test_the_library_believes_what_was_sent_and_nothing_under_another_secret(receiver: Receiver) -> None:
    body = json.dumps({"type": "system:case:approved", "data": {"note": "退款¥12.30 𠮷"}}, ensure_ascii=False)
    answer = webhooks().post(call(receiver.url, body=body))
    assert (answer.problem, answer.status) == ("", 204) and answer.took >= 0
    assert receiver.seen == [("evt_7", json.loads(body))] and receiver.paths == ["/hooks?token=k"]
    webhooks().post(call(receiver.url, OTHER))
    assert receiver.doubted == ["evt_7"]


def test_while_a_secret_is_changed_who_knows_either_believes_it(receiver: Receiver) -> None:
    for known in (OLD, NEW):
        receiver.secrets = (known,)
        webhooks().post(call(receiver.url, NEW, OLD))
    assert len(receiver.seen) == 2 and receiver.doubted == []


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (200, ""),
        (202, ""),
        (301, "redirected"),
        (307, "redirected"),
        (400, "refused"),
        (410, "refused"),
        (503, "refused"),
    ],
)
def test_only_2xx_is_taken_and_no_redirect_is_followed(receiver: Receiver, status: int, problem: str) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.url.replace("hooks", "elsewhere")}
    answer = webhooks().post(call(receiver.url))
    assert (answer.problem, answer.status) == (problem, status) and receiver.paths == ["/hooks?token=k"]


def test_what_it_answers_is_cut_and_made_harmless(receiver: Receiver) -> None:
    receiver.status, receiver.answer = 500, "a\u202eb\x00\x1b[31m<b>".encode() + b"x" * 50_000_000
    answer = webhooks().post(call(receiver.url))
    assert answer.said.startswith("ab[31m<b>xxx") and len(answer.said) == LONGEST_ANSWER
    assert receiver.given < len(receiver.answer)


def test_nobody_there_an_answer_that_never_comes_and_one_that_trickles_end_in_time(receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert webhooks().post(call(nobody)).problem == "unreachable"
    receiver.slowly = 30
    began = time.monotonic()
    answer = webhooks(read=0.2).post(call(receiver.url))
    assert (answer.problem, answer.said) == ("unreachable", "TimeoutError")
    receiver.slowly, receiver.status, receiver.trickles, receiver.answer = 0, 500, 0.1, b"x" * 600
    assert webhooks(whole=0.3).post(call(receiver.url)).problem in ("refused", "unreachable")
    assert time.monotonic() - began < 30, "six hundred bytes take a minute"


def leads_to(*addresses: str) -> Any:
    def resolve(_host: str, port: int, **_named: Any) -> list[Any]:
        kinds = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(kinds[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return resolve


@pytest.mark.parametrize(
    "addresses",
    [
        *(("127.0.0.1",), ("10.0.0.8",), ("192.168.1.1",), ("169.254.169.254",), ("100.64.0.1",), ("0.0.0.0",)),
        *(("::1",), ("fd00::1",), ("fe80::1",), ("::ffff:127.0.0.1",), ("::ffff:10.0.0.8",), ("64:ff9b::7f00:1",)),
        *(("2002:7f00:1::",), ("1.1.1.1", "127.0.0.1"), ("2400:3200::1", "::1")),
    ],
)
def test_a_name_that_leads_within_is_sent_nothing(receiver: Receiver, addresses: tuple[str, ...]) -> None:
    adapter = webhooks(may_be_private=False, resolve=leads_to(*addresses))
    answer = adapter.post(call(f"https://hooks.example:{receiver.port}/x"))
    assert (answer.problem, answer.status) == ("private", 0) and receiver.paths == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "2130706433", "0x7f000001"])
def test_an_address_of_this_machine_is_sent_nothing_however_it_is_written(receiver: Receiver, host: str) -> None:
    answer = webhooks(may_be_private=False).post(call(f"https://{host}:{receiver.port}/x"))
    assert answer.problem in ("private", "unreachable") and receiver.paths == []


def test_a_portal_of_ones_own_machine_reaches_that_machine_and_nothing_else_within(receiver: Receiver) -> None:
    here = {"may_be_private": False, "may_be_here": True}
    assert webhooks(**here).post(call(f"http://127.0.0.1:{receiver.port}/x")).status == 204
    for within in (("10.0.0.8",), ("169.254.169.254",), ("127.0.0.1", "10.0.0.8")):
        answer = webhooks(**here, resolve=leads_to(*within)).post(call(f"http://hooks.example:{receiver.port}/x"))
        assert (answer.problem, answer.status) == ("private", 0)
    assert receiver.paths == ["/x"]


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(receiver: Receiver) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **named: Any) -> list[Any]:
        asked.append(host)
        return list(leads_to("192.0.2.1" if len(asked) > 1 else "127.0.0.1")(host, port, **named))

    url = f"http://rebinding.example:{receiver.port}/x"
    assert webhooks(resolve=resolve).post(call(url)).problem == "" and asked == ["rebinding.example"]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Fri, 20 Nov 2026 04:10:00 GMT", 600),
        ("Fri, 20 Nov 2026 03:00:00 GMT", 0),
        ("9" * 60, 10**6),
        *(("", None), ("-5", None), ("soon", None), ("12.5", None), ("x" * 500, None), ("١٢", None)),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_none(written: str, seconds: int | None) -> None:
    assert retry_after(written, NOW) == (None if seconds is None else timedelta(seconds=seconds))


def test_no_secret_stands_in_what_is_logged_of_a_call() -> None:
    assert NEW not in repr(call("https://hooks.example/", NEW))
