"""Messages as their reader sees them: one's own, the other side's, and for staff the notes between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.domain.evidence.files import Evidence
from portal.domain.messages.mentions import mentioned
from portal.pages.values.messages import MessageRow
from portal.repos.messages import WrittenMessage


def message_rows(
    messages: Iterable[WrittenMessage],
    people: Mapping[str, str] | None = None,
    evidence: Mapping[int | None, tuple[Evidence, ...]] | None = None,
) -> tuple[MessageRow, ...]:
    """Oldest first. `people` (logins by actor key) is given where staff are the reader: it names colleagues.

    `evidence`: the case's files by the id of the message that they came with.
    """
    return tuple(_row(message, people, (evidence or {}).get(message.id, ())) for message in messages)


def _row(message: WrittenMessage, people: Mapping[str, str] | None, evidence: tuple[Evidence, ...]) -> MessageRow:
    is_staff = message.author_kind == "staff"
    who = "note" if message.is_internal else "shop" if is_staff else "customer"
    writer = message.author_id if is_staff else message.staff_id
    by = people.get(f"staff:{writer}", "") if people and writer else ""
    return MessageRow(
        at=message.created_at,
        who=who,
        body=message.body,
        by=by,
        is_own=is_staff if people is not None else not is_staff,
        is_on_behalf=message.staff_id is not None,
        evidence=evidence,
        mentions=mentioned(message.body, people.values()) if people and message.is_internal else (),
    )
