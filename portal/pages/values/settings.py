"""A page of a shop's settings, as staff see it: fields with what is typed in them, or facts for who may only read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.shops.sections import Kind

PREVIEWED = ("return_address", "contact")
"""Sections whose values customers read as lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    code: str
    text: object


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """`values`: what is typed, of `words` for each language in turn. `choices`: (value, label). `stored`: what is set
    now, where somebody has changed it meanwhile. `is_fixed`: it is shown, and cannot be changed any more."""

    name: str
    key: str
    kind: Kind
    label: object
    hint: object = ""
    values: tuple[str, ...] = ("",)
    choices: tuple[tuple[str, object], ...] = ()
    problem: FieldProblem | None = None
    stored: str = ""
    is_fixed: bool = False

    @property
    def control(self) -> str:
        """The id of the first input."""
        return f"{self.name}-zh" if self.kind == "words" else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    number: int
    fields: tuple[SettingField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingList:
    """`hints`: of its columns, said once; each with the column's label."""

    name: str
    key: str
    label: object
    rows: tuple[SettingRow, ...]
    hints: tuple[tuple[object, object], ...] = ()
    problem: FieldProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChange:
    """Who changed settings last, "" for an operator; which keys; when."""

    login: str
    labels: tuple[object, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """`shown`: the digest of what the shop has set. `is_guarded`: some of it takes a code. `preview`: lines as
    customers read them. `changed`: by whom, where a form came too late."""

    name: str
    title: object
    hint: object
    items: tuple[SettingField | SettingList, ...]
    may_act: bool
    is_guarded: bool
    shown: str
    currency: str
    preview: tuple[str, ...] = ()
    changed: LastChange | None = None

    @property
    def has_preview(self) -> bool:
        return self.name in PREVIEWED

    @property
    def problems(self) -> list[tuple[str, FieldProblem]]:
        """(id of the control, problem), in the order of the page."""
        found: list[tuple[str, FieldProblem]] = []
        for item in self.items:
            if isinstance(item, SettingList):
                found += [(f"{item.name}-rows", item.problem)] if item.problem else []
                found += [(one.control, one.problem) for row in item.rows for one in row.fields if one.problem]
            elif item.problem:
                found.append((item.control, item.problem))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSummary:
    """A line of the menu: a few of a section's values, each with its label."""

    name: str
    title: object
    anchor: str
    facts: tuple[tuple[object, str], ...]
