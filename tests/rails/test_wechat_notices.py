"""Callbacks of WeChat Pay: refused before its library would ask WeChat about them, by either of two verifiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from portal.adapters.rail_wechat import WechatRail
from portal.ports.payments import BadNotice
from tests.rails.counterparts import Notice, fee_ask, refund_ask
from tests.rails.notice_contract import refunded
from tests.rails.rail_keys import rsa_key
from tests.rails.wechat_counterpart import WechatCounterpart
from tests.rails.wechat_server import KEY_ID, PLATFORM, STRANGER, platform_serial


@pytest.fixture
def wechat() -> Iterator[WechatCounterpart]:
    provider = WechatCounterpart()
    yield provider
    provider.server.close()


def refuses(wechat: WechatCounterpart, rail: WechatRail, notice: Notice) -> None:
    """And calls nobody about it."""
    calls = wechat.calls
    with pytest.raises(BadNotice):
        rail.read_notice(notice.headers, notice.body)
    assert wechat.calls == calls


def expired_certificate() -> str:
    """Of the same key and serial number as the platform's, over since yesterday."""
    name, now = x509.Name([]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, rsa_key(PLATFORM).public_key(), int(platform_serial(), 16))
    valid = builder.not_valid_before(now - timedelta(days=9)).not_valid_after(now - timedelta(days=1))
    return valid.sign(rsa_key(PLATFORM), SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.mark.req("N6", "S12", "P12")
class TestNotices:
    @pytest.mark.parametrize("serial", ["0123456789ABCDEF", "", "zz", "PUB_KEY_ID_1", "../../etc", "٣" * 8])
    def test_an_unknown_serial_causes_no_call(self, wechat: WechatCounterpart, serial: str) -> None:
        notice = wechat.notice_of_refund(refunded(wechat), key=STRANGER)
        refuses(wechat, wechat.rail, replace(notice, headers={**notice.headers, "Wechatpay-Serial": serial}))

    def test_the_certificate_and_then_the_key_are_both_believed(self, wechat: WechatCounterpart) -> None:
        number, calls = refunded(wechat), wechat.calls
        for notice in (wechat.notice_of_refund(number, key=PLATFORM), wechat.notice_of_refund(number)):
            read = wechat.rail.read_notice(notice.headers, notice.body)
            assert read and (read.number, str(read.amount)) == (number, "12.30")
        assert wechat.calls == calls

    @pytest.mark.parametrize("spelled", [str.lower, lambda serial: f"00{serial}"])
    def test_however_a_serial_is_spelled_nobody_is_asked_about_it(
        self, wechat: WechatCounterpart, spelled: object
    ) -> None:
        number, calls = refunded(wechat), wechat.calls
        for key, serial in ((PLATFORM, platform_serial()), ("wechat itself", KEY_ID)):
            notice = wechat.notice_of_refund(number, key=key, serial=spelled(serial))  # type: ignore[operator]
            assert wechat.rail.read_notice(notice.headers, notice.body)
        assert wechat.calls == calls

    def test_the_key_of_the_one_does_not_sign_for_the_other(self, wechat: WechatCounterpart) -> None:
        number = refunded(wechat)
        refuses(wechat, wechat.rail, wechat.notice_of_refund(number, key=PLATFORM, serial=KEY_ID))
        refuses(wechat, wechat.rail, wechat.notice_of_refund(number, serial=platform_serial()))

    def test_a_certificate_that_is_unknown_or_over_is_not_believed_nor_asked_for(
        self, wechat: WechatCounterpart
    ) -> None:
        notice = wechat.notice_of_refund(refunded(wechat), key=PLATFORM)
        for certificates in ((), (expired_certificate(),)):
            refuses(wechat, wechat.rail_of(certificates=certificates), notice)

    def test_a_probe_with_a_wrong_signature_gets_an_error(self, wechat: WechatCounterpart) -> None:
        """WeChat sends such ones to see that they are refused."""
        notice = wechat.notice_of_refund(refunded(wechat))
        for probe in ("WECHATPAY/SIGNTEST/cnVzaA==", "WECHATPAY/SIGNTEST/", "%%%", ""):
            refuses(wechat, wechat.rail, replace(notice, headers={**notice.headers, "Wechatpay-Signature": probe}))

    def test_another_way_of_signing_is_refused(self, wechat: WechatCounterpart) -> None:
        notice = wechat.notice_of_refund(refunded(wechat))
        other = {**notice.headers, "Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}
        refuses(wechat, wechat.rail, replace(notice, headers=other))

    def test_what_the_apiv3_key_does_not_open_is_refused(self, wechat: WechatCounterpart) -> None:
        notice = wechat.notice_of_refund(refunded(wechat))
        refuses(wechat, wechat.rail_of(apiv3_key="another apiv3 key of 32 letters."), notice)

    def test_one_of_another_account_is_refused(self, wechat: WechatCounterpart) -> None:
        refuses(wechat, wechat.rail_of(mch_id="1900000002"), wechat.notice_of_refund(refunded(wechat)))

    def test_one_of_a_payment_says_how_much_was_paid(self, wechat: WechatCounterpart) -> None:
        for fen, said in ((1200, "12.00"), (1, "0.01")):
            notice = wechat.notice_of_payment(fee_ask(wechat).number, fen)
            read = wechat.rail.read_notice(notice.headers, notice.body)
            assert read and (read.about, read.number, str(read.amount)) == ("payment", fee_ask(wechat).number, said)

    def test_one_with_another_amount_says_that_amount(self, wechat: WechatCounterpart) -> None:
        """It is for the portal to compare; nothing follows from it but a task."""
        ask = refund_ask(wechat, wechat.capture(refund_ask(wechat, "").captured))
        wechat.rail.refund(ask)
        found = wechat.server.books.refund_of(ask.number)
        assert found
        found[1].fen = 1
        notice = wechat.notice_of_refund(ask.number)
        read = wechat.rail.read_notice(notice.headers, notice.body)
        assert read and str(read.amount) == "0.01"
