"""申请退款, 申请退货 and 申请换货, and editing one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.domain.applying.reasons import is_in_hand
from portal.domain.cancelling.reasons import APPLY
from portal.domain.cases.ask import ApplicationAsk, WantedVariant
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.orders.order import Units
from portal.domain.typed import amount_text
from portal.evidence_fields import EvidenceField
from portal.fields import (
    FormProblem,
    Offer,
    PolicyForm,
    ReasonField,
    RequestId,
    TakesOffer,
    TextField,
    UnitQuantities,
)
from portal.form_sets.payout import PayoutField
from portal.words.lazy_text import lazy_text as _

LONGEST_DESCRIPTION = 500


def no_units(_reason: str, _received: bool) -> Units:
    """Of a form that nothing is offered to."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOffer(Offer):
    """`received`: the answers to 收到货了吗 that make sense, with the reasons each leaves. `variants`: the skus that
    each line can be exchanged for besides the same goods."""

    in_hand: Sequence[str] | None = None
    not_in_hand: Sequence[str] | None = None
    conditions: Sequence[str] = ()
    currency: str = "CNY"
    variants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kind: CaseKind = "refund_only"
    units_for: Callable[[str, bool], Units] = no_units
    """All units that a reason can be given for, received or not: what a form without quantities means."""


class ReceivedField(TakesOffer, Field):
    """收到货了吗. What was not answered follows from the reason."""

    answers: tuple[str, ...] = ()

    @property
    def first_id(self) -> str:
        return f"{self.id}-{self.answers[0]}" if self.answers else str(self.id)

    def take(self, offer: Offer) -> None:
        if isinstance(offer, ApplyOffer):
            named = (("yes", offer.in_hand), ("no", offer.not_in_hand))
            self.answers = tuple(name for name, reasons in named if reasons is not None)

    def pre_validate(self, form: BaseForm) -> None:
        if self.data and self.data not in ("yes", "no"):
            raise StopValidation(FormProblem("not_offered", gettext("请选择是否收到商品。")))


class ApplyReason(ReasonField):
    """The reasons of both answers, each under its own; a known one that is not on offer is the decision's to refuse."""

    in_hand: tuple[str, ...] = ()
    not_in_hand: tuple[str, ...] = ()

    def take(self, offer: Offer) -> None:
        if isinstance(offer, ApplyOffer):
            self.in_hand, self.not_in_hand = tuple(offer.in_hand or ()), tuple(offer.not_in_hand or ())
        self.codes = APPLY

    @property
    def first_id(self) -> str:
        first = next(iter((*self.in_hand, *self.not_in_hand)), "")
        return f"{self.id}-{first}" if first else str(self.id)


class Conditions(TakesOffer, Field):
    """Check boxes `condition-<name>`; `data` are those ticked. One left open leads to a review, never to an error."""

    names: tuple[str, ...] = ()

    def take(self, offer: Offer) -> None:
        self.names = tuple(offer.conditions) if isinstance(offer, ApplyOffer) else ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.data: tuple[str, ...] = tuple(data or ())
        if formdata:
            self.data = tuple(name for name in self.names if formdata.get(f"condition-{name}"))


