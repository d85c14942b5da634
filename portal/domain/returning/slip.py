"""The return slip as a sheet of words: one value for the page, the browser that prints it and the PDF (S26)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Black squares: an SVG path over `width` × `height` modules, the quiet zone around a code included."""

    width: int
    height: int
    path: str

    @property
    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'shape-rendering="crispEdges"><path d="{self.path}"/></svg>'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Both are read back as exactly the return number."""

    code128: Drawing
    qr: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipItem:
    """A line of what is to be in the parcel; `quantity` in units. `sku`: by which the warehouse knows the goods."""

    title: str
    variant: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SlipFact:
    """`masked` is what a screen shows of a value that names a person."""

    label: str
    value: str
    masked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipSheet:
    """Everything on the slip in the reader's `language` (zh, en).

    `send_to` are the lines of the address, else the sentence of whom to ask. `columns` head the items; the last of
    them is left free for whoever unpacks the parcel to write in what came.
    """

    language: str
    title: str
    number_label: str
    return_no: str
    codes: Codes
    facts: tuple[SlipFact, ...]
    send_to_title: str
    send_to: tuple[str, ...]
    items_title: str
    columns: tuple[str, str, str, str, str]
    items: tuple[SlipItem, ...]
    conditions_title: str
    conditions: tuple[str, ...]
    steps_title: str
    steps: tuple[str, ...]
