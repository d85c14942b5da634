"""Single cells of a shop's table: what a spreadsheet did to them undone or recognised, numbers as plain ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from portal.domain.typed import amount_text, plain

Row = tuple[int, Sequence[str]]
"""The line of the file it starts on (1-based), and its values."""
ROUNDED = "looks like a spreadsheet's rounding of a number: the digits behind it are lost"
DATED = "is a date: a spreadsheet has made one of what it was"
_NUMBER = re.compile(r"-?[0-9]{1,18}\Z", re.ASCII)
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{2,3}\Z", re.ASCII)
_DATED = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-9:]{8}[+-][0-9:]{5}\Z", re.ASCII)
"""As a workbook's dates come (`sheet_cells.moment_text`)."""
ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"))
_FORMULA = re.compile(r"=(?!\s*\")")
_SUSPECT = re.compile(r"[0-9][eE]\+[0-9]{2}|[0-9]T[0-9]|^[^\S\n]*(=|#[A-Z])", re.MULTILINE)
_MARKED = re.compile(r"'\+?[0-9][0-9 ()./-]*\Z", re.ASCII)
_WRAPPED = re.compile(r'=\s*"(.*)"\Z', re.DOTALL)


def is_rounded(text: str) -> bool:
    """`2.02613E+17`: whatever number that was, others have become the same."""
    return bool(_ROUNDED.match(text))


def spoilt(text: str) -> str:
    """Why a number or a name cannot be what this says; "" where it can."""
    text = text.strip()
    if is_rounded(text):
        return ROUNDED
    if _DATED.match(text):
        return DATED
    if text in ERRORS:
        return "is an error of the spreadsheet, no value"
    return "is a formula without a value" if _FORMULA.match(text) else ""


def may_be_spoilt(cells: Iterable[str]) -> bool:
    """Whether to look closer: quick, asked of every order."""
    return bool(_SUSPECT.search("\n".join(cells)))


def unwrapped(text: str) -> str:
    """Without what a spreadsheet wraps around digits so that it does not round them: ="…", or an apostrophe."""
    if text.startswith("=") and (wrapped := _WRAPPED.match(text)):
        return wrapped[1].replace('""', '"').strip()
    return text[1:] if text.startswith("'") and _MARKED.match(text) else text


def amount(text: str) -> str:
    return amount_text(unwrapped(text))


def whole(text: str) -> Any:
    """An int, or the text where it is no whole number: it is rejected as what it is."""
    said = text if _NUMBER.match(text) else plain(unwrapped(text))
    return int(said) if _NUMBER.match(said) else text


def picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Takes the cells of these places out of a row."""
    if not places:
        return lambda _: ()
    if len(places) == 1:
        return lambda row: (row[places[0]],)
    return itemgetter(*places)
