from portal.domain.messages.notice_choice import GROUPS, goes_out, switched_off
from portal.domain.messages.notice_kinds import NOTICES
from portal.words.told import NOTICE_GROUPS

NEVER_OFF = (
    "sign_in_code",
    "password_changed",
    "address_changed",
    "application_refused",
    "part_approved",
    "goodwill_granted",
    "return_approved",
    "needs_info",
    "goods_not_accepted",
    "fee_due",
    "contract_withdrawn",
    "declaration_received",
    "application_withdrawn",
    "refund_failed",
)


def test_what_can_be_switched_off_are_notices_that_there_are_each_in_one_group():
    kinds = [kind for group in GROUPS.values() for kind in group]
    assert set(kinds) <= set(NOTICES) and len(kinds) == len(set(kinds))
    assert {*GROUPS, "owed"} == set(NOTICE_GROUPS)


def test_a_group_is_switched_off_for_one_way_alone():
    off = switched_off({"mail": ["progress", "refunds", "messages", "nonsense"], "text": GROUPS})
    assert off == ("mail:reminders",)
    assert not goes_out("return_reminder", "mail", off) and goes_out("return_reminder", "text", off)
    assert goes_out("refund_succeeded", "mail", off)


def test_what_the_law_owes_and_what_a_right_depends_on_is_sent_whatever_is_chosen():
    off = switched_off({"mail": (), "text": ()})
    assert len(off) == 2 * len(GROUPS)
    for kind in NEVER_OFF:
        assert goes_out(kind, "mail", off) and goes_out(kind, "text", off), kind
