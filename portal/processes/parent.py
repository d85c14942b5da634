"""A process ends by itself when its parent is gone: after kill -9 nothing may keep answering on the port."""

from __future__ import annotations

import os
import threading
import time

PARENT = "PORTAL_PARENT_PID"
WORKER = "PORTAL_WORKER_NAME"
"""What the supervisor calls its worker: the next one under that name knows that the one before it is gone."""


def end_with_parent() -> None:
    """Watches, in a thread, whether the supervisor still lives; leaves at once when it does not."""
    parent = int(os.environ.get(PARENT, "0"))
    if parent:
        threading.Thread(target=_watch, args=(parent,), daemon=True, name="parent-watch").start()


def _watch(supervisor: int) -> None:
    own_parent = os.getppid()
    while is_alive(supervisor) and os.getppid() == own_parent:
        time.sleep(0.2)
    os._exit(3)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
