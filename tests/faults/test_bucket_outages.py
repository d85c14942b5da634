"""The bucket is gone, silent, slow or full: a photo is refused in words and nothing else waits, then it is taken."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from portal.adapters.s3_bucket import DEADLINE
from portal.domain.errors import ProviderUnavailable
from portal.services.evidence.receive_files import PATIENCE
from portal.services.records.sign_heads import sign_heads
from tests.faults.fleet import post_file
from tests.faults.installation import SECRET, Answer, Browser, Installation, started
from tests.faults.promises import Shopper, check, settle
from tests.support import databases
from tests.support.relay import Relay, http_refusal, relayed
from tests.support.s3_server import WHO

pytestmark = [pytest.mark.req("N7", "S20"), pytest.mark.timeout(300)]
SLACK = 10.0
"""Seconds that a busy machine may take for what is no waiting: less than who waits for the bucket does."""
LONGEST = DEADLINE.total_seconds() + PATIENCE.total_seconds() + SLACK
SENDERS, LOOKERS = 6, 16
SORRY = "暂时保存不了，其他内容都还在。请过几分钟再选一次。"
WORDS = "请问什么时候到？"
REFUSALS = (
    ("503 Slow Down", "SlowDown"),
    ("507 Insufficient Storage", "QuotaExceeded"),
    ("403 Forbidden", "AccessDenied"),
)


class OverBucket(Installation):
    """Its evidence and heads are kept in a bucket, behind a relay."""

    def __init__(self, folder: Path, url: str, relay: Relay) -> None:
        super().__init__(folder, url)
        self.relay = relay

    @property
    def elsewhere(self) -> dict[str, str]:
        prefix = f"{self.folder.name}-{os.getpid()}"
        endpoint = f"http://127.0.0.1:{self.relay.port}"
        return {"store_url": f"s3://evidence/{prefix}", "audit_url": f"s3://heads/{prefix}", "s3_endpoint": endpoint}

    @cached_property
    def app(self) -> Any:
        return databases.portal_app(self.url, self.folder, secret_key=SECRET, **self.elsewhere)

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | WHO | {f"PORTAL_{name.upper()}": said for name, said in self.elsewhere.items()}

    def photo(self, shade: int, path: str, values: dict[str, str]) -> Answer:
        content = io.BytesIO()
        Image.new("RGB", (8, 8), (shade, 90, 9)).save(content, "PNG")
        browser = Browser(self.port, dict(self.browser.cookies))
        return post_file(browser, path, values | {"body": WORDS}, content.getvalue(), timeout=LONGEST)


@pytest.fixture(scope="module")
def place(s3_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverBucket]:
    folder, parts = tmp_path_factory.mktemp("bucket"), urlsplit(s3_address)
    with pytest.MonkeyPatch.context() as patch, relayed((parts.hostname or "", parts.port or 0)) as relay:
        for name, value in WHO.items():
            patch.setenv(name, value)
        with started(OverBucket(folder, databases.sqlite_database(folder), relay)) as running:
            yield running


@pytest.fixture
def asking(place: OverBucket) -> tuple[str, dict[str, str]]:
    """The form of a question about an order, with room for photos."""
    number = Shopper(place).order()
    return place.browser.form(f"/orders/{number}/ask", "/ask")


def is_kept_for_later(answer: Answer) -> bool:
    """The form again, with its words and why the photo is missing."""
    said = answer.body.decode()
    return answer.status == 422 and SORRY in said and WORDS in said


def picture_of(place: OverBucket, case: str) -> str:
    tree = place.browser.get(case).tree
    found: str = tree.xpath("//img[contains(@src, '/evidence/')]/@src")[0]
    return found


def send_until_taken(place: OverBucket, asking: tuple[str, dict[str, str]], shade: int) -> str:
    answer = place.photo(shade, *asking)
    assert answer.status == 303, answer.body.decode()[-3000:]
    return answer.location


def test_while_the_bucket_is_silent_photos_wait_as_long_as_is_said_and_nobody_else(
    place: OverBucket, asking: tuple[str, dict[str, str]]
) -> None:
    shopper = Shopper(place)
    case = send_until_taken(place, asking, 1)
    picture = picture_of(place, case)
    other = place.browser.form(f"/orders/{shopper.order()}/ask", "/ask")
    act = shopper.fill(shopper.order())
    with ThreadPoolExecutor(SENDERS + LOOKERS) as people, silent(place.relay):
        sent = [people.submit(timed, lambda shade=shade: place.photo(shade, *other)) for shade in range(SENDERS)]
        looked = [people.submit(timed, lambda: look(place, picture)) for _ in range(LOOKERS)]
        time.sleep(1)
        pages = [timed(lambda path=path: place.browser.get(path)) for path in (*["/orders"] * 5, case)]
        cancelled = timed(lambda: shopper.press(act))
        answers, looks = [one.result() for one in sent], [one.result() for one in looked]
    assert [answer.status for answer, _ in pages] == [200] * 6 and cancelled[0] is True
    assert max(took for _, took in (*pages, cancelled)) < SLACK, (pages, cancelled)
    assert all(is_kept_for_later(answer) for answer, _ in answers), [answer.status for answer, _ in answers]
    assert {answer.status for answer, _ in looks} == {503}
    assert max(took for _, took in (*answers, *looks)) < LONGEST
    assert send_until_taken(place, other, 50) and look(place, picture).status == 200
    settle(place)
    check(shopper)


@contextmanager
def silent(relay: Relay) -> Iterator[None]:
    with relay.being(is_silent=True):
        yield
    relay.cut()


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    return act(), time.monotonic() - began


def look(place: OverBucket, picture: str) -> Answer:
    return Browser(place.port, dict(place.browser.cookies), timeout=LONGEST).get(picture)


@pytest.mark.parametrize("how", ["gone", *(code for _, code in REFUSALS)])
def test_a_bucket_that_is_gone_or_takes_nothing_is_told_and_the_same_form_is_taken_later(
    place: OverBucket, asking: tuple[str, dict[str, str]], how: str
) -> None:
    with outage(place.relay, how):
        answer, took = timed(lambda: place.photo(7, *asking))
        assert is_kept_for_later(answer) and took < SLACK
        with pytest.raises(ProviderUnavailable):
            sign_heads(deps=place.deps)
        assert place.browser.get("/readyz").status == 200
    assert send_until_taken(place, asking, 7)


@contextmanager
def outage(relay: Relay, how: str) -> Iterator[None]:
    statuses = {code: status for status, code in REFUSALS}
    with relay.gone() if how == "gone" else relay.being(said=http_refusal(statuses[how], how)):
        yield
    relay.cut()


def test_a_slow_bucket_is_waited_for_and_one_that_trickles_no_longer_than_is_said(
    place: OverBucket, asking: tuple[str, dict[str, str]]
) -> None:
    with place.relay.being(delay=1.0):
        assert send_until_taken(place, asking, 20)
    file = b"x" * 4_000
    place.deps.store.put("20000101/trickled", file)
    with place.relay.being(pace=0.05):
        took = seconds_until_given_up(lambda: place.deps.store.get("20000101/trickled"))
    place.relay.cut()
    assert took < DEADLINE.total_seconds() + SLACK
    assert place.deps.store.get("20000101/trickled") == file


def seconds_until_given_up(act: Callable[[], Any]) -> float:
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        act()
    return time.monotonic() - began


def test_heads_wait_for_the_bucket_and_are_written_later(place: OverBucket) -> None:
    before = place.deps.heads.names()
    with silent(place.relay):
        assert seconds_until_given_up(lambda: sign_heads(deps=place.deps)) < DEADLINE.total_seconds() + SLACK
    sign_heads(deps=place.deps)
    assert len(place.deps.heads.names()) >= max(1, len(before))
