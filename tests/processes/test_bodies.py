"""Bodies are read in time and of a size that their address takes, before any thread is (SECURITY, availability)."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest

from portal.adapters.places import Counter, given_back
from portal.domain.errors import ProviderUnavailable
from portal.processes.bodies import SMALL, SMALL_SECONDS, Bodies, Gone, TooSlow
from portal.processes.front import Front, environ_of

pytestmark = pytest.mark.req("N4")


def arriving(parts: Iterable[bytes], *, every: float = 0.0, ends: bool = True) -> Callable[[], Awaitable[Any]]:
    """`parts` as a client sends them; one that does not end sends nothing more, and stays."""
    left = list(parts)

    async def receive() -> Any:
        if not left and not ends:
            await asyncio.Event().wait()
        await asyncio.sleep(every)
        part = left.pop(0) if left else b""
        return {"type": "http.request", "body": part, "more_body": bool(left) or not ends}

    return receive


class NobodyWaits(asyncio.SelectorEventLoop):
    """A loop by whose time a wait is over at once, to the second, however busy the machine is."""

    def __init__(self) -> None:
        self.passed = 0.0
        super().__init__(Skipping(self))

    def time(self) -> float:
        return self.passed


class Skipping(selectors.DefaultSelector):
    def __init__(self, loop: NobodyWaits) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(timeout if timeout is None else 0)
        self.loop.passed += 0 if ready else timeout or 0
        return ready


def run(coroutine: Coroutine[Any, Any, Any], loop: Callable[[], Any] = asyncio.SelectorEventLoop) -> Any:
    """In a thread of its own: that of the tests has a loop already where a browser was driven in it before."""

    def alone() -> Any:
        with asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(coroutine)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result()


def read(receive: Callable[[], Awaitable[Any]], *, most: int = 10 * SMALL, **limits: float) -> tuple[bytes, float]:
    """What was read, and the seconds that it took."""

    async def reading() -> tuple[bytes, float]:
        body, length = await Bodies(**limits).read(receive, most=most)
        with body:
            content = body.read()
        assert len(content) == length
        return content, asyncio.get_running_loop().time()

    found: tuple[bytes, float] = run(reading(), NobodyWaits)
    return found


def given_up_after(receive: Callable[[], Awaitable[Any]], **limits: Any) -> float:
    """Seconds."""

    async def waiting() -> float:
        with pytest.raises(TooSlow):
            await Bodies(**limits).read(receive, most=32 * SMALL)
        return asyncio.get_running_loop().time()

    seconds: float = run(waiting(), NobodyWaits)
    return seconds


@pytest.mark.parametrize("parts", [[b""], [b"a=1"], [b"a", b"=", b"1"], [b"x" * SMALL], [b"x" * 7_000] * 50])
def test_a_body_is_read_whole_however_it_comes(parts: list[bytes]) -> None:
    assert read(arriving(parts)) == (b"".join(parts), 0)


def test_a_body_that_does_not_end_is_given_up() -> None:
    assert given_up_after(arriving([b"a"], ends=False)) == SMALL_SECONDS


def test_a_body_that_drips_is_given_up_though_something_always_comes() -> None:
    assert given_up_after(arriving([b"a"] * 1_000, every=0.5)) == SMALL_SECONDS


def test_a_large_body_has_longer_as_long_as_it_keeps_coming_and_not_without_end() -> None:
    parts = [b"x" * SMALL] * 20
    content, took = read(arriving(parts, every=3.0), most=32 * SMALL)
    assert (len(content), took) == (20 * SMALL, 60.0)
    # Its beginning, two parts of it, has a time of its own.
    assert given_up_after(arriving(parts, every=7.0)) == 14.0 + SMALL_SECONDS
    assert given_up_after(arriving(parts, every=3.0), most_seconds=40.0) == 6.0 + 40.0


def test_more_than_its_address_takes_is_not_read_to_the_end() -> None:
    assert len(read(arriving([b"x" * 1_000] * 500), most=SMALL)[0]) <= SMALL + 1_000


def test_a_client_that_goes_away_leaves_nothing_behind() -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        read(receive)


async def ask(
    front: Front, path: str, *, receive: Any = None, method: str = "GET", **headers: str
) -> tuple[int, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await front(scope(path, method, named), receive or arriving([b""]), send)
    return sent[0]["status"], sent[1]["body"]


def scope(path: str, method: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"a=%E4",
        "headers": headers, "http_version": "1.1", "scheme": "http", "client": ("192.0.2.1", 4),
        "server": ("127.0.0.1", 80),
    }  # fmt: skip


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/wrong":
        raise ValueError("wrong")
    return [environ["wsgi.input"].read()]


def test_a_page_gets_its_body_and_an_error_that_it_lets_through_is_500() -> None:
    async def walk() -> None:
        front = Front(echo)
        assert await ask(front, "/", receive=arriving([b"a=1"]), method="POST", content_length="3") == (200, b"a=1")
        assert (await ask(front, "/wrong"))[0] == 500

    run(walk())


def test_an_answer_of_unknown_length_is_sent_as_it_is_made_and_others_have_their_turn_in_between() -> None:
    made: list[str] = []

    def counting(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/count":
            return echo(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])

        def parts() -> Any:
            for number in "123":
                made.append(number)
                yield number.encode()
            made.append("end")

        return parts()

    async def walk() -> None:
        front, sent = Front(counting), list[Any]()

        async def send(message: Any) -> None:
            sent.append((len(made), message.get("body")))
            assert (await ask(front, "/"))[0] == 200

        await front(scope("/count", "GET", []), arriving([b""]), send)
        assert sent == [(0, None), (1, b"1"), (2, b"2"), (3, b"3"), (4, b"")]

    run(walk())


def test_a_client_that_leaves_an_answer_ends_it() -> None:
    closed: list[bool] = []

    def endless(_environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [])

        def parts() -> Any:
            try:
                while True:
                    yield b"more"
            finally:
                closed.append(True)

        return parts()

    async def walk() -> None:
        async def send(message: Any) -> None:
            if message.get("body"):
                raise OSError("gone")

        with pytest.raises(OSError, match="gone"):
            await Front(endless)(scope("/", "GET", []), arriving([b""]), send)
        assert closed == [True]

    run(walk())


def test_health_is_answered_while_a_page_takes_its_time_and_a_page_while_a_photo_does() -> None:
    begun, let_go = threading.Event(), threading.Event()

    def taking_their_time(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] in ("/slow", "/photo"):
            with given_back() if environ["PATH_INFO"] == "/photo" else nullcontext():
                begun.set()
                assert let_go.wait(60)
        return echo(environ, start_response)

    async def begin(front: Front, path: str) -> asyncio.Task[Any]:
        begun.clear()
        let_go.clear()
        task = asyncio.create_task(ask(front, path))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        return task

    async def walk() -> None:
        front = Front(taking_their_time)
        slow = await begin(front, "/slow")
        assert (await ask(front, "/healthz"))[0] == 200
        page = asyncio.create_task(ask(front, "/"))
        await asyncio.sleep(0.2)
        assert not page.done()
        let_go.set()
        assert [status for status, _body in await asyncio.gather(slow, page)] == [200, 200]
        photo = await begin(front, "/photo")
        assert (await ask(front, "/"))[0] == 200
        assert not photo.done()
        let_go.set()
        await photo

    run(walk())


def test_what_says_beforehand_that_it_is_too_long_is_not_read() -> None:
    async def walk() -> None:
        front = Front(echo, limit=lambda _method, _path: 10)
        waiting = arriving([], ends=False)
        assert await ask(front, "/", receive=waiting, method="POST", content_length="11") == (200, b"")

    run(walk())


def test_a_name_with_an_underscore_does_not_pass_for_a_proxys() -> None:
    import io

    headers = [(b"x_forwarded_for", b"192.0.2.9"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x")]
    environ = environ_of(scope("/a%2Fb%FF", "GET", headers), io.BytesIO(), 0)
    assert "HTTP_X_FORWARDED_FOR" not in environ and environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["PATH_INFO"] == "/a/b\xff" and environ["REMOTE_ADDR"] == "192.0.2.1"


def test_who_comes_to_a_full_counter_is_told_to_come_again_and_who_waits_too_long_too() -> None:
    counter = Counter("images", at_once=1, waiting=1, seconds=0.1)
    with counter.served(), pytest.raises(ProviderUnavailable), counter.served():
        raise AssertionError("served")
    with counter.served():
        pass
