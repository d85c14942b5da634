"""Every kind of event that the services write has a sentence on the page of the trail; none is for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import portal
from portal.domain.identity.scopes import SCOPES
from portal.pages.parts.timeline import STAFF_NAMES
from portal.words.audit import AUDIT, AUDIT_ENTRIES

SERVICES = Path(portal.__file__).parent / "services"
ARCHIVE = Path(portal.__file__).parent / "repos" / "archive_repos.py"
"""Whoever locks an archived order has it brought back, which is noted there, whichever service it is."""
KIND = re.compile(r'"(?:[a-z]+:|\{[^}"]+\}:)?([a-z_]+:[a-z_]+)"')
WHAT = re.compile(r'"(?:operator|\{actor\.kind\}):(staff|member):\{what\}"')
OF_PEOPLE = {
    "staff": {"disabled", "enabled", "password_set", "totp_reset", "sessions_ended", "unlinked"},
    "member": {"invited", "joined", "changed", "away", "back", "disabled", "enabled", "signed_out", "reset"},
}
"""What is noted of accounts: at the shell, and on the page of the team."""


def written() -> set[str]:
    text = "\n".join(path.read_text() for path in (*SERVICES.rglob("*.py"), ARCHIVE))
    people = {f"{who}:{what}" for who in set(WHAT.findall(text)) for what in OF_PEOPLE[who]}
    return (set(KIND.findall(text)) | people) - set(SCOPES)


@pytest.mark.req("N9")
def test_every_kind_of_event_has_its_sentence() -> None:
    assert {what for what in written() if STAFF_NAMES.get(what, what) not in AUDIT.says} == set()


def test_no_sentence_is_for_nothing() -> None:
    assert set(AUDIT_ENTRIES) - written() == set()


def test_what_others_do_as_well_is_not_said_to_be_somebodys_own() -> None:
    """The same act by an operator, or by whoever acts: only what a member of staff does alone is theirs."""
    text = "\n".join(path.read_text() for path in SERVICES.rglob("*.py"))
    by_others = set(re.findall(r'"(?:operator|\{actor\.kind\}):([a-z_]+:[a-z_]+)"', text))
    assert "password:changed" in by_others
    assert {name for name in by_others & set(AUDIT_ENTRIES) if "自己" in str(AUDIT_ENTRIES[name])} == set()
