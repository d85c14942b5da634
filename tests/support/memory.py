"""How much memory something takes at most."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def peak_memory(into: list[int]) -> Iterator[None]:
    """Appends the bytes that what is within held at most, beyond what was there.

    What was there is set aside: Python looks for rubbish the less often the more a process holds, so that beside
    thousands of other tests it would be the rubbish that is measured.
    """
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        yield
        into.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
        gc.unfreeze()
