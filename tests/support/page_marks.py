"""Reading a page through the marks of INTERFACE: actions, refusals, amounts, times, states, errors."""

from __future__ import annotations

import re
from datetime import datetime

from tests.support.page_lint import Element


def words(element: Element) -> str:
    """All text below `element`, blanks run together."""
    return re.sub(r"\s+", " ", element.text_content()).strip()


class Refusal:
    """The sentence that stands where an action would: `data-refused="SHOP-3" data-for="cancel"`."""

    def __init__(self, element: Element) -> None:
        self.rule = element.get("data-refused")
        self.text = words(element)

    def says(self, *phrases: str) -> bool:
        return all(phrase in self.text for phrase in phrases)

    def __repr__(self) -> str:
        return f"<Refusal {self.rule}: {self.text}>"


class Part:
    """Something on a page, read through the marks of INTERFACE."""

    def __init__(self, tree: Element) -> None:
        self.tree = tree

    def all(self, selector: str) -> list[Part]:
        return [Part(element) for element in self.tree.cssselect(selector)]

    def one(self, selector: str) -> Part:
        """The only thing that `selector` (CSS) finds."""
        found = self.all(selector)
        assert len(found) == 1, f"{selector} stands {len(found)} times"
        return found[0]

    def has(self, selector: str) -> bool:
        return bool(self.tree.cssselect(selector))

    def get(self, attribute: str) -> str | None:
        return self.tree.get(attribute)

    @property
    def text(self) -> str:
        """All words, blanks run together."""
        return words(self.tree)

    def says(self, *phrases: str) -> bool:
        return all(phrase in self.text for phrase in phrases)

    @property
    def actions(self) -> set[str]:
        """The names of what is on offer."""
        return set(self.tree.xpath(".//@data-action"))

    def refusal(self, action: str) -> Refusal:
        """Why `action` is not on offer."""
        return Refusal(self.one(f'[data-refused][data-for="{action}"]').tree)

    @property
    def refusals(self) -> dict[str, Refusal]:
        return {e.get("data-for"): Refusal(e) for e in self.tree.cssselect("[data-refused][data-for]")}

    def amounts(self, name: str) -> list[str]:
        """The values of every `<data data-amount=name>`, as decimal strings, in the order of the page."""
        return [element.get("value") for element in self.tree.cssselect(f'data[data-amount="{name}"]')]

    def amount(self, name: str) -> str:
        """The value of `<data data-amount=name>`; where it stands several times, they must agree."""
        found = set(self.amounts(name))
        assert len(found) == 1, f"the amount {name} is {sorted(found) or 'not there'}"
        return found.pop()

    @property
    def times(self) -> dict[str, datetime]:
        """The first moment of each name in `<time data-time=name>`."""
        marked = reversed(self.tree.cssselect("time[data-time]"))
        return {e.get("data-time"): datetime.fromisoformat(e.get("datetime")) for e in marked}

    @property
    def state(self) -> str:
        """The state of the first order, case or refund."""
        return self.tree.xpath("(descendant-or-self::*[@data-order or @data-case or @data-refund]/@data-state)[1]")[0]

    @property
    def states(self) -> dict[str, str]:
        """The state of everything that has a number."""
        numbered = self.tree.xpath("descendant-or-self::*[@data-state]")
        return {
            e.get("data-order") or e.get("data-case") or e.get("data-refund"): e.get("data-state") for e in numbered
        }

    @property
    def errors(self) -> list[str]:
        """The codes of the errors shown, in the order of the page."""
        return self.tree.xpath(".//*[@role='alert']/descendant-or-self::*/@data-error")

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the words of their links; the first of equal words."""
        return {
            words(link) or link.get("aria-label", ""): link.get("href")
            for link in reversed(self.tree.xpath(".//a[@href]"))
        }
