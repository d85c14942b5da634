"""上传凭证 in a form: files chosen now, files kept from an earlier try, files taken out again.

The field only reads and shows; `portal.web.request.uploads.receive_uploads` is what hands its files to the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.domain.evidence.files import MOST_FILES, MOST_PAGES, MOST_PHOTO_PIXELS, Evidence, Upload, UploadFault
from portal.fields import FormProblem

ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,application/pdf"
_ID = re.compile(r"[0-9A-Z]{26}\Z", re.ASCII)
# A form never holds more; whoever sends more has not got them from a page of ours.
_MOST_IDS = 4 * MOST_FILES


class EvidenceField(Field):
    """`evidence` (files), `evidence_id` (kept), `remove`. `data` are the ids that the application is to have.

    `is_side_step`: the form was sent only to upload or to take out a file; it is shown again, nothing else happens.
    """

    accept = ACCEPT
    most = MOST_FILES

    def __init__(self, label: Any = None, *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.required = required
        self.uploads: tuple[Upload, ...] = ()
        self.kept_ids: tuple[str, ...] = ()
        self.removed_ids: tuple[str, ...] = ()
        self.evidence: tuple[Evidence, ...] = ()
        self.is_side_step = False

    @property
    def data(self) -> tuple[str, ...]:
        return tuple(evidence.id for evidence in self.evidence)

    @data.setter
    def data(self, value: object) -> None:
        """WTForms sets it; what the field holds comes from `show` alone."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        if not formdata:
            return
        self.uploads = tuple(_uploads(formdata.getlist(self.name)))
        self.kept_ids = _ids(formdata.getlist(f"{self.name}_id"))
        self.removed_ids = _ids(formdata.getlist("remove"))
        self.is_side_step = bool(self.removed_ids) or "upload" in formdata

    def show(self, evidence: Sequence[Evidence], faults: Iterable[UploadFault] = ()) -> None:
        """What the form holds now, and what was wrong with the files just sent. Before `validate`."""
        self.evidence = tuple(evidence)
        self.process_errors.extend(map(fault_words, faults))
        self.errors = list(self.process_errors)

    def pre_validate(self, form: BaseForm) -> None:
        if self.required and not self.evidence and not self.process_errors:
            raise StopValidation(FormProblem("required", _("请上传凭证。")))


def fault_words(fault: UploadFault) -> FormProblem:
    """The sentence of WORDS, upload refused: which file, why, how to correct it."""
    file = fault.file
    words = {
        "type": lambda: _("%(file)s不是支持的格式。可以上传JPG、PNG、WebP、GIF、HEIC图片和PDF。", file=file),
        "size": lambda: _(
            "%(file)s有%(size)sMB，超过8MB。请压缩，或截取有问题的部分。", file=file, size=_megabytes(fault.size)
        ),
        "count": lambda: _("最多6个文件，已有%(count)s个。移除一个后可以再加。", count=fault.count),
        "broken": lambda: _("%(file)s打不开，可能没有传完，请重新选择。", file=file),
        "day": lambda: _("今天上传已达上限，明天可以继续；急用请联系客服。"),
        "pixels": lambda: _(
            "%(file)s超过%(most)s万像素。请缩小，或截取有问题的部分。", file=file, most=MOST_PHOTO_PIXELS // 10_000
        ),
        "pages": lambda: _("%(file)s超过%(most)s页。请只保留有关的几页。", file=file, most=MOST_PAGES),
        "active": lambda: _("%(file)s带有密码、脚本或附件。请另存为图片，或导出为普通的PDF再上传。", file=file),
        "away": lambda: _("%(file)s暂时保存不了，其他内容都还在。请过几分钟再选一次。", file=file),
        "virus": lambda: _("%(file)s没有通过安全检查，请换一个文件。", file=file),
    }
    return FormProblem(fault.code, words[fault.code]())


def _megabytes(size: int) -> str:
    """Rounded up to a tenth, so that a file just above the limit is not said to be of 8 MB."""
    tenths = -(-size * 10 // (1024 * 1024))
    return f"{tenths // 10}.{tenths % 10}"


def _uploads(parts: Iterable[Any]) -> Iterable[Upload]:
    """File parts with a name; an empty one is no file, and a text under this name is none either."""
    for part in parts:
        if getattr(part, "filename", ""):
            stream = part.stream
            size = stream.seek(0, 2)
            stream.seek(0)
            yield Upload(str(part.filename), size, stream)


def _ids(sent: Sequence[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in sent[:_MOST_IDS] if isinstance(name, str) and _ID.match(name)))
