"""The network between a worker and its database goes black in the middle of a job (issue 17, faults; N7).

The worker reaches PostgreSQL over a relay of ours, which forwards nothing while it is cut and ends no connection:
neither end is told, as when a switch loses its power. Another worker, and the web, have ways of their own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import OwnCluster
from tests.faults.installation import installed
from tests.faults.machines import running, until
from tests.faults.promises import Shopper, check, settle
from tests.support import databases
from tests.support.relay import Relay, relayed

IS_LONG = bool(int(os.environ.get("PORTAL_FAULT_CYCLES") or 0))
BEFORE_CALL, AFTER_CALL, BEFORE_COMMIT = ("_call", "before"), ("_call", "after"), ("take_answer", "after")
WITHIN = 90
"""Seconds until what a worker had in hand that was cut off is done elsewhere: a minute, and what a busy machine takes
for all the rest."""
ANSWERED = 15
"""Seconds that a page may take meanwhile, one that waits for what the worker holds too."""
QUICK = (("procrastinate", BEFORE_COMMIT), ("local", BEFORE_COMMIT))
LONG = [(queue, step) for queue in ("procrastinate", "local") for step in (BEFORE_CALL, AFTER_CALL)]


@pytest.fixture
def relay(own_cluster: OwnCluster) -> Iterator[Relay]:
    with relayed(str(own_cluster.folder / ".s.PGSQL.5432")) as made:
        yield made


@pytest.mark.req("N7", "N6", "P3", "P12")
@pytest.mark.timeout(0 if IS_LONG else 240)
@pytest.mark.parametrize(("queue", "step"), [*QUICK, *(LONG if IS_LONG else [])])
def test_a_job_of_a_worker_that_is_cut_off_goes_on_elsewhere_and_the_worker_comes_back(
    own_cluster: OwnCluster, relay: Relay, tmp_path: Path, queue: str, step: tuple[str, str]
) -> None:
    name = f"faults_cut_{queue}_{step[0].strip('_')}_{step[1]}"
    url = databases.Cluster(own_cluster.folder).create(name, "template_faults")
    with installed(tmp_path, url, queue=queue, options=["--no-worker"]) as place:
        shopper = Shopper(place)
        act, other = shopper.fill(shopper.order()), shopper.fill(shopper.order())
        place.hold_at("worker", *step)
        over_relay = f"postgresql+psycopg://portal@127.0.0.1:{relay.port}/{name}"
        with running(place, PORTAL_DATABASE_URL=over_relay) as cut_off:
            shopper.insist(act)
            until(lambda: place.is_held, place)
            relay.is_silent = True
            began = time.monotonic()
            place.let_go()
            pages_answer(shopper, act.number)
            with running(place):
                shopper.insist(other)
                assert settle(place) and time.monotonic() < began + WITHIN
            check(shopper)
            assert cut_off.poll() is None
            relay.is_silent = False
            shopper.insist(shopper.fill(shopper.order()))
            settle(place)
            assert cut_off.poll() is None
        check(shopper)


def pages_answer(shopper: Shopper, number: str) -> None:
    """Nobody waits for the cut-off worker: a page of what it has in hand is there, and a form that needs it is
    answered, if only by the page that says to try again."""
    browser = shopper.place.browser
    assert browser.get(f"/orders/{number}").status == 200
    path, values = browser.form(f"/orders/{number}/ask", "/ask")
    began = time.monotonic()
    answer = browser.post(path, values | {"body": "请问什么时候退款？"})
    assert time.monotonic() < began + ANSWERED
    assert answer.status in (303, 503), answer.body[-2000:]
    assert answer.status == 303 or values["request_id"].encode() in answer.body
