"""The file of PORTAL_OIDC: a small one, a whole one, and everything that is wrong with one, at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.config import BadSetting, Settings
from portal.schemas.identity_provider import OidcFileError, read_oidc_file
from portal.wiring import build_identity_provider

P28 = pytest.mark.req("P28")
DOCS = Path(__file__).parents[2] / "docs/staff-sign-in.md"
SMALL = 'issuer = "https://id.example"\nclient_id = "portal"\nclient_secret = "s"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "oidc.toml"


@P28
def test_a_small_file_leaves_roles_to_the_team_page_and_lets_no_newcomer_in(file: Path) -> None:
    file.write_text(SMALL)
    read = read_oidc_file(file)
    assert (read.login_claim, read.groups_claim, read.scopes) == ("preferred_username", "groups", ("openid", "profile"))
    assert (read.rules.roles, read.rules.is_open, read.rules.passwords) == ((), False, "unlinked")
    assert read.rules.label_in("zh-CN") == "企业账号"
    file.write_text(SMALL + 'name = { zh = "企业微信" }')
    assert read_oidc_file(file).rules.label_in("en") == "企业微信"


@P28
def test_the_file_of_the_documentation_is_one(file: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert found
    file.write_text(found[1])
    (file.parent / "oidc.secret").write_text("of its own\n")
    read = read_oidc_file(file)
    assert read.client_secret == "of its own"
    assert dict(read.rules.roles)["after-sales"] == "agent"
    assert read.rules.shops[-1] == ("after-sales", ("main",))
    assert read.rules.amr == {"otp", "mfa"}


@P28
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["issuer: is missing", "client_id: is missing", "client_secret: is missing"]),
        ("issuer =", ["is no TOML"]),
        (SMALL.replace("https://id", "http://id"), ["issuer: must be an https:// address"]),
        (SMALL.replace("example", "example?x=1"), ["issuer: must be"]),
        (SMALL + 'client_secret_file = "x"', ["client_secret: is missing: this, or client_secret_file, and not both"]),
        (SMALL.replace('client_secret = "s"', 'client_secret_file = "x"'), ["client_secret_file: cannot be read"]),
        (SMALL + "provision = true", ["roles: is missing", "shops: is missing"]),
        (SMALL + "passwords = []", ["passwords: names nobody"]),
        (SMALL + 'passwords = "some"', ["passwords: must be"]),
        (SMALL + "sub = 1", ["sub: is unknown"]),
        (SMALL + '[roles]\ndesk = "boss"', ["roles.desk: must be one of"]),
        (SMALL + "[shops]\ndesk = []", ["shops.desk: must not be empty"]),
        (SMALL + "max_age_minutes = -1", ["max_age_minutes: must be 0 or more"]),
    ],
)
def test_what_is_wrong_is_said_at_once_on_one_line(text: str, said: list[str], file: Path) -> None:
    file.write_text(text)
    with pytest.raises(OidcFileError) as wrong:
        read_oidc_file(file)
    assert all(one in str(wrong.value) for one in said), str(wrong.value)
    assert "\n" not in str(wrong.value)


@P28
def test_a_bad_file_stops_the_start_and_names_the_variable(file: Path) -> None:
    with pytest.raises(BadSetting, match=r"^PORTAL_OIDC: .*oidc\.toml: cannot be read: No such file"):
        build_identity_provider(Settings(oidc=str(file)))
    file.write_text(SMALL)
    provider = build_identity_provider(Settings(oidc=str(file)))
    assert provider and provider.rules.issuer == "https://id.example", "it is not asked anything yet"
    assert build_identity_provider(Settings()) is None
