"""The shipped packs as the tests of policies use them, and a calendar of a few days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import portal.policies
from portal.domain.policy.jurisdictions import Place
from portal.domain.policy.pack import Pack
from portal.schemas.pack_file import load_pack

FOLDER = Path(next(iter(portal.policies.__path__)))
TEXTS = {name: (FOLDER / f"{name}.toml").read_text(encoding="utf-8") for name in ("cn", "eu", "open", "uk")}
PACKS: dict[str, Pack] = {name: load_pack(text, f"{name}.toml") for name, text in TEXTS.items()}
LAWS = tuple(pack for pack in PACKS.values() if pack.kind == "legal")

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = Place("CN", (SHANGHAI,))


class FewDays:
    """Weekends and the days given; `known` are the years it knows, None for all."""

    def __init__(self, *rests: date, works: tuple[date, ...] = (), known: frozenset[int] | None = None) -> None:
        self._rests, self._works, self._known = frozenset(rests), frozenset(works), known

    def is_rest_day(self, country: str, day: date) -> bool:
        return day not in self._works and (day.weekday() >= 5 or day in self._rests)

    def is_bank_day(self, country: str, day: date) -> bool:
        return not self.is_rest_day(country, day)

    def country_of(self, zone: str) -> str:
        return ""

    def knows(self, country: str, day: date) -> bool:
        return self._known is None or day.year in self._known
