import pytest

from portal.domain.errors import Invalid
from portal.domain.given_reason import LONGEST_REASON, given_reason


def test_a_reason_is_kept_without_blanks_at_its_ends():
    assert given_reason(" 客户电话里同意\n") == "客户电话里同意"
    assert given_reason("由" * LONGEST_REASON + " ") == "由" * LONGEST_REASON
    assert given_reason(" \n", is_required=False) == ""


@pytest.mark.req("S39", "S42")
@pytest.mark.parametrize(("typed", "code"), [("", "required"), (" \n", "required"), ("由" * 501, "too_long")])
def test_none_and_one_that_is_too_long_are_told_apart(typed: str, code: str):
    with pytest.raises(Invalid) as told:
        given_reason(typed, field="body")
    assert told.value.problems == (("body", code),)
