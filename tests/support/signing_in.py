"""What tests of signing in need: a portal with a stopped clock, a shop with a customer, and the codes it sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.fakes import FakeClock, MemoryMailer, MemoryTexts, QuickHasher
from tests.support.make import Made, make_shop
from tests.support.page import Browserless, Page

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Place:
    """A portal with a shop; `made.customer_id` is c-1, +8613800000001, c1@example.com, password PASSWORD."""

    app: Flask
    made: Made
    clock: FakeClock
    mailer: MemoryMailer
    texts: MemoryTexts

    @property
    def deps(self) -> Any:
        return self.app.extensions["portal"]

    def newcomer(self, **kwargs: Any) -> Browserless:
        return Browserless(self.app.test_client(), **kwargs)

    def signed_in(self, **kwargs: Any) -> Browserless:
        browser = self.newcomer(**kwargs)
        browser.open("/sign-in").submit(login="c-1", password=PASSWORD)
        return browser

    def code_sent_to(self, address: str) -> str:
        """The newest code, once the worker has been round."""
        work_all_jobs(deps=self.deps)
        bodies = [sent.body for sent in (*self.mailer.to(address), *self.texts.to(address))]
        # A notice may be sent after the code: they wait in one queue, and the code is not the last of it.
        return [code for body in bodies for code in re.findall(r"(?<![0-9A-Z])[0-9]{6}(?![0-9A-Z])", body)][-1]

    def codes_sent(self) -> int:
        work_all_jobs(deps=self.deps)
        return len(self.mailer.sent) + len(self.texts.sent)

    def set_shop(self, **settings: Any) -> None:
        from portal.services.shops.manage_shops import set_shop

        set_shop(key="tepai", settings=settings, deps=self.deps)


def place(app: Flask) -> Place:
    clock, mailer, texts = FakeClock(), MemoryMailer(), MemoryTexts()
    deps = replace(app.extensions["portal"], clock=clock, mailer=mailer, texts=texts, passwords=QuickHasher())
    app.extensions["portal"] = deps
    return Place(app, make_shop(deps), clock, mailer, texts)


def refusals(page: Page) -> list[str]:
    """The codes of what a page says is wrong."""
    return [str(mark.get("data-error")) for mark in page.tree.xpath("//*[@data-error]")]
