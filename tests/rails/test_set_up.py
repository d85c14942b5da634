"""`portal rails set` and `check` of Alipay and WeChat Pay, from the files of docs/rails.md to a line a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.cli.rails import rails
from portal.wiring import ConnectedRails
from tests.rails.alipay_counterpart import ALIPAY, APP, APP_ID, AlipayCounterpart
from tests.rails.rail_keys import private_pem, public_pem
from tests.rails.wechat_counterpart import WechatCounterpart
from tests.rails.wechat_server import APIV3_KEY, KEY_ID, MCH_ID, MERCHANT, MERCHANT_SERIAL, WECHAT
from tests.support.make import make_shop

P12 = pytest.mark.req("P12")


@pytest.fixture
def run(app: Flask) -> Any:
    deps = app.extensions["portal"]
    make_shop(deps)
    app.extensions["portal"] = replace(deps, rails=ConnectedRails(deps.clock, may_be_private=True))
    return lambda *words: app.test_cli_runner().invoke(rails, [*map(str, words)])


@pytest.fixture
def alipay() -> Iterator[AlipayCounterpart]:
    provider = AlipayCounterpart()
    yield provider
    provider.server.close()


@pytest.fixture
def wechat() -> Iterator[WechatCounterpart]:
    provider = WechatCounterpart()
    yield provider
    provider.server.close()


def written(folder: Path, name: str, **texts: str) -> Path:
    """A file of a rail beside the keys that it names."""
    for key, text in texts.items():
        (folder / f"{key}.pem").write_text(text)
    return folder / name


def alipay_file(folder: Path, alipay: AlipayCounterpart, key: str = APP) -> Path:
    file = written(folder, "alipay.toml", app=private_pem(key), alipay=public_pem(ALIPAY))
    keys = 'private_key_file = "app.pem"\nalipay_public_key_file = "alipay.pem"\n'
    gateway = f'gateway = "{alipay.server.url}/gateway.do"\n'
    file.write_text(f'methods = ["alipay"]\napp_id = "{APP_ID}"\n{keys}{gateway}')
    return file


def wechat_file(folder: Path, wechat: WechatCounterpart) -> Path:
    file = written(folder, "wechat.toml", merchant=private_pem(MERCHANT), wechat=public_pem(WECHAT))
    account = f'mch_id = "{MCH_ID}"\napp_id = "wx1"\nserial_no = "{MERCHANT_SERIAL}"\napiv3_key = "{APIV3_KEY}"\n'
    keys = f'private_key_file = "merchant.pem"\npublic_key_file = "wechat.pem"\npublic_key_id = "{KEY_ID}"\n'
    file.write_text(f'methods = ["wechat"]\n{account}{keys}gateway = "{wechat.server.url}"\n')
    return file


@P12
def test_alipay_is_set_and_checked(run: Any, alipay: AlipayCounterpart, tmp_path: Path) -> None:
    assert run("set", "tepai", "alipay", alipay_file(tmp_path, alipay)).exit_code == 0
    checked = run("check", "tepai")
    steps = ("keys", "call", "signature", "permission")
    assert checked.output.splitlines() == [f"alipay: ok: {step}" for step in steps]
    assert checked.exit_code == 0


@P12
def test_what_is_wrong_says_what_to_do_and_no_key(run: Any, alipay: AlipayCounterpart, tmp_path: Path) -> None:
    run("set", "tepai", "alipay", alipay_file(tmp_path, alipay, key="a stranger"))
    checked = run("check", "tepai", "alipay")
    assert checked.exit_code == 1
    assert checked.output.splitlines()[-1] == (
        "alipay: FAILED: call: Alipay refuses the signature:"
        " upload the public key that belongs to the application's private key"
    )
    said = checked.output + run("show", "tepai").output
    assert [secret for secret in alipay.secrets() if secret in said] == []


@P12
def test_wechat_pay_is_set_and_checked(run: Any, wechat: WechatCounterpart, tmp_path: Path) -> None:
    assert run("set", "tepai", "wechat", wechat_file(tmp_path, wechat)).exit_code == 0
    checked = run("check", "tepai")
    assert checked.output.splitlines() == [f"wechat: ok: {step}" for step in ("keys", "call", "signature")]
    said = checked.output + run("show", "tepai").output
    assert [secret for secret in wechat.secrets() if secret in said] == []
