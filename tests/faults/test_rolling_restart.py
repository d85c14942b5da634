"""One process after the other is restarted under load: nobody notices, and nothing is lost or done twice."""

from __future__ import annotations

import io
import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PIL import Image

from portal.repos.backups import stored_keys
from tests.faults.fleet import Fleet, post_file
from tests.faults.installation import Browser
from tests.faults.promises import Act, Shopper, check, settle

pytestmark = [pytest.mark.req("N6"), pytest.mark.timeout(0 if "PORTAL_FAULT_CYCLES" in os.environ else 300)]
ROUNDS = int(os.environ.get("PORTAL_FAULT_CYCLES", "0")) // 50 or 1
ORDERS = 40 * ROUNDS
READERS = 2


@dataclass
class Mixed:
    """Readers, one who cancels and one who sends photos; each request is sent once, and every failure is kept."""

    fleet: Fleet
    shopper: Shopper
    acts: list[Act]
    ask: tuple[str, dict[str, str]]
    stopping: threading.Event = field(default_factory=threading.Event)
    failed: list[str] = field(default_factory=list)
    answered: int = 0
    photos: int = 0

    def _once(self, what: str, act: Callable[[], int], wanted: tuple[int, ...]) -> None:
        try:
            status = act()
        except Exception as problem:
            self.failed.append(f"{what}: {type(problem).__name__} {problem}")
            return
        self.answered += 1
        if status not in wanted:
            self.failed.append(f"{what}: {status}")

    def _browser(self) -> Browser:
        return Browser(self.fleet.port, dict(self.fleet.browser.cookies))

    def read(self) -> None:
        browser = self._browser()
        for number in itertools.count():
            if self.stopping.is_set():
                return
            path = "/orders" if number % 3 else f"/orders/{self.acts[number % len(self.acts)].number}"
            self._once(path, lambda path=path: browser.get(path).status, (200,))

    def cancel(self) -> None:
        for act in self.acts:
            self._once(act.path, lambda act=act: 303 if self.shopper.press(act) else 503, (303,))
            time.sleep(0.05)
        self.stopping.wait()

    def send(self) -> None:
        path, values = self.ask
        browser = self._browser()
        while not self.stopping.is_set() and self.photos < 20:
            content = io.BytesIO()
            Image.new("RGB", (8, 8), (self.photos, 0, 9)).save(content, "PNG")
            self._once(
                path,
                lambda content=content: post_file(browser, path, values, content.getvalue()).status,
                (200, 303, 422),
            )
            self.photos += 1
            time.sleep(0.3)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=act) for act in (*[self.read] * READERS, self.cancel, self.send)]
        for thread in threads:
            thread.start()
        return threads


@pytest.mark.parametrize("queue", ["local", "procrastinate"])
def test_each_is_restarted_in_turn_and_no_request_fails_and_no_job_is_lost_or_done_twice(
    queue: str, make_fleet: Callable[[str], Fleet]
) -> None:
    fleet = make_fleet(queue)
    shopper = Shopper(fleet)
    acts = [shopper.fill(shopper.order()) for _ in range(ORDERS)]
    asked = shopper.order()
    path, values = fleet.browser.form(f"/orders/{asked}/ask", "/ask")
    load = Mixed(fleet, shopper, acts, (path, values | {"body": "请问什么时候到？"}))
    threads = load.start()
    try:
        for name in list(fleet.names) * ROUNDS:
            fleet.restart(name)
    finally:
        load.stopping.set()
        for thread in threads:
            thread.join()
    assert load.failed[:20] == [] and load.answered > ORDERS
    left = [act for act in acts if act.number not in shopper.acknowledged]
    for act in left:
        assert shopper.press(act)
    settle(fleet)
    check(shopper)
    with fleet.deps.database.reading(streams=True) as connection:
        keys = list(stored_keys(connection))
    assert keys and all(fleet.deps.store.get(key) for key in keys)
