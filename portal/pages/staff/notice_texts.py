"""通知文字: which notices have the shop's own words, and one of them with its versions."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.identity.access import Actor, may
from portal.domain.messages.notice_kinds import fields_of
from portal.domain.messages.own_texts import LANGUAGES, OWN_KINDS, KeptText, OwnText, keeps_ours
from portal.ports import Deps, WrittenNotice
from portal.services.messages.keep_notice_text import notice_texts_of, versions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTextsPage:
    """`kinds`: each with the languages in which the shop has words of its own."""

    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    languages: tuple[str, ...] = LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTextPage:
    """`version`: the newest, 0 for none; `fields`: what a text may name; `preview`: the mail it would be."""

    kind: str
    language: str
    text: OwnText
    version: int
    versions: tuple[KeptText, ...]
    fields: tuple[str, ...]
    keeps_ours: bool
    may_act: bool
    preview: WrittenNotice | None = None
    is_changed: bool = False


def notice_texts_page(*, actor: Actor, deps: Deps) -> NoticeTextsPage:
    """One query. Raises Forbidden."""
    own = {(one.kind, one.language) for one in notice_texts_of(actor=actor, deps=deps) if not one.text.is_ours}
    rows = ((kind, tuple(lang for lang in LANGUAGES if (kind, lang) in own)) for kind in OWN_KINDS)
    return NoticeTextsPage(kinds=tuple(rows))


def notice_text_page(
    *,
    about: tuple[str, str],
    actor: Actor,
    deps: Deps,
    preview: WrittenNotice | None = None,
    is_changed: bool = False,
) -> NoticeTextPage:
    """`about`: kind and language. Errors: Forbidden, NotFound."""
    versions = versions_of(about=about, actor=actor, deps=deps)
    newest = versions[0] if versions else None
    return NoticeTextPage(
        kind=about[0],
        language=about[1],
        text=newest.text if newest else OwnText(),
        version=newest.version if newest else 0,
        versions=versions,
        fields=fields_of(about[0]),
        keeps_ours=keeps_ours(about[0]),
        may_act=may(actor, "write", "settings"),
        preview=preview,
        is_changed=is_changed,
    )
