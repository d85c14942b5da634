"""Runs inside the processes under test, and only there: kills them at named steps, and bends their clock.

PORTAL_FAULTS names a folder. `kill` in it holds `ROLE STEP WHEN`: the process of that role (web, worker, archive) that
comes to the step removes the file and ends as by kill -9, before or after it. `hold` likewise, but it waits there until
`held` is gone. `clock` holds seconds to add to the time: each machine of several may have a folder of its own.
`longest` holds seconds after which a silent PostgreSQL is left.
"""

import functools
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(os.environ["PORTAL_FAULTS"]) if "PORTAL_FAULTS" in os.environ else None
STEPS = {
    "portal.repos.requests": ("Requests.claim", "Requests.finish"),
    "portal.repos.orders": ("Orders.get_for_update", "Orders.get_by_id_for_update", "Orders.save", "Orders.flush"),
    "portal.repos.archived": ("Archived._leave", "Archived._touch"),
    "portal.repos.events": ("Events.append", "Events.flush"),
    "portal.repos.refunds": ("Refunds.plan", "Refunds._step"),
    "portal.repos.cases": ("Cases.open", "Cases.record_decision"),
    "portal.repos.jobs": ("Jobs.lease", "Jobs.lease_brought", "Jobs.finish", "Jobs.again", "Jobs.flush"),
    "portal.adapters.queue_procrastinate": ("ProcrastinateQueue.send",),
    "portal.repos.notices": ("Notices.flush", "Notices.mark_sent"),
    "portal.repos.unit_of_work": ("UnitOfWork.flush",),
    "portal.services.refunds.refund_money": ("_claim", "_call"),
    "portal.services.refunds.record_answer": ("record_answer", "take_answer", "succeeded"),
    "portal.services.jobs.handlers": ("refund_money", "deliver_notice"),
    "portal.adapters.rail_sandbox": ("SandboxRail.refund", "SandboxRail.find_refund"),
    "portal.adapters.rail_alipay": ("AlipayRail.refund", "AlipayRail.find_refund"),
    "portal.adapters.rail_wechat": ("WechatRail.refund", "WechatRail.find_refund"),
    "portal.adapters.rail_stripe": ("StripeRail.refund", "StripeRail._send", "StripeRail.find_refund"),
    "portal.adapters.rail_merchant": ("MerchantRail.refund", "MerchantRail.find_refund"),
    "portal.adapters.sandbox_books": ("SandboxBooks._append_lines", "SandboxBooks._append"),
    "portal.adapters.mail_file": ("FileMailer.send",),
    "portal.adapters.sms_file": ("FileTexts.send",),
    "portal.adapters.spool": ("Spool.put",),
}


def role() -> str:
    return next((name for name in ("worker", "archive") if name in sys.argv), "web")


def is_here(plan: str, done: str, step: str, when: str) -> bool:
    """Whether it is this process's turn, which is then done."""
    try:
        if (FOLDER / plan).read_text().split() != [role(), step, when]:
            return False
        (FOLDER / plan).rename(FOLDER / done)
    except FileNotFoundError:
        return False
    return True


def come_to(step: str, when: str) -> None:
    if is_here("kill", "killed", step, when):
        os.kill(os.getpid(), signal.SIGKILL)
    if is_here("hold", "held", step, when):
        while (FOLDER / "held").exists():
            time.sleep(0.02)


def deadly(step, act):
    @functools.wraps(act)
    def acts(*args, **kwargs):
        come_to(step, "before")
        result = act(*args, **kwargs)
        come_to(step, "after")
        return result

    return acts


def bend(module) -> None:
    for name in STEPS.get(module.__name__, ()):
        *path, last = name.split(".")
        owner = functools.reduce(getattr, path, module)
        setattr(owner, last, deadly(name, getattr(owner, last)))
    if module.__name__ == "portal.adapters.clock":
        bend_clock(module.SystemClock)
    if module.__name__ == "portal.adapters.silent_server" and (FOLDER / "longest").exists():
        module.LONGEST = float((FOLDER / "longest").read_text())
    if module.__name__ == "portal.adapters.rail_sandbox":
        keep_its_own_clock(module.SandboxRail)


def bend_clock(clock) -> None:
    now = clock.now

    def bent(self):
        try:
            return now(self) + timedelta(seconds=float((FOLDER / "clock").read_text()))
        except (FileNotFoundError, ValueError):
            return now(self)

    clock.now = bent


def keep_its_own_clock(rail) -> None:
    """A provider is another machine: its clock does not jump with ours."""
    make = rail.__init__

    def made(self, log, clock, **options):
        own = type("OwnClock", (), {"now": staticmethod(lambda: datetime.now(UTC))})
        make(self, log, own, **options)

    rail.__init__ = made


class Bending(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name not in STEPS and name not in ("portal.adapters.clock", "portal.adapters.silent_server"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            run = spec.loader.exec_module

            def exec_module(module):
                run(module)
                bend(module)

            spec.loader.exec_module = exec_module
        return spec


if FOLDER is not None:
    sys.meta_path.insert(0, Bending())
