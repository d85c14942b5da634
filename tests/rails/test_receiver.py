"""docs/integrate.md, followed: the receiver of the documentation runs, is checked, pays once, and says what it paid."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from portal.adapters.clock import SystemClock
from portal.adapters.rail_merchant import MerchantRail
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.domain.refunds.rails import MerchantConfig
from portal.ports import NoLookUp, RefundAsk

pytestmark = pytest.mark.req("P27", "P14", "N7")
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
EXAMPLE = Path(__file__).parents[2] / "docs/examples/receiver.py"
ASK = RefundAsk(
    number="01JR-1",
    payment_reference="2026-1",
    payment_id="p-1",
    order_no="A-1",
    method="alipay",
    amount=Money(900, "CNY"),
    captured=Money(900, "CNY"),
    reason="cancel",
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"SECRET": SECRET, "BOOKS": str(tmp_path_factory.mktemp("receiver") / "refunds.db")}
    process = subprocess.Popen([sys.executable, str(EXAMPLE), str(port)], env=env, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/refunds"
    process.terminate()
    process.wait()


def rail(url: str, *, secret: str = SECRET, query: bool = True) -> MerchantRail:
    config = MerchantConfig(methods=("alipay",), url=url, secret=secret, query_url=url if query else "")
    return MerchantRail(config, SystemClock(), may_be_private=True)


def test_the_receiver_of_the_documentation_passes_every_step_of_the_check(url: str) -> None:
    assert [(step.name, step.is_ok) for step in rail(url).check()] == [
        ("signed message", True),
        ("wrong signature refused", True),
        ("look-up", True),
    ]


def test_it_pays_once_however_often_it_is_asked_and_says_so_afterwards(url: str) -> None:
    assert rail(url).find_refund(ASK).outcome == "unknown_number"
    answers = [rail(url).refund(ASK) for _ in range(3)]
    assert {(one.outcome, one.reference) for one in answers} == {("succeeded", "own-01JR-1")}
    assert rail(url).find_refund(ASK) == answers[0]


def test_an_answer_that_is_no_2xx_is_unknown_and_never_failed(url: str) -> None:
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    with pytest.raises(ProviderUnavailable):
        rail(url, secret=other).refund(replace(ASK, number="01JR-2"))
    (step,) = rail(url, secret=other).check()
    assert not step.is_ok and step.detail == "HTTP 401"


def test_what_was_not_even_sent_is_not_unknown(url: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert rail(nobody).refund(ASK).outcome == "unknown_number"
    with pytest.raises(ProviderUnavailable):
        rail(nobody).find_refund(ASK)


def test_without_an_address_for_it_nobody_can_be_asked(url: str) -> None:
    with pytest.raises(NoLookUp):
        rail(url, query=False).find_refund(ASK)


def test_an_address_within_the_network_is_not_reached_unless_it_was_allowed(url: str) -> None:
    config = MerchantConfig(methods=("alipay",), url=url, secret=SECRET)
    answer = MerchantRail(config, SystemClock()).refund(ASK)
    assert (answer.outcome, answer.reason) == ("failed", "the address is not a public one")
