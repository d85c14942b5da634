"""A place in a process goes to whoever has waited longest (PERFORMANCE, p99 under load)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from portal.adapters.places import Places, given_back

SECONDS = 30


def until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.001)


def one_after_another(places: Places, served: list[str], names: str) -> list[threading.Thread]:
    """Threads that wait for a place, in this order."""

    def wait(name: str) -> None:
        with places.taken():
            served.append(name)

    threads = [threading.Thread(target=wait, args=(name,)) for name in names]
    for thread in threads:
        before = places.waiting
        thread.start()
        until(lambda before=before: places.waiting > before)
    return threads


def test_a_place_goes_to_whoever_has_waited_longest_even_if_its_last_holder_asks_again_at_once() -> None:
    places, served = Places(1), list[str]()
    with places.taken():
        threads = one_after_another(places, served, "abcdef")
    with places.taken():
        served.append("again")
    for thread in threads:
        thread.join(SECONDS)
    assert served == [*"abcdef", "again"]


def test_a_place_that_is_given_back_meanwhile_goes_to_the_first_who_waits_and_is_waited_for_again() -> None:
    places, served = Places(1), list[str]()
    with places.taken():
        threads = one_after_another(places, served, "abc")
        with given_back():
            until(lambda: len(served) == 3)
        served.append("back")
    for thread in threads:
        thread.join(SECONDS)
    assert served == [*"abc", "back"]


def test_as_many_are_served_at_once_as_there_are_places() -> None:
    places, inside = Places(2), threading.Barrier(2)

    def meet() -> None:
        with places.taken():
            inside.wait(SECONDS)

    threads = [threading.Thread(target=meet) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not inside.broken and places.waiting == 0
    with places.taken(), places.taken():
        assert places.waiting == 0
