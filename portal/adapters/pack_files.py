"""Policy packs from files: those shipped with the portal, and a shop's own laid over them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from portal.domain.policy import Pack
from portal.domain.policy_loading import load_pack

_SHIPPED = Path(__file__).parent.parent / "policies"


@cache
def shipped_packs() -> dict[str, Pack]:
    """`cn`, `eu`, `open`: by name."""
    files = sorted(_SHIPPED.glob("*.toml"))
    return {file.stem: load_pack(file.read_text("utf-8"), file.name) for file in files}
