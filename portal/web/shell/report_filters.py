"""How the figures of a report are read."""

from __future__ import annotations

from flask import Flask

from portal.domain.reports.periods import Period
from portal.web.shell.filters import day, dot_day
from portal.words.reports import MEANINGS, took


def per_cent(mille: int) -> str:
    """`3.1%` of per mille."""
    return f"{mille / 10:.1f}%"


def month_or_day(period: Period) -> str:
    """What stands below a chart: the first day of it."""
    return dot_day(period.first)


def from_to(period: Period) -> str:
    """One day or the first and the last."""
    return day(period.first) if period.days == 1 else f"{day(period.first)} – {day(period.last)}"


def init_app(app: Flask) -> None:
    for function in (per_cent, month_or_day, from_to, took):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals["report_meanings"] = MEANINGS
