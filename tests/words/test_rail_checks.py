"""What to do where a step of a rail's check fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.adapters import rail_alipay, rail_wechat, stripe_check
from portal.words.rail_checks import CHECK_ADVICE, advice_on_problem, check_advice

ADAPTERS = (rail_alipay, rail_wechat, stripe_check)
_CODE = re.compile(r'"((?:alipay|wechat|stripe)_[a-z_]+|unreachable)"')


@pytest.mark.req("P12")
class TestAdvice:
    def test_every_code_of_the_adapters_has_its_words_and_no_other(self) -> None:
        sources = [Path(str(module.__file__)).read_text("utf-8") for module in ADAPTERS]
        codes = {code for source in sources for code in _CODE.findall(source)}
        assert codes == set(CHECK_ADVICE)

    def test_what_is_no_code_is_said_as_it_came(self) -> None:
        assert check_advice("HTTP 200") == "HTTP 200"
        assert advice_on_problem("look-up: no answer: HTTP 502") == "look-up: no answer: HTTP 502"
        assert advice_on_problem("call: alipay_app_id").startswith("call: 支付宝不认这个app_id")
