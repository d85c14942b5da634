"""The draft as forms, each field with what the law says of it beside it; and as the file it is (N4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.policy.canonical import as_table
from portal.domain.policy.overlay import value_at
from portal.domain.policy.pack import Pack
from portal.domain.policy.pack_fields import SECTIONS, PackField, fields_of
from portal.domain.policy.problems import PackProblem
from portal.domain.policy.typed_fields import THERE, Typed, typed_inputs
from portal.pages.staff.facts import people_of
from portal.pages.staff.policies import draft_row
from portal.pages.staff.policy_words import (
    choice_words,
    field_label,
    key_words,
    problem_text,
    value_words,
)
from portal.pages.values.policies import EditorField, EditorPage, EditorProblem, EditorSection, LawRule
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.policy.drafts import FaultyDraftError, in_use
from portal.words.codes import word
from portal.words.policies import TYPED_PROBLEMS

TEXT = "pack-text"
"""The id of the box that holds the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent and could not be saved: inputs by name, or a file; and why."""

    typed: Typed | None = None
    text: str | None = None
    faults: FaultyDraftError | None = None


def editor_page(*, sent: Sent, locale: str, actor: Actor, deps: Deps) -> EditorPage:
    """Raises Conflict (no_draft, no_policy)."""
    with reading(deps) as work:
        draft = work.policy_drafts.find(actor.shop_id)
        if draft is None:
            raise Conflict("no_draft")
        version_id = in_use(work, actor.shop_id)[1]
        current = work.policies.pack_of(version_id)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
    table = deps.packs.table_of(draft.text)
    base = deps.packs.bases.get(str(table.get("on")))
    editor = _Editor(table, base, sent, locale)
    return EditorPage(
        draft=draft_row(draft, current, version_id, people, deps),
        name=str(table.get("name", "")),
        base=base.title.in_locale(locale) if base else "",
        sections=tuple(EditorSection(name=name, fields=editor.section(name)) for name in SECTIONS),
        problems=editor.problems(),
        text=draft.text if sent.text is None else sent.text,
        is_text=sent.text is not None,
    )


class _Editor:
    """The fields of one draft, with what was typed and what is wrong."""

    def __init__(self, table: Mapping[str, Any], base: Pack | None, sent: Sent, locale: str) -> None:
        self._table, self._base, self._sent, self._locale = table, base, sent, locale
        self._colon = "：" if locale.startswith("zh") else ": "
        self._below: Mapping[str, Any] = as_table(base) if base else {}
        self._fields = fields_of(table, self._below)
        self._problems = self._by_field()

    def section(self, name: str) -> tuple[EditorField, ...]:
        return tuple(self._field(field) for field in self._fields if field.section == name)

    def problems(self) -> tuple[EditorProblem, ...]:
        """In the order of the form; what has no field of its own last, at the box that holds the file."""
        placed = [(field.key, self._problems.get(field.key)) for field in self._fields]
        found = [
            EditorProblem(
                place=place_of_input(self._first(key)),
                code="pack",
                text=f"{key_words(key, self._locale)}{self._colon}{text}",
            )
            for key, text in placed
            if text
        ]
        return (*found, *(EditorProblem(place=TEXT, code="pack", text=text) for text in self._elsewhere))

    def _by_field(self) -> dict[str, str]:
        """Words by key of a field. A file's problems all stand at the file."""
        self._elsewhere: list[str] = []
        found: dict[str, list[str]] = {}
        faults = self._sent.faults
        for typed in faults.typed if faults else ():
            found.setdefault(typed.name, []).append(str(TYPED_PROBLEMS[typed.code]))
        for problem in faults.pack if faults else ():
            text, field = problem_text(problem, self._locale), self._owner(problem)
            if field is None:
                self._elsewhere.append(f"{key_words(problem.key, self._locale)}{self._colon}{text}")
            else:
                found.setdefault(field.key, []).append(text)
        return {key: " ".join(dict.fromkeys(texts)) for key, texts in found.items()}

    def _owner(self, problem: PackProblem) -> PackField | None:
        if self._sent.text is not None:
            return None
        exact = (field for field in self._fields if field.key == problem.key)
        within = (field for field in self._fields if field.key.startswith(f"{problem.key}."))
        around = (field for field in self._fields if problem.key.startswith(f"{field.key}."))
        return next((field for each in (exact, within, around) for field in each), None)

    def _first(self, key: str) -> str:
        field = next(field for field in self._fields if field.key == key)
        first = next(iter(typed_inputs(field, self._table)))
        return f"{first}.{field_choices(field)[0]}" if field.kind in ("kinds", "reasons") else first

    def _field(self, field: PackField) -> EditorField:
        inputs = typed_inputs(field, self._table)
        if field.kind == "kinds" and not inputs[field.key]:
            inputs[field.key] = " ".join(self._below.get("kinds", ()))
        if self._sent.typed is not None:
            inputs |= _as_typed(field, inputs, self._sent.typed)
        return EditorField(
            key=field.key,
            kind=field.kind,
            label=field_label(field, self._locale),
            tag=field.name,
            inputs=inputs,
            choices=self._choices(field),
            below=value_words(field, value_at(self._below, field.key), self._locale) if self._base else "",
            rules=self._rules(field),
            problem=self._problems.get(field.key, ""),
        )

    def _choices(self, field: PackField) -> tuple[tuple[str, str], ...]:
        if field.kind in ("kinds", "reasons"):
            family = "kind" if field.kind == "kinds" else "apply_reason"
            return tuple((one, str(word(one, family))) for one in field_choices(field))
        return tuple((value, choice_words(field, value)) for value in field.choices)

    def _rules(self, field: PackField) -> tuple[LawRule, ...]:
        """What the pack below says of it, the law's own words first."""
        if self._base is None:
            return ()
        below = value_at(self._below, field.key)
        own = (str(below["rule"]),) if field.kind == "drop" and isinstance(below, Mapping) else ()
        codes = [code for code in dict.fromkeys((*own, *(field.rules if not own else ()))) if code in self._base.rules]
        found = [(code, self._base.rules[code]) for code in codes]
        return tuple(
            LawRule(
                code=code,
                says=rule.says.in_locale(self._locale),
                source=rule.source.in_locale(self._locale) if rule.source else "",
            )
            for code, rule in found
        )


def field_choices(field: PackField) -> tuple[str, ...]:
    """The kinds of case that a shop may offer."""
    if field.kind != "kinds":
        return field.choices
    return ("cancel", "refund_only", "return_refund", "exchange", "reship", "repair", "contract_withdrawal")


def place_of_input(name: str) -> str:
    """The id of an input."""
    return f"f-{name.replace('.', '-').replace(' ', '-')}"


def _as_typed(field: PackField, inputs: Mapping[str, str], typed: Typed) -> dict[str, str]:
    if field.kind in ("kinds", "reasons", "drop"):
        return {field.key: " ".join(typed.get(field.key, ()))} if f"{field.key}{THERE}" in typed else {}
    return {name: typed[name][-1] for name in inputs if name in typed}
