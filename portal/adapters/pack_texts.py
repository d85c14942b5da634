"""Packs as people write them: TOML, with its comments kept where a field of it is changed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from portal.adapters.pack_files import shipped_packs
from portal.domain.policy.pack import Pack
from portal.domain.policy.problems import PackError, PackProblem
from portal.schemas.pack_file import load_pack

FILE = "policy.toml"
"""What a text that came from a form is called where it is wrong."""


class TomlPacks:
    """The port `PackTexts`."""

    @property
    def bases(self) -> Mapping[str, Pack]:
        return shipped_packs()

    def read_pack(self, text: str) -> Pack:
        return load_pack(text, FILE, shipped_packs())

    def table_of(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PackError((PackProblem(FILE, "(syntax)", str(error)),)) from None

    def text_of(self, table: Mapping[str, Any], like: str = "") -> str:
        try:
            document = tomlkit.parse(like)
            _bring(document, table)
            text = document.as_string()
            if tomllib.loads(text) == table:
                return text
        except (TOMLKitError, tomllib.TOMLDecodeError):
            pass
        # What cannot be changed in place is written anew: its comments are lost, its values never.
        return tomlkit.dumps(table)


def _bring(document: Container | Table, table: Mapping[str, Any]) -> None:
    """Changes in place what differs, so that everything else stays as it was written."""
    for key in [key for key in document if key not in table]:
        document.remove(key)
    for key, value in table.items():
        there = document.get(key)
        if isinstance(value, Mapping) and isinstance(there, Table):
            _bring(there, value)
        elif there is None or _plain(there) != value:
            document[key] = dict(value) if isinstance(value, Mapping) else value


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value
