"""验货: what came back, line by line, what came besides, and why some of it is not accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field

from portal.domain.cases.found import Found, LineFound, Unannounced
from portal.domain.given_reason import LONGEST_REASON
from portal.domain.returning.inspection import DISPOSITIONS
from portal.domain.typed import typed_count
from portal.evidence_fields import EvidenceField
from portal.fields import FormProblem, Offer, PlanDigest, ReasonField, RequestId, TakesOffer, TextField, UnitLimit
from portal.form_sets.returning import RefusesFields
from portal.words.inspecting import REJECTED_FOR, reason_text
from portal.words.lazy_text import lazy_text as _

COUNTS = ("received", "accept", "resellable", "reject")


class FoundUnits(TakesOffer, Field):
    """`received-<line>`, `accept-<line>`, `resellable-<line>`, `reject-<line>`; `data` is what was found.

    What is left empty follows from the rest, so that one number says that a unit is missing or not accepted: accepted
    is what was received and not rejected, rejected what was received and not accepted, resellable what was accepted. A
    script that leaves a field out altogether says nothing of what can be sold again, and received is then accepted +
    rejected. A number that is none is an error; the service checks that they add up.
    """

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.limits: tuple[UnitLimit, ...] = ()
        self.typed: dict[str, str] = {}
        self.is_sent = False

    @property
    def has_sum(self) -> bool:
        """Something came back and it can be judged so, or nothing was sent, which means all of it in order."""
        return not self.errors and (not self.is_sent or any(line.received for line in self.data))

    @property
    def first_id(self) -> str:
        return f"received-{self.limits[0].line_id}" if self.limits else str(self.id)

    @property
    def follows(self) -> dict[str, int]:
        """What each field means where it is left empty, by its name."""
        found = {
            limit.line_id: LineFound(line_id=limit.line_id, received=limit.most, accepted=limit.most)
            for limit in self.limits
            if not self.is_sent
        } | {line.line_id: line for line in self.data}
        return {
            f"{name}-{line_id}": count
            for line_id, line in found.items()
            for name, count in zip(COUNTS, (line.received, line.accepted, line.accepted, line.rejected), strict=True)
        }

    def take(self, offer: Offer) -> None:
        self.limits = tuple(offer.lines)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.typed = {f"received-{limit.line_id}": str(limit.most) for limit in self.limits}
        self.data: Found = ()
        if formdata:
            names = [f"{name}-{limit.line_id}" for limit in self.limits for name in COUNTS]
            self.is_sent = any(name in formdata for name in names)
            self.typed = {name: str(formdata[name]).strip() for name in names if name in formdata}
            self.data = tuple(line for limit in self.limits if (line := self._line(limit.line_id)))

    def _line(self, line_id: str) -> LineFound | None:
        counts = {name: self._count(self.typed.get(f"{name}-{line_id}", "")) for name in COUNTS}
        received, accepted, rejected = counts["received"], counts["accept"], counts["reject"]
        if all(count is None for count in counts.values()):
            return None
        if received is None:
            received = (accepted or 0) + (rejected or 0)
        if accepted is None:
            is_page = rejected is not None or f"accept-{line_id}" in self.typed
            accepted = max(0, received - (rejected or 0)) if is_page else 0
        if rejected is None:
            rejected = max(0, received - accepted)
        resellable = counts["resellable"]
        if resellable is None:
            resellable = accepted if f"resellable-{line_id}" in self.typed else 0
        return LineFound(
            line_id=line_id, received=received, accepted=accepted, rejected=rejected, resellable=resellable
        )

    def _count(self, text: str) -> int | None:
        if not text:
            return None
        count = typed_count(text)
        if count is None:
            self.process_errors.append(FormProblem("not_a_number", gettext("请填写数字。")))
        return count


class ChipsField(Field):
    """Any of `codes`, as boxes to tick; what is none of them is left out."""

    data: tuple[str, ...]

    def __init__(self, label: Any = None, *, codes: Sequence[str], family: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.codes, self.family = tuple(codes), family

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        ticked = formdata.getlist(self.name) if formdata else ()
        self.data = tuple(code for code in self.codes if code in ticked)


class CountField(Field):
    """A number of units; `data` is None where nothing was typed."""

    data: int | None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.typed = str(formdata.get(self.name, "") if formdata else "").strip()
        self.data = typed_count(self.typed) if self.typed else None
        if self.typed and self.data is None:
            self.process_errors.append(FormProblem("not_a_number", gettext("请填写数字。")))


class InspectForm(RefusesFields):
    """What came back, line by line; a reason, which the customer reads, where something is not accepted; what came
    besides, which is recorded and paid for by nobody."""

    found = FoundUnits(_("收到的商品"))
    why = ChipsField(_("未通过的原因"), codes=tuple(REJECTED_FOR), family="rejected_for")
    reason = TextField(_("补充说明"), id="inspect-reason", limit=LONGEST_REASON, rows=2)
    photos = EvidenceField(_("验货照片"))
    extra = CountField(_("另外收到几件"), id="inspect-extra")
    extra_what = TextField(_("是什么商品"), id="inspect-extra-what", limit=200)
    extra_then = ReasonField(_("怎么处理"), kind="unannounced")
    shown = PlanDigest()
    request_id = RequestId()

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        self.extra_then.codes, self.extra_then.is_needed = DISPOSITIONS, False

    @property
    def reason_said(self) -> str:
        """The reasons that were ticked and what was typed, as the customer reads them."""
        return reason_text(self.why.data, self.reason.data or "")

    @property
    def unannounced(self) -> Unannounced | None:
        """None where nothing is said to have come besides."""
        what, typed = self.extra_what.data or "", self.extra_then.data
        if not (self.extra.data or what or typed):
            return None
        then = [one for one in DISPOSITIONS if one == typed]
        return Unannounced(count=self.extra.data or 0, what=what, then=then[0] if then else "")

    def _of_line(self, name: str, said: str) -> str:
        labels = {limit.line_id: limit.label for limit in self.found.limits}
        label = labels.get(name.partition("-")[2], "") if len(labels) > 1 else ""
        return gettext("%(line)s：%(problem)s", line=label, problem=said) if label else said

    def _fallback(self, name: str) -> Any:
        return self.found
