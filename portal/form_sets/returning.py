"""寄回 and 验货: the parcel there, what came of it, the choice about the rest, the parcel back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field

from portal.domain.cases.case import Found, LineFound
from portal.domain.typed import typed_count
from portal.evidence_fields import EvidenceField
from portal.fields import (
    FormProblem,
    Offer,
    PlanDigest,
    PolicyForm,
    ReasonField,
    RequestId,
    TakesOffer,
    TextField,
    UnitLimit,
)
from portal.words.lazy_text import lazy_text as _

COUNTS = ("received", "accept", "resellable", "reject")


def _words() -> dict[str, str]:
    return {
        "required": gettext("请填写这一项。"),
        "characters": gettext("有不能使用的字符，请重新填写。"),
        "which_carrier": gettext("从单号看不出是哪家快递，请选择快递公司。"),
        "tracking_no": gettext("请填写快递单号：4到40位字母、数字或连字符。"),
        "not_an_amount": gettext("请填写金额，例如12.30。"),
        "receipt": gettext("填了寄回运费，请上传运费凭证。"),
        "negative": gettext("数量不能小于0。"),
        "too_many": gettext("多于寄回的件数。"),
        "does_not_add_up": gettext("通过和未通过的件数加起来，要等于收到的件数。"),
        "all_or_none": gettext("一起寄来的商品，要么全部通过，要么全部不通过。"),
        "nothing_received": gettext("请填写收到的件数。"),
        "needs_payout": gettext("货到付款的钱没有原路可退，要先和客户确认收款方式。"),
    }


class RefusesFields(PolicyForm):
    """A form whose service says what is wrong, field by field."""

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        words = _words()
        for name, code in problems:
            field = self._fields.get(name) or self._fallback(name)
            field.errors = [*field.errors, FormProblem(code, words.get(code, gettext("请看过后重新填写。")))]

    def _fallback(self, name: str) -> Any:
        return next(iter(self._fields.values()))


class ShipmentForm(RefusesFields):
    """Which parcel the goods went with, until they are received; the receipt where the shop bears the return
    freight. Without a carrier the form of the number says it, where it does."""

    carrier = TextField(_("快递公司"), limit=40, autocomplete="off")
    tracking_no = TextField(
        _("快递单号"),
        limit=60,
        required=True,
        autocomplete="off",
        description=_("在面单上，多为12到15位。商家收到前都可以修改。"),
    )
    freight_paid = TextField(_("寄回运费"), limit=20, inputmode="decimal")
    proof = EvidenceField(_("寄件凭证"))
    request_id = RequestId()

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        which = ("carrier", "required")
        super().refuse([("carrier", "which_carrier") if problem == which else problem for problem in problems])


class RejectedForm(PolicyForm):
    """What becomes of the goods that were not accepted."""

    confirms = True

    choice = ReasonField(_("怎么处理"), kind="rejected")
    request_id = RequestId()

    def __init__(self, formdata: Any = None, *, choices: Sequence[str] = ()) -> None:
        offer = Offer(reasons=choices)
        super().__init__(offer=offer) if formdata is None else super().__init__(formdata, offer=offer)


class FoundUnits(TakesOffer, Field):
    """`received-<line>`, `accept-<line>`, `resellable-<line>`, `reject-<line>`; `data` is what was found.

    What a script leaves out follows from the rest: received is accepted + rejected, rejected what was received and not
    accepted. A number that is none is an error; the service checks that they add up.
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

    def take(self, offer: Offer) -> None:
        self.limits = tuple(offer.lines)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.typed = {
            f"{name}-{limit.line_id}": str(0 if name == "reject" else limit.most)
            for limit in self.limits
            for name in COUNTS
        }
        self.data: Found = ()
        if formdata:
            self.is_sent = any(name in formdata for name in self.typed)
            self.typed = {name: str(formdata.get(name) or "").strip() for name in self.typed}
            self.data = tuple(line for limit in self.limits if (line := self._line(limit.line_id)))

    def _line(self, line_id: str) -> LineFound | None:
        counts = {name: self._count(self.typed[f"{name}-{line_id}"]) for name in COUNTS}
        if all(count is None for count in counts.values()):
            return None
        accepted = counts["accept"] or 0
        received, rejected = counts["received"], counts["reject"]
        if rejected is None:
            rejected = max(0, received - accepted) if received is not None else 0
        return LineFound(
            line_id=line_id,
            received=accepted + rejected if received is None else received,
            accepted=accepted,
            rejected=rejected,
            resellable=counts["resellable"] or 0,
        )

    def _count(self, text: str) -> int | None:
        if not text:
            return None
        count = typed_count(text)
        if count is None:
            self.process_errors.append(FormProblem("not_a_number", gettext("请填写数字。")))
        return count


class InspectForm(RefusesFields):
    """What came back, line by line; a reason, which the customer reads, where something is not accepted."""

    found = FoundUnits(_("收到的商品"))
    reason = TextField(_("未通过的原因"), id="inspect-reason", limit=500, rows=3)
    photos = EvidenceField(_("验货照片"))
    shown = PlanDigest()
    request_id = RequestId()

    def _fallback(self, name: str) -> Any:
        return self.found


class ParcelBackForm(RefusesFields):
    """The shop's parcel to the customer."""

    carrier = TextField(_("快递公司"), id="back-carrier", limit=40, required=True, autocomplete="off")
    tracking_no = TextField(_("快递单号"), id="back-tracking-no", limit=60, required=True, autocomplete="off")
    request_id = RequestId()


class DeliveredToCustomerForm(PolicyForm):
    """What became of it at the door."""

    handed_over = ReasonField(_("客户签收了吗"), kind="door")
    request_id = RequestId()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args, offer=Offer(reasons=("taken", "refused")))
