"""The worker reads the mailbox: a mail from a real server becomes a message of its case (S34)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.adapters.mailbox_imap import ImapMailbox
from portal.domain.errors import ProviderUnavailable
from portal.models.inbox import InboundMail
from portal.models.message import Message
from portal.services.inbox.read_mailbox import plan_reading, read_mailbox
from portal.services.jobs.work_jobs import work_all_jobs
from tests.services.messages.test_ask_question import ask
from tests.support.applications import bought
from tests.support.imap_server import imap_server, written
from tests.support.order_facts import make_line
from tests.support.world import World

pytestmark = pytest.mark.req("S34")


def test_the_worker_reads_a_mail_into_its_case_once(world: World) -> None:
    number = world.take(bought(make_line("1", 3, 30000)))
    ask(world, number)
    with imap_server() as imap:
        mailbox = ImapMailbox(imap.url)
        mailbox.read(lambda _mail: True, most=100)
        deps = replace(world.deps, mailbox=mailbox)
        imap.deliver(written(Subject=f"Re: {number}"))
        for _ in range(2):
            plan_reading(deps=deps)
            work_all_jobs(deps=deps)
        imap.deliver(written(Subject=f"Re: {number}"))
        assert read_mailbox(deps=deps) == 1
    assert [row["body"] for row in world.rows(Message)][1:] == ["杯子碎了"]
    assert [row["state"] for row in world.rows(InboundMail)] == ["joined"]


def test_without_a_mailbox_nothing_is_planned_and_the_command_says_what_is_missing(world: World) -> None:
    plan_reading(deps=world.deps)
    assert work_all_jobs(deps=world.deps) == 0
    with pytest.raises(ProviderUnavailable, match="PORTAL_MAIL_IN_URL"):
        read_mailbox(deps=world.deps)
