"""A form that could not be taken, because nobody was signed in any more: kept whole until somebody is.

It lies encrypted in the store, under a name that only the browser knows which sent it; having no row there, it is swept
after a day as any file is that nothing came of.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import asdict, dataclass
from typing import Any

from portal.domain.errors import Forbidden, NotFound
from portal.domain.evidence.files import Evidence, Upload
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.evidence.receive_files import receive_evidence

SEAL = "stashed form"
Typed = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StashedFile:
    """A file as it was sent: of which field, under which name."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StashedForm:
    """`who` sent it (an actor's key), "" where no session says; `address` is where to, `typed` its fields in order.

    `lost`: it had files too large to be kept.
    """

    who: str
    address: str
    typed: Typed
    files: tuple[StashedFile, ...] = ()
    lost: bool = False


def store_form(form: StashedForm, *, deps: Deps) -> str:
    """The name it is read again by. Errors: ProviderUnavailable."""
    files = [asdict(file) | {"content": base64.b64encode(file.content).decode()} for file in form.files]
    content = json.dumps(asdict(form) | {"files": files})
    key = f"{deps.clock.now():%Y%m%d}/{deps.random.token()}"
    deps.store.put(key, deps.vault.encrypt(SEAL, content).encode())
    return key


def take_form(key: str, *, deps: Deps) -> StashedForm | None:
    """Once: it is deleted as it is read. None where it is there no more. Errors: ProviderUnavailable."""
    try:
        content: dict[str, Any] = json.loads(deps.vault.decrypt(SEAL, deps.store.get(key).decode()))
    except (NotFound, ValueError):
        return None
    deps.store.delete([key])
    files = tuple(StashedFile(**file | {"content": base64.b64decode(file["content"])}) for file in content["files"])
    typed = tuple((name, value) for name, value in content["typed"])
    return StashedForm(**content | {"files": files, "typed": typed})


def is_about_own(actor: Actor, *, order_no: str = "", case_no: str = "", deps: Deps) -> bool:
    """Whether the order or case is one that this actor may open; True where none is named."""
    if not (order_no or case_no):
        return True
    try:
        with reading(deps) as work:
            work.evidence.order_id_of(actor, order_no=order_no, case_no=case_no)
    except NotFound:
        return False
    return True


def receive_stashed(
    files: tuple[StashedFile, ...], actor: Actor, *, order_no: str = "", case_no: str = "", deps: Deps
) -> tuple[dict[str, tuple[Evidence, ...]], bool]:
    """By field, what was kept as drafts of whoever is signed in now; and whether all of it was."""
    kept: dict[str, tuple[Evidence, ...]] = {}
    is_whole = True
    for name in dict.fromkeys(file.field for file in files):
        mine = [file for file in files if file.field == name]
        uploads = [Upload(file.name, len(file.content), io.BytesIO(file.content)) for file in mine]
        try:
            received = receive_evidence(uploads=uploads, actor=actor, order_no=order_no, case_no=case_no, deps=deps)
        except (Forbidden, NotFound):
            is_whole = False
            continue
        kept[name] = received.evidence
        is_whole = is_whole and not received.faults
    return kept, is_whole
