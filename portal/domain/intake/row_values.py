"""What a mapping's sources read from a row of a table, as values of the order format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.intake.cells import amount, unwrapped, whole
from portal.domain.intake.mapping import ANY_WORD, FeedMapping, Source, Sources

_TIMES = frozenset(
    """placed_at updated_at promised_ship_by pay_by opened_at confirmed_at paid_at shipped_at delivered_at promised_at
    last_scan_at expires_at at""".split()
)
_WHOLE = frozenset(("quantity", "return_days", "points_earned", "points"))
_AMOUNTS = frozenset("amount unit_price discount tax freight freight_tax gift_value threshold total goods".split())
_BETWEEN_TAGS = re.compile(r"[,;|，；、\s]+")
_SERIAL = re.compile(r"[3-7][0-9]{4}(\.[0-9]+)?\Z", re.ASCII)
"""Of a day since 36526, which is 2000-01-01: how a spreadsheet keeps a time that it was not told to show as one."""
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - it is of the table's zone, which is said behind it
METHOD_LENGTH = 32

Cells = Sequence[str]
Get = Callable[[Cells], str]
Getter = tuple[str, tuple[str, ...], Get, Callable[[str], Any] | None]


def getters_of(sources: Sources, mapping: FeedMapping, index: Mapping[str, int]) -> list[Getter]:
    """By the places of the columns; those that are not there (`optional`) are blank."""
    return [
        (path, tuple(path.split(".")), getter_of(source, mapping, index), _converter(path, mapping))
        for path, source in sources.items()
        if not source.is_row_count
    ]


def getter_of(source: Source, mapping: FeedMapping, index: Mapping[str, int]) -> Get:
    places = tuple(index[column] for column in source.columns if column in index)
    fixed, words, strips = source.value, source.words, mapping.strips
    if len(places) == 1 and strips and not (words or fixed or source.prefix or source.others):
        (place,) = places
        return lambda row: row[place].strip()
    others = [getter_of(other, mapping, index) for other in source.others]

    def said(value: str) -> str:
        value = (value.strip() if strips else value).removeprefix(source.prefix)
        return words.get(value, words.get(ANY_WORD, value)) if words and value else value

    if source.between is not None:
        between = source.between
        return lambda row: between.join(part for place in places if (part := said(row[place]))) or fixed

    def get(row: Cells) -> str:
        for place in places:
            if value := said(row[place]):
                return value
        return next((value for other in others if (value := other(row))), fixed)

    return get


def _converter(path: str, mapping: FeedMapping) -> Callable[[str], Any] | None:
    name = path.rpartition(".")[2]
    if name in _TIMES:
        return lambda text: _local_time(text, mapping.time_format, mapping.zone)
    if name in _WHOLE:
        return whole
    if name in _AMOUNTS:
        return amount
    if name == "tags":
        return lambda text: [tag for tag in _BETWEEN_TAGS.split(text) if tag]
    return unwrapped if name != "method" else partial(_cut, most=METHOD_LENGTH)


def _cut(text: str, most: int) -> str:
    """Of names that make no difference when they are cut: what a plug-in calls itself may be long."""
    return unwrapped(text)[:most].rstrip()


def _by_format(text: str, time_format: str) -> datetime:
    return datetime.strptime(text, time_format)  # noqa: DTZ007 - the table's zone is added where the text has none


@lru_cache(maxsize=1024)
def _local_time(text: str, time_format: str, zone: ZoneInfo) -> str:
    """ISO 8601 with offset; of an hour that comes twice the first is meant. What is no time stays as it is."""
    try:
        read = partial(_by_format, time_format=time_format) if time_format else datetime.fromisoformat
        moment = read(text)
    except ValueError:
        if not _SERIAL.match(text):
            return text
        moment = _FIRST_DAY + timedelta(seconds=round(float(text) * 86_400))
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def filled(getters: Sequence[Getter], row: Cells) -> dict[str, Any]:
    """The fields that are not blank, nested by their dots."""
    found: dict[str, Any] = {}
    for path, parts, get, convert in getters:
        value = get(row)
        if value == "":
            continue
        if len(parts) == 1:
            found[path] = convert(value) if convert else value
        else:
            found.setdefault(parts[0], {})[parts[1]] = convert(value) if convert else value
    if "ship_to" in found:
        found["ship_to"] = dict.fromkeys(("name", "phone", "region", "address"), "") | found["ship_to"]
    return found