class VariantChoices(TakesOffer, Field):
    """换成, from `variant-<line_id>`; `data` is {line id: sku}, without lines that get the same goods."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.offered: Mapping[str, Sequence[str]] = {}
        self.line_problems: dict[str, FormProblem] = {}

    @property
    def first_id(self) -> str:
        wrong = next(iter((*self.line_problems, *self.offered)), "")
        return f"variant-{wrong}"

    def take(self, offer: Offer) -> None:
        if isinstance(offer, ApplyOffer):
            self.offered = offer.variants

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.data: dict[str, str] = dict(data) if isinstance(data, Mapping) else {}
        if formdata:
            self.data = {
                name.removeprefix("variant-"): str(formdata.get(name)).strip()
                for name in formdata
                if name.startswith("variant-") and str(formdata.get(name)).strip()
            }

    def pre_validate(self, form: BaseForm) -> None:
        for line_id, sku in self.data.items():
            if sku not in self.offered.get(line_id, ()):
                self.refuse(line_id, "not_offered")
        if self.line_problems:
            raise StopValidation(next(iter(self.line_problems.values())))

    def refuse(self, line_id: str, code: str) -> FormProblem:
        """What is wrong with the choice for a line."""
        words = {"too_few": gettext("这一款的库存不够，请少选几件，或换成别的。")}
        problem = FormProblem(code, words.get(code, gettext("这一款现在不能换，请另选一款。")))
        self.line_problems[line_id] = problem
        return problem


class AmountField(TextField):
    """Major units in the order's currency; `money` is None where nothing was typed."""

    money: Money | None = None

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        self.money = None
        offer = form.offer if isinstance(form, PolicyForm) else None
        if not self.data or not isinstance(offer, ApplyOffer):
            return
        try:
            self.money = parse_amount(amount_text(self.data), offer.currency)
        except BadMoney:
            raise StopValidation(FormProblem("not_an_amount", gettext("请填写金额，例如12.30。"))) from None


class ApplyForm(PolicyForm):
    """First 收到货了吗, then lines, reason and evidence; less may be asked for. The decision checks the rest."""

    received = ReceivedField(_("收到货了吗"))
    quantities = UnitQuantities(_("选择商品和数量"))
    variants = VariantChoices(_("换成"))
    reason = ApplyReason(_("申请原因"), kind="apply")
    description = TextField(_("问题描述"), limit=LONGEST_DESCRIPTION, rows=4)
    evidence = EvidenceField(_("上传凭证"))
    conditions = Conditions(_("商品状态"))
    payout = PayoutField()
    amount = AmountField(_("申请金额"), limit=20, inputmode="decimal", description=_("不填就按计算的金额，只能少填。"))
    request_id = RequestId()

    @property
    def is_received(self) -> bool:
        """As answered; where it was not, as the reason says; else whichever makes sense."""
        if self.received.data in ("yes", "no"):
            return bool(self.received.data == "yes")
        if self.reason.data:
            return is_in_hand(self.reason.data)
        return "yes" in self.received.answers

    def ask(self) -> ApplicationAsk:
        """What the form asks for, in the domain's words; no quantities = all that the reason can be given for."""
        assert isinstance(self.offer, ApplyOffer)
        received, reason, chosen = self.is_received, self.reason.data or "", self.quantities
        units = tuple((limit.line_id, chosen.data.get(limit.line_id, 0)) for limit in chosen.limits)
        return ApplicationAsk(
            kind=self.offer.kind,
            units=tuple(u for u in units if u[1]) if chosen.is_sent else self.offer.units_for(reason, received),
            reason=reason,
            received=received,
            note=self.description.data or "",
            amount=self.amount.money,
            conditions=self.conditions.data,
            variants=self._wanted() if self.offer.kind == "exchange" else (),
            payout=self.payout.chosen,
        )

    def _wanted(self) -> tuple[WantedVariant, ...]:
        return tuple(WantedVariant(line_id=line_id, sku=sku) for line_id, sku in sorted(self.variants.data.items()))

    def validate_reason(self, field: ApplyReason) -> None:
        if field.data and self.received.data and is_in_hand(field.data) != self.is_received:
            raise StopValidation(FormProblem("not_offered", gettext("这个原因和“收到货了吗”的回答不符，请另选一个。")))

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        """What the service says of fields: the amount, above all."""
        words = {
            "above_computed": gettext("不能超过计算出的金额。"),
            "too_small": gettext("请填写大于0的金额。"),
        }
        for name, code in problems:
            if name.startswith("variant-"):
                problem = self.variants.refuse(name.removeprefix("variant-"), code)
                self.variants.errors = [*self.variants.errors, problem]
                continue
            field: Field = getattr(self, name, self.quantities)
            field.errors = [*field.errors, FormProblem(code, words.get(code, gettext("请看过后重新填写。")))]
