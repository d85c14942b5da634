"""A shop's own words for a notice: kept as a new version, and given back."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.messages.own_texts import LANGUAGES, OWN_KINDS, KeptText, OwnText, tidy
from portal.domain.messages.results import NoticeTextDone
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps, WrittenNotice
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.outgoing import Telling

MOST_VERSIONS = 20


def keep_notice_text(
    *, about: tuple[str, str], typed: OwnText, shown: int, actor: Actor, request_id: RequestKey, deps: Deps
) -> NoticeTextDone:
    """`about`: kind and language; `typed`: both empty for our words again; `shown`: the version that was changed.

    Errors: Forbidden, NotFound, Conflict (somebody was faster), Invalid (as `tidy`), Reused.
    """
    kind, language = _known(about)
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with unit_of_work(deps) as work:
        asked = fingerprint(["notice text", kind, language, typed.subject, typed.body])
        if done := work.requests.claim(actor, request_id, asked, NoticeTextDone):
            return done
        work.shops.lock(actor.shop_id)
        newest = next(iter(work.notices.texts.versions(actor.shop_id, kind, language, 1)), None)
        version, before = (newest.version, newest.text) if newest else (0, OwnText())
        if version != shown:
            raise Conflict("changed")
        text = tidy(kind, typed)
        if text != before:
            work.notices.texts.add(actor.shop_id, actor.id, (kind, language, version + 1), text)
            data = {"notice": kind, "language": language, "version": version + 1, "ours": text.is_ours}
            work.events.append_without_order(actor, NewEvent(kind="staff:notice_text:kept", data=data))
        result = NoticeTextDone(kind=kind, language=language, what="ours" if text.is_ours else "own")
        return work.requests.finish(actor, request_id, result)


def notice_texts_of(*, actor: Actor, deps: Deps) -> tuple[KeptText, ...]:
    """The newest of each kind and language. Raises Forbidden."""
    if not may(actor, "read", "settings"):
        raise Forbidden("settings")
    with reading(deps) as work:
        return work.notices.texts.all_current(actor.shop_id)


def versions_of(*, about: tuple[str, str], actor: Actor, deps: Deps) -> tuple[KeptText, ...]:
    """Newest first. Errors: Forbidden, NotFound."""
    kind, language = _known(about)
    if not may(actor, "read", "settings"):
        raise Forbidden("settings")
    with reading(deps) as work:
        return work.notices.texts.versions(actor.shop_id, kind, language, MOST_VERSIONS)


def preview_notice_text(
    *, about: tuple[str, str], typed: OwnText, case_no: str, actor: Actor, deps: Deps
) -> WrittenNotice:
    """As the customer of that case would read it, made of a notice that they were really sent.

    Errors: Forbidden, NotFound (no such case, or none of this kind was sent of it: Invalid), Invalid (as `tidy`).
    """
    kind, language = _known(about)
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    text = tidy(kind, typed)
    with reading(deps) as work:
        told = work.notices.find_of_case(actor.shop_id, case_no.strip().upper(), kind)
        shop = work.shops.get_by_id(actor.shop_id)
    if told is None:
        raise Invalid((("case", "no_case"),))
    settings = deps.schemas.read_settings(shop.settings)
    reader = {"locale": language, "zone": settings.zone, "shop_name": settings.name_in(language, shop.name)}
    params = told | {"link": f"{deps.base_url}/cases/{case_no.strip().upper()}"}
    own = None if text.is_ours else text
    return Telling(kind=kind, params=params, reader=reader, name="preview", own=own).write(deps)


def _known(about: tuple[str, str]) -> tuple[str, str]:
    kind, language = about
    if kind not in OWN_KINDS or language not in LANGUAGES:
        raise NotFound("notice")
    return kind, language
