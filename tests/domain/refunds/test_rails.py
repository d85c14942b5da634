"""Which rail takes a payment, and what may be shown of one."""

from __future__ import annotations

import pytest

from portal.domain.refunds.rails import AlipayConfig, account_of, name_that_takes, shown_config

pytestmark = pytest.mark.req("P14")
RAILS = {"alipay": ("alipay",), "merchant": ("cod", "bank")}


@pytest.mark.parametrize("sandbox", ["none", "alone", "demo"])
def test_a_rail_of_the_shop_takes_the_methods_it_names_wherever_the_portal_runs(sandbox: str) -> None:
    assert name_that_takes("bank", RAILS, sandbox=sandbox) == "merchant"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sandbox", "with_rails", "without"), [("none", "", ""), ("alone", "", "sandbox"), ("demo", "sandbox", "sandbox")]
)
def test_what_no_rail_takes_is_only_pretended_in_a_demo_or_before_there_is_any(
    sandbox: str, with_rails: str, without: str
) -> None:
    assert name_that_takes("wechat", RAILS, sandbox=sandbox) == with_rails  # type: ignore[arg-type]
    assert name_that_takes("wechat", {}, sandbox=sandbox) == without  # type: ignore[arg-type]


def test_of_keys_only_fingerprints_are_shown() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n"
    config = AlipayConfig(methods=("alipay",), app_id="2021", private_key=key, alipay_public_key="plain-secret-9876")
    shown = dict(shown_config(config))
    assert shown["app_id"] == "2021" and shown["private_key"].startswith("sha256:")
    assert shown["alipay_public_key"] == "…9876"
    assert "MIIE" not in str(shown) and "gateway" not in shown
    assert account_of(config) == ("2021", "")
