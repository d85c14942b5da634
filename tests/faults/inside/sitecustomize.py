"""Runs inside the processes under test, and only there: kills them at named steps, and bends their clock.

PORTAL_FAULTS names a folder. `kill` in it holds `ROLE STEP WHEN`: the process of that role (web, worker) that comes to
the step removes the file and ends as by kill -9, before or after it. `clock` holds seconds to add to the time.
"""

import functools
import importlib.abc
import importlib.machinery
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(os.environ["PORTAL_FAULTS"]) if "PORTAL_FAULTS" in os.environ else None
STEPS = {
    "portal.repos.requests": ("Requests.claim", "Requests.finish"),
    "portal.repos.orders": ("Orders.get_for_update", "Orders.get_by_id_for_update", "Orders.save", "Orders.flush"),
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
    return "worker" if "worker" in sys.argv else "web"


def kill_here(step: str, when: str) -> None:
    plan = FOLDER / "kill"
    try:
        wanted = plan.read_text().split()
    except FileNotFoundError:
        return
    if wanted == [role(), step, when]:
        try:
            plan.rename(FOLDER / "killed")
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(step, act):
    @functools.wraps(act)
    def acts(*args, **kwargs):
        kill_here(step, "before")
        result = act(*args, **kwargs)
        kill_here(step, "after")
        return result

    return acts


def bend(module) -> None:
    for name in STEPS.get(module.__name__, ()):
        *path, last = name.split(".")
        owner = functools.reduce(getattr, path, module)
        setattr(owner, last, deadly(name, getattr(owner, last)))
    if module.__name__ == "portal.adapters.clock":
        bend_clock(module.SystemClock)
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
        if name not in STEPS and name != "portal.adapters.clock":
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
