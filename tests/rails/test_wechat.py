"""WeChat Pay under the contract of all rails. What is its own stands in test_wechat_rules.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rails.contract import RefundContract, RefundFaultContract, SpentNumberContract
from tests.rails.notice_contract import CheckContract, NoticeContract
from tests.rails.payment_contract import CollectContract
from tests.rails.wechat_counterpart import WechatCounterpart


@pytest.fixture
def provider() -> Iterator[WechatCounterpart]:
    provider = WechatCounterpart()
    yield provider
    provider.server.close()


class TestWechat(
    RefundContract, RefundFaultContract, SpentNumberContract, CollectContract, NoticeContract, CheckContract
):
    pass
