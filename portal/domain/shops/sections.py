"""The settings of a shop by the pages on which staff change them: what each is made of, and which are guarded.

A new setting is one line here and one in `words.settings`; a test holds this table to every field of `ShopSettings`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from portal.domain.messages.notice_kinds import FOR_CUSTOMERS

Kind = Literal[
    "line",
    "words",
    "amount",
    "percent",
    "count",
    "flag",
    "choice",
    "zone",
    "country",
    "currency",
    "day",
    "weekdays",
    "hours",
    "night",
    "names",
    "link",
    "mail",
    "sender",
    "code",
]
"""How a value is typed. `words`: a line for each language. `names`: several, with commas between. `code`: of a carrier
or a method."""
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Setting:
    """A value under its dotted `key` of the settings file; in a list, under its key within a row.

    `is_guarded`: it lets somebody in, leads customers elsewhere, or moves goods or money. Changing it takes a code of
    this moment, and other administrators are told (SECURITY, credentials end).
    """

    key: str
    kind: Kind
    choices: tuple[str, ...] = ()
    is_guarded: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows under `key`: a list of values (one column without a key), of tables, or tables `by` the code of a column."""

    key: str
    columns: tuple[Setting, ...]
    by: str = ""
    is_guarded: bool = False


Item = Setting | Listed


@dataclass(frozen=True, slots=True)
class Section:
    """A page of settings. `anchor`: those that have a form of their own on the first page of the settings."""

    name: str
    items: tuple[Item, ...]
    anchor: str = ""

    @property
    def is_guarded(self) -> bool:
        return any(item.is_guarded for item in self.items)


def _guarded(kind: Kind, *keys: str) -> tuple[Setting, ...]:
    return tuple(Setting(key, kind, is_guarded=True) for key in keys)


DAY_COLUMN = (Setting("", "day"),)
SECTIONS = (
    Section("shop", (Setting("name", "words"), Setting("complaint_line", "words"))),
    Section(
        "place",
        (
            Setting("locale", "choice", ("zh-CN", "en")),
            Setting("zone", "zone"),
            Setting("country", "country"),
            Setting("currency", "currency", is_guarded=True),
        ),
    ),
    Section(
        "contact",
        (
            Setting("contact.phone", "line"),
            Setting("contact.hours", "words"),
            Setting("contact.mail", "mail", is_guarded=True),
            Setting("contact.chat_url", "link", is_guarded=True),
        ),
    ),
    Section("senders", (Setting("mail_from", "sender", is_guarded=True), Setting("sms_sender", "line"))),
    Section(
        "texts",
        (
            Setting("sms.quiet", "night"),
            Listed(
                "sms.templates",
                (
                    Setting("notice", "choice", FOR_CUSTOMERS),
                    Setting("template_id", "words"),
                    Setting("params", "names"),
                ),
                by="notice",
            ),
        ),
    ),
    Section(
        "return_address",
        _guarded("line", *(f"return_address.{part}" for part in ("name", "phone", "region", "address", "postcode"))),
    ),
    Section(
        "carriers",
        (
            Listed(
                "carriers",
                (Setting("code", "code"), Setting("name", "words"), Setting("track_url", "link")),
                is_guarded=True,
            ),
            Setting("pickup.carrier", "code", is_guarded=True),
        ),
    ),
    Section(
        "calendar",
        (
            Setting("warehouse.hours", "hours"),
            Setting("warehouse.days", "weekdays", ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
            Listed("closed_days", DAY_COLUMN),
            Listed("warehouse.closed_days", DAY_COLUMN),
        ),
    ),
    Section(
        "arrival",
        (
            Listed(
                "arrival",
                (
                    Setting("method", "code"),
                    Setting("label", "words"),
                    Setting("min_days", "count"),
                    Setting("max_days", "count"),
                    Setting("kind", "choice", ("wallet", "bank")),
                ),
                by="method",
            ),
        ),
    ),
    Section(
        "limits",
        (
            *_guarded("amount", "limits.auto_refund", "limits.second_person", "limits.second_person_day"),
            Setting("limits.resubmissions", "count"),
            Setting("limits.later_days", "count"),
        ),
    ),
    Section(
        "fees",
        (
            *_guarded("amount", "fees.withdrawal_fixed"),
            *_guarded("percent", "fees.withdrawal_percent"),
            *_guarded("amount", "fees.return_freight_cap"),
            Setting("fees.on_delivery", "flag"),
            Setting("delivery.freight", "amount"),
            Setting("delivery.free_from", "amount"),
        ),
    ),
    Section(
        "store_credit",
        (
            *_guarded("flag", "store_credit.refunds"),
            *_guarded("percent", "store_credit.bonus_percent"),
            Setting("store_credit.valid_days", "count", is_guarded=True),
        ),
    ),
    Section("links", _guarded("link", "links.pay", "links.basket")),
    Section(
        "customers",
        (
            *_guarded("flag", "second_step", "remembered_sign_in"),
            Setting("returns", "flag"),
            Setting("eu_information_given", "flag"),
            Setting("withdrawal_link", "choice", ("auto", "always", "never")),
        ),
    ),
    Section(
        "looks",
        (
            Setting("theme.accent", "line"),
            Setting("theme.radius", "count"),
            Setting("theme.mode", "choice", ("auto", "light", "dark")),
        ),
        anchor="looks",
    ),
)
BY_NAME = {section.name: section for section in SECTIONS}


def all_keys() -> Iterator[str]:
    """The dotted key of every value; of a list's columns below the list's own: `carriers.code`."""
    for section in SECTIONS:
        for item in section.items:
            if isinstance(item, Setting):
                yield item.key
            else:
                yield from (f"{item.key}.{column.key}".rstrip(".") for column in item.columns)
