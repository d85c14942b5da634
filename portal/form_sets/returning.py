"""寄回: the parcel there, the choice about what was not accepted, the parcel back. 验货 is in `inspecting`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from portal.evidence_fields import EvidenceField
from portal.fields import (
    FormProblem,
    Offer,
    PolicyForm,
    ReasonField,
    RequestId,
    TextField,
)
from portal.words.lazy_text import lazy_text as _


def _words() -> dict[str, str]:
    return {
        "required": gettext("请填写这一项。"),
        "characters": gettext("有不能使用的字符，请重新填写。"),
        "which_carrier": gettext("从单号看不出是哪家快递，请选择快递公司。"),
        "tracking_no": gettext("请填写快递单号：4到40位字母、数字或连字符。"),
        "not_an_amount": gettext("请填写金额，例如12.30。"),
        "receipt": gettext("填了寄回运费，请上传运费凭证。"),
        "negative": gettext("数量不能小于0。"),
        "too_many": gettext("多于要寄回的件数；多出来的写在“另外收到的商品”里。"),
        "resellable:too_many": gettext("可再售的不能多于通过的件数。"),
        "does_not_add_up": gettext("通过和未通过的件数加起来，要等于收到的件数。"),
        "all_or_none": gettext("一起寄来的商品，要么全部通过，要么全部不通过。"),
        "nothing_received": gettext("请填写收到的件数。"),
        "how_many": gettext("请填写另外收到几件。"),
        "needs_payout": gettext("货到付款的钱没有原路可退，要先和客户确认收款方式。"),
    }


class RefusesFields(PolicyForm):
    """A form whose service says what is wrong, field by field."""

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        words = _words()
        for name, code in problems:
            field = self._fields.get(name) or self._fallback(name)
            said = words.get(f"{name.partition('-')[0]}:{code}") or words.get(code, gettext("请看过后重新填写。"))
            field.errors = [*field.errors, FormProblem(code, self._of_line(name, said))]

    def _of_line(self, name: str, said: str) -> str:
        """What is said of the control `name`."""
        return said

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


class ParcelBackForm(RefusesFields):
    """The shop's parcel to the customer."""

    carrier = TextField(_("快递公司"), id="back-carrier", limit=40, required=True, autocomplete="off")
    tracking_no = TextField(_("快递单号"), id="back-tracking-no", limit=60, required=True, autocomplete="off")
    request_id = RequestId()


class DeliveredToCustomerForm(PolicyForm):
    """What became of it at the door."""

    handed_over = ReasonField(_("客户是否签收"), kind="door")
    request_id = RequestId()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args, offer=Offer(reasons=("taken", "refused")))
