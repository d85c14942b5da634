"""Draws docs/pictures/{rooms,services,domain,pages}.svg from the imports as they are: `make map`.

A picture is a staircase: whoever imports stands above what is imported, so every arrow runs right and down. One that
has to run back up is drawn in red.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
# Single modules of portal/ that are one room together.
SAME_ROOM = {"evidence_fields": "forms", "fields": "forms", "form_sets": "forms", "portal": "app"}
Arrows = Counter[tuple[str, str]]

BOX, HEIGHT, STEP_X, STEP_Y, EDGE, TOP = 150, 26, 40, 36, 24, 96
INK, PAPER, LINE, BACKWARDS = "#1f2933", "#ffffff", "#9aa5b1", "#c81e1e"
HUES = (212, 174, 142, 92, 44, 24, 350, 316, 276, 236)


@dataclass(frozen=True)
class Picture:
    """What is drawn: boxes with the number of their modules, and how many imports lead from one to another."""

    title: str
    text: str
    sizes: dict[str, int]
    arrows: Arrows


def room_of(module: str) -> str:
    name = module.split(".")[1] if "." in module else module
    return SAME_ROOM.get(name, name)


def picture_of(graph: grimp.ImportGraph, title: str, text: str, within: str | None = None) -> Picture:
    """The rooms of the portal, or the packages of the room `within`."""
    prefix = f"portal.{within}." if within else "portal"
    modules = sorted(module for module in graph.modules if module.startswith(prefix))

    def box(module: str) -> str:
        return module.removeprefix(prefix).split(".")[0] if within else room_of(module)

    arrows: Arrows = Counter()
    for module in modules:
        for imported in graph.find_modules_directly_imported_by(module):
            if imported.startswith(prefix) and box(imported) != box(module):
                arrows[box(module), box(imported)] += 1
    return Picture(title, text, dict(Counter(map(box, modules))), arrows)


def reachable(name: str, arrows: Arrows) -> set[str]:
    """Whatever `name` imports, and what that imports."""
    found, ahead = set[str](), [name]
    while ahead:
        here = ahead.pop()
        new = {imported for importer, imported in arrows if importer == here} - found
        found |= new
        ahead += new
    return found


def in_order(picture: Picture) -> list[str]:
    """The boxes, importers first. Within a circle whoever imports more than it is imported comes first."""
    below = {name: reachable(name, picture.arrows) for name in picture.sizes}
    left, order = set(picture.sizes), list[str]()
    while left:
        # Nobody imports these who is not imported by them in turn.
        free = [name for name in left if all(other in below[name] for other in left if name in below[other])]

        def place(name: str) -> tuple[int, int, str]:
            wanted = sum(picture.arrows[other, name] for other in left - {name})
            return wanted and wanted - sum(picture.arrows[name, other] for other in left), -len(below[name]), name

        order.append(min(free, key=place))
        left.remove(order[-1])
    return order


def label(x: float, y: float, text: str, *, size: int = 12, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}"{more}>{escape(text)}</text>'


def arrow(start: int, end: int, count: int) -> tuple[str, str]:
    """The line of an arrow between two steps, and its number on the corner."""
    x = EDGE + end * STEP_X + (BOX - STEP_X / 2 if end > start else STEP_X / 2)
    y = TOP + start * STEP_Y + HEIGHT / 2
    from_x = EDGE + start * STEP_X + (BOX if end > start else 0)
    to_y = TOP + end * STEP_Y + (-3 if end > start else HEIGHT + 3)
    colour = LINE if end > start else BACKWARDS
    head = -6 if end > start else 6
    line = (
        f'<path d="M{from_x:g} {y:g}H{x:g}V{to_y:g}" fill="none" stroke="{colour}" stroke-width="1.3"/>'
        f'<path d="M{x - 4:g} {to_y + head:g}L{x:g} {to_y:g}L{x + 4:g} {to_y + head:g}" fill="none" stroke="{colour}" '
        'stroke-width="1.3"/>'
    )
    width = 16 + 6 * (len(str(count)) - 1)
    number = (
        f'<rect x="{x - width / 2:g}" y="{y - 8:g}" width="{width}" height="16" rx="8" fill="{PAPER}" '
        f'stroke="{colour}"/>' + label(x, y + 3.8, str(count), size=10)
    )
    return line, number


def box_of(step: int, name: str, modules: int) -> str:
    x, y, hue = EDGE + step * STEP_X, TOP + step * STEP_Y, HUES[step % len(HUES)]
    return (
        f'<rect x="{x}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="6" fill="hsl({hue} 60% 93%)" '
        f'stroke="hsl({hue} 45% 45%)"/>'
        + label(x + 10, y + 17, name, size=13, anchor="start", more=' font-weight="600"')
        + label(x + BOX - 10, y + 17, str(modules), size=11, anchor="end", more=' fill="#616e7c"')
    )


def svg(picture: Picture) -> str:
    order = in_order(picture)
    steps = {name: step for step, name in enumerate(order)}
    width = 2 * EDGE + (len(order) - 1) * STEP_X + BOX
    width, height = max(width, 720), TOP + len(order) * STEP_Y + EDGE - STEP_Y + HEIGHT
    drawn = [arrow(steps[a], steps[b], count) for (a, b), count in sorted(picture.arrows.items())]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(picture.title)}" font-family="system-ui, sans-serif" fill="{INK}">',
        f'<rect width="{width}" height="{height}" rx="10" fill="{PAPER}"/>',
        label(EDGE, 36, picture.title, size=18, anchor="start", more=' font-weight="700"'),
        label(EDGE, 58, picture.text, size=12, anchor="start", more=' fill="#52606d"'),
        *(line for line, _ in drawn),
        *(box_of(step, name, picture.sizes[name]) for name, step in steps.items()),
        *(number for _, number in drawn),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def pictures() -> dict[str, str]:
    """The name of each file and what it holds."""
    graph = grimp.build_graph("portal", cache_dir=None)
    how = "A box: its modules. A number: how many imports lead right and down."
    made = {
        "rooms": picture_of(graph, "The rooms of portal/", how),
        "services": picture_of(graph, "The packages of portal/services/", how, "services"),
        "domain": picture_of(graph, "The packages of portal/domain/", how, "domain"),
        "pages": picture_of(graph, "The packages of portal/pages/", how, "pages"),
    }
    return {f"{name}.svg": svg(picture) for name, picture in made.items()}


def main() -> None:
    for name, text in pictures().items():
        (PICTURES / name).write_text(text)


if __name__ == "__main__":
    main()
