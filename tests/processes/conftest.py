from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.processes.behind_a_proxy import SECRET
from tests.support.hook_receiver import Receiver, receiving


@pytest.fixture(scope="module")
def rail() -> Iterator[Receiver]:
    """The shop's own system, which pays at once."""
    with receiving(SECRET) as receiver:
        receiver.status, receiver.answer = 200, b'{"state": "succeeded", "reference": "M-1"}'
        yield receiver
