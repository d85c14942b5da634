"""Firefox by WebDriver BiDi: what is found, pointed at and typed needs no script of the page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.engines.bidi import PATIENCE, Bidi, BidiError

PASSING = {"no such node", "no such element", "no such frame", "stale element reference", "move target out of bounds"}
"""What a page says that is just being exchanged for the next, or laid out."""
PAUSE = 0.1
SHOWS = """node => {
  node.scrollIntoView({block: "center", behavior: "instant"})
  const where = node.getBoundingClientRect()
  return JSON.stringify([node.checked === true, document.readyState, where.x, where.y, innerHeight])
}"""
CONTROL = "\ue009"


class BidiWalker:
    """A `Walker` of a session."""

    def __init__(self, bidi: Bidi) -> None:
        self.bidi = bidi
        self.window: str = bidi.does("browsingContext.create", type="window")["context"]
        self.place = self.window

    def visit(self, address: str) -> None:
        self.bidi.does("browsingContext.navigate", context=self.window, url=address, wait="complete")
        self.place = self.window

    def step_in(self) -> None:
        self.see("iframe")
        (tree,) = self.bidi.does("browsingContext.getTree", root=self.place)["contexts"]
        self.place = tree["children"][0]["context"]

    def press(self, what: str) -> None:
        self._until(lambda: self._point(self._find(what)), what)

    def tick(self, what: str) -> None:
        def ticks() -> None:
            found = self._find(what)
            is_ticked, *_where = self._show(found)
            if not is_ticked:
                self._point(found)

        self._until(ticks, what)

    def write(self, what: str, text: str) -> None:
        self.press(what)
        keys = [(CONTROL, "keyDown"), ("a", "keyDown"), ("a", "keyUp"), (CONTROL, "keyUp")]
        keys += [(letter, act) for letter in text for act in ("keyDown", "keyUp")]
        self._acts({"type": "key", "id": "keys", "actions": [{"type": act, "value": key} for key, act in keys]})

    def attach(self, what: str, path: str) -> None:
        def attaches() -> None:
            node = {"sharedId": self._find(what)["sharedId"]}
            self.bidi.does("input.setFiles", context=self.place, element=node, files=[path])

        self._until(attaches, what)

    def see(self, what: str) -> None:
        self._until(lambda: self._find(what), what)

    def reads(self, what: str, name: str) -> str | None:
        value: str | None = self._until(lambda: self._find(what), what)["value"]["attributes"].get(name)
        return value

    def count(self, what: str) -> int:
        return len(self._nodes(what))

    def waits(self, seconds: float) -> None:
        time.sleep(seconds)

    @contextmanager
    def opens(self, what: str) -> Iterator[None]:
        window, place = self.window, self.place
        self.goes_on_in(what)
        yield
        self.bidi.does("browsingContext.close", context=self.window)
        self.window, self.place = window, place

    def goes_on_in(self, what: str) -> None:
        known = self._windows()
        self.press(what)
        new = self._until(lambda: (self._windows() - known).pop(), f"a tab of {what}")  # noqa: PLW0108 - asked again each time
        self.window = self.place = new

    def address(self) -> str:
        (tree,) = self.bidi.does("browsingContext.getTree", root=self.window)["contexts"]
        return str(tree["url"])

    def _windows(self) -> set[str]:
        return {tree["context"] for tree in self.bidi.does("browsingContext.getTree")["contexts"]}

    def _nodes(self, what: str) -> list[dict[str, Any]]:
        locator = {"type": "xpath" if what.startswith("//") else "css", "value": what}
        nodes: list[dict[str, Any]] = self.bidi.does(
            "browsingContext.locateNodes", context=self.place, locator=locator
        )["nodes"]
        return nodes

    def _find(self, what: str) -> dict[str, Any]:
        return self._nodes(what)[0]

    def _show(self, node: dict[str, Any]) -> list[Any]:
        """Scrolls there, in a world of its own: whether it is ticked, and how it lies there."""
        target, arguments = {"context": self.place, "sandbox": "walk"}, [{"sharedId": node["sharedId"]}]
        answer = self.bidi.does(
            "script.callFunction", functionDeclaration=SHOWS, arguments=arguments, target=target, awaitPromise=False
        )
        if answer["type"] == "exception":
            raise LookupError(answer["exceptionDetails"]["text"])
        shown: list[Any] = json.loads(answer["result"]["value"])
        return shown

    def _still(self, node: dict[str, Any]) -> None:
        """Until it has stopped moving: a frame grows to its content, and a press would miss."""
        before = None
        while (now := self._show(node)) != before or "complete" not in now:
            before = now
            time.sleep(PAUSE)

    def _point(self, node: dict[str, Any]) -> None:
        self._still(node)
        origin = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        press = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._acts({"type": "pointer", "id": "mouse", "actions": press})

    def _acts(self, actions: dict[str, Any]) -> None:
        self.bidi.does("input.performActions", context=self.place, actions=[actions])

    def _until(self, act: Callable[[], Any], what: str) -> Any:
        """Anew where what it needs is not there yet."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return act()
            except (BidiError, LookupError) as problem:
                is_passing = not isinstance(problem, BidiError) or problem.code in PASSING
                if not is_passing or time.monotonic() > end:
                    raise AssertionError(f"{what}: {problem}") from problem
            time.sleep(PAUSE)
