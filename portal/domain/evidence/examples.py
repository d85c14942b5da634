"""What a picture has to show, by the reason of an application: drawn beside the field, so that fewer are missing."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "quality": ("close_up", "whole", "label"),
    "damaged": ("close_up", "carton", "waybill"),
    "wrong_item": ("whole", "label", "waybill"),
    "missing_item": ("all_together", "waybill"),
    "not_as_described": ("difference", "label"),
}
"""Codes of the drawings in `static/examples.svg`; reasons that need no picture have none."""
