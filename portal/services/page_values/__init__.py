"""What the pages are given: frozen values, already decided and already scoped to their reader.

Times are aware UTC, money is `Money`, states and reasons stay codes (INTERFACE); templates turn codes into words and
times into the reader's zone. An empty string or None means that there is nothing to say.
"""

from portal.services.page_values.accounts import (
    AccountPage,
    ChooseShopPage,
    ContactPage,
    ErrorPage,
    FindOrderPage,
    NoticeRow,
    NoticesPage,
    Shell,
    ShopContact,
    SignInPage,
    VerifyPage,
)
from portal.services.page_values.amounts import (
    AmountRow,
    CouponBack,
    RefundProgress,
    RefundStep,
    RefundSummary,
    SummaryLine,
    SummaryNote,
    TenderBack,
)
from portal.services.page_values.appealing import AfterRefusalView, AppealPage
from portal.services.page_values.applying import ApplyLine, ApplyPage, WithdrawLine, WithdrawPage
from portal.services.page_values.cancelling import (
    CancelLine,
    CancelPage,
    Changed,
    RefusedPage,
)
from portal.services.page_values.cases import CaseCard, CasePage, CasesPage
from portal.services.page_values.embedding import FrameStop, OpenTabPage, StartPage
from portal.services.page_values.help import HelpIndexPage, HelpPage, HelpTopic
from portal.services.page_values.orders import (
    AddressPage,
    ContractOffer,
    OrderCard,
    OrderLine,
    OrderPage,
    OrdersPage,
    Parcel,
    ParcelLine,
    PaymentRow,
    PayPage,
    Tab,
)
from portal.services.page_values.parts import (
    Action,
    CaseBrief,
    NextStep,
    Notice,
    Picture,
    Recipient,
    Refusal,
    RuleWords,
    TimelineEntry,
)
from portal.services.page_values.slips import SlipPage
from portal.services.page_values.withdrawing_contract import ContractPage

__all__ = [
    "AccountPage",
    "Action",
    "AddressPage",
    "AfterRefusalView",
    "AmountRow",
    "AppealPage",
    "ApplyLine",
    "ApplyPage",
    "CancelLine",
    "CancelPage",
    "CaseBrief",
    "CaseCard",
    "CasePage",
    "CasesPage",
    "Changed",
    "ChooseShopPage",
    "ContactPage",
    "ContractOffer",
    "ContractPage",
    "CouponBack",
    "ErrorPage",
    "FindOrderPage",
    "FrameStop",
    "HelpIndexPage",
    "HelpPage",
    "HelpTopic",
    "NextStep",
    "Notice",
    "NoticeRow",
    "NoticesPage",
    "OpenTabPage",
    "OrderCard",
    "OrderLine",
    "OrderPage",
    "OrdersPage",
    "Parcel",
    "ParcelLine",
    "PayPage",
    "PaymentRow",
    "Picture",
    "Recipient",
    "RefundProgress",
    "RefundStep",
    "RefundSummary",
    "Refusal",
    "RefusedPage",
    "RuleWords",
    "Shell",
    "ShopContact",
    "SignInPage",
    "SlipPage",
    "StartPage",
    "SummaryLine",
    "SummaryNote",
    "Tab",
    "TenderBack",
    "TimelineEntry",
    "VerifyPage",
    "WithdrawLine",
    "WithdrawPage",
]
