"""A person with a browser: what the journeys ask of any engine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Walker(Protocol):
    """One window. `what` is a selector of CSS, or of XPath where it begins with `//`; the first match counts.

    Every step waits until what it needs is there, and fails where it does not come. After `visit` the walk is on the
    page itself; `step_in` goes into its frame, `opens` and `goes_on_in` into a tab. Nothing here needs the page's
    scripts.
    """

    def visit(self, address: str) -> None: ...

    def step_in(self) -> None:
        """Into the first frame of where the walk is."""

    def press(self, what: str) -> None: ...

    def tick(self, what: str) -> None: ...

    def write(self, what: str, text: str) -> None: ...

    def attach(self, what: str, path: str) -> None:
        """The file at `path` is chosen in the field."""

    def see(self, what: str) -> None: ...

    def reads(self, what: str, name: str) -> str | None:
        """An attribute."""

    def count(self, what: str) -> int:
        """How many are there now; waits for none."""

    def waits(self, seconds: float) -> None: ...

    def opens(self, what: str) -> AbstractContextManager[None]:
        """Presses what opens a tab. Inside the block the walk is there; afterwards the tab is closed."""

    def goes_on_in(self, what: str) -> None:
        """Presses what opens a tab, and stays there."""

    def address(self) -> str:
        """Of the window or tab, not of the frame."""
