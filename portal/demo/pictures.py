"""Pictures of the goods, drawn as flat shapes: one ground, one colour in three shades, the same light for all.

`python -m portal.demo.pictures` writes them to portal/static/demo, where they are kept with the sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from portal.demo.drawings import DRAWINGS

FOLDER = Path(__file__).parents[1] / "static" / "demo"

# Ground, main, dark, light.
_PAINTS = {
    "sea": ("#e6eef3", "#3f7a9b", "#2b5871", "#b9d3e0"),
    "clay": ("#f5ebe4", "#c07a54", "#8e5436", "#ecc9b3"),
    "moss": ("#e9f0e6", "#6f9463", "#4c6b43", "#c8dbc0"),
    "plum": ("#f1e9f0", "#8d6a8f", "#664a68", "#d9c4da"),
    "sand": ("#f5f0e2", "#c9a24d", "#94742f", "#ecdcae"),
    "ink": ("#e9ebee", "#5a6472", "#3b434e", "#c3cad3"),
    "rose": ("#f7e9ea", "#c26b73", "#8f464d", "#efc4c8"),
}


PICTURES = tuple(DRAWINGS)


def draw(name: str) -> str:
    """The SVG of a drawing, 240 × 240, below 2 kB. Raises KeyError where there is none of that name."""
    return svg_of(DRAWINGS[name])


def svg_of(drawing: Sequence[str]) -> str:
    paint, *shapes = drawing
    ground, main, dark, light = _PAINTS[paint]
    shades = {"m": main, "d": dark, "l": light, "w": "#fff"}
    drawn = "".join(_shape(shades[shape[0]], shape[2], shape[4:]) for shape in shapes)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240">'
        f'<path fill="{ground}" d="M0 0h240v240H0z"/>'
        f'<ellipse cx="120" cy="204" rx="84" ry="8" fill="{dark}" opacity=".15"/>{drawn}</svg>\n'
    )


def _shape(colour: str, kind: str, numbers: str) -> str:
    if kind == "P":
        return f'<path fill="{colour}" d="{numbers}"/>'
    if kind == "S":
        width, path = numbers.split(" ", 1)
        line = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'
        return f'<path {line} d="{path}"/>'
    tag, names = {
        "R": ("rect", ("x", "y", "width", "height", "rx")),
        "C": ("circle", ("cx", "cy", "r")),
        "E": ("ellipse", ("cx", "cy", "rx", "ry")),
    }[kind]
    said = " ".join(f'{name}="{number}"' for name, number in zip(names, numbers.split(), strict=True))
    return f'<{tag} {said} fill="{colour}"/>'


def write_all(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        (folder / f"{name}.svg").write_text(draw(name), encoding="utf-8")


if __name__ == "__main__":
    write_all()
