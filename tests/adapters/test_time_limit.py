"""A call as a whole has a time limit, whatever trickles in."""

from __future__ import annotations

import threading

import pytest

from portal.adapters.time_limit import within


@pytest.mark.req("P12", "N7")
class TestTimeLimit:
    def test_what_is_done_in_time_is_returned_and_its_error_raised(self) -> None:
        assert within(5, lambda: 3) == 3
        with pytest.raises(ZeroDivisionError):
            within(5, lambda: 1 // 0)

    def test_nothing_is_an_answer_too(self) -> None:
        assert within(5, lambda: None) is None

    def test_what_takes_longer_is_left_alone(self) -> None:
        done = threading.Event()
        with pytest.raises(TimeoutError):
            within(0.05, lambda: done.wait(20))
        done.set()
