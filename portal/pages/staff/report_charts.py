"""Where the parts of a report's pictures stand, in units of the picture; words come with the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil, sqrt

from portal.pages.values.reports import Bar, Chart, Dot, Label, OutcomeRow, PartRow, ProductRow

WIDTH, HEIGHT = 560, 210
_LEFT, _TOP, _BOTTOM = 40, 26, 184
_ROOM = 44
"""What a date takes below a chart."""
_THICKEST = 16
_HOUR, _DAY = 3_600, 86_400
_MOST_HOURS = 72
_ROW, _FIRST_ROW, _NAMES = 34, 41, 190
_BIGGEST = 14.0
_OUTCOME_LEFT, _OUTCOME_WIDTH = 110, 320


def steps_up_to(most: float, wanted: int = 4) -> list[float]:
    """Round numbers from 0 to the first that is not below `most`, about so many of them."""
    if most <= 0:
        return [0, 1]
    size = 10 ** len(str(int(most / wanted))) / 10 if most / wanted >= 1 else 0.1
    step = next(size * by for by in (1, 2, 5, 10, 20, 50) if size * by * wanted >= most)
    if most > wanted:
        step = ceil(step)
    return [step * index for index in range(ceil(most / step) + 1)]


def _y(value: float, top: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / top, 1)


def _tick(value: float) -> str:
    return f"{value:g}" if value < 10 else f"{value:.0f}"


def _labels(parts: Sequence[PartRow], slot: float) -> tuple[Label, ...]:
    every = max(1, ceil(_ROOM / slot))
    return tuple(
        Label(round(_LEFT + slot * (index + 0.5), 1), part.period)
        for index, part in enumerate(parts)
        if index % every == 0
    )


def periods_chart(parts: Sequence[PartRow]) -> Chart:
    """Applications, and those that were answered in time, side by side; the most is printed."""
    ticks = steps_up_to(max((part.opened for part in parts), default=0))
    top, slot = ticks[-1], (WIDTH - _LEFT) / max(len(parts), 1)
    thick = round(min(_THICKEST, slot * 0.36), 1)
    bars = []
    for index, part in enumerate(parts):
        middle = _LEFT + slot * (index + 0.5)
        for tone, count, x in (("b", part.opened, middle - thick - 1), ("a", part.kept, middle + 1)):
            y = _y(count, top)
            bars.append(Bar(round(x, 1), y, thick, round(_BOTTOM - y, 1), tone))
    most = max(parts, key=lambda part: part.opened, default=None)
    highest = bars[2 * parts.index(most)] if most and most.opened else None
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        ticks=tuple((_y(tick, top), _tick(tick)) for tick in ticks),
        bars=tuple(bars),
        labels=_labels(parts, slot),
        top=Dot(round(highest.x + thick / 2, 1), highest.y - 6, 0, str(most.opened)) if highest and most else None,
    )


def in_units(took: timedelta, unit: str) -> float:
    return took.total_seconds() / (_HOUR if unit == "hours" else _DAY)


def times_chart(parts: Sequence[PartRow]) -> Chart:
    """The median of each part that has one; the line is broken where there is none."""
    known = [part.median for part in parts]
    longest = max((took for took in known if took is not None), default=timedelta(0))
    unit = "hours" if longest <= timedelta(hours=_MOST_HOURS) else "days"
    ticks = steps_up_to(in_units(longest, unit))
    slot, top = (WIDTH - _LEFT) / max(len(parts), 1), ticks[-1]
    is_printed = slot >= _ROOM * 0.8
    dots, path, is_broken = [], [], True
    for index, took in enumerate(known):
        if took is None:
            is_broken = True
            continue
        value = in_units(took, unit)
        x, y = round(_LEFT + slot * (index + 0.5), 1), _y(value, top)
        dots.append(Dot(x, y, 4 if is_printed else 2.5, f"{value:.1f}" if is_printed else ""))
        path.append(f"{'M' if is_broken else 'L'}{x} {y}")
        is_broken = False
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        ticks=tuple((_y(tick, top), _tick(tick)) for tick in ticks),
        dots=tuple(dots),
        line="".join(path),
        labels=_labels(parts, slot),
        unit="hours" if unit == "hours" else "days",
    )


def products_chart(rows: Sequence[ProductRow], reasons: int) -> Chart:
    """A circle for each goods and reason: its area is the number of applications, which stands beside it."""
    most = max((count for row in rows for count in row.counts), default=0)
    column = (WIDTH - _NAMES) / max(reasons, 1)
    dots = []
    for row_no, row in enumerate(rows):
        for place, count in enumerate(row.counts):
            x, y = round(_NAMES + column * place + 18, 1), _FIRST_ROW + _ROW * row_no
            dots.append(Dot(x, y, round(_BIGGEST * sqrt(count / most), 1) if count else 0, str(count)))
    return Chart(width=WIDTH, height=_FIRST_ROW + _ROW * max(len(rows), 1) - 10, dots=tuple(dots))


def outcomes_chart(rows: Iterable[OutcomeRow]) -> Chart:
    """A bar each, as long as it is frequent. What the shop has agreed to stands out."""
    found = list(rows)
    most = max((row.count for row in found), default=0) or 1
    agreed = ("at_once", "accepted", "partly", "by_time")
    bars = [
        Bar(
            _OUTCOME_LEFT,
            _ROW * index + 4,
            round(_OUTCOME_WIDTH * row.count / most, 1),
            20,
            "a" if row.outcome in agreed else "b",
        )
        for index, row in enumerate(found)
    ]
    return Chart(width=WIDTH, height=_ROW * max(len(found), 1), bars=tuple(bars))
