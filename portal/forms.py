"""All forms, declared: what is asked and within which bounds. Choices and limits come from the decision (EXAMPLES)."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, ValidationError

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.identity.logins import LONGEST as LONGEST_LOGIN
from portal.domain.identity.passwords import LONGEST as LONGEST_PASSWORD
from portal.fields import (
    FormProblem,
    Offer,
    PlanDigest,
    PolicyForm,
    ReasonField,
    RequestId,
    TextField,
    UnitLimit,
    UnitQuantities,
)
from portal.form_sets.api_tokens import RetireTokenForm, TokenForm
from portal.form_sets.appealing import AppealForm
from portal.form_sets.applying import ApplyForm, ApplyOffer
from portal.form_sets.as_sent import lines_as_sent, units_as_sent
from portal.form_sets.assigning import AssignForm
from portal.form_sets.behalf import ActWithCodeForm, CallBackForm, SaidForm
from portal.form_sets.connectors import AskConnectorForm, ConnectorForm
from portal.form_sets.contract_withdrawal import (
    CloseDeclarationForm,
    ConfirmDeclarationForm,
    ContractForm,
    DeclareForm,
    MatchForm,
)
from portal.form_sets.deciding import DECISIONS, AskForm, DecideForm
from portal.form_sets.goodwill import GoodwillForm, ProposalForm
from portal.form_sets.inbox import NoteMailForm
from portal.form_sets.inspecting import COUNTS, InspectForm
from portal.form_sets.macros import MacroForm
from portal.form_sets.messages import MessageForm, NoteForm, QuestionForm, draft_too_long
from portal.form_sets.notice_texts import NoticeTextForm, OursAgainForm
from portal.form_sets.offering import OfferAnswerForm, OfferForm, ReopenForm
from portal.form_sets.parked import ParkedForm
from portal.form_sets.payout import PayoutField, PayoutForm, payout_as_sent
from portal.form_sets.pickup import PickupForm, PickupOffForm
from portal.form_sets.policies import (
    DraftForm,
    PackTextForm,
    PolicyAnswerForm,
    PolicyTakeBackForm,
    ProposeForm,
    SimulateForm,
)
from portal.form_sets.postponing import LaterForm
from portal.form_sets.rails import RailActForm, RailForm
from portal.form_sets.replacing import NoStockForm, RefundInsteadForm, ReplacementForm
from portal.form_sets.returning import (
    DeliveredToCustomerForm,
    ParcelBackForm,
    RejectedForm,
    ShipmentForm,
)
from portal.form_sets.robot import RobotForm, TryRobotForm
from portal.form_sets.saved_views import SavedViewForm
from portal.form_sets.settings import SectionForm
from portal.form_sets.shops import KeyForm, OriginForm, RemoveOriginForm, RetireKeyForm, ThemeForm
from portal.form_sets.snoozing import SnoozeForm
from portal.form_sets.solving import SolvedForm
from portal.form_sets.staff import ActForm, CompanyForm, HoldForm, StaffSignInForm, TotpForm, UnmaskForm
from portal.form_sets.team import (
    AwayForm,
    InviteForm,
    JoinForm,
    MemberForm,
    OwnPasswordForm,
    RecoveryForm,
    ResetForm,
)
from portal.form_sets.transfers import TransferAnswerForm, TransferForm, TransferPaidForm
from portal.form_sets.webhooks import WebhookForm, WebhookReplayForm, WebhookRotateForm
from portal.form_sets.withdrawing import CloseForm, FeeForm, WithdrawForm
from portal.words.lazy_text import lazy_text as _

__all__ = [
    "COUNTS",
    "DECISIONS",
    "ActForm",
    "ActWithCodeForm",
    "AddressForm",
    "AppealForm",
    "ApplyForm",
    "ApplyOffer",
    "AskConnectorForm",
    "AskForm",
    "AssignForm",
    "AwayForm",
    "CallBackForm",
    "CancelForm",
    "CloseDeclarationForm",
    "CloseForm",
    "CodeForm",
    "CodeRequestForm",
    "CompanyForm",
    "ConfirmDeclarationForm",
    "ConnectorForm",
    "ContractForm",
    "DecideForm",
    "DeclareForm",
    "DeliveredToCustomerForm",
    "DraftForm",
    "FeeForm",
    "GoodwillForm",
    "HoldForm",
    "InspectForm",
    "InviteForm",
    "JoinForm",
    "KeyForm",
    "LaterForm",
    "MacroForm",
    "MatchForm",
    "MemberForm",
    "MessageForm",
    "NoStockForm",
    "NoteForm",
    "NoteMailForm",
    "NoticeTextForm",
    "Offer",
    "OfferAnswerForm",
    "OfferForm",
    "OriginForm",
    "OursAgainForm",
    "OwnPasswordForm",
    "PackTextForm",
    "ParcelBackForm",
    "ParkedForm",
    "PasswordForm",
    "PayoutField",
    "PayoutForm",
    "PickupForm",
    "PickupOffForm",
    "PolicyAnswerForm",
    "PolicyTakeBackForm",
    "ProposalForm",
    "ProposeForm",
    "QuestionForm",
    "RailActForm",
    "RailForm",
    "RecoveryForm",
    "RefundInsteadForm",
    "RejectedForm",
    "RemoveOriginForm",
    "ReopenForm",
    "ReplacementForm",
    "ResetForm",
    "RetireKeyForm",
    "RetireTokenForm",
    "RobotForm",
    "SaidForm",
    "SavedViewForm",
    "SectionForm",
    "ShipmentForm",
    "SignInForm",
    "SimulateForm",
    "SnoozeForm",
    "SolvedForm",
    "StaffSignInForm",
    "ThemeForm",
    "TokenForm",
    "TotpForm",
    "TransferAnswerForm",
    "TransferForm",
    "TransferPaidForm",
    "TryRobotForm",
    "UnitLimit",
    "UnmaskForm",
    "WebhookForm",
    "WebhookReplayForm",
    "WebhookRotateForm",
    "WithdrawForm",
    "draft_too_long",
    "lines_as_sent",
    "payout_as_sent",
    "units_as_sent",
]
_STAY, _STAY_HINT = _("30天内在这台设备上不用再登录"), _("只在您自己的设备上勾选。在“账户”里随时可以退出。")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,30}\Z")


class SignInForm(PolicyForm):
    """An account and its password. What does not fit is one answer, whatever it was that did not."""

    login = TextField(_("账号、手机号或邮箱"), limit=LONGEST_LOGIN, required=True, autocomplete="username")
    password = TextField(
        _("密码"), limit=LONGEST_PASSWORD, required=True, kind="password", autocomplete="current-password"
    )
    remember = BooleanField(_STAY, description=_STAY_HINT)


class CodeRequestForm(PolicyForm):
    """Where a one-time code is wanted for."""

    login = TextField(_("账号、手机号或邮箱"), limit=LONGEST_LOGIN, required=True, autocomplete="username")
    remember = BooleanField(_STAY, description=_STAY_HINT)


class CodeForm(PolicyForm):
    """The one-time code that came by mail or SMS."""

    code = TextField(_("验证码"), limit=12, required=True, autocomplete="one-time-code", inputmode="numeric")


class FindOrderForm(PolicyForm):
    """A guest's order: its number, and the phone or mail that stands on it."""

    order_no = TextField(_("订单号"), limit=64, required=True, autocomplete="off")
    contact = TextField(_("下单时留的手机号或邮箱"), limit=LONGEST_LOGIN, required=True)


