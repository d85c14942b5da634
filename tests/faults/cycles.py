"""One cycle: three cancels, something is killed meanwhile, and what has to hold afterwards."""

from __future__ import annotations

import random
import threading
import time

from tests.faults.installation import Installation
from tests.faults.promises import Shopper, check_orders, settle
from tests.faults.report import Tally


def one_cycle(shopper: Shopper, role: str, step: str, when: str, dice: random.Random, tally: Tally) -> None:
    place = shopper.place
    acts = [shopper.fill(shopper.order(status="picking" if dice.random() < 0.25 else "paid")) for _ in range(3)]
    pressing = threading.Thread(target=lambda: [shopper.insist(act) for act in acts])
    if step:
        place.kill_at(role, step, when)
        pressing.start()
        pressing.join()
    else:
        pressing.start()
        time.sleep(dice.random() * 0.4)
        kill_now(place, role, tally)
        pressing.join()
    tally.settles.append(settle(place))
    if step and place.was_killed():
        tally.killed(role, f"{when} {step}")
    # Every form once more: whoever presses again gets the first answer.
    for act in acts:
        shopper.insist(act)
    settle(place)
    check_orders(shopper, [act.number for act in acts])


def kill_now(place: Installation, role: str, tally: Tally) -> None:
    """And how long until somebody answers again."""
    if not place.kill(role):
        return
    tally.killed(role, "at a random moment")
    if role == "supervisor":
        tally.restarts.append(place.start())
    elif role != "worker":
        tally.restarts.append(place.seconds_until_it_answers())
