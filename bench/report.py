"""The table: what was measured, what PERFORMANCE allows and hopes for, what it is."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

REPORT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
HEAD = ("what", "budget", "goal", "figure", "kept", "how")


@dataclass(frozen=True, slots=True)
class Figure:
    """`figure` in `unit`, at most `budget` (at least, where `more_is_better`); `goal` None where there is none."""

    what: str
    figure: float
    budget: float
    goal: float | None = None
    unit: str = "×"
    how: str = ""
    more_is_better: bool = False

    def keeps(self, limit: float) -> bool:
        return self.figure >= limit if self.more_is_better else self.figure <= limit

    def cells(self) -> tuple[str, ...]:
        sign = "≥" if self.more_is_better else "≤"
        kept = "goal" if self.goal is not None and self.keeps(self.goal) else "yes" if self.keeps(self.budget) else "NO"
        goal = "" if self.goal is None else f"{sign} {written(self.goal)} {self.unit}"
        return (
            self.what,
            f"{sign} {written(self.budget)} {self.unit}",
            goal,
            f"{written(self.figure)} {self.unit}",
            kept,
            self.how,
        )


def written(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value):,}"
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def table(figures: Iterable[Figure]) -> str:
    """For a terminal and for Markdown alike; characters of double width are counted as such."""
    rows: Sequence[tuple[str, ...]] = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(HEAD))]
    lines = [
        "| " + " | ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def write(figures: Sequence[Figure], *, small: int, large: int, minutes: float) -> None:
    missed = [figure.what for figure in figures if not figure.keeps(figure.budget)]
    text = f"""# Speed, size and cost

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, in {minutes:.0f} minutes.
Databases of {small:,} and {large:,} orders with three lines each, 20,000 customers; the customer shown has 40 orders,
20 on the page.

A page's figure is its processor time, of the web process and of PostgreSQL's backends together, as a ratio to a floor
in the same run: `bench/floor.py`, a bare Flask app on the same server and database that checks the session and renders
the same data into a page of the same size (±5 %) with SQLAlchemy Core and Jinja. The portal's pages have everything
on: translation, tokens, decisions, events, headers, compression, log, metrics. Rounds are interleaved and the lowest
counts, because whatever else the machine does costs either side; expect 10 % between runs. Counts (statements,
buffers, bytes) do not scatter.

{table(figures)}

{"Below budget: " + "; ".join(missed) + "." if missed else "Every budget is kept."}
"""
    REPORT.write_text(text, "utf-8")
