"""A shop's own words have limits: known fields, lengths, and what the law owes always follows (S15)."""

import pytest

from portal.domain.errors import Invalid
from portal.domain.messages.notice_choice import OWED_BY_LAW
from portal.domain.messages.notice_kinds import CODES, FOR_CUSTOMERS
from portal.domain.messages.own_texts import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    OWN_KINDS,
    OwnText,
    in_own_words,
    keeps_ours,
    tidy,
)

pytestmark = pytest.mark.req("S15")
GOOD = OwnText("退款{amount}到了", "订单{order_no}\r\n谢谢。")


def problems(subject="x", body="y", kind="refund_succeeded"):
    with pytest.raises(Invalid) as raised:
        tidy(kind, OwnText(subject, body))
    return dict(raised.value.problems)


def test_what_can_be_kept_is_kept_in_plain_lines():
    assert tidy("refund_succeeded", GOOD) == OwnText("退款{amount}到了", "订单{order_no}\n谢谢。")
    assert tidy("refund_succeeded", OwnText(" ", "\n")).is_ours


def test_what_cannot_be_kept_is_named():
    assert problems(subject="") == {"subject": "required"}
    assert problems(body="") == {"body": "required"}
    assert problems("x" * (LONGEST_SUBJECT + 1), "y" * (LONGEST_BODY + 1)) == {
        "subject": "too_long",
        "body": "too_long",
    }
    assert problems(body="{deadline}") == {"body": "unknown_field"}
    assert problems(body="{order_no} {") == {"body": "braces"}
    assert problems(body="{}") == {"body": "unknown_field"}
    assert problems(kind="sign_in_code") == {"kind": "unknown"}


def test_codes_and_acknowledgements_are_ours_alone():
    assert not set(OWN_KINDS) & (CODES | {"contract_withdrawn", "declaration_received"})
    assert set(OWN_KINDS) <= set(FOR_CUSTOMERS)


def test_what_the_law_owes_follows_whatever_the_shop_says():
    assert all(keeps_ours(kind) for kind in OWED_BY_LAW)
    assert not keeps_ours("refund_succeeded")


def test_fields_are_filled_in_once_and_what_they_hold_is_no_field():
    own = OwnText("给{shop}", "{order_no}：{amount}")
    fields = {"shop": "店\nBcc: x", "order_no": "{amount}", "amount": "¥1"}
    assert in_own_words(own, "我们的", fields, with_ours=False) == ("给店 Bcc: x", "{amount}：¥1")
    assert in_own_words(own, "我们的", fields, with_ours=True)[1].endswith("\n\n我们的")
