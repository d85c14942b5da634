"""A shop's own words for a notice, within limits: a subject and a body with named fields, in each language (S15).

What the law owes is never left out: after the shop's words come ours, wherever a notice is no choice of its customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.errors import Invalid
from portal.domain.messages.notice_choice import group_of
from portal.domain.messages.notice_kinds import CODES, FOR_CUSTOMERS, fields_of

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
LONGEST_SUBJECT, LONGEST_BODY = 80, 1500
_OURS_ALONE = CODES | {"contract_withdrawn", "declaration_received", "behalf_started", "password_changed"}
OWN_KINDS = tuple(kind for kind in FOR_CUSTOMERS if kind not in _OURS_ALONE)
"""Codes, acknowledgements and warnings about the account are ours alone: somebody may have to prove what they said."""
_FIELD = re.compile(r"\{([^{}\n]{0,40})\}")


@dataclass(frozen=True, slots=True)
class OwnText:
    """Both empty: the portal's own words."""

    subject: str = ""
    body: str = ""

    @property
    def is_ours(self) -> bool:
        return not self.subject and not self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText:
    """A version as it was kept; `by`: the login of whoever kept it."""

    kind: str
    language: Language
    version: int
    text: OwnText
    by: str
    at: datetime


def language_of(locale: str) -> Language:
    return "zh" if not locale or locale.lower().startswith("zh") else "en"


def keeps_ours(kind: str) -> bool:
    """Whether our sentences follow the shop's: what is always sent tells of rights, terms or money."""
    return not group_of(kind)


def unknown_fields(kind: str, text: str) -> tuple[str, ...]:
    """What it names in braces that this notice does not have, each once."""
    return tuple(dict.fromkeys(name for name in _FIELD.findall(text) if name not in fields_of(kind)))


def tidy(kind: str, typed: OwnText) -> OwnText:
    """As it is kept. Raises Invalid (subject, body: required, too_long, unknown_field, braces; kind)."""
    subject, body = " ".join(typed.subject.split()), typed.body.replace("\r\n", "\n").strip()
    if kind not in OWN_KINDS:
        raise Invalid((("kind", "unknown"),))
    if not subject and not body:
        return OwnText()
    limits = (("subject", subject, LONGEST_SUBJECT), ("body", body, LONGEST_BODY))
    found = [(name, _problem(kind, text, longest)) for name, text, longest in limits]
    if problems := tuple((name, problem) for name, problem in found if problem):
        raise Invalid(problems)
    return OwnText(subject, body)


def in_own_words(own: OwnText, ours: str, fields: Mapping[str, str], *, with_ours: bool) -> tuple[str, str]:
    """Subject and body, filled in; `ours` is the portal's body."""
    body = _fill(own.body, fields)
    return " ".join(_fill(own.subject, fields).split()), f"{body}\n\n{ours}" if with_ours else body


def _fill(text: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), text)


def _problem(kind: str, text: str, longest: int) -> str:
    if not text:
        return "required"
    if len(text) > longest:
        return "too_long"
    if unknown_fields(kind, text):
        return "unknown_field"
    return "braces" if set("{}") & set(_FIELD.sub("", text)) else ""
