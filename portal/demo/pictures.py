"""Pictures of the goods, drawn as flat shapes: one ground, one colour in three shades, the same light for all.

`python -m portal.demo.pictures` writes them to portal/static/demo, where they are kept with the sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

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

# A shape is "m", "d" or "l" (the shade), or "w" (white), then what it is:
#   R x y width height radius · C x y radius · E x y rx ry · P path · S width path (drawn as a line)
_DRAWINGS: Mapping[str, tuple[str, ...]] = {
    "tee": ("sea", "m P M88 56l-46 26 16 36 20-8v80h84v-80l20 8 16-36-46-26q-32 26-64 0z", "l S 6 M88 56q32 26 64 0"),
    "hoodie": (
        "plum",
        "m P M84 64l-40 30 8 84 26-2v16h84v-16l26 2 8-84-40-30z",
        "d P M84 66q36-34 72 0-10 36-36 36t-36-36z",
        "l S 4 M110 102v30M130 102v24",
        "d R 90 146 60 30 8",
    ),
    "jacket": (
        "moss",
        "m P M86 52l-38 26-6 106h28v8h100v-8h28l-6-106-38-26z",
        "d S 4 M72 90h96M70 122h100M68 154h104",
        "l S 5 M120 60v132",
    ),
    "trousers": ("ink", "m P M82 44h76l14 154h-36l-16-104-16 104H68z", "d R 82 44 76 14 3", "l S 3 M120 58v36"),
    "dress": ("rose", "m P M94 44h52l-6 52 36 98H64l36-98z", "d R 98 92 44 10 3", "l S 4 M92 186l16-70M148 186l-16-70"),
    "socks": (
        "sand",
        "d P M132 44h40v82q0 12 10 20 18 14 2 28-14 10-30-2-22-18-22-40z",
        "m P M70 44h42v86q0 12 10 20 18 14 2 28-14 10-32-2-22-18-22-40z",
        "l R 70 44 42 14 2",
        "l R 132 44 40 14 2",
    ),
    "shoes": (
        "sea",
        "m P M38 96q18 12 34 0l18-12 46 42q14 12 44 14 26 2 26 30v8H38z",
        "w R 34 174 176 18 9",
        "l S 5 M94 108l18-14M110 124l18-14M128 138l16-14",
        "d P M38 96q18 12 34 0v44H38z",
    ),
    "cap": (
        "clay",
        "m P M52 146q0-76 68-76t68 76z",
        "d P M116 146h72q36 4 36 24-50-16-108-10z",
        "l S 4 M120 70v76",
        "d C 120 70 7",
    ),
    "scarf": (
        "plum",
        "m P M64 60q56 40 112 0l10 34q-66 44-132 0z",
        "d P M138 104h40v84h-40z",
        "l S 4 M138 130h40M138 146h40",
        "m S 5 M142 190v14M152 190v14M162 190v14M172 190v14",
    ),
    "backpack": (
        "moss",
        "d S 9 M98 62q0-26 22-26t22 26",
        "m R 66 56 108 140 30",
        "d R 82 130 76 54 12",
        "l S 4 M84 104h72",
        "l R 112 124 16 20 4",
    ),
    "suitcase": (
        "sea",
        "d S 8 M100 66V38h40v28",
        "m R 70 66 100 122 14",
        "d C 88 196 8",
        "d C 152 196 8",
        "l S 5 M96 84v86M120 84v86M144 84v86",
    ),
    "umbrella": (
        "rose",
        "d S 7 M120 120v66q0 14 14 14t14-14",
        "m P M34 124q6-76 86-76t86 76q-14-14-29 0-14-14-28 0-15-14-29 0-14-14-29 0-14-14-28 0-15-14-29 0z",
        "d S 5 M120 38v12",
    ),
    "mug": (
        "clay",
        "d S 14 M156 100h14q22 0 22 24t-22 24h-14",
        "m R 60 72 100 116 14",
        "l R 60 96 100 14 0",
        "d E 110 74 50 8",
    ),
    "teapot": (
        "clay",
        "d S 13 M172 106q34-8 30 24-4 26-36 28",
        "m P M64 132L26 92l14-8 40 30z",
        "m E 120 140 62 50",
        "d E 120 96 36 10",
        "l C 120 80 9",
    ),
    "tea": (
        "moss",
        "m R 78 62 84 132 8",
        "d R 74 46 92 24 6",
        "w R 92 98 56 66 4",
        "m P M120 154q-26-22 0-46 26 24 0 46z",
        "l S 3 M120 154v-32",
    ),
    "flask": ("ink", "m R 88 72 64 126 16", "d R 94 40 52 36 10", "l R 88 106 64 8 0", "l R 100 126 8 54 4"),
    "pan": ("ink", "d S 14 M150 108l60-48", "m E 106 140 76 46", "d E 106 132 76 42", "l E 106 136 56 28"),
    "cooker": (
        "sand",
        "m R 54 90 132 100 34",
        "d P M54 110q0-44 66-44t66 44z",
        "l R 108 52 24 14 6",
        "w R 92 130 56 34 8",
        "d C 120 147 8",
    ),
    "kettle": (
        "sea",
        "d S 11 M154 84q40 2 34 44-4 24-28 32",
        "m P M80 70h76l14 118H66z",
        "d R 76 56 84 16 8",
        "m P M82 84L50 96l24 24z",
        "l R 108 100 12 66 6",
    ),
    "lamp": (
        "sand",
        "d S 8 M96 188l-20-60 60-54",
        "m P M112 84l40-38q40 10 40 54z",
        "l E 172 96 22 9",
        "d R 58 184 92 14 7",
    ),
    "chair": (
        "ink",
        "m R 82 40 76 86 20",
        "d R 70 130 100 20 10",
        "d S 8 M120 150v34M76 196q44-24 88 0",
        "d C 76 198 7",
        "d C 164 198 7",
        "l S 4 M98 64h44M98 82h44",
    ),
    "pillow": (
        "sea",
        "m P M44 94q76-28 152 0 14 36 0 72-76 24-152 0-14-36 0-72z",
        "l P M66 106q54-14 108 0 8 24 0 46-54 14-108 0-8-22 0-46z",
    ),
    "quilt": (
        "rose",
        "d R 44 148 152 42 16",
        "m R 44 108 152 50 16",
        "l R 44 72 152 48 16",
        "w S 3 M60 96h120",
        "d S 3 M60 132h120",
    ),
    "towel": (
        "moss",
        "m R 70 48 100 148 8",
        "l R 70 150 100 14 0",
        "l R 70 172 100 6 0",
        "d R 48 44 144 12 6",
        "d R 70 56 14 140 0",
    ),
    "headphones": (
        "ink",
        "d S 13 M58 142q0-86 62-86t62 86",
        "m R 44 124 36 66 16",
        "m R 160 124 36 66 16",
        "l R 56 138 12 38 6",
        "l R 172 138 12 38 6",
    ),
    "powerbank": (
        "sea",
        "m R 78 46 84 150 16",
        "d R 104 38 32 12 4",
        "l C 104 176 5",
        "l C 120 176 5",
        "d C 136 176 5",
        "w P M126 84l-26 38h18l-6 30 28-40h-20z",
    ),
    "keyboard": (
        "plum",
        "m R 34 84 172 90 12",
        "l P M48 98h20v16H48zM76 98h20v16H76zM104 98h20v16h-20zM132 98h20v16h-20zM160 98h32v16h-32z",
        "l P M48 122h28v16H48zM84 122h20v16H84zM112 122h20v16h-20zM140 122h20v16h-20zM168 122h24v16h-24z",
        "w R 76 146 88 16 3",
    ),
    "book": ("clay", "m R 70 46 108 148 6", "d R 70 46 18 148 6", "w R 108 78 50 30 3", "l S 4 M108 126h50M108 140h36"),
    "newspaper": (
        "ink",
        "l R 60 52 124 146 4",
        "w R 52 46 124 146 4",
        "d R 66 60 96 16 2",
        "m R 66 88 44 40 2",
        "m S 4 M120 92h42M120 106h42M120 120h42M66 144h96M66 158h96M66 172h64",
    ),
    "software": (
        "sea",
        "d P M164 54l24 14v122l-24 8z",
        "m R 58 50 108 148 4",
        "w C 112 116 36",
        "l C 112 116 22",
        "m C 112 116 8",
    ),
    "orange": (
        "sand",
        "d C 156 148 42",
        "m C 98 140 54",
        "l E 82 118 14 9",
        "d S 5 M98 88q2-16 14-24",
        "d P M108 78q24-26 46-6-22 20-46 6z",
    ),
    "flowers": (
        "rose",
        "d S 5 M120 190L94 96M120 190V84M120 190l26-94",
        "m C 92 88 24",
        "m C 148 88 24",
        "d C 120 66 25",
        "l C 92 88 9",
        "l C 148 88 9",
        "l C 120 66 10",
        "l P M84 136h72l-26 66h-20z",
    ),
    "ring": ("sand", "m S 13 M120 92a50 50 0 1 1-1 0z", "d P M96 66l12-18h24l12 18-24 28z", "w P M108 64h24l-12 20z"),
    "frame": (
        "clay",
        "d R 48 56 144 132 4",
        "w R 64 72 112 100 2",
        "l P M64 172l40-54 28 32 18-20 26 42z",
        "m C 146 98 11",
    ),
    "serum": (
        "plum",
        "d R 102 40 36 44 8",
        "m R 82 84 76 110 16",
        "w R 94 118 52 48 4",
        "m S 4 M104 134h32M104 148h20",
    ),
    "toothbrush": (
        "sea",
        "m R 106 96 28 106 14",
        "d R 112 60 16 40 4",
        "l R 106 42 28 30 6",
        "w C 120 126 7",
        "d S 4 M112 150h16M112 160h16",
    ),
    "blocks": (
        "rose",
        "m R 44 130 70 62 6",
        "d R 126 130 70 62 6",
        "l R 84 64 70 62 6",
        "m P M58 118h16v12H58zM86 118h16v12H86z",
        "d P M140 118h16v12h-16zM168 118h16v12h-16z",
        "l P M98 52h16v12H98zM126 52h16v12h-16z",
    ),
    "plant": (
        "moss",
        "m P M120 142Q52 132 58 66q58 8 62 76z",
        "d P M120 142q4-74 64-84 4 68-64 84z",
        "l S 4 M120 150q-4-40-36-62M120 146q6-32 38-60",
        "w P M84 146h72l-10 52H94z",
        "l R 78 140 84 14 4",
    ),
    "tote": (
        "sand",
        "d S 8 M92 92V66q0-24 28-24t28 24v26",
        "l P M66 88h108l10 108H56z",
        "m C 120 142 22",
        "w P M108 142h24v4h-24z",
    ),
    "coaster": ("clay", "d C 138 136 56", "m C 108 120 60", "l C 108 120 44", "m C 108 120 28", "l C 108 120 12"),
}

PICTURES = tuple(_DRAWINGS)


def draw(name: str) -> str:
    """The SVG of a drawing, 240 × 240, below 2 kB. Raises KeyError where there is none of that name."""
    paint, *shapes = _DRAWINGS[name]
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
