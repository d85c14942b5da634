"""The pages of a shop's settings: a menu with what is set, and a section as a form with what is typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.domain.identity.access import Actor, may
from portal.domain.shops.sections import LANGUAGES, SECTIONS, Listed, Section, Setting
from portal.domain.shops.settings import settings_to_dict
from portal.domain.shops.typed_settings import Typed, field_name, first_name, row_numbers, section_digest, typed_of
from portal.pages.values.settings import (
    FieldProblem,
    LastChange,
    SectionPage,
    SectionSummary,
    SettingField,
    SettingList,
    SettingRow,
)
from portal.ports import Deps
from portal.repos.audit_lists import AuditFilter
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.identity.visits import VisitedShop
from portal.services.shops.set_section import section_of
from portal.words.settings import (
    SECTION_HINTS,
    SECTION_TITLES,
    SETTING_CHOICES,
    SETTING_HINTS,
    SETTING_LABELS,
    setting_problem,
)

Problems = Mapping[str, str]
"""Reasons by the name of a field."""
_IN_MENU = 3


def section_page(
    *,
    name: str,
    actor: Actor,
    shop: VisitedShop,
    deps: Deps,
    typed: Typed | None = None,
    problems: Problems | None = None,
    is_late: bool = False,
) -> SectionPage:
    """`typed`: what a form has sent, None: what the shop has set. `is_late`: somebody was faster. Raises NotFound."""
    section = section_of(name)
    with reading(deps) as work:
        stored = settings_to_dict(deps.schemas.read_settings(work.shops.get_by_id(actor.shop_id).settings))
        is_sold = name == "place" and work.shops.has_orders(actor.shop_id)
        changed = _last_change(work, actor) if is_late else None
    now = typed_of(section, stored)
    draw = _Drawing(now if typed is None else typed, problems or {}, now if is_late else {}, is_sold)
    return SectionPage(
        name=name,
        title=SECTION_TITLES[name],
        hint=SECTION_HINTS.get(name, ""),
        items=tuple(draw.listed(item) if isinstance(item, Listed) else draw.single(item) for item in section.items),
        may_act=may(actor, "write", "settings"),
        is_guarded=section.is_guarded,
        shown=section_digest(section, stored),
        currency=shop.settings.currency,
        preview=_preview(section, draw.typed),
        changed=changed,
    )


def sections_menu(shop: VisitedShop) -> tuple[SectionSummary, ...]:
    """Of what is set already: no query."""
    stored = settings_to_dict(shop.settings)
    return tuple(
        SectionSummary(
            name=section.name,
            title=SECTION_TITLES[section.name],
            anchor=section.anchor,
            facts=_facts(section, typed_of(section, stored)),
        )
        for section in SECTIONS
    )


class _Drawing:
    """Fields with what is typed, what is wrong, and what is set meanwhile."""

    def __init__(self, typed: Typed, problems: Problems, stored: Typed, is_sold: bool) -> None:
        self.typed, self._problems, self._stored, self._is_sold = typed, problems, stored, is_sold

    def single(self, item: Setting) -> SettingField:
        return self._field(item, field_name(item.key), item.key)

    def listed(self, item: Listed) -> SettingList:
        keys = [(column, f"{item.key}.{column.key}".rstrip(".")) for column in item.columns]
        return SettingList(
            name=field_name(item.key),
            key=item.key,
            label=SETTING_LABELS[item.key],
            hints=tuple((SETTING_LABELS[key], SETTING_HINTS[key]) for _column, key in keys if key in SETTING_HINTS),
            problem=self._problem("line", field_name(item.key, "rows")),
            rows=tuple(
                SettingRow(
                    number=number,
                    fields=tuple(
                        replace(self._field(column, field_name(item.key, number, column.key), key), hint="")
                        for column, key in keys
                    ),
                )
                for number in row_numbers(item, self.typed)
            ),
        )

    def _field(self, setting: Setting, name: str, key: str) -> SettingField:
        names = [f"{name}-{language}" for language in LANGUAGES] if setting.kind == "words" else [name]
        many = setting.kind == "weekdays"
        values = tuple(self.typed.get(name, ())) if many else tuple(_first(self.typed, one) for one in names)
        stored = tuple(self._stored.get(name, ())) if many else tuple(_first(self._stored, one) for one in names)
        return SettingField(
            name=name,
            key=key,
            kind=setting.kind,
            label=SETTING_LABELS[key],
            hint=SETTING_HINTS.get(key, ""),
            values=values,
            choices=tuple((one, SETTING_CHOICES[key, one]) for one in setting.choices),
            problem=self._problem(setting.kind, first_name(setting, name)),
            stored=" / ".join(filter(None, stored)) if self._stored and stored != values else "",
            is_fixed=setting.kind == "currency" and self._is_sold,
        )

    def _problem(self, kind: Any, name: str) -> FieldProblem | None:
        if name not in self._problems:
            return None
        code, text = setting_problem(kind, self._problems[name])
        return FieldProblem(code=code, text=text)


def _first(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def _facts(section: Section, typed: Typed) -> tuple[tuple[object, str], ...]:
    """The first few that say something."""
    said: list[tuple[object, str]] = []
    for item in section.items:
        if isinstance(item, Listed):
            names = [
                _first(typed, first_name(item.columns[0], field_name(item.key, n, item.columns[0].key)))
                for n in row_numbers(item, typed)
            ]
            said.append((SETTING_LABELS[item.key], " ".join(names)))
        elif item.kind == "words":
            texts = dict.fromkeys(_first(typed, f"{field_name(item.key)}-{language}") for language in LANGUAGES)
            said.append((SETTING_LABELS[item.key], " / ".join(filter(None, texts))))
        elif item.kind != "flag" or typed.get(field_name(item.key)):
            said.append((SETTING_LABELS[item.key], _in_words(item, typed)))
    return tuple(fact for fact in said if fact[1])[:_IN_MENU]


def _in_words(item: Setting, typed: Typed) -> str:
    values = typed.get(field_name(item.key), ())
    if item.kind == "flag":
        return "✓"
    return " ".join(str(SETTING_CHOICES.get((item.key, value), value)) for value in values)


def _preview(section: Section, typed: Typed) -> tuple[str, ...]:
    """As it stands on the slip, or beside the phone."""

    def of(*keys: str) -> str:
        return " ".join(filter(None, (_first(typed, field_name(key)) for key in keys)))

    lines: tuple[str, ...] = ()
    if section.name == "return_address":
        lines = (
            of("return_address.name", "return_address.phone"),
            of("return_address.region", "return_address.address", "return_address.postcode"),
        )
    elif section.name == "contact":
        phone = of("contact.phone")
        hours = [_first(typed, f"contact-hours-{language}") for language in LANGUAGES]
        lines = tuple(" · ".join(filter(None, (phone, text))) for text in dict.fromkeys(hours))
    return tuple(filter(None, lines))


def _last_change(work: UnitOfWork, actor: Actor) -> LastChange | None:
    """The newest entry of the trail about settings."""
    kinds = ("staff:shop:set", "operator:shop:set")
    found = [
        entry
        for kind in kinds
        for entry in work.audit_lists.entries(actor.shop_id, AuditFilter(kind=kind), after=None, limit=1)
    ]
    if not found:
        return None
    last = max(found, key=lambda entry: (entry.at, entry.id))
    logins = {f"staff:{one.id}": one.login for one in work.staff_sessions.colleagues(actor.shop_id)}
    keys = json.loads(last.text).get("data", {}).get("keys", [])
    labels = tuple(SETTING_LABELS.get(key) or SECTION_TITLES.get(key) or key for key in keys)
    return LastChange(login=logins.get(last.actor, ""), labels=labels, at=last.at)
