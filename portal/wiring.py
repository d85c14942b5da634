"""Chooses the adapters: the only place that does."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from portal.adapters.audit_bucket import AuditBucket
from portal.adapters.audit_files import AuditFiles
from portal.adapters.calendars import PublishedCalendar
from portal.adapters.clock import SystemClock
from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.adapters.images_process import ImageProcess
from portal.adapters.mail_file import FileMailer
from portal.adapters.mail_smtp import SmtpMailer
from portal.adapters.notices_jinja import JinjaNotices
from portal.adapters.pack_files import legal_packs
from portal.adapters.pack_texts import TomlPacks
from portal.adapters.passwords_argon2 import Argon2Passwords
from portal.adapters.pickup_sandbox import SandboxCouriers
from portal.adapters.pinned_http import PinnedHttp
from portal.adapters.rail_sandbox import SandboxRail
from portal.adapters.random import SecretRandom
from portal.adapters.robots_http import HttpRobots
from portal.adapters.schemas_pydantic import PydanticSchemas
from portal.adapters.signatures_jose import JoseSignatures
from portal.adapters.slips_typst import TypstSlips
from portal.adapters.sms_file import FileTexts
from portal.adapters.sms_http import HttpTexts
from portal.adapters.store_obstore import BucketStore, FileStore
from portal.adapters.totp_pyotp import PyotpOneTimePasswords
from portal.adapters.vault_local import LocalVault
from portal.adapters.virus_scan import ClamdScanner
from portal.adapters.watch_log import LogWatch
from portal.adapters.watched import watched
from portal.adapters.webhooks_http import HttpWebhooks
from portal.config import BadSetting, Settings, file_path
from portal.domain.refunds.rails import AlipayConfig, MerchantConfig, RailConfig, StripeConfig, WechatConfig
from portal.ports import (
    UNWATCHED,
    Clock,
    ConnectedRail,
    Deps,
    Dispatcher,
    HeadStore,
    IdentityProvider,
    Mailbox,
    Mailer,
    ObjectStore,
    TextSender,
    Vault,
    Watch,
)
from portal.repos.database import SqlDatabase
from portal.schemas.identity_provider import OidcFileError, read_oidc_file
from portal.web.shell.paint import ReadablePaints
from portal.web.shell.vocabulary import CatalogueWords

NO_TRACES = "takes packages of an extra: pip install 'after-sales-portal[otel]'"


class NoVault:
    """Stands in where there is no secret: commands that need none still run, the others say what is missing."""

    def digest(self, purpose: str, text: str) -> str:
        raise BadSetting("PORTAL_SECRET_KEY: is not set")

    encrypt = decrypt = digest

    def digests(self, purpose: str, text: str) -> tuple[str, ...]:
        return (self.digest(purpose, text),)


class ConnectedRails:
    """The port `Rails`. An adapter is imported with the first rail of its kind, so that a process that calls none stays
    small; a rail that was opened is kept, for the latest configs."""

    def __init__(self, clock: Clock, watch: Watch = UNWATCHED, *, may_be_private: bool) -> None:
        self._clock, self._watch, self._may_be_private = clock, watch, may_be_private
        self.open = lru_cache(maxsize=32)(self._open)

    def _open(self, config: RailConfig, *, notify_url: str = "") -> ConnectedRail:
        rail = self._made(config, notify_url=notify_url)
        return watched(rail, f"rail.{rail.name}", self._watch)

    def _made(self, config: RailConfig, *, notify_url: str) -> ConnectedRail:
        match config:
            case AlipayConfig():
                from portal.adapters.rail_alipay import AlipayRail

                return AlipayRail(config, self._clock, notify_url=notify_url)
            case WechatConfig():
                from portal.adapters.rail_wechat import WechatRail

                return WechatRail(config, self._clock, notify_url=notify_url)
            case StripeConfig():
                from portal.adapters.rail_stripe import StripeRail

                return StripeRail(config, self._clock)
            case MerchantConfig():
                from portal.adapters.rail_merchant import MerchantRail

                return MerchantRail(config, self._clock, may_be_private=self._may_be_private)


def build_deps(settings: Settings, engine: Engine, version: str = "") -> Deps:
    """The real adapters, as `settings` say, over a prepared engine; whatever they call outside is watched."""
    watch = build_watch(settings, engine, version)
    return watched_over(replace(_build_deps(settings, engine, watch), version=version))


def build_watch(settings: Settings, engine: Engine, version: str) -> Watch:
    """Lines of the log, and traces where there is a collector; imported there alone. Raises BadSetting."""
    if not settings.traces_url:
        return LogWatch()
    try:
        from portal.adapters.trace_statements import trace_statements
        from portal.adapters.traces_otlp import traces_to
        from portal.adapters.watch_traces import TracingWatch
    except ModuleNotFoundError as missing:
        raise BadSetting(f"PORTAL_TRACES_URL: {NO_TRACES} ({missing.name} is missing)") from None
    tracer = traces_to(settings.traces_url, version).tracer
    trace_statements(engine, tracer)
    return TracingWatch(tracer, LogWatch())


def watched_over(deps: Deps) -> Deps:
    watch = deps.watch
    return replace(
        deps,
        rail=watched(deps.rail, "rail.sandbox", watch) if deps.rail else None,
        couriers=watched(deps.couriers, "courier", watch) if deps.couriers else None,
        mailer=watched(deps.mailer, "mail", watch),
        texts=watched(deps.texts, "sms", watch),
        robots=watched(deps.robots, "robot", watch),
        webhooks=watched(deps.webhooks, "webhook", watch),
        identity_provider=watched(deps.identity_provider, "identity", watch) if deps.identity_provider else None,
        mailbox=watched(deps.mailbox, "mailbox", watch) if deps.mailbox else None,
    )


def _build_deps(settings: Settings, engine: Engine, watch: Watch) -> Deps:
    clock = build_clock(engine)
    return Deps(
        database=SqlDatabase(engine),
        clock=clock,
        random=SecretRandom(),
        vault=build_vault(settings),
        passwords=Argon2Passwords(),
        one_time_passwords=PyotpOneTimePasswords(),
        rail=build_sandbox(settings, clock) if settings.is_sandbox else None,
        rails=ConnectedRails(clock, watch, may_be_private=settings.webhook_private or settings.is_local),
        couriers=build_couriers(settings, clock) if settings.is_sandbox else None,
        mailer=build_mailer(settings, clock),
        texts=build_texts(settings, clock),
        notices=JinjaNotices(clock, CatalogueWords(), ReadablePaints(), is_sandbox=settings.is_sandbox),
        robots=HttpRobots(clock, may_be_private=settings.webhook_private, may_be_here=settings.is_local),
        platforms=ConnectedPlatforms(
            clock, watch, may_be_private=settings.webhook_private, may_be_here=settings.is_local
        ),
        webhooks=HttpWebhooks(
            clock, PinnedHttp(may_be_private=settings.webhook_private, may_be_here=settings.is_local)
        ),
        calendar=PublishedCalendar(),
        store=build_store(settings),
        images=ImageProcess(),
        heads=build_heads(settings),
        slips=TypstSlips(),
        signatures=JoseSignatures(),
        schemas=PydanticSchemas(),
        packs=TomlPacks(),
        scanner=ClamdScanner(settings.scan_url) if settings.scan_url else None,
        identity_provider=build_identity_provider(settings),
        mailbox=build_mailbox(settings),
        dispatcher=build_dispatcher(settings) if settings.queue == "procrastinate" else None,
        base_url=settings.base_url,
        laws=legal_packs(),
        is_sandbox=settings.is_sandbox,
        is_demo=settings.rail == "sandbox",
        watch=watch,
    )


def build_clock(engine: Engine) -> Clock:
    """SQLite is of one machine, which has one clock."""
    machine = SystemClock()
    if engine.dialect.name != "postgresql":
        return machine
    from portal.repos.database_clock import DatabaseClock

    return DatabaseClock(engine, machine)


def build_sandbox(settings: Settings, clock: Clock) -> SandboxRail:
    plan = Path(settings.sandbox_plan).absolute() if settings.sandbox_plan else None
    return SandboxRail(file_path(settings.sandbox_log), clock, plan=plan)


def build_couriers(settings: Settings, clock: Clock) -> SandboxCouriers:
    """Pretended ones, their books a file of this machine: where a customer really waits for one, none is offered."""
    plan = Path(settings.sandbox_plan).absolute() if settings.sandbox_plan else None
    return SandboxCouriers(file_path(settings.sandbox_log).with_name("pickups.db"), clock, plan=plan)


def build_vault(settings: Settings) -> Vault:
    return LocalVault(settings.secret_key, settings.old_secret_key) if settings.secret_key else NoVault()


def build_mailer(settings: Settings, clock: Clock) -> Mailer:
    if settings.mail_url.startswith("file:"):
        return FileMailer(file_path(settings.mail_url), clock)
    return SmtpMailer(settings.mail_url, clock)


def build_texts(settings: Settings, clock: Clock) -> TextSender:
    if settings.sms_url.startswith("file:"):
        return FileTexts(file_path(settings.sms_url), clock)
    return HttpTexts(settings.sms_url)


def build_store(settings: Settings) -> ObjectStore:
    if settings.store_url.startswith("file:"):
        return FileStore(file_path(settings.store_url))
    return BucketStore(settings.store_url, settings.s3_endpoint)


def build_heads(settings: Settings) -> HeadStore:
    if settings.audit_url.startswith("file:"):
        return AuditFiles(file_path(settings.audit_url))
    return AuditBucket(settings.audit_url, settings.s3_endpoint)


def build_mailbox(settings: Settings) -> Mailbox | None:
    """Imported where there is one: only the worker reads it."""
    if not settings.mail_in_url:
        return None
    from portal.adapters.mailbox_imap import ImapMailbox

    return ImapMailbox(settings.mail_in_url)


def build_dispatcher(settings: Settings) -> Dispatcher:
    """Imported where it is asked for. Raises BadSetting on SQLite."""
    from sqlalchemy import make_url

    from portal.adapters.libpq_address import conninfo_of
    from portal.adapters.queue_procrastinate import ProcrastinateQueue

    url = make_url(settings.database)
    if url.get_backend_name() != "postgresql":
        raise BadSetting("PORTAL_QUEUE: procrastinate takes PostgreSQL, and PORTAL_DATABASE_URL names SQLite")
    return ProcrastinateQueue(conninfo_of(url))


def build_identity_provider(settings: Settings) -> IdentityProvider | None:
    """Raises BadSetting. Nothing is asked of the provider before somebody signs in: it may be down at the start. What
    most installations never need is imported here."""
    if not settings.oidc:
        return None
    from portal.adapters.identity_oidc import OidcProvider

    path = Path(settings.oidc).absolute()
    try:
        file = read_oidc_file(path)
    except OidcFileError as error:
        raise BadSetting(f"PORTAL_OIDC: {path}: {error}") from None
    return OidcProvider(file, redirect_uri=f"{settings.base_url}/staff/sign-in/company/return")
