"""What stands on the two buttons with which a contract is withdrawn from (EU-9, EU-14): data of the legal packs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.policy.jurisdictions import Law
from portal.domain.policy.pack import Button, ButtonLabel, Pack, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalButtons:
    """`label`: the words of a country whose law has its own; the button then says nothing else, and what `start` and
    `confirm` say in the reader's language and in English stands beside it."""

    start: Words
    confirm: Words
    label: ButtonLabel | None = None


def legal_button(law: Law, laws: Iterable[Pack]) -> Button | None:
    """The words of now, whatever version an order was placed under: acts word the buttons that are shown."""
    return next((pack.button for pack in laws if pack.law == law and pack.button), None)


def buttons_for(country: str | None, law: Law, laws: Iterable[Pack]) -> LegalButtons:
    """For an order of that country (ISO 3166) under `law`; those of the first law that has any, where it has none."""
    laws = tuple(laws)
    button = legal_button(law, laws) or next(pack.button for pack in laws if pack.button)
    return LegalButtons(start=button.start, confirm=button.confirm, label=button.labels.get((country or "").upper()))
