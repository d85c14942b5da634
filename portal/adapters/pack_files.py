"""Policy packs from files: those shipped with the portal, and a shop's own laid over them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from portal.domain.errors import NotFound
from portal.domain.policy.pack import Pack
from portal.domain.policy.problems import PackError, PackProblem
from portal.schemas.pack_file import load_pack

_SHIPPED = Path(__file__).parent.parent / "policies"


@cache
def shipped_packs() -> dict[str, Pack]:
    """`cn`, `eu`, `open`, `uk`: by name."""
    files = sorted(_SHIPPED.glob("*.toml"))
    return {file.stem: load_pack(file.read_text("utf-8"), file.name) for file in files}


def legal_packs() -> tuple[Pack, ...]:
    """Those that state a law, by name."""
    return tuple(pack for pack in shipped_packs().values() if pack.kind == "legal")


def pack_of(name_or_file: str) -> Pack:
    """A shipped pack by its name, or the pack of a file. Raises PackError with every problem, NotFound for neither.

    A name never means a file: `./cn` does.
    """
    shipped = shipped_packs()
    if name_or_file in shipped:
        return shipped[name_or_file]
    file = Path(name_or_file)
    if not file.is_file():
        raise NotFound(f"policy {name_or_file}; there are {', '.join(shipped)}, or name a file")
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise PackError((PackProblem(file.name, "(file)", "is not UTF-8 text"),)) from None
    return load_pack(text, file.name, shipped)
