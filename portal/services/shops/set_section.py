"""A page of the shop's settings, saved as `portal shops set` would have it: the same schema, the same stored value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import SectionSaved
from portal.domain.shops.sections import BY_NAME, Section
from portal.domain.shops.settings import SettingsError, settings_to_dict
from portal.domain.shops.typed_settings import ReadForm, Typed, changed_keys, guarded, read_form, section_digest
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins

HAS_ORDERS = "cannot change once there are orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSection:
    """A section's form as it was sent. `shown`: the digest of what its page was filled with."""

    name: str
    typed: Typed
    shown: str


def section_of(name: str) -> Section:
    """One with a form. Raises NotFound."""
    section = BY_NAME.get(name)
    if section is None or section.anchor:
        raise NotFound("section")
    return section


def set_section(
    *, sent: TypedSection, code: FreshCode, actor: Actor, request_id: RequestKey, deps: Deps
) -> SectionSaved:
    """Replaces the settings of one section, and nothing else. What is guarded takes a code of this moment where it
    changes, and other administrators are told.

    Errors: Forbidden, NotFound, Conflict (somebody else changed the section), Invalid ((field, reason) of every value
    that `portal shops set` would refuse; currency: HAS_ORDERS), WrongCode, TooMany, Reused.
    """
    section = section_of(sent.name)
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with counting_wrong_codes(actor, code, deps), unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, _digest(sent), SectionSaved):
            return done
        work.shops.lock(actor.shop_id)
        before = settings_to_dict(deps.schemas.read_settings(work.shops.get_by_id(actor.shop_id).settings))
        if section_digest(section, before) != sent.shown:
            raise Conflict("changed")
        after = read_section(section, sent.typed, before, deps)
        changed = changed_keys(section, before, after)
        if "currency" in changed and work.shops.has_orders(actor.shop_id):
            raise Invalid((("currency", HAS_ORDERS),))
        if held := guarded(section, changed):
            spend_code(work, actor, code, deps)
            notify_admins(work, "settings_changed", actor, about=", ".join(held))
        if changed:
            _save(work, actor, after, changed)
        return work.requests.finish(actor, request_id, SectionSaved(section=section.name))


def _digest(sent: TypedSection) -> str:
    return fingerprint([sent.name, sorted((name, list(values)) for name, values in sent.typed.items())])


def read_section(section: Section, typed: Typed, before: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """All settings as they would be. Raises Invalid with (field, reason) of every problem."""
    read = read_form(section, typed, before)
    try:
        after = settings_to_dict(deps.schemas.read_settings(read.table))
    except SettingsError as error:
        raise Invalid(_at_fields(read, error.problems)) from None
    if read.problems:
        raise Invalid(_at_fields(read, ()))
    return after


def _at_fields(read: ReadForm, problems: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """One for each field, the first that was found; "" for what is typed on another page."""
    found = dict(read.problems)
    for key, reason in problems:
        found.setdefault(read.place_of(key), reason)
    return tuple(found.items())


def _save(work: UnitOfWork, actor: Actor, after: dict[str, Any], changed: tuple[str, ...]) -> None:
    """The entry names keys: a phone number or an address is nothing for the trail."""
    work.shops.set(actor.shop_id, settings=after)
    event = NewEvent(kind=f"{actor.kind}:shop:set", data={"keys": sorted(changed)})
    work.events.append_without_order(actor, event)
