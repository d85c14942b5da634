"""docs/webhooks.md lists every kind of event with what it says.

`python -m tests.architecture.test_webhook_kinds` writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from flask_babel import force_locale

from portal.domain.webhooks.kinds import KINDS
from portal.pages.parts.timeline import STAFF_NAMES
from portal.words.audit import audit_kind

DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"
MARK = "<!-- kinds: written by tests/architecture/test_webhook_kinds.py -->\n"


def table() -> str:
    rows = []
    for kind in KINDS:
        sentence = audit_kind(STAFF_NAMES.get(kind, kind))
        assert sentence, kind
        says = re.sub(r"%\((\w+)\)s", "…", str(sentence.wording.text))
        rows.append(f"| `{kind}` | {says} |")
    return "\n".join(["", "| kind | says |", "|---|---|", *rows, ""])


def test_the_document_lists_every_kind_and_what_it_says(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert DOCUMENT.read_text().partition(MARK)[2] == table()


if __name__ == "__main__":
    from portal.app import create_app
    from portal.cli.demo import use_demo_secret

    use_demo_secret()
    with create_app().test_request_context(), force_locale("en"):
        head, mark, _ = DOCUMENT.read_text().partition(MARK)
        DOCUMENT.write_text(head + mark + table())
