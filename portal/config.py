"""Settings, read once from the environment (INTERFACE). What is wrong is said in one line that names the variable."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo

SHORTEST_SECRET = 32
FEWEST_DISTINCT = 10
"""A random secret of 32 characters has about twenty different ones; `xxxx…` and `abcabc…` have not."""


class BadSetting(ValueError):
    """Says which variable and what is wrong with it, on one line."""


def _one_of(*schemes: str, path_for: str = "file") -> Callable[[str], str]:
    def check(url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in schemes:
            raise ValueError("must begin with " + ", ".join(f"{scheme}://" for scheme in schemes))
        if parts.scheme == path_for and not (parts.netloc + parts.path).strip("/"):
            raise ValueError(f"names no path after {path_for}://")
        if parts.scheme != path_for and not parts.hostname and parts.scheme != "memory":
            raise ValueError("names no host")
        return url

    return check


def _database(url: str) -> str:
    scheme = url.partition("://")[0]
    if scheme == "postgresql":
        raise ValueError("must name the driver: postgresql+psycopg://")
    if scheme not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    if scheme == "sqlite" and not url.removeprefix("sqlite://").startswith("/"):
        raise ValueError("takes three slashes and a path: sqlite:///var/portal.db")
    if scheme == "sqlite" and url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise ValueError("must be a file: several processes share it")
    if scheme != "sqlite" and {",", ":"} <= set(urlsplit(url).netloc.rpartition("@")[2]):
        raise ValueError("several servers with ports are written postgresql+psycopg://…@/name?host=a:5432&host=b:5432")
    return url


PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""Seconds, the last in milliseconds, as libpq knows them: a machine that is gone closes no connection, and the system
would wait for it for a quarter of an hour and, where nothing was sent, for two hours."""


def _with_patience(url: str) -> str:
    """Whatever the URL says itself stands. Of several servers it is the one that takes writes."""
    place, _, query = url.partition("?")
    told = parse_qsl(query, keep_blank_values=True)
    hosts = [host for name, value in told if name == "host" for host in value.split(",")]
    is_several = len(hosts) > 1 or "," in urlsplit(place).netloc.rpartition("@")[2]
    wanted = PATIENCE | ({"target_session_attrs": "read-write"} if is_several else {})
    named = {name for name, _ in told}
    added = urlencode({name: value for name, value in wanted.items() if name not in named})
    return f"{place}?{'&'.join(filter(None, (query, added)))}"


def _secret(key: str) -> str:
    """Empty stays empty: commands that need no secret run without."""
    if key and len(key) < SHORTEST_SECRET:
        raise ValueError(f"has {len(key)} characters; it takes {SHORTEST_SECRET} random ones or more")
    if key and len(set(key)) < FEWEST_DISTINCT:
        raise ValueError(f"has only {len(set(key))} different characters: it can be guessed; take random ones")
    return key


def is_loopback(host: str) -> bool:
    """As `portal.domain.loopback` tells it, which settings do not import."""
    name = host.lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be http://host or https://host, with the port where it is not the usual one")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must end after the host: the portal lives at the root")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("must be https:// (http:// on a loopback name only)")
    return f"{parts.scheme}://{parts.netloc}"


def _texts(url: str) -> str:
    _one_of("file", "https", "http")(url)
    if urlsplit(url).scheme == "http" and not is_loopback(urlsplit(url).hostname or ""):
        raise ValueError("must be https:// (http:// on a loopback name only)")
    return url


def _mailbox(url: str) -> str:
    if not url:
        return url
    _one_of("imaps", "imap")(url)
    parts = urlsplit(url)
    if parts.scheme == "imap" and not is_loopback(parts.hostname or ""):
        raise ValueError("must be imaps:// (imap:// on a loopback name only)")
    if not parts.username or not parts.password:
        raise ValueError("must name user and password: imaps://user:password@host/INBOX")
    return url


def _scanner(url: str) -> str:
    return _one_of("tcp", "unix", path_for="unix")(url) if url else url


def _endpoint(url: str) -> str:
    return _one_of("https", "http")(url) if url else url


def _collector(url: str) -> str:
    if not url:
        return url
    _endpoint(url)
    if "@" in urlsplit(url).netloc:
        raise ValueError("names a user; what a collector wants to see stands in OTEL_EXPORTER_OTLP_HEADERS")
    return url


def _queue(name: str, info: ValidationInfo) -> str:
    if name == "procrastinate" and info.data.get("database_url", "postgresql").startswith("sqlite"):
        raise ValueError("procrastinate takes PostgreSQL, and PORTAL_DATABASE_URL names SQLite, whose queue is local")
    return name


