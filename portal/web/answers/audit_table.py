"""The entries of the trail as a table to keep: in the reader's language, customers masked as on the page (N9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import Response

from portal.domain.identity.masks import masked_name
from portal.pages.values.audit import AuditRow
from portal.web.answers.csv_table import send_table
from portal.web.shell.filters import iso, word
from portal.web.shell.saying import said
from portal.words.audit import AUDIT_COLUMNS


def send_audit(rows: Iterable[AuditRow]) -> Response:
    return send_table("audit", _cells(rows))


def _cells(rows: Iterable[AuditRow]) -> Iterator[Sequence[object]]:
    yield AUDIT_COLUMNS
    for row in rows:
        customer = masked_name(row.customer)
        yield (
            iso(row.at),
            word(row.who, "actor"),
            row.by or ("" if row.is_on_behalf else customer),
            customer if row.is_on_behalf else "",
            " ".join(filter(None, (said("audit", row.entry).striptags(), row.about))),
            row.kind,
            row.order_no,
            row.case_no,
            word("yes" if row.is_whole else "no", "whole"),
        )