class PasswordForm(PolicyForm):
    """A new password, and the old one where there is one."""

    old_password = TextField(_("现在的密码"), limit=LONGEST_PASSWORD, kind="password", autocomplete="current-password")
    password = TextField(
        _("新密码"),
        limit=LONGEST_PASSWORD,
        required=True,
        kind="password",
        autocomplete="new-password",
        description=_("至少8个字符，不能和账号相同。"),
    )


class CancelForm(PolicyForm):
    """Reason and, where lines may be cancelled one by one, quantities. Choices and limits come from the Decision."""

    quantities = UnitQuantities(_("取消的数量"))
    reason = ReasonField(_("取消原因"), kind="cancel")
    note = TextField(_("补充说明"), limit=200, rows=3)
    payout = PayoutField()
    shown = PlanDigest()
    request_id = RequestId()

    def ask(self) -> CancelAsk:
        """What the form asks for, in the domain's words; no quantities = everything that has not left."""
        chosen = self.quantities.data if self.quantities.is_sent else {}
        lines = [limit.line_id for limit in self.quantities.limits]
        units = tuple((line_id, chosen[line_id]) for line_id in lines if chosen.get(line_id))
        said = {"reason": self.reason.data or "", "note": self.note.data or ""}
        return CancelAsk(units=units, payout=self.payout.chosen, **said)


class AddressForm(PolicyForm):
    """Delivery details, in clear: the customer's own."""

    name = TextField(_("收货人"), limit=60, required=True, autocomplete="name")
    phone = TextField(_("手机号"), limit=32, required=True, kind="tel", autocomplete="tel")
    region = TextField(_("所在地区"), limit=120, required=True, autocomplete="address-level1")
    address = TextField(_("详细地址"), limit=200, required=True, autocomplete="street-address")
    postcode = TextField(_("邮政编码"), limit=16, autocomplete="postal-code", inputmode="numeric")
    request_id = RequestId()

    def validate_phone(self, field: Any) -> None:
        if not _PHONE.match(field.data or ""):
            raise ValidationError(FormProblem("phone", gettext("请填写能联系到的电话，只用数字、空格和加号。")))

    def details(self) -> dict[str, str]:
        names = ("name", "phone", "region", "address", "postcode")
        return {name: str(getattr(self, name).data or "") for name in names}