Url = Annotated[str, Field(max_length=2000)]


class Settings(BaseModel):
    """One field per variable: `database_url` is PORTAL_DATABASE_URL. Relative paths start at the current directory."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret_key: Annotated[str, AfterValidator(_secret), Field(repr=False)] = ""
    old_secret_key: Annotated[str, AfterValidator(_secret), Field(repr=False)] = ""
    database_url: Annotated[Url, AfterValidator(_database), Field(repr=False)] = "sqlite:///var/portal.db"
    queue: Annotated[Literal["local", "procrastinate"], AfterValidator(_queue)] = "local"
    store_url: Annotated[Url, AfterValidator(_one_of("file", "s3"))] = "file://var/evidence"
    s3_endpoint: Annotated[Url, AfterValidator(_endpoint)] = ""
    scan_url: Annotated[Url, AfterValidator(_scanner)] = ""
    mail_url: Annotated[Url, AfterValidator(_one_of("file", "smtp", "smtps")), Field(repr=False)] = "file://var/mail"
    mail_in_url: Annotated[Url, AfterValidator(_mailbox), Field(repr=False)] = ""
    sms_url: Annotated[Url, AfterValidator(_texts), Field(repr=False)] = "file://var/sms"
    rail: Literal["", "sandbox"] = ""
    sandbox_log: Annotated[Url, AfterValidator(_one_of("file"))] = "file://var/rail.ndjson"
    sandbox_plan: str = ""
    base_url: Annotated[Url, AfterValidator(_base)] = "http://127.0.0.1:8000"
    rate_limit_url: Annotated[Url, AfterValidator(_one_of("memory", "redis", "rediss")), Field(repr=False)] = (
        "memory://"
    )
    audit_url: Annotated[Url, AfterValidator(_one_of("file", "s3"))] = "file://var/audit"
    metrics_token: Annotated[str, Field(max_length=200, repr=False)] = ""
    traces_url: Annotated[Url, AfterValidator(_collector)] = ""
    oidc: Annotated[str, Field(max_length=2000)] = ""
    webhook_private: bool = False
    backup_dir: Annotated[str, Field(max_length=2000)] = ""
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    log: Literal["text", "json"] = "text"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Raises BadSetting. An empty variable counts as not set."""
        source = os.environ if environ is None else environ
        given = {
            name: source[variable(name)].strip() for name in cls.model_fields if source.get(variable(name), "").strip()
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise BadSetting("; ".join(_says(problem) for problem in error.errors())) from None

    def ready_to_serve(self) -> Self:
        """Itself. Raises BadSetting where a server would lack its secret."""
        if not self.secret_key:
            raise BadSetting("PORTAL_SECRET_KEY: is not set; it takes 32 random characters or more")
        return self

    @property
    def only_pretended(self) -> tuple[str, ...]:
        """A line for mail and for texts that real customers would be told of while they never leave this machine,
        unless somebody has said so: a folder that is named is meant (decision 98)."""
        ways = (("mail_url", "smtps://…"), ("sms_url", "https://…"))
        return () if self.is_local else tuple(_kept_here(*way) for way in ways if way[0] not in self.model_fields_set)

    @property
    def is_sandbox(self) -> bool:
        """Whether refunds may be pretended: where it was said, and on a machine of one's own."""
        return self.rail == "sandbox" or self.is_local

    @property
    def is_local(self) -> bool:
        """Served on a loopback name, to whoever sits at this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """The database's URL as SQLAlchemy takes it: a relative file made absolute, its directory there; of PostgreSQL
        how long to wait for a server that is gone, and for which of several, where the URL does not say so."""
        if not self.database_url.startswith("sqlite:"):
            return _with_patience(self.database_url)
        path = Path(self.database_url.removeprefix("sqlite:///")).absolute()
        path.parent.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{path}"


def variable(name: str) -> str:
    return f"PORTAL_{name.upper()}"


def _kept_here(name: str, example: str) -> str:
    place = Settings.model_fields[name].default
    return f"{variable(name)}: is not set, so nobody gets any, all is kept in {place}; {example}, or file://… if meant"


def file_path(url: str) -> Path:
    """The path of a `file://` URL: `file://var/mail` is under the current directory, `file:///srv/mail` is not."""
    return Path(url.removeprefix("file://")).absolute()


def _says(problem: Mapping[str, object]) -> str:
    place = problem["loc"]
    name = str(place[0]) if isinstance(place, tuple) and place else "?"
    return f"{variable(name)}: {str(problem['msg']).removeprefix('Value error, ')}"
