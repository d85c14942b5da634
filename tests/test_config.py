"""Settings: defaults for one machine, and a line that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from portal.adapters.libpq_address import conninfo_of
from portal.config import PATIENCE, BadSetting, Settings, file_path, variable

NAMES = {
    "PORTAL_SECRET_KEY",
    "PORTAL_OLD_SECRET_KEY",
    "PORTAL_DATABASE_URL",
    "PORTAL_QUEUE",
    "PORTAL_STORE_URL",
    "PORTAL_S3_ENDPOINT",
    "PORTAL_MAIL_URL",
    "PORTAL_MAIL_IN_URL",
    "PORTAL_SMS_URL",
    "PORTAL_RAIL",
    "PORTAL_SANDBOX_LOG",
    "PORTAL_SANDBOX_PLAN",
    "PORTAL_BASE_URL",
    "PORTAL_RATE_LIMIT_URL",
    "PORTAL_AUDIT_URL",
    "PORTAL_TRUSTED_PROXIES",
    "PORTAL_LOG",
    "PORTAL_OIDC",
}
ADDED = {"PORTAL_BACKUP_DIR", "PORTAL_METRICS_TOKEN", "PORTAL_SCAN_URL", "PORTAL_TRACES_URL", "PORTAL_WEBHOOK_PRIVATE"}
SECRET = "s3cret-of-thirty-two-characters-0"


def test_the_settings_have_the_names_of_the_interface() -> None:
    assert {variable(name) for name in Settings.model_fields} == NAMES | ADDED


def test_nothing_needs_to_be_set_on_one_machine_but_the_secret() -> None:
    settings = Settings.from_env({})
    assert settings.database_url == "sqlite:///var/portal.db"
    assert settings.mail_url == "file://var/mail"
    assert settings.trusted_proxies == 0
    with pytest.raises(BadSetting, match=r"^PORTAL_SECRET_KEY: is not set"):
        settings.ready_to_serve()
    assert Settings.from_env({"PORTAL_SECRET_KEY": SECRET}).ready_to_serve().secret_key == SECRET


PUBLIC = {"PORTAL_SECRET_KEY": SECRET, "PORTAL_BASE_URL": "https://help.shop.example"}
SAID = {"PORTAL_MAIL_URL": "file://var/mail", "PORTAL_SMS_URL": "file://var/sms"}


@pytest.mark.parametrize("missing", [*SAID, ""])
def test_mail_that_never_leaves_is_told_at_the_start_where_customers_are_real_and_nobody_meant_it(missing: str) -> None:
    settings = Settings.from_env(PUBLIC | {name: value for name, value in SAID.items() if name != missing})
    assert settings.ready_to_serve() is settings
    assert [line.partition(":")[0] for line in settings.only_pretended] == ([missing] if missing else [])


@pytest.mark.req("P14")
@pytest.mark.parametrize(
    ("base", "rail", "pretends"),
    [
        ("https://help.shop.example", "", False),
        ("https://help.shop.example", "sandbox", True),
        ("http://127.0.0.1:8000", "", True),
    ],
)
def test_refunds_are_pretended_where_it_was_said_and_on_a_machine_of_ones_own(
    base: str, rail: str, pretends: bool
) -> None:
    settings = Settings.from_env(PUBLIC | SAID | {"PORTAL_BASE_URL": base, "PORTAL_RAIL": rail})
    assert settings.ready_to_serve().is_sandbox is pretends


def test_all_settings_but_the_secret_have_a_default_under_a_public_name_too() -> None:
    settings = Settings.from_env(PUBLIC).ready_to_serve()
    assert (settings.mail_url, settings.sms_url) == ("file://var/mail", "file://var/sms")
    assert [line.partition(":")[0] for line in settings.only_pretended] == [*SAID]


@pytest.mark.parametrize("host", ["http://127.0.0.1:8000", "http://localhost", "http://shop.localhost:8001"])
def test_on_a_machine_of_ones_own_nothing_needs_to_be_said(host: str) -> None:
    settings = Settings.from_env({"PORTAL_SECRET_KEY": SECRET, "PORTAL_BASE_URL": host})
    assert settings.ready_to_serve() and not settings.only_pretended


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_env({"PORTAL_TRUSTED_PROXIES": " ", "PORTAL_LOG": ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORTAL_SCAN_URL", "http://clamd:3310", "must begin with tcp://, unix://"),
        ("PORTAL_SCAN_URL", "unix://", "names no path after unix://"),
        ("PORTAL_DATABASE_URL", "mysql://host/db", "must begin with sqlite:/// or postgresql+psycopg://"),
        ("PORTAL_DATABASE_URL", "postgresql://host/db", "must name the driver: postgresql+psycopg://"),
        (
            "PORTAL_DATABASE_URL",
            "postgresql+psycopg://a:1,b:2/portal",
            "are written postgresql+psycopg://…@/name?host=a",
        ),
        ("PORTAL_DATABASE_URL", "sqlite://var/portal.db", "takes three slashes"),
        ("PORTAL_DATABASE_URL", "sqlite:///:memory:", "must be a file"),
        ("PORTAL_MAIL_URL", "file://", "names no path"),
        ("PORTAL_MAIL_URL", "mailto:a@example.com", "must begin with file://, smtp://, smtps://"),
        ("PORTAL_SMS_URL", "http://sms.example", "must be https://"),
        ("PORTAL_SECRET_KEY", "s" * 31, "has 31 characters; it takes 32 random ones or more"),
        ("PORTAL_SECRET_KEY", "changeme" * 8, "has only 7 different characters: it can be guessed"),
        ("PORTAL_OLD_SECRET_KEY", "short", "has 5 characters"),
        ("PORTAL_BASE_URL", "http://help.shop.example", "must be https:// (http:// on a loopback name only)"),
        ("PORTAL_BASE_URL", "shop.example", "must be http://host or https://host"),
        ("PORTAL_BASE_URL", "https://shop.example/help", "must end after the host"),
        ("PORTAL_RATE_LIMIT_URL", "redis:///", "names no host"),
        ("PORTAL_S3_ENDPOINT", "s3.internal:9000", "must begin with https://, http://"),
        ("PORTAL_AUDIT_URL", "s3:///heads", "names no host"),
        ("PORTAL_TRUSTED_PROXIES", "many", "valid integer"),
        ("PORTAL_LOG", "xml", "'text' or 'json'"),
        ("PORTAL_QUEUE", "celery", "'local' or 'procrastinate'"),
        ("PORTAL_QUEUE", "procrastinate", "takes PostgreSQL, and PORTAL_DATABASE_URL names SQLite"),
    ],
)
def test_a_bad_value_is_named_on_one_line(name: str, value: str, says: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Settings.from_env({name: value})
    line = str(caught.value)
    assert line.startswith(f"{name}: ") and says in line and "\n" not in line


def test_a_bad_value_that_may_hold_a_password_is_not_repeated() -> None:
    with pytest.raises(BadSetting) as caught:
        Settings.from_env({"PORTAL_DATABASE_URL": "postgresql://portal:s3cret@db/portal"})
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(Settings(secret_key=SECRET, database_url="postgresql+psycopg://portal:s3cret@db/x"))


def test_relative_paths_start_at_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().database == f"sqlite:///{tmp_path}/var/portal.db"
    assert (tmp_path / "var").is_dir()
    assert file_path("file://var/mail") == tmp_path / "var" / "mail"
    assert file_path("file:///srv/mail") == Path("/srv/mail")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "shop.localhost:8001", "[::1]:8000"])
def test_plain_http_is_for_this_machine_alone(host: str) -> None:
    assert Settings.from_env({"PORTAL_BASE_URL": f"http://{host}"}).base_url == f"http://{host}"


SEVERAL = ("@/x?host=a:5432&host=b:5433", "@/x?host=a,b&port=5432,5433", "@a,b/x", "@/x?host=/run/a,/run/b")


@pytest.mark.req("N6")
@pytest.mark.parametrize("place", SEVERAL)
def test_of_several_servers_it_is_the_one_that_takes_writes(place: str) -> None:
    _, told = connecting(Settings(database_url=f"postgresql+psycopg://portal:p%3Fw{place}").database)
    assert told["target_session_attrs"] == "read-write" and told["host"] in ("a,b", "/run/a,/run/b")
    assert told["password"] == "p?w"
    said, _ = connecting(Settings(database_url=f"postgresql+psycopg://portal:p%3Fw{place}").database)
    assert said["host"] == told["host"] and said.get("port", "5432,5433") == "5432,5433"
    assert said["target_session_attrs"] == "read-write" and said["password"] == "p?w"


@pytest.mark.req("N6")
def test_a_server_that_is_gone_is_waited_for_only_as_long_as_the_url_says_or_we_do() -> None:
    _, told = connecting(Settings(database_url="postgresql+psycopg://portal@db/x?connect_timeout=2").database)
    assert told["connect_timeout"] == "2" and told["tcp_user_timeout"] == PATIENCE["tcp_user_timeout"]
    assert told["host"] == "db" and "target_session_attrs" not in told


def connecting(address: str) -> tuple[dict[str, str], dict[str, str]]:
    """What pg_dump and procrastinate are told, as libpq reads it; and what SQLAlchemy tells the driver."""
    url = make_url(address)
    _, known = url.get_dialect()().create_connect_args(url)
    said = {name: str(value) for name, value in conninfo_to_dict(conninfo_of(url)).items()}
    return said, {name: str(value) for name, value in known.items()}
