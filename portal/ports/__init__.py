"""What services need from outside, as Protocols, and `Deps`, the frozen bundle of them. Adapters make them real."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.deadlines.calendars import Calendar
from portal.domain.policy.pack import Pack
from portal.ports.carriers import PickupAnswer, PickupAsk, PickupCarrier, PickupOutcome, SlotAsk
from portal.ports.connectors import (
    BadWebhook,
    OrdersPage,
    PlatformCancel,
    PlatformNote,
    PlatformNotice,
    PlatformOrder,
    PlatformProduct,
    PlatformRefund,
    PlatformReturn,
    Platforms,
    ProductsPage,
    PushAnswer,
    ShopPlatform,
)
from portal.ports.files import CleanFile, HeadStore, ImageCleaner, ObjectStore, Scanner, SlipPrinter
from portal.ports.ground import Clock, Database
from portal.ports.identity import IdentityProvider, ProviderAnswer, SignInFlow, UntrustedIdentity
from portal.ports.mailbox import Mailbox
from portal.ports.messages import (
    Mail,
    Mailer,
    MailLook,
    NoticeWriter,
    Paints,
    TextMessage,
    TextSender,
    Vocabulary,
    WrittenNotice,
)
from portal.ports.payments import (
    BadNotice,
    CheckStep,
    CollectAnswer,
    CollectAsk,
    ConnectedRail,
    DisputeState,
    NoLookUp,
    NoStatementYet,
    PaymentOutcome,
    PaymentRail,
    RailNotice,
    RailPayment,
    RailRefund,
    Rails,
    RefundAnswer,
    RefundAsk,
    RefundedLine,
    RefundOutcome,
)
from portal.ports.queues import Dispatcher, Ticket
from portal.ports.robots import RobotAddress, RobotAnswer, RobotItem, RobotMessage, Robots
from portal.ports.schemas import PackTexts, Schemas
from portal.ports.secrets import BadSignature, OneTimePasswords, PasswordHasher, Random, Signatures, Vault
from portal.ports.watch import UNWATCHED, Watch
from portal.ports.webhooks import WebhookAnswer, WebhookCall, Webhooks

__all__ = [
    "UNWATCHED",
    "BadNotice",
    "BadSignature",
    "BadWebhook",
    "CheckStep",
    "CleanFile",
    "Clock",
    "CollectAnswer",
    "CollectAsk",
    "ConnectedRail",
    "Database",
    "Deps",
    "Dispatcher",
    "DisputeState",
    "HeadStore",
    "IdentityProvider",
    "ImageCleaner",
    "Mail",
    "MailLook",
    "Mailbox",
    "Mailer",
    "NoLookUp",
    "NoStatementYet",
    "NoticeWriter",
    "ObjectStore",
    "OneTimePasswords",
    "OrdersPage",
    "PackTexts",
    "Paints",
    "PasswordHasher",
    "PaymentOutcome",
    "PaymentRail",
    "PickupAnswer",
    "PickupAsk",
    "PickupCarrier",
    "PickupOutcome",
    "PlatformCancel",
    "PlatformNote",
    "PlatformNotice",
    "PlatformOrder",
    "PlatformProduct",
    "PlatformRefund",
    "PlatformReturn",
    "Platforms",
    "ProductsPage",
    "ProviderAnswer",
    "PushAnswer",
    "RailNotice",
    "RailPayment",
    "RailRefund",
    "Rails",
    "Random",
    "RefundAnswer",
    "RefundAsk",
    "RefundOutcome",
    "RefundedLine",
    "RobotAddress",
    "RobotAnswer",
    "RobotItem",
    "RobotMessage",
    "Robots",
    "Scanner",
    "Schemas",
    "ShopPlatform",
    "SignInFlow",
    "Signatures",
    "SlipPrinter",
    "SlotAsk",
    "TextMessage",
    "TextSender",
    "Ticket",
    "UntrustedIdentity",
    "Vault",
    "Vocabulary",
    "Watch",
    "WebhookAnswer",
    "WebhookCall",
    "Webhooks",
    "WrittenNotice",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything the services may reach. `laws`: the legal packs there are, by which an order's law is told;
    `couriers`: whoever fetches goods at the door, `identity_provider`: where staff sign in with a company account, None
    where there is none; `rails`: those of shops; `rail`: the sandbox, None where nothing may be pretended; `is_demo`:
    it takes what no rail of a shop does; `version`: of this code; `dispatcher`: who brings jobs to workers, None where
    these fetch them."""

    database: Database
    clock: Clock
    random: Random
    vault: Vault
    passwords: PasswordHasher
    one_time_passwords: OneTimePasswords
    rail: PaymentRail | None
    rails: Rails
    mailer: Mailer
    texts: TextSender
    notices: NoticeWriter
    robots: Robots
    platforms: Platforms
    webhooks: Webhooks
    calendar: Calendar
    store: ObjectStore
    images: ImageCleaner
    heads: HeadStore
    slips: SlipPrinter
    signatures: Signatures
    schemas: Schemas
    packs: PackTexts
    base_url: str
    laws: tuple[Pack, ...]
    is_sandbox: bool = False
    is_demo: bool = False
    scanner: Scanner | None = None
    couriers: PickupCarrier | None = None
    identity_provider: IdentityProvider | None = None
    mailbox: Mailbox | None = None
    watch: Watch = UNWATCHED
    version: str = ""
    dispatcher: Dispatcher | None = None
