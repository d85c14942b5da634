"""Pages that only a frame has, and the tabs that it opens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStop:
    """The frame cannot go on. why: over, blocked, boxed. ticket: spent by the form that leads to a tab; without one
    `tab` is a link to the same page there."""

    why: str
    ticket: str = ""
    tab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """A hand-off that was opened as an address: one button posts its code."""

    shop_name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTabPage:
    """The button that goes on in a new tab. purpose: tab, pay. back: the page in the frame it came from."""

    purpose: str
    ticket: str
    back: str
