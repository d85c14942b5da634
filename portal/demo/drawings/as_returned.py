"""Drawings of goods as they came or came back, in place of photos: how a shape is written says the package."""

from __future__ import annotations

from collections.abc import Mapping

AS_RETURNED: Mapping[str, tuple[str, ...]] = {
    "worn": (
        "plum",
        "l R 20 30 200 166 6",
        "m P M36 52q84 44 168 0l8 44q-92 52-184 0z",
        "d P M156 96h44v80h-44z",
        "l S 4 M156 124h44M156 142h44",
        "d S 4 M162 178v10M172 178v10M183 178v10M194 178v10",
        "d P M74 84q16-12 34-2 12 10-2 20-18 10-32-2-8-8 0-16z",
        "w S 4 M92 62a32 32 0 1 1-1 0z",
        "w R 30 176 96 12 2",
        "d S 2 M40 176v6M52 176v6M64 176v6M76 176v6M88 176v6M100 176v6M112 176v6",
    ),
    "cut-tag": (
        "plum",
        "m P M0 0h240v92q-120 44-240 0z",
        "l S 4 M0 62q120 44 240 0M0 40q120 44 240 0",
        "d S 4 M118 104q-4 14 6 22",
        "d S 4 M146 142q16 6 20 14",
        "w P M156 148l40 10 10 56-58 10-14-52z",
        "d C 164 162 5",
        "d S 3 M158 184l36-6M160 196l30-5",
        "l S 3 M126 128l10 4M134 140l8-6",
    ),
}
"""A scarf with a stain, circled, a ruler beside it; its tag, off, the thread cut through."""

AS_ARRIVED: Mapping[str, tuple[str, ...]] = {
    "cracked": (
        "clay",
        "d S 14 M156 100h14q22 0 22 24t-22 24h-14",
        "m R 60 72 100 116 14",
        "l R 60 96 100 14 0",
        "d E 110 74 50 8",
        "d S 4 M96 74l10 20-12 18 16 22-8 20",
        "d S 2 M110 134l14 10M94 112l-12 8",
    ),
    "dented-box": (
        "sand",
        "m P M36 84l84-28 84 28v84l-84 32-84-32z",
        "l P M36 84l84-28 84 28-84 30z",
        "d S 3 M120 114v86",
        "d P M36 84l28 10-6 34 14 22-36 12z",
        "d S 2 M64 94l-6 34 14 22",
    ),
}
"""A mug with a crack from its rim; a parcel with a corner pushed in."""
