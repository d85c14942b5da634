"""Notices from `portal/templates/mail/<kind>.<language>.txt`: the subject, a blank line, the body (WORDS 13).

A notice kind and its parameters are declared in `domain.messages.notice_kinds`; a parameter that is missing or not
declared is an error, so that nobody is ever sent a sentence with a hole.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.adapters.mail_html import MailHtml, next_step
from portal.adapters.notice_formats import NoticeFormats, language_of
from portal.domain.messages.notice_kinds import FIELDS, LATER, NOTICES, fields_of
from portal.ports import Clock, MailLook, Paints, Vocabulary, WrittenNotice

_TEMPLATES = Path(__file__).parent.parent / "templates" / "mail"


_OF_REFUNDS = frozenset(
    {
        "refund_succeeded",
        "refund_failed",
        "refund_reversed",
        "refund_late_payment",
        "refund_transferred",
        "fee_returned",
        "fee_return_reversed",
        "refund_by_dispute",
        "early_refund_begun",
    }
)


WITHOUT_FOOT = frozenset({"staff_robot", "staff_robot_test"})
"""What a chat group reads: its message says whose it is at its head."""


class JinjaNotices:
    """`is_sandbox`: no refund is real, and whatever is said of one says so (WORDS, a sandbox)."""

    def __init__(
        self,
        clock: Clock,
        words: Vocabulary,
        paints: Paints,
        *,
        templates: Path = _TEMPLATES,
        is_sandbox: bool = False,
    ) -> None:
        self._clock, self._words, self._is_sandbox = clock, words, is_sandbox
        self._html = MailHtml(words, paints, templates)
        # Plain text, so nothing is escaped; a mail client shows markup in a name as the characters it is.
        self._templates = Environment(
            loader=FileSystemLoader(templates), undefined=StrictUndefined, autoescape=False, trim_blocks=True
        )

    def write(
        self,
        *,
        kind: str,
        params: Mapping[str, Any],
        locale: str,
        zone: str,
        shop_name: str,
        home: str = "",
        withdraw: str = "",
    ) -> WrittenNotice:
        """Raises ValueError for an unknown kind or other parameters than the kind's."""
        params = {**LATER.get(kind, {}), **params}
        check_params(kind, params)
        language = language_of(locale)
        formats = NoticeFormats(language, zone, self._clock.now(), self._words, home)
        text = self._templates.get_template(f"{kind}.{language}.txt").render(**params, show=formats)
        first_line, _, rest = text.partition("\n\n")
        if self._is_sandbox and _is_of_a_refund(kind, params):
            told, _, warning = self._templates.get_template(f"sandbox.{language}.txt").render().partition("\n\n")
            first_line, rest = f"{told}{first_line.strip()}", f"{warning.strip()}\n{rest.strip()}"
        # A name with a line break would otherwise end the mail header it is written into.
        subject = " ".join(first_line.split())
        foot = self._templates.get_template(f"foot.{language}.txt").render(
            link=params["link"],
            shop_name=shop_name,
            withdraw=withdraw,
            button=next_step(kind, language, self._words),
        )
        if kind in WITHOUT_FOOT:
            foot = ""
        sms = f"【{shop_name}】{subject} {params['link']}".rstrip()
        main, foot = rest.strip(), foot.strip()
        return WrittenNotice(subject=subject, body=f"{main}\n\n{foot}\n", text=sms, main=main, foot=foot)

    def in_html(self, written: WrittenNotice, look: MailLook) -> str:
        return self._html.render(written, look)

    def fields(
        self, *, kind: str, params: Mapping[str, Any], locale: str, zone: str, shop_name: str, home: str = ""
    ) -> Mapping[str, str]:
        """Raises ValueError for an unknown kind or other parameters than the kind's."""
        params = {**LATER.get(kind, {}), **params}
        check_params(kind, params)
        formats = NoticeFormats(language_of(locale), zone, self._clock.now(), self._words, home)
        path = str(params["link"]).partition("://")[2].partition("/")[2]
        said = {name: formats.field(FIELDS[name], params[name]) for name in fields_of(kind) if name in FIELDS}
        return {"shop": shop_name, "path": path, **said}


def _is_of_a_refund(kind: str, params: Mapping[str, Any]) -> bool:
    """It tells of money that goes back: always, or where it names how much."""
    return kind in _OF_REFUNDS or bool(params.get("refund"))


def check_params(kind: str, params: Mapping[str, Any]) -> None:
    """Raises ValueError where `params` are not exactly those of `kind`."""
    if kind not in NOTICES:
        raise ValueError(f"no notice of kind {kind}")
    if missing := sorted(NOTICES[kind] - params.keys()):
        raise ValueError(f"{kind} lacks {', '.join(missing)}")
    if unknown := sorted(params.keys() - NOTICES[kind]):
        raise ValueError(f"{kind} does not take {', '.join(unknown)}")
