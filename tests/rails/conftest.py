"""The contract's assertions tell both sides, as those of any test module."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.rails.asking", "tests.rails.contract", "tests.rails.notice_contract", "tests.rails.payment_contract"
)
