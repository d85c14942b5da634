"""Drawings of what is used, read, played with, eaten or given: see the package for how a shape is written."""

from __future__ import annotations

from collections.abc import Mapping

AT_HAND: Mapping[str, tuple[str, ...]] = {
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
}
