"""Files between the browser and the services: received with a form, shown with it, sent out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from flask import Response

from portal.domain.evidence.files import Evidence, Upload, UploadFault
from portal.domain.identity.access import Actor
from portal.services.evidence.read_evidence import EvidenceContent
from portal.services.evidence.receive_files import receive_evidence
from portal.web.request.current import current_actor, deps


class EvidenceBox(Protocol):
    """What a field for evidence has (portal.evidence_fields)."""

    @property
    def uploads(self) -> tuple[Upload, ...]: ...

    @property
    def kept_ids(self) -> tuple[str, ...]: ...

    @property
    def removed_ids(self) -> tuple[str, ...]: ...

    def show(self, evidence: Sequence[Evidence], faults: Iterable[UploadFault] = ()) -> None: ...


def receive_uploads(field: EvidenceBox, *, order_no: str = "", case_no: str = "", actor: Actor | None = None) -> None:
    """Receives the files of `field` for the order, or for the case's; the field then shows what it holds and what is
    wrong. For every POST of a form with files, its quote included, before it is validated: a file chosen is lost
    otherwise, since no page can choose it again. `actor` is the shopper unless told.

    Errors: NotFound, Forbidden, ProviderUnavailable (the database).
    """
    received = receive_evidence(
        uploads=field.uploads,
        kept_ids=field.kept_ids,
        removed_ids=field.removed_ids,
        actor=actor or current_actor(),
        order_no=order_no,
        case_no=case_no,
        deps=deps(),
    )
    field.show(received.evidence, received.faults)


def send_evidence(file: EvidenceContent) -> Response:
    """As it may be sent to a browser: it can show the file, and the file can do nothing (SECURITY, uploads)."""
    response = Response(file.content, content_type=file.media_type)
    response.headers["Content-Disposition"] = f'{"inline" if file.is_image else "attachment"}; filename="{file.name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
