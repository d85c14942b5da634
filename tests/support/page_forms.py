"""Forms as a browser sees them: which fields there are, what they hold, what is sent."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.page_lint import Element, show

FIELDS = ".//*[self::input or self::select or self::textarea][@name]"
BUTTONS = ".//button[not(@type) or @type='submit'] | .//input[@type='submit']"


def forms_of(tree: Element) -> list[Form]:
    return [Form(element) for element in tree.xpath("//form")]


@dataclass(frozen=True)
class Form:
    """A form of a page, what was filled in so far, and the button pressed."""

    element: Element
    values: Mapping[str, Any] = field(default_factory=dict)
    button: Element | None = None

    def __repr__(self) -> str:
        return show(self.element)

    @property
    def method(self) -> str:
        return self.element.get("method", "get").lower()

    @property
    def address(self) -> str:
        pressed = self.button.get("formaction") if self.button is not None else None
        return pressed or self.element.get("action", "")

    @property
    def is_multipart(self) -> bool:
        return self.element.get("enctype") == "multipart/form-data"

    @property
    def is_in_main(self) -> bool:
        return not self.element.xpath("//main") or any(True for _ in self.element.iterancestors("main"))

    @property
    def names(self) -> set[str]:
        return {element.get("name") for element in self._fields()}

    def matches(self, which: str | None) -> bool:
        if which is None:
            return True
        if which.startswith("/"):
            return self.element.get("action", "").partition("?")[0].endswith(which)
        return self.element in self.element.getroottree().getroot().cssselect(which)

    def has(self, names: Iterable[str]) -> bool:
        return self.names >= set(names)

    def filled(self, values: Mapping[str, Any]) -> Form:
        """This form with `values` typed or chosen; refuses what the fields do not allow."""
        assert self.has(values), f"no such field: {sorted(set(values) - self.names)} in {sorted(self.names)}"
        for name, value in values.items():
            for wanted in value if isinstance(value, list) else [value]:
                self._check_choice(name, wanted)
        return replace(self, values={**self.values, **values})

    def pressed(self, which: str | None) -> Form:
        """This form with a button pressed; without `which`, the last that leads nowhere else."""
        buttons = self.element.xpath(BUTTONS)
        if which is None:
            found = [button for button in buttons if not button.get("formaction")][-1:]
        else:
            found = [button for button in buttons if which in _names_of(button)]
        found = [button for button in found if button.get("disabled") is None]
        assert found, f"no button {which or ''}: {[show(button) for button in buttons]}"
        return replace(self, button=found[0])

    def data(self, forged: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent, for the test client: lists of texts, and tuples for files."""
        sent: dict[str, list[Any]] = {}
        for element in self._fields():
            sent.setdefault(element.get("name"), []).extend(self._sent(element))
        for name, value in self.values.items():
            kinds = {element.get("type", "") for element in self._fields(name)}
            sent[name] = [] if value is False else sent[name] if value is True else _texts(value)
            assert value is not True or kinds == {"checkbox"}, f"{name} is no box"
        if self.button is not None and self.button.get("name"):
            sent.setdefault(self.button.get("name"), []).append(self.button.get("value", ""))
        sent |= {name: [] if value is None else _texts(value) for name, value in forged.items()}
        return {name: values for name, values in sent.items() if values}

    def _fields(self, name: str | None = None) -> list[Element]:
        fields = [element for element in self.element.xpath(FIELDS) if not _is_disabled(element)]
        return [element for element in fields if name is None or element.get("name") == name]

    def _check_choice(self, name: str, value: Any) -> None:
        fields = self._fields(name)
        kind = fields[0].get("type", fields[0].tag)
        if kind == "hidden":
            raise AssertionError(f"nobody can type into the hidden field {name}: use forged=")
        if kind == "radio" or (kind == "checkbox" and not isinstance(value, bool)):
            offered = {element.get("value", "on") for element in fields}
        elif kind == "select":
            offered = {_value_of(option) for option in fields[0].xpath(".//option[not(@disabled)]")}
        else:
            return
        assert str(value) in offered, f"{name} does not offer {value}: {sorted(offered)}"

    def _sent(self, element: Element) -> list[Any]:
        """What one untouched or ticked field adds."""
        kind = element.get("type", "").lower()
        if element.tag == "textarea":
            # A browser drops the first newline and sends CRLF.
            return [(element.text or "").removeprefix("\n").replace("\n", "\r\n")]
        if element.tag == "select":
            options = element.xpath(".//option")
            chosen = [option for option in options if option.get("selected") is not None]
            if element.get("multiple") is None:
                chosen = chosen[-1:] or options[:1]
            return [_value_of(option) for option in chosen]
        if kind in ("checkbox", "radio"):
            ticked = element.get("checked") is not None or self.values.get(element.get("name")) is True
            return [element.get("value", "on")] if ticked else []
        if kind == "file":
            return [(io.BytesIO(), "", "application/octet-stream")] if self.is_multipart else [""]
        return [] if kind in ("submit", "button", "reset", "image") else [element.get("value", "")]


def _is_disabled(element: Element) -> bool:
    return element.get("disabled") is not None or bool(element.xpath("ancestor::fieldset[@disabled]"))


def _names_of(button: Element) -> set[str]:
    """The words, the value, the name, and the last step of the formaction."""
    text = " ".join("".join(button.itertext()).split())
    last = button.get("formaction", "").partition("?")[0].rpartition("/")[2]
    return {text, button.get("value", ""), button.get("name", ""), last} - {""}


def _value_of(option: Element) -> str:
    return option.get("value", "".join(option.itertext()).strip())


def multipart(data: Mapping[str, list[Any]]) -> dict[str, Any]:
    """`data` as the client's arguments, put together in memory: its own temporary files are left open."""
    fields = {
        name: [FileStorage(*value[:2], name, value[2]) if isinstance(value, tuple) else value for value in values]
        for name, values in data.items()
    }
    boundary, body = encode_multipart(fields)
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


def _texts(value: Any) -> list[Any]:
    """Typed values as the client takes them; a file is given as (name, bytes, type)."""
    values = value if isinstance(value, list) else [value]
    return [(io.BytesIO(v[1]), v[0], v[2]) if isinstance(v, tuple) else str(v) for v in values]
