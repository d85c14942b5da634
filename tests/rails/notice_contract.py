"""What services may expect of every rail of a provider that calls back, and of its check."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.money import Money
from portal.ports.payments import BadNotice, RailNotice
from tests.rails.counterparts import (
    CheckedCounterpart,
    ConnectedCounterpart,
    Disputed,
    Notice,
    UncalledCounterpart,
    later,
    refund_ask,
)


def refunded(provider: ConnectedCounterpart) -> str:
    """A refund has been made; its number."""
    ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
    provider.rail.refund(ask)
    later(provider, provider.arrives_in)
    provider.rail.find_refund(ask)
    return ask.number


def refuses(provider: CheckedCounterpart, notice: Notice) -> None:
    """And calls nobody about it."""
    calls = provider.calls
    with pytest.raises(BadNotice):
        provider.rail.read_notice(notice.headers, notice.body)
    assert provider.calls == calls


class NoticeContract:
    """A callback is a hint to ask, and believed only by its signature."""

    @pytest.mark.req("S12", "P21")
    def test_a_notice_names_our_number_and_calls_nobody(self, provider: ConnectedCounterpart) -> None:
        number = refunded(provider)
        notice, calls = provider.notice_of_refund(number), provider.calls
        read = [provider.rail.read_notice(notice.headers, notice.body) for _ in range(2)]
        assert read[0] == read[1] is not None
        assert (read[0].about, read[0].number) == ("refund", number)
        assert read[0].amount in (None, Money(1230, "CNY"))
        assert provider.calls == calls

    def test_names_of_headers_are_read_whatever_their_case(self, provider: ConnectedCounterpart) -> None:
        notice = provider.notice_of_refund(refunded(provider))
        for spelled in (str.lower, str.upper, str.title):
            headers = {spelled(name): value for name, value in notice.headers.items()}
            assert provider.rail.read_notice(headers, notice.body)

    def test_a_genuine_notice_about_nothing_of_ours_is_none(self, provider: ConnectedCounterpart) -> None:
        notice = provider.notice_of_something_else()
        assert provider.rail.read_notice(notice.headers, notice.body) is None

    @pytest.mark.req("N6")
    def test_one_that_a_stranger_signed_is_refused(self, provider: ConnectedCounterpart) -> None:
        refuses(provider, provider.notice_by_a_stranger(refunded(provider)))

    @pytest.mark.req("N6")
    def test_one_that_was_changed_on_the_way_is_refused(self, provider: ConnectedCounterpart) -> None:
        notice = provider.notice_of_refund(refunded(provider))
        middle = len(notice.body) // 2
        changed = notice.body[:middle] + bytes([notice.body[middle] ^ 1]) + notice.body[middle + 1 :]
        refuses(provider, Notice(notice.headers, changed))

    @pytest.mark.req("N6")
    def test_one_that_was_cut_off_is_refused(self, provider: ConnectedCounterpart) -> None:
        notice = provider.notice_of_refund(refunded(provider))
        refuses(provider, Notice(notice.headers, notice.body[:-1]))
        refuses(provider, Notice(notice.headers, b""))

    @pytest.mark.req("N6")
    @pytest.mark.parametrize("minutes", [6, 24 * 60])
    def test_an_old_one_is_refused(self, provider: ConnectedCounterpart, minutes: int) -> None:
        notice = provider.notice_of_refund(refunded(provider))
        later(provider, timedelta(minutes=minutes))
        refuses(provider, notice)

    @pytest.mark.req("N6")
    def test_one_from_the_future_is_refused(self, provider: ConnectedCounterpart) -> None:
        notice = provider.notice_of_refund(refunded(provider))
        later(provider, -timedelta(minutes=6))
        refuses(provider, notice)

    @pytest.mark.req("N6")
    def test_one_beyond_64_kilobytes_is_refused_though_it_is_signed(self, provider: ConnectedCounterpart) -> None:
        refuses(provider, provider.notice_of_refund(refunded(provider), padding=66_000))

    @pytest.mark.req("N6")
    @settings(
        max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
    )
    @given(body=st.binary(max_size=300), value=st.text(max_size=40), shown=st.sampled_from(["all", "one", "none"]))
    def test_whatever_is_sent_is_refused_and_never_breaks(
        self, provider: ConnectedCounterpart, body: bytes, value: str, shown: str
    ) -> None:
        headers = dict(provider.notice_of_something_else().headers)
        if shown == "none":
            headers = {}
        elif shown == "one" and headers:
            headers[next(iter(headers))] = value
        refuses(provider, Notice(headers, body))


class NoNoticeContract:
    """For rails that are never called back: whatever comes to their address is refused, whoever has signed it."""

    @pytest.mark.req("N6", "P21")
    @pytest.mark.parametrize("about", ["refund", "payment", "dispute"])
    def test_nothing_is_believed_not_even_what_its_own_key_has_signed(
        self, provider: UncalledCounterpart, about: str
    ) -> None:
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
        provider.rail.refund(ask)
        said = {"type": f"{about}.settled", "data": {"refund": ask.number, "state": "failed"}}
        genuine = provider.signed_by_its_secret(json.dumps(said).encode())
        for notice in (genuine, Notice({}, genuine.body), Notice(genuine.headers, b""), Notice({}, b"\xff")):
            refuses(provider, notice)


class DisputeContract:
    """For rails that tell of a payer's dispute (P21)."""

    @pytest.mark.req("P21")
    def test_a_dispute_names_the_payment_and_what_became_of_it(self, provider: Disputed) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        for state in ("open", "won", "lost"):
            notice = provider.notice_of_dispute(reference, state)
            read = provider.rail.read_notice(notice.headers, notice.body)
            assert isinstance(read, RailNotice)
            assert (read.about, read.number, read.dispute) == ("dispute", reference, state)


class CheckContract:
    """`portal rails check`: signs, calls and verifies, step by step."""

    @pytest.mark.req("P12")
    def test_what_is_set_up_right_passes_every_step(self, provider: CheckedCounterpart) -> None:
        steps = list(provider.rail.check())
        assert len(steps) >= 2
        assert [step.name for step in steps if not step.is_ok] == []

    @pytest.mark.req("P12")
    def test_a_wrong_key_fails_at_a_step_that_says_what_to_do_and_ends_there(
        self, provider: CheckedCounterpart
    ) -> None:
        steps = list(provider.wrong_key_rail().check())
        assert [step.is_ok for step in steps] == [True] * (len(steps) - 1) + [False]
        assert steps[-1].detail

    @pytest.mark.req("P12", "N6")
    def test_no_line_shows_a_key(self, provider: CheckedCounterpart) -> None:
        told = [*provider.rail.check(), *provider.wrong_key_rail().check()]
        provider.misbehave("down")
        told += provider.rail.check()
        assert not told[-1].is_ok
        said = " ".join(f"{step.name} {step.detail}" for step in told)
        assert [secret for secret in provider.secrets() if secret in said] == []
